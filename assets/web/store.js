// What this tab keeps: the key, the conversation, the draft. It ends with the tab; nothing is shared between tabs.

const PREFIX = "llmdesk.";

function read(name) {
  try {
    return JSON.parse(sessionStorage.getItem(PREFIX + name));
  } catch {
    return null;
  }
}

/** False: the browser has no room for it. */
function write(name, value) {
  try {
    if (value === null) sessionStorage.removeItem(PREFIX + name);
    else sessionStorage.setItem(PREFIX + name, JSON.stringify(value));
    return true;
  } catch {
    return false;
  }
}

export const keyOrNull = () => read("key");
export const rememberKey = (key) => write("key", key);
export const forgetKey = () => write("key", null);

export const chosenModel = () => read("model");
export const chooseModel = (id) => write("model", id);

export const draft = () => read("draft") ?? "";
export const keepDraft = (text) => write("draft", text);

export const messages = () => listOf("messages");
export const keepMessages = (list) => write("messages", list);

export const lastChat = () => listOf("last");
export const keepLastChat = (list) => write("last", list);

function listOf(name) {
  const found = read(name);
  return Array.isArray(found) ? found.filter((each) => typeof each?.text === "string") : [];
}
