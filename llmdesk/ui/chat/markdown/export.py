"""What was selected, as words and as markdown (no Qt)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from llmdesk.ui.chat.markdown.bidi import CONTROLS
from llmdesk.ui.chat.markdown.citations import is_source
from llmdesk.ui.chat.markdown.leaves import Cell, CodeLeaf, Leaf, RuleLeaf, Span, TableLeaf, TextLeaf

_HELD = "\0"
"""A line break in a formula, whose lines are what they are."""
_BOXES = {"☐": "[ ]", "☑": "[x]"}
_DELIMITERS = {"left": ":--", "center": ":-:", "right": "--:"}
_SPECIAL = re.compile(
    r"[\\`*]|(?<![^\W_])_|_(?![^\W_])|~~|<(?=[A-Za-z/!?])|&(?=#?\w+;)|\[(?=\^|[^\]]*\][(\[:])|(?<=[A-Za-z]):(?=//)"
    r"|(?<=\S)\$|\$(?=[^\s\d])"
)
_LINE_START = re.compile(
    r"^([ \t]*)(\d{1,9})?(?=[.)](?:\s|$)|[-+*](?:\s|$)|#{1,6}(?:\s|$)|>|=+\s*$|-+\s*$|~~~|\[[ xX]\]\s)", re.M
)


@dataclass(frozen=True, slots=True)
class PlainLeaf:
    """Words that are what they look like: of a prompt, or of a line of figures."""

    text: str
    path: str = ""


@dataclass(frozen=True, slots=True)
class TablePart:
    """Some rows of a table, with its head or without; so many cells of the first and of the last row are left out."""

    table: TableLeaf
    has_head: bool
    left_out_before: int = 0
    left_out_after: int = 0

    @property
    def path(self) -> str:
        """Where the table stands."""
        return self.table.path


SelectedLeaf = Leaf | PlainLeaf | TablePart


def plain_text(leaves: Sequence[SelectedLeaf]) -> str:
    """Words with the marks of lists; code with its lines; tables with tabs between the cells."""
    text = ""
    for i, leaf in enumerate(_with_free_beginning(leaves)):
        if i:
            text += _gap(leaves[i - 1], leaf)
        level = leaf.path.count("l")
        marker = leaf.marker if isinstance(leaf, TextLeaf) else ""
        if isinstance(leaf, TextLeaf):
            pad = "  " * (max(0, level - 1) if marker else level)
            words = f"{marker} {_plain(leaf.spans)}" if marker else _plain(leaf.spans)
            text += pad + words.replace("\n", f"\n{pad}{'  ' if marker else ''}")
        elif isinstance(leaf, TablePart | TableLeaf):
            text += "\n".join("\t".join(_words(cell) for cell in row) for row in _rows(leaf))
        else:
            text += "---" if isinstance(leaf, RuleLeaf) else leaf.text
    return text


def _with_free_beginning(leaves: Sequence[SelectedLeaf]) -> list[SelectedLeaf]:
    """A selection that begins in the middle of an item begins with words, not with an indent."""
    first = leaves[0] if leaves else None
    if isinstance(first, TextLeaf) and not first.marker:
        return [replace(first, path=first.path.rstrip("ln")), *leaves[1:]]
    return list(leaves)


def _rows(leaf: TableLeaf | TablePart) -> list[tuple[Cell, ...]]:
    table = leaf.table if isinstance(leaf, TablePart) else leaf
    has_head = not isinstance(leaf, TablePart) or leaf.has_head
    rows = [*([table.header] if has_head else []), *table.rows]
    if isinstance(leaf, TablePart):
        rows[-1] = rows[-1][: len(rows[-1]) - leaf.left_out_after]
        rows[0] = rows[0][leaf.left_out_before :]
    return rows


def _words(cell: Cell) -> str:
    return " ".join(_plain(cell).split())


def _plain(spans: Cell) -> str:
    return "".join(f"[{span.text}]" if span.raised else _text(span) for span in spans)


def _text(span: Span) -> str:
    """Without the characters that keep code in order."""
    return CONTROLS.sub("", span.text) if span.code else span.text


def _gap(before: SelectedLeaf, leaf: SelectedLeaf) -> str:
    if isinstance(leaf, TextLeaf) and leaf.continues:
        return " "
    is_item = isinstance(leaf, TextLeaf) and bool(leaf.marker)
    return "\n" if is_item and before.path and isinstance(before, TextLeaf) else "\n\n"


def markdown(leaves: Sequence[SelectedLeaf]) -> str:
    """Markdown that means what is shown."""
    writer = _MarkdownWriter()
    for leaf in _with_free_beginning(leaves):
        writer.add(leaf)
    return "\n".join(writer.lines)


class _MarkdownWriter:
    """Writes leaves below each other, each behind the marks of its lists and quotes."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self._path = ""
        self._widths: list[int] = []  # of the mark of each level
        self._item = ""  # the mark of the leaf above, if it has words and stands in a list

    def add(self, leaf: SelectedLeaf) -> None:
        """The next leaf."""
        marker = leaf.marker if isinstance(leaf, TextLeaf) else ""
        if isinstance(leaf, TextLeaf) and leaf.continues and self.lines:
            self.lines[-1] += " " + _spans_markdown(leaf.spans).replace(_HELD, " ")
            return
        same = _common(self._path, leaf.path)
        if self.lines and not self._is_close_below(leaf.path, marker):
            self.lines.append(self._prefix(leaf.path[:same]).rstrip())
        self._widths = [*self._widths[:same], *(2 for _ in leaf.path[same:])]
        self._path = leaf.path
        mark = _list_mark(marker)
        outer = self._prefix(leaf.path[:-1]) if mark else ""
        if mark:
            self._widths[-1] = 4 if leaf.path.endswith("n") else len(mark.split()[0]) + 1
        prefix = self._prefix(leaf.path)
        for i, line in enumerate(_lines_of(leaf)):
            self.lines.append((outer + mark if mark and i == 0 else prefix) + line)
            self.lines[-1] = self.lines[-1] if line else self.lines[-1].rstrip()
        if mark or not isinstance(leaf, TextLeaf):
            self._item = mark if isinstance(leaf, TextLeaf) and leaf.spans else ""

    def _is_close_below(self, path: str, marker: str) -> bool:
        """True for an item that needs no blank line above it."""
        if not (marker and self._item and path.endswith("l") and self._path.endswith("l")):
            return False
        if len(path) > len(self._path):  # it interrupts a paragraph
            return not marker[0].isdigit() or marker.startswith("1.")
        return marker[0].isdigit() == self._item[0].isdigit()

    def _prefix(self, path: str) -> str:
        return "".join("> " if level == "q" else " " * self._widths[i] for i, level in enumerate(path))


