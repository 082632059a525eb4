// Markdown into blocks: {kind, raw, ...}. Looks at each line a fixed number of times, whatever is in it.

const DEEPEST = 8;
const FENCE = /^ {0,3}(`{3,}|~{3,})(.*)$/;
const HEADING = /^ {0,3}(#{1,6})(?:[ \t]|$)/;
const RULE = /^ {0,3}([-*_])(?:[ \t]*\1){2,}[ \t]*$/;
const QUOTE = /^ {0,3}>/;
const ITEM = /^( *)([-*+]|\d{1,9}[.)])(?: +(?=\S)| *$)/;
const UNDERLINE = /^ {0,3}(=+|-+)[ \t]*$/;

export function parseBlocks(source) {
  return blocksOf(source.replace(/\r\n?/g, "\n").split("\n").map(untabbed), 0);
}

function untabbed(line) {
  return line.replace(/^[ \t]+/, (space) => space.replaceAll("\t", "    "));
}

function blocksOf(lines, depth) {
  const found = [];
  let at = 0;
  while (at < lines.length) {
    if (isBlank(lines[at])) {
      at += 1;
      continue;
    }
    const [block, end] = blockAt(lines, at, depth);
    found.push({ ...block, raw: lines.slice(at, end).join("\n") });
    at = end;
  }
  return found;
}

function blockAt(lines, at, depth) {
  const line = lines[at];
  if (isFence(line)) return fence(lines, at);
  if (HEADING.test(line)) return [heading(line), at + 1];
  if (RULE.test(line)) return [{ kind: "rule" }, at + 1];
  if (depth < DEEPEST && QUOTE.test(line)) return quote(lines, at, depth);
  if (depth < DEEPEST && isItem(line)) return list(lines, at, depth);
  if (indent(line) >= 4) return indented(lines, at);
  if (isTable(lines, at)) return table(lines, at);
  return paragraph(lines, at, depth);
}

const isBlank = (line) => line.trim() === "";
const indent = (line) => line.length - line.trimStart().length;
const isItem = (line) => indent(line) < 4 && ITEM.test(line);

function isFence(line) {
  const match = FENCE.exec(line);
  return match !== null && !(match[1][0] === "`" && match[2].includes("`"));
}

function interrupts(lines, at, depth) {
  const line = lines[at];
  if (isFence(line) || HEADING.test(line) || RULE.test(line)) return true;
  if (depth < DEEPEST && (QUOTE.test(line) || /^ {0,3}(?:[-*+]|1[.)]) +\S/.test(line))) return true;
  return isTable(lines, at);
}

function fence(lines, at) {
  const [, marks, info] = FENCE.exec(lines[at]);
  const space = indent(lines[at]);
  const code = [];
  let end = at + 1;
  for (; end < lines.length; end += 1) {
    const line = lines[end];
    const text = line.trim();
    if (indent(line) < 4 && text.length >= marks.length && [...text].every((letter) => letter === marks[0])) {
      return [{ kind: "code", language: languageOf(info), text: code.join("\n") }, end + 1];
    }
    code.push(line.slice(Math.min(space, indent(line))));
  }
  return [{ kind: "code", language: languageOf(info), text: code.join("\n") }, end];
}

const languageOf = (info) => info.trim().split(/\s/, 1)[0].slice(0, 40);

function indented(lines, at) {
  let end = at;
  while (end < lines.length && (indent(lines[end]) >= 4 || isBlank(lines[end]))) end += 1;
  const code = lines.slice(at, end).map((line) => line.slice(4)).join("\n");
  return [{ kind: "code", language: "", text: code.trimEnd() }, end];
}

function heading(line) {
  const level = HEADING.exec(line)[1].length;
  let text = line.trim().slice(level).trim();
  const end = withoutLast(text, "#");
  if (end === "" || end.endsWith(" ")) text = end.trim();
  return { kind: "heading", level, text };
}

function withoutLast(text, letter) {
  let end = text.length;
  while (end > 0 && text[end - 1] === letter) end -= 1;
  return text.slice(0, end);
}

function quote(lines, at, depth) {
  const inner = [];
  let end = at;
  for (; end < lines.length; end += 1) {
    const line = lines[end];
    if (QUOTE.test(line)) inner.push(line.replace(/^ {0,3}> ?/, ""));
    else if (isBlank(line) || interrupts(lines, end, depth)) break;
    else inner.push(line);
  }
  return [{ kind: "quote", blocks: blocksOf(inner, depth + 1) }, end];
}

function list(lines, at, depth) {
  const first = ITEM.exec(lines[at]);
  const kind = markKind(first[2]);
  const items = [];
  let isLoose = false;
  let end = at;
  while (end < lines.length) {
    const match = ITEM.exec(lines[end]);
    if (match === null || indent(lines[end]) > first[1].length + 1 || markKind(match[2]) !== kind || RULE.test(lines[end])) break;
    const [inner, next] = itemLines(lines, end, match, depth);
    const blank = inner.findIndex(isBlank);
    isLoose ||= blank > 0 && inner.slice(blank).some((line) => !isBlank(line) && indent(line) < 2);
    items.push(blocksOf(inner, depth + 1));
    end = next;
    const after = nextWords(lines, end);
    if (after > end && after < lines.length && ITEM.test(lines[after])) end = after;
  }
  return [{ kind: "list", isOrdered: kind !== "-" && kind !== "*" && kind !== "+", start: Number.parseInt(first[2], 10), items, isLoose }, end];
}

const markKind = (mark) => mark.at(-1);

function itemLines(lines, at, match, depth) {
  const content = match[0].length;
  const inner = [lines[at].slice(content)];
  let end = at + 1;
  let wasBlank = false;
  for (; end < lines.length; end += 1) {
    const line = lines[end];
    if (isBlank(line)) {
      wasBlank = true;
      inner.push("");
      continue;
    }
    const space = indent(line);
    const belongs = space >= Math.min(content, match[1].length + 2);
    if (!belongs && (wasBlank || ITEM.test(line) || interrupts(lines, end, depth))) break;
    wasBlank = false;
    inner.push(line.slice(Math.min(space, content)));
  }
  while (inner.length > 1 && isBlank(inner.at(-1))) {
    inner.pop();
    end -= 1;
  }
  return [inner, end];
}

function nextWords(lines, at) {
  let next = at;
  while (next < lines.length && isBlank(lines[next])) next += 1;
  return next;
}

function isTable(lines, at) {
  if (!lines[at].includes("|") || at + 1 >= lines.length || !lines[at + 1].includes("-")) return false;
  const marks = cells(lines[at + 1]);
  return marks.every((cell) => /^:?-+:?$/.test(cell)) && cells(lines[at]).length === marks.length;
}

function table(lines, at) {
  const align = cells(lines[at + 1]).map((cell) =>
    cell.endsWith(":") ? (cell.startsWith(":") ? "center" : "right") : "",
  );
  const rows = [];
  let end = at + 2;
  for (; end < lines.length && !isBlank(lines[end]) && lines[end].includes("|"); end += 1) {
    const row = cells(lines[end]);
    rows.push(align.map((_, column) => row[column] ?? ""));
  }
  return [{ kind: "table", head: cells(lines[at]), align, rows }, end];
}

function cells(line) {
  let text = line.trim();
  if (text.startsWith("|")) text = text.slice(1);
  if (text.endsWith("|") && !text.endsWith("\\|")) text = text.slice(0, -1);
  return text.split(/(?<!\\)\|/).map((cell) => cell.trim().replaceAll("\\|", "|"));
}

function paragraph(lines, at, depth) {
  let end = at + 1;
  for (; end < lines.length && !isBlank(lines[end]); end += 1) {
    const underline = UNDERLINE.exec(lines[end]);
    if (underline !== null) {
      const level = underline[1][0] === "=" ? 1 : 2;
      return [{ kind: "heading", level, text: joined(lines.slice(at, end)) }, end + 1];
    }
    if (interrupts(lines, end, depth)) break;
  }
  return [{ kind: "paragraph", text: joined(lines.slice(at, end)) }, end];
}

const joined = (lines) => lines.map((line) => line.trimStart()).join("\n").trimEnd();
