// What went wrong: [title, what to do, names of the actions that help].

const HTTP = {
  context_length_exceeded: (error) => [
    "This chat is too long for the model",
    error.promptTokens
      ? `It has ${error.promptTokens} tokens; the model takes ${error.contextTokens}. Begin a new chat with this prompt, or shorten it.`
      : "Begin a new chat with this prompt, or shorten it.",
    ["fresh", "back"],
  ],
  server_busy: (error) => ["The server has its hands full", `${later(error)} Your prompt stays here.`, ["again", "back"]],
  loading: (error) => ["A model is being loaded", later(error), ["again", "back"]],
  not_enough_memory: (error) => ["There is not enough memory", `${error.message} Choose a smaller model on top.`, ["again", "back"]],
  model_not_found: (error) => ["This model is not here", `${error.message} Choose another one on top.`, ["again", "back"]],
  cancelled: () => ["The answer was stopped", "Somebody asked for another model meanwhile.", ["again", "back"]],
  server_stopping: () => ["llmdesk is closing", "Start it again on its machine, then try again.", ["again", "back"]],
  request_too_large: (error) => ["This is too much at once", error.message, ["fresh", "back"]],
};

const OTHERS = {
  network: ["The server does not answer", "Is llmdesk still running, and this device in the same network? Your words stay here.", ["again", "back"]],
  cut: ["The connection was lost", "The answer is not whole. Is llmdesk still running?", ["again", "back"]],
  key: ["This server needs a key", "Without it nobody is answered. Whoever runs llmdesk has it.", ["key", "back"]],
  interrupted: ["No answer came", "The page was loaded anew before the answer began.", ["again", "back"]],
};

export function cardOf(error) {
  if (OTHERS[error.kind]) return OTHERS[error.kind];
  const known = HTTP[error.code];
  if (known) return known(error);
  return ["That did not work", error.message || String(error), ["again", "back"]];
}

function later(error) {
  return error.retryAfterS ? `Try again in ${error.retryAfterS} seconds.` : "Try again in a moment.";
}
