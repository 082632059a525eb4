// Words of a paragraph into nodes: code, emphasis, links. Text is only ever set as text; no HTML is read.

const DEEPEST = 10;
const LONGEST_LABEL = 300;
const LONGEST_LINK = 2000;
const PUNCTUATION = /[!-/:-@[-`{-~]/;
const SCHEMES = new Set(["http:", "https:", "mailto:"]);
const ANGLED = /<((?:https?:\/\/|mailto:)[^\s<>]{1,2000}|[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8})>/iy;
const BREAK = /<br ?\/?>/iy;
const BARE = /https?:\/\/[^\s<>"`|]+/iy;
const TURNING = /[\u202a-\u202e\u2066-\u2069]/g;

/** Append the nodes of a text to an element. */
export function addInline(parent, text, depth = 0, inLink = false) {
  const words = new Words(parent, text, depth, inLink);
  while (words.at < text.length) words.step();
  words.flush();
}

/** Characters that turn the direction of what follows unseen are shown by their number. */
export function seen(text) {
  return text.replace(TURNING, (letter) => `⟨U+${letter.codePointAt(0).toString(16).toUpperCase()}⟩`);
}

/** An address that may be opened, or null. */
export function safeAddress(text) {
  if (!/^(https?:\/\/|mailto:)/i.test(text)) return null;
  try {
    const url = new URL(text);
    return SCHEMES.has(url.protocol) ? url.href : null;
  } catch {
    return null;
  }
}

class Words {
  constructor(parent, text, depth, inLink) {
    Object.assign(this, { parent, text, depth, inLink, at: 0, plain: "" });
    this.code = codeSpans(text);
    this.missing = new Set();
    this.lastBracket = text.lastIndexOf("](");
  }

  step() {
    const letter = this.text[this.at];
    const isTaken =
      (letter === "\\" && this.escape()) ||
      (letter === "`" && this.codeSpan()) ||
      ((letter === "[" || (letter === "!" && this.text[this.at + 1] === "[")) && this.link()) ||
      (letter === "<" && this.angled()) ||
      ((letter === "h" || letter === "H") && this.bare()) ||
      ((letter === "*" || letter === "_" || letter === "~") && this.emphasis(letter)) ||
      (letter === "\n" && this.lineBreak());
    if (!isTaken) {
      this.plain += letter;
      this.at += 1;
    }
  }

  flush() {
    if (this.plain) this.parent.append(seen(this.plain));
    this.plain = "";
  }

  put(node, end) {
    this.flush();
    this.parent.append(node);
    this.at = end;
    return true;
  }

  escape() {
    const next = this.text[this.at + 1] ?? "";
    if (next === "\n") return this.put(document.createElement("br"), this.at + 2);
    if (!PUNCTUATION.test(next)) return false;
    this.plain += next;
    this.at += 2;
    return true;
  }

  codeSpan() {
    const span = this.code.get(this.at);
    if (span === undefined) {
      const end = this.at + runLength(this.text, this.at);
      this.plain += this.text.slice(this.at, end);
      this.at = end;
      return true;
    }
    let content = this.text.slice(span.from, span.to).replaceAll("\n", " ");
    if (content.startsWith(" ") && content.endsWith(" ") && content.trim()) content = content.slice(1, -1);
    return this.put(withText("code", content), span.end);
  }

  lineBreak() {
    if (!this.plain.endsWith("  ")) return false;
    this.plain = this.plain.trimEnd();
    return this.put(document.createElement("br"), this.at + 1);
  }

  link() {
    const isImage = this.text[this.at] === "!";
    const open = this.at + Number(isImage);
    if (this.inLink || open > this.lastBracket) return false;
    const close = this.closingBracket(open);
    if (close < 0 || this.text[close + 1] !== "(") return false;
    const end = this.text.indexOf(")", close);
    if (end < 0 || end - close > LONGEST_LINK) return false;
    const [address, after] = destination(this.text, close + 2);
    const href = address === null ? null : safeAddress(address);
    if (href === null) return false;
    const label = this.text.slice(open + 1, close);
    return this.put(anchor(href, (node) => addInline(node, label || address, this.depth + 1, true)), after);
  }

  closingBracket(open) {
    let level = 0;
    const last = Math.min(this.text.length, open + LONGEST_LABEL);
    for (let at = open; at < last; at += 1) {
      const letter = this.text[at];
      if (letter === "\\") at += 1;
      else if (letter === "`" && this.code.has(at)) at = this.code.get(at).end - 1;
      else if (letter === "[") level += 1;
      else if (letter === "]" && (level -= 1) === 0) return at;
    }
    return -1;
  }

  angled() {
    const line = matchAt(BREAK, this.text, this.at);
    if (line) return this.put(document.createElement("br"), this.at + line[0].length);
    const match = this.inLink ? null : matchAt(ANGLED, this.text, this.at);
    if (!match) return false;
    const href = safeAddress(match[1]) ?? safeAddress(`mailto:${match[1]}`);
    return href !== null && this.put(anchor(href, (node) => node.append(seen(match[1]))), this.at + match[0].length);
  }

  bare() {
    if (this.inLink || /\w/.test(this.text[this.at - 1] ?? "")) return false;
    const match = matchAt(BARE, this.text, this.at);
    if (!match) return false;
    const text = withoutTrailing(match[0].slice(0, LONGEST_LINK));
    const href = safeAddress(text);
    return href !== null && this.put(anchor(href, (node) => node.append(seen(text))), this.at + text.length);
  }

  emphasis(mark) {
    const length = runLength(this.text, this.at);
    const from = this.at + length;
    const isOpen = this.opens(mark, length, from);
    const close = isOpen ? this.closer(mark, length, from) : -1;
    if (close < 0) {
      this.plain += this.text.slice(this.at, from);
      this.at = from;
      return true;
    }
    const names = mark === "~" ? ["del"] : [["em"], ["strong"], ["strong", "em"]][length - 1];
    const outer = document.createElement(names[0]);
    const inner = names[1] ? outer.appendChild(document.createElement(names[1])) : outer;
    addInline(inner, this.text.slice(from, close), this.depth + 1, this.inLink);
    return this.put(outer, close + length);
  }

  opens(mark, length, from) {
    const next = this.text[from] ?? " ";
    const isWord = mark === "_" && /[\p{L}\p{N}]/u.test(this.text[this.at - 1] ?? "");
    const isLong = mark === "~" ? length !== 2 : length > 3;
    return this.depth < DEEPEST && !isLong && !isWord && !/\s/.test(next);
  }

  /** Where the run that closes begins; -1: nowhere, and then for no later opener of this kind either. */
  closer(mark, length, from) {
    const kind = mark + length;
    if (this.missing.has(kind)) return -1;
    for (let at = from; at < this.text.length; at += 1) {
      const letter = this.text[at];
      if (letter === "\\") at += 1;
      else if (letter === "`" && this.code.has(at)) at = this.code.get(at).end - 1;
      else if (letter === mark) {
        const run = runLength(this.text, at);
        if (this.closes(mark, length, at, run)) return at + run - length;
        at += run - 1;
      }
    }
    this.missing.add(kind);
    return -1;
  }

  closes(mark, length, at, run) {
    const isRun = run === length || (run === 3 && length < 3 && mark !== "~");
    const isWord = mark === "_" && /[\p{L}\p{N}]/u.test(this.text[at + run] ?? "");
    return isRun && !isWord && !/\s/.test(this.text[at - 1]);
  }
}

/** Start of a run of backticks -> where its content and the span end. */
function codeSpans(text) {
  const runs = [];
  for (let at = text.indexOf("`"); at >= 0; at = text.indexOf("`", at)) {
    const length = runLength(text, at);
    runs.push({ at, length, isEscaped: text[at - 1] === "\\" && text[at - 2] !== "\\" });
    at += length;
  }
  const next = new Map();
  const spans = new Map();
  for (const run of runs.reverse()) {
    const close = next.get(run.length);
    if (close !== undefined && !run.isEscaped) {
      spans.set(run.at, { from: run.at + run.length, to: close, end: close + run.length });
    }
    next.set(run.length, run.at);
  }
  return spans;
}

function runLength(text, at) {
  let end = at + 1;
  while (text[end] === text[at]) end += 1;
  return end - at;
}

/** The address of a link in brackets and the place after them: `url`, `<url>`, `url "title"`. */
function destination(text, from) {
  const angled = text[from] === "<" ? text.indexOf(">", from) : -1;
  let level = 0;
  let end = angled >= 0 ? angled + 1 : from;
  const last = Math.min(text.length, from + LONGEST_LINK);
  for (; angled < 0 && end < last && !/\s/.test(text[end]); end += 1) {
    if (text[end] === "(") level += 1;
    else if (text[end] === ")" && (level -= 1) < 0) break;
  }
  const address = angled >= 0 ? text.slice(from + 1, angled) : text.slice(from, end);
  const rest = /^\s*(?:"[^"]{0,500}"|'[^']{0,500}')?\s*\)/.exec(text.slice(end, end + 600));
  return rest === null ? [null, end] : [address, end + rest[0].length];
}

function withoutTrailing(address) {
  let text = address.replace(/[.,;:!?'*_~]{1,50}$/, "");
  while (text.endsWith(")") && count(text, ")") > count(text, "(")) text = text.slice(0, -1);
  return text;
}

const count = (text, letter) => text.split(letter).length - 1;

function matchAt(pattern, text, at) {
  pattern.lastIndex = at;
  return pattern.exec(text);
}

function anchor(href, fill) {
  const node = document.createElement("a");
  node.href = href;
  node.title = href;
  node.target = "_blank";
  node.rel = "noopener noreferrer";
  fill(node);
  return node;
}

function withText(name, text) {
  const node = document.createElement(name);
  node.textContent = seen(text);
  return node;
}
