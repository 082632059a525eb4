// The messages on the page. It stays at its end unless the reader has gone up.

import { copyText } from "./clipboard.js";
import { MarkdownView } from "./markdown.js";
import { t } from "./words.js";

export class Conversation {
  #scroller = document.getElementById("main");
  #list = document.getElementById("messages");
  #empty = document.getElementById("empty");
  #toEnd = document.getElementById("to-end");
  #announcer = document.getElementById("announcer");
  #isAtEnd = true;
  #card = null;

  constructor() {
    this.#scroller.addEventListener("scroll", () => this.#scrolled());
    this.#toEnd.addEventListener("click", () => this.toEnd());
    new ResizeObserver(() => this.#isAtEnd && this.follow()).observe(this.#scroller); // a phone's keyboard came
  }

  clear() {
    this.#list.replaceChildren();
    this.#card = null;
    this.#empty.hidden = false;
    this.toEnd();
  }

  addPrompt(text) {
    const words = element("div", "words");
    words.dir = "auto";
    words.textContent = text;
    const article = this.#add("user", t("You"));
    article.append(words);
    return article;
  }

  /** announced: its paragraphs are told to screen readers as they come. */
  addAnswer(announced) {
    for (const node of this.#list.querySelectorAll(".newest")) node.classList.remove("newest");
    for (const node of this.#list.querySelectorAll(".again")) node.remove();
    const article = this.#add("assistant newest", t("Answer"));
    return new AnswerNode(article, announced ? (text) => this.announce(text) : undefined);
  }

  /** Something went wrong: what, what to do, and buttons that do it: [[words, action]]. */
  showCard(title, text, actions) {
    this.closeCard();
    const card = element("section", "card");
    card.setAttribute("aria-label", title);
    const heading = element("h2");
    heading.textContent = title;
    const words = element("p");
    words.textContent = text;
    const row = element("div", "actions");
    row.append(...actions.map(([label, action]) => button(label, "button", action)));
    card.append(heading, words, row);
    this.#list.append(card);
    this.#card = card;
    this.#empty.hidden = true;
    this.announce(`${title}. ${text}`);
    this.follow();
  }

  closeCard() {
    this.#card?.remove();
    this.#card = null;
  }

  /** For screen readers, politely. */
  announce(text) {
    const line = element("p");
    line.textContent = text;
    this.#announcer.append(line);
    while (this.#announcer.childElementCount > 20) this.#announcer.firstChild.remove();
  }

  /** Stay at the end, if the reader is there. */
  follow() {
    if (this.#isAtEnd) this.#scroller.scrollTop = this.#scroller.scrollHeight;
    else this.#toEnd.hidden = false;
  }

  toEnd() {
    this.#isAtEnd = true;
    this.#toEnd.hidden = true;
    this.follow();
  }

  scrollPages(pages) {
    this.#scroller.scrollBy(0, pages * this.#scroller.clientHeight * 0.9);
  }

  #add(kind, label) {
    this.#empty.hidden = true;
    const article = element("article", `message ${kind}`);
    article.setAttribute("aria-label", label);
    this.#list.append(article);
    return article;
  }

  #scrolled() {
    const { scrollTop, clientHeight, scrollHeight } = this.#scroller;
    this.#isAtEnd = scrollTop + clientHeight > scrollHeight - 40;
    if (this.#isAtEnd) this.#toEnd.hidden = true;
  }
}

class AnswerNode {
  #article;
  #words = element("div", "answer live");
  #waiting = element("p", "waiting");
  #view;

  constructor(article, announce) {
    this.#article = article;
    this.#view = new MarkdownView(this.#words, announce);
    this.#article.setAttribute("aria-busy", "true");
    this.#article.append(this.#waiting, this.#words);
  }

  wait(text) {
    if (this.#waiting.textContent !== text) this.#waiting.textContent = text;
  }

  update(text) {
    this.#waiting.remove();
    this.#view.update(text);
  }

  /** figures: [[number, words]]; again: what asks once more, or null. */
  finish(text, figures, note, again) {
    this.update(text);
    this.#view.finish();
    this.#words.classList.remove("live");
    this.#article.removeAttribute("aria-busy");
    const under = element("div", "under");
    const line = element("p", "figures");
    figures.forEach(([number, words], index) => {
      const strong = element("b");
      strong.textContent = number;
      line.append(index ? " · " : "", strong, ` ${words}`);
    });
    if (note) line.append(figures.length ? ` · ${note}` : note);
    under.append(line);
    if (text) under.append(button(t("Copy"), "small-button", (node) => copyText(text, node)));
    if (again) under.append(button(t("Answer again"), "small-button again", again));
    this.#article.append(under);
  }
}

function element(name, className = "") {
  const node = document.createElement(name);
  node.className = className;
  return node;
}

function button(label, className, action) {
  const node = element("button", className);
  node.type = "button";
  node.textContent = label;
  node.addEventListener("click", () => action(node));
  return node;
}
