// The page in the reader's language: English, or one of the table's, as the browser's list of languages says.

import { LANGUAGES } from "./languages.js";

const TRADITIONAL = /^zh\b.*-(hant|tw|hk|mo)\b/i;
const ATTRIBUTES = ["aria-label", "placeholder", "title"];
const [locale, language] = chosen();
const table = LANGUAGES[language] ?? {};
const formats = new Map();

/** [how numbers are written, whose words]: the first of the reader's languages that is there. */
function chosen() {
  for (const tag of navigator.languages ?? []) {
    const base = tag.split("-")[0].toLowerCase();
    const found = { en: "en", de: "de", zh: TRADITIONAL.test(tag) ? undefined : "zh-CN" }[base];
    if (found) return [tag, found];
  }
  return ["en", "en"];
}

/** A text of the page, by its English words; {name} becomes the value of that name. */
export function t(text, values = {}) {
  return (table[text] ?? text).replace(/\{(\w+)\}/g, (all, name) => values[name] ?? all);
}

/** A number with so many digits behind the point. */
export function number(value, digits = 0) {
  if (!formats.has(digits)) {
    const options = { minimumFractionDigits: digits, maximumFractionDigits: digits };
    formats.set(digits, numerals(options));
  }
  return formats.get(digits).format(value);
}

/** Of the reader's region; a list of languages may hold what is none. */
function numerals(options) {
  try {
    return new Intl.NumberFormat(locale, options);
  } catch {
    return new Intl.NumberFormat(language, options);
  }
}

/** Two sentences, one after the other. */
export const together = (first, second) => [first, second].filter(Boolean).join(language === "zh-CN" ? "" : " ");

/** The words that the page itself has, and the language that it says it is in. */
export function translatePage() {
  document.documentElement.lang = language;
  for (const node of document.body.querySelectorAll("*")) {
    for (const name of ATTRIBUTES) if (node.hasAttribute(name)) node.setAttribute(name, t(node.getAttribute(name)));
    for (const child of node.childNodes) {
      const words = child.nodeType === Node.TEXT_NODE ? child.data.trim() : "";
      if (words in table) child.data = child.data.replace(words, () => t(words));
    }
  }
}
