// The key: out of the address, or asked for.

import { forgetKey, rememberKey } from "./store.js";
import { t } from "./words.js";

const GIVEN = t("It was shown when it was made (llmdesk serve key add NAME). It stays in this tab and ends with it.");
const WRONG = t("This key is not known here, or it was taken back. Look at it again, or ask for another one.");
const NO_KEY = t("A key has letters, digits and signs, and no spaces.");

/** Take `#key=...` out of the address, so that it stands in no history and on no screen. Returns the rest of it. */
export function addressWords() {
  const words = new URLSearchParams(location.hash.slice(1));
  const key = words.get("key");
  if (key !== null) {
    words.delete("key");
    if (isKey(key.trim())) rememberKey(key.trim());
    const rest = words.toString();
    history.replaceState(null, "", location.pathname + location.search + (rest && `#${rest}`));
  }
  return words;
}

const isKey = (text) => /^[\x21-\x7e]{1,500}$/.test(text);

export class KeyDialog {
  #dialog = document.getElementById("key-dialog");
  #input = document.getElementById("key");
  #text = document.getElementById("key-text");
  #answer = () => {};

  constructor() {
    document.getElementById("key-form").addEventListener("submit", (event) => this.#submit(event));
    document.getElementById("key-cancel").addEventListener("click", () => this.#dialog.close());
    this.#dialog.addEventListener("close", () => this.#dialog.open || this.#answer(null)); // it may be open again
  }

  get isOpen() {
    return this.#dialog.open;
  }

  /** The key that the user gives; null: none. */
  ask(wasWrong) {
    if (wasWrong) forgetKey();
    this.#text.textContent = wasWrong ? WRONG : GIVEN;
    this.#input.value = "";
    this.#dialog.showModal();
    this.#input.focus();
    return new Promise((resolve) => (this.#answer = resolve));
  }

  #submit(event) {
    event.preventDefault();
    const key = this.#input.value.trim();
    if (!isKey(key)) {
      this.#text.textContent = NO_KEY;
      this.#input.focus();
      return;
    }
    rememberKey(key);
    this.#input.value = "";
    this.#answer(key);
    this.#dialog.close();
  }
}
