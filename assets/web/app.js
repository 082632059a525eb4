// The page: the bar on top, the message box, keys, and the two views.

import { Chat } from "./chat.js";
import { Conversation } from "./conversation.js";
import { addressWords, KeyDialog } from "./key.js";
import { Models } from "./models.js";
import { onKeyNeeded } from "./server.js";
import { Stage } from "./stage.js";
import { draft, keepDraft, lastChat } from "./store.js";
import { t, translatePage } from "./words.js";

translatePage();
const LOOK_MS = 20000;
const byId = (id) => document.getElementById(id);
const [prompt, send, stop, speed] = ["prompt", "send", "stop", "speed"].map(byId);

const keys = new KeyDialog();
onKeyNeeded((wasWrong) => keys.ask(wasWrong));
const models = new Models();
const stage = new Stage();
const conversation = new Conversation();
const chat = new Chat(conversation, models, {
  speed: (text) => (speed.textContent = text),
  running: showRunning,
  compose: (text) => compose([text, prompt.value].filter(Boolean).join("\n")),
});

function showRunning(isRunning) {
  const hadFocus = [send, stop, document.body].includes(document.activeElement);
  send.hidden = isRunning;
  stop.hidden = !isRunning;
  if (hadFocus) prompt.focus();
}

function compose(text) {
  prompt.value = text;
  promptChanged();
  prompt.focus();
}

function promptChanged() {
  keepDraft(prompt.value);
  send.disabled = prompt.value.trim() === "";
  prompt.style.height = "auto";
  prompt.style.height = `${prompt.scrollHeight}px`;
}

function submit(event) {
  event?.preventDefault();
  const text = prompt.value.trim();
  if (text === "") return;
  if (chat.isRunning) {
    conversation.announce(t("The answer is still being written. Escape stops it."));
    return;
  }
  compose("");
  chat.send(text);
}

function newChat() {
  chat.startNew();
  byId("last-chat").hidden = lastChat().length === 0;
  prompt.focus();
}

function showView(name) {
  const isStage = name === "stage";
  document.body.dataset.view = isStage ? "stage" : "chat";
  byId("view").setAttribute("aria-pressed", String(isStage));
  history.replaceState(null, "", location.pathname + location.search + (isStage ? "#view=stage" : ""));
  stage.show(isStage && !document.hidden);
  conversation.toEnd();
  if (!isStage) promptChanged();
}

const isStage = () => document.body.dataset.view === "stage";

byId("composer").addEventListener("submit", submit);
prompt.addEventListener("input", promptChanged);
prompt.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && !event.shiftKey && !event.isComposing) submit(event);
  if (event.key !== "PageUp" && event.key !== "PageDown") return;
  event.preventDefault();
  conversation.scrollPages(event.key === "PageUp" ? -1 : 1);
});
stop.addEventListener("click", () => chat.stop());
byId("new-chat").addEventListener("click", newChat);
byId("last-chat").addEventListener("click", () => {
  chat.bringBack();
  byId("last-chat").hidden = true;
  prompt.focus();
});
byId("samples").addEventListener("click", (event) => {
  const sample = event.target.closest("button");
  if (sample) compose(sample.textContent);
});
byId("view").addEventListener("click", () => showView(isStage() ? "chat" : "stage"));
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || keys.isOpen) return;
  if (chat.isRunning) chat.stop();
  else if (isStage()) showView("chat");
});
document.addEventListener("visibilitychange", () => {
  stage.show(isStage() && !document.hidden);
  if (!document.hidden) models.refresh();
});
window.addEventListener("hashchange", () => {
  showView(addressWords().get("view"));
  models.refresh();
});
setInterval(() => {
  if (!document.hidden && !chat.isRunning) models.refresh();
}, LOOK_MS);

chat.restore();
prompt.value = draft();
byId("last-chat").hidden = lastChat().length === 0;
showView(addressWords().get("view"));
promptChanged();
if (matchMedia("(pointer: fine)").matches) prompt.focus();
await models.refresh(false);
