// Blocks as elements, and a view of an answer that grows: what is whole is left as it is.

import { parseBlocks } from "./blocks.js";
import { copyText } from "./clipboard.js";
import { addInline, seen } from "./inline.js";
import { number, t } from "./words.js";

/** Shows a text that grows in an element. */
export class MarkdownView {
  #element;
  #shown = []; // {block, node}
  #announced = 0;
  #announce;

  /** announce(text) gets each paragraph once, when it is whole. */
  constructor(element, announce = () => {}) {
    this.#element = element;
    this.#announce = announce;
  }

  update(source) {
    const blocks = parseBlocks(source);
    blocks.forEach((block, index) => this.#show(block, index));
    for (const { node } of this.#shown.splice(blocks.length)) node.remove();
    this.#announceTo(blocks.length - 1);
  }

  /** Nothing more will come. */
  finish() {
    this.#announceTo(this.#shown.length);
  }

  #show(block, index) {
    const before = this.#shown[index];
    if (before?.block.raw === block.raw) return;
    if (before?.block.kind === "code" && block.kind === "code" && before.block.language === block.language) {
      before.node.querySelector("code").textContent = seen(block.text); // its button may have the keyboard
      before.block = Object.assign(before.block, block);
      return;
    }
    const node = nodeOf(block);
    if (before) before.node.replaceWith(node);
    else this.#element.append(node);
    this.#shown[index] = { block, node };
  }

  #announceTo(end) {
    for (; this.#announced < end; this.#announced += 1) {
      const { block, node } = this.#shown[this.#announced];
      if (block.kind === "code") this.#announce(linesOf(block));
      else this.#announce(node.innerText);
    }
  }
}

function linesOf(block) {
  const count = block.text.split("\n").length;
  return count === 1 ? t("Code, 1 line.") : t("Code, {count} lines.", { count: number(count) });
}

const MAKERS = {
  paragraph: (block) => inlined("p", block.text),
  heading: (block) => inlined(`h${block.level}`, block.text),
  rule: () => document.createElement("hr"),
  quote: (block) => {
    const node = document.createElement("blockquote");
    node.append(...block.blocks.map(nodeOf));
    return node;
  },
  code: codeNode,
  list: listNode,
  table: tableNode,
};

function nodeOf(block) {
  return MAKERS[block.kind](block);
}

function inlined(name, text) {
  const node = document.createElement(name);
  addInline(node, text);
  node.dir = "auto"; // last: browsers look through all of it at each change
  return node;
}

function codeNode(block) {
  const node = document.createElement("div");
  node.className = "code";
  const top = document.createElement("div");
  top.className = "code-top";
  const language = document.createElement("span");
  language.textContent = seen(block.language || "code");
  const copy = document.createElement("button");
  copy.type = "button";
  copy.className = "small-button";
  copy.textContent = t("Copy");
  copy.setAttribute("aria-label", t("Copy this code"));
  copy.addEventListener("click", () => copyText(block.text, copy));
  top.append(language, copy);
  const pre = document.createElement("pre");
  pre.tabIndex = 0;
  pre.setAttribute("role", "region");
  pre.setAttribute("aria-label", t("Code"));
  pre.append(document.createElement("code"));
  pre.firstChild.textContent = seen(block.text);
  node.append(top, pre);
  return node;
}

function listNode(block) {
  const node = document.createElement(block.isOrdered ? "ol" : "ul");
  if (block.isOrdered && block.start !== 1) node.start = block.start;
  for (const blocks of block.items) node.append(itemNode(blocks, block.isLoose));
  return node;
}

function itemNode(blocks, isLoose) {
  const item = document.createElement("li");
  for (const block of blocks) {
    if (block.kind !== "paragraph") {
      item.append(nodeOf(block));
      continue;
    }
    const task = /^\[([ xX])\] /.exec(block.text);
    const text = task ? block.text.slice(task[0].length) : block.text;
    const target = isLoose ? item.appendChild(document.createElement("p")) : item;
    if (task) target.append(task[1] === " " ? "☐ " : "☑ ");
    addInline(target, text);
  }
  item.dir = "auto";
  return item;
}

function tableNode(block) {
  const table = document.createElement("table");
  table.append(document.createElement("thead"), document.createElement("tbody"));
  table.tHead.append(rowNode("th", block.head, block.align));
  table.tBodies[0].append(...block.rows.map((row) => rowNode("td", row, block.align)));
  const around = document.createElement("div");
  around.className = "table";
  around.tabIndex = 0;
  around.setAttribute("role", "region");
  around.setAttribute("aria-label", t("Table"));
  around.append(table);
  return around;
}

function rowNode(name, texts, align) {
  const row = document.createElement("tr");
  texts.forEach((text, column) => {
    const cell = inlined(name, text);
    if (name === "th") cell.scope = "col";
    if (align[column]) cell.dataset.align = align[column];
    row.append(cell);
  });
  return row;
}
