// Copying, also where the page came over plain HTTP and the browser has no clipboard for it.

import { t } from "./words.js";

/** Copy a text; the button says for a moment whether that worked. */
export async function copyText(text, button) {
  const words = button.textContent;
  button.textContent = (await isCopied(text)) ? t("Copied") : t("Not copied");
  setTimeout(() => (button.textContent = words), 1500);
}

async function isCopied(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return copiedBySelection(text);
  }
}

function copiedBySelection(text) {
  const before = document.activeElement;
  const area = document.createElement("textarea");
  area.className = "unseen";
  area.value = text;
  document.body.append(area);
  area.select();
  const isDone = document.execCommand("copy");
  area.remove();
  before?.focus();
  return isDone;
}