def _common(path: str, other: str) -> int:
    return next((i for i, (a, b) in enumerate(zip(path, other, strict=False)) if a != b), min(len(path), len(other)))


def _list_mark(marker: str) -> str:
    if marker.startswith("["):
        return f"[^{marker[1:-1]}]: "
    words = marker.split()
    if not words:
        return ""
    number = words[0] if words[0][0].isdigit() else "-"
    box = _BOXES.get(words[-1], "")
    return f"{number} {box} " if box else f"{number} "


def _lines_of(leaf: SelectedLeaf) -> list[str]:
    if isinstance(leaf, RuleLeaf):
        return ["---"]
    if isinstance(leaf, CodeLeaf):
        longest = max(map(len, re.findall("`{3,}", leaf.text)), default=2)
        fence = "`" * (longest + 1)
        return [fence + leaf.language, *leaf.text.split("\n"), fence]
    if isinstance(leaf, TableLeaf | TablePart):
        table = leaf.table if isinstance(leaf, TablePart) else leaf
        head, *rows = [_row_markdown(row) for row in (table.header, *table.rows)]
        return [head, "| " + " | ".join(_DELIMITERS.get(align, "---") for align in table.aligns) + " |", *rows]
    if isinstance(leaf, PlainLeaf):
        return leaf.text.split("\n")
    if leaf.heading:
        return [f"{'#' * leaf.heading} {_spans_markdown(leaf.spans)}".replace("\n", "<br>").replace(_HELD, " ")]
    return _LINE_START.sub(r"\1\2\\", _spans_markdown(leaf.spans)).replace(_HELD, "\n").split("\n")


def _row_markdown(row: Sequence[Cell]) -> str:
    cells = [_spans_markdown(cell).replace("|", "\\|").replace("\n", "<br>").replace(_HELD, " ") for cell in row]
    return "| " + " | ".join(cells) + " |"


def _marks_of(span: Span) -> list[str]:
    """From the outside to the inside."""
    marks = [f"]({_address(span.link)})"] if span.link and not is_source(span.link) else []
    return [*marks, *["~~"] * span.strike, *["**"] * span.bold, *["*"] * span.italic]


def _address(link: str) -> str:
    return f"<{link}>" if re.search(r"[()\s]", link) else link


def _spans_markdown(spans: Cell) -> str:
    """Marks are opened and closed where a style begins and ends; spaces stay outside of them."""
    text, spaces = "", ""
    opened: list[str] = []
    for span in spans:
        wanted = _marks_of(span)
        body = span.text
        is_literal = bool(span.code or span.raised or span.math or _is_bare(span))
        if _is_bare(span):
            wanted = wanted[1:]
        same = next((i for i, (a, b) in enumerate(zip(opened, wanted, strict=False)) if a != b), None)
        same = min(len(opened), len(wanted)) if same is None else same
        text += "".join(reversed(opened[same:]))
        opened = opened[:same]
        lead = "" if is_literal else body[: len(body) - len(body.lstrip())]
        core = body[len(lead) :] if is_literal else body.strip()
        text += spaces + lead
        spaces = ""
        if not core:
            continue
        text += "".join("[" if mark.startswith("]") else mark for mark in wanted[same:])
        opened = wanted
        spaces = body[len(lead) + len(core) :]
        text += _literal(span) if is_literal else _SPECIAL.sub(r"\\\g<0>", core)
    return text + "".join(reversed(opened)) + spaces


def _is_bare(span: Span) -> bool:
    return bool(span.link) and span.link == span.text


def _literal(span: Span) -> str:
    if span.raised:
        return f"[^{span.text}]"
    if span.math:
        return span.text.replace("\n", _HELD)
    if _is_bare(span):
        return f"<{span.text}>"
    text = _text(span)
    longest = max(map(len, re.findall("`+", text)), default=0)
    ticks = "`" * (longest + 1)
    pad = " " if text[:1] == "`" or text[-1:] == "`" else ""
    return f"{ticks}{pad}{text}{pad}{ticks}"
