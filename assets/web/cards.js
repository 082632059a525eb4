// What went wrong: [title, what to do, names of the actions that help].

import { number, t, together } from "./words.js";

const HTTP = {
  context_length_exceeded: (error) => [
    t("This chat is too long for the model"),
    error.promptTokens
      ? t("It has {tokens} tokens; the model takes {most}. Begin a new chat with this prompt, or shorten it.", {
          tokens: number(error.promptTokens),
          most: number(error.contextTokens),
        })
      : t("Begin a new chat with this prompt, or shorten it."),
    ["fresh", "back"],
  ],
  server_busy: (error) => [t("The server has its hands full"), together(later(error), t("Your prompt stays here.")), ["again", "back"]],
  loading: (error) => [t("A model is being loaded"), later(error), ["again", "back"]],
  not_enough_memory: (error) => [
    t("There is not enough memory"), together(error.message, t("Choose a smaller model on top.")), ["again", "back"],
  ],
  model_not_found: (error) => [
    t("This model is not here"), together(error.message, t("Choose another one on top.")), ["again", "back"],
  ],
  cancelled: () => [t("The answer was stopped"), t("Somebody asked for another model meanwhile."), ["again", "back"]],
  server_stopping: () => [t("llmdesk is closing"), t("Start it again on its machine, then try again."), ["again", "back"]],
  request_too_large: (error) => [t("This is too much at once"), error.message, ["fresh", "back"]],
};

const OTHERS = {
  network: [
    t("The server does not answer"),
    t("Is llmdesk still running, and this device in the same network? Your words stay here."),
    ["again", "back"],
  ],
  cut: [t("The connection was lost"), t("The answer is not whole. Is llmdesk still running?"), ["again", "back"]],
  key: [t("This server needs a key"), t("Without it nobody is answered. Whoever runs llmdesk has it."), ["key", "back"]],
  interrupted: [t("No answer came"), t("The page was loaded anew before the answer began."), ["again", "back"]],
};

export function cardOf(error) {
  if (OTHERS[error.kind]) return OTHERS[error.kind];
  const known = HTTP[error.code];
  if (known) return known(error);
  return [t("That did not work"), error.message || String(error), ["again", "back"]];
}

function later(error) {
  const seconds = error.retryAfterS;
  return seconds ? t("Try again in {seconds} seconds.", { seconds: number(seconds) }) : t("Try again in a moment.");
}
