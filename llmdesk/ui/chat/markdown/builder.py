"""Block tokens to leaves (no Qt)."""

from __future__ import annotations

import copy
import re
from collections.abc import Sequence
from dataclasses import replace

from markdown_it.common.utils import unescapeAll
from markdown_it.token import Token

from llmdesk.ui.chat.markdown.blocks import CONTAINERS, MAX_NESTING, links_in, parse_tokens
from llmdesk.ui.chat.markdown.inline import References, inline_spans
from llmdesk.ui.chat.markdown.leaves import Cell, CodeLeaf, Leaf, RuleLeaf, Span, TableLeaf, TextLeaf

MAX_COLUMNS = 40
MAX_PIECE_CHARS = 3_000
"""Of a paragraph that is shown, and parsed, in one piece."""
LINE_COST_CHARS = 24
"""What the parser does for a line, however short, in characters."""
MAX_TABLE_ROWS = 40
"""Then the head is repeated: the layout of a table costs as much as all of its rows."""
BULLETS = ("•", "◦", "▪")
BOXES = {" ": "☐", "x": "☑", "X": "☑"}
PLACEHOLDER = "x"
"""Stands for the part of a paragraph that was taken before, with a line break or a space after it."""
_TASK = re.compile(r"\[([ xX])\][ \n]+(?=\S)")


def whole_leaves(source_lines: Sequence[str]) -> list[Leaf]:
    """Leaves of a whole text, parsed at once: what a stream of the same text has to come to."""
    tokens = parse_tokens(source_lines, {})
    notes = {token.meta["label"] for token in tokens if token.type == "footnote_reference_open"}
    builder = LeafBuilder(References(links_in(tokens), notes))
    builder.walk(tokens, source_lines)
    return builder.leaves


def piece_starts(content: str) -> list[int]:
    """Where the pieces of a paragraph begin; this depends on nothing but what stands before each of them."""
    starts = [0]
    while (end := _piece_end(content, starts[-1])) < len(content):
        begin = (starts[-1] + end) // 2
        cut = max(content.rfind("\n", begin, end), content.rfind(" ", begin, end))
        starts.append(cut + 1 if cut > 0 else end)
    return starts


def _piece_end(content: str, start: int) -> int:
    """How far the piece that begins at ``start`` may reach: what it costs the parser is bounded."""
    left = MAX_PIECE_CHARS
    while True:
        newline = content.find("\n", start)
        line_end = newline if newline >= 0 else len(content)
        room = max(0, left - LINE_COST_CHARS)
        if line_end - start > room:
            return start + room
        if newline < 0:
            return len(content)
        left -= line_end - start + LINE_COST_CHARS
        start = newline + 1


class LeafBuilder:
    """Walks over tokens and remembers where it is, so that the rest of a text can follow later.

    ``leaves``: everything that is complete.
    """

    def __init__(self, references: References) -> None:
        self.leaves: list[Leaf] = []
        self.references = references
        self.rewrote = False
        """Leaves that were complete are others now."""
        self._lines: Sequence[str] = ()
        self._path = ""
        self._numbers: list[int | None] = []
        self._marker = ""
        self._heading = 0
        self._rows: list[tuple[Cell, ...]] | None = None
        self._sources: list[tuple[str, ...]] = []
        self._cells: list[Cell] = []
        self._cell_sources: list[str] = []
        self._aligns: list[str] = []
        self._wide: list[str] | None = None
        # Of the block that the next tokens go on with: pieces of a paragraph, lines of code, rows and parts of a table.
        self._pieces = 0
        self._code: str | None = None
        self._table: tuple[list[tuple[Cell, ...]], list[tuple[str, ...]], int] | None = None
        self._is_cut = False

    def fork(self) -> LeafBuilder:
        """One that goes on from here for a look ahead; it begins without leaves."""
        other = copy.copy(self)
        other.leaves, other._numbers = [], list(self._numbers)
        other.references = self.references.copy()
        return other

    def walk(self, tokens: Sequence[Token], lines: Sequence[str], *, cut: bool = False) -> None:
        """Take in tokens of ``lines``. ``cut``: of their block, all but the last piece, line of code or row."""
        self._lines, self._is_cut = lines, cut
        for token in tokens:
            handler = getattr(self, f"_on_{token.type}", None)
            if handler is not None:
                handler(token)
            if token.type in CONTAINERS and token.level == MAX_NESTING - 1:
                self._on_literal(token)  # what is in it was dropped by the parser
        self._is_cut = False

    # -- containers -------------------------------------------------------------------------------------------------

    def _on_bullet_list_open(self, token: Token) -> None:
        self._enter_list(None)

    def _on_ordered_list_open(self, token: Token) -> None:
        self._enter_list(int(token.attrs.get("start", 1)))

    def _enter_list(self, number: int | None) -> None:
        self._flush_marker()
        self._path += "l"
        self._numbers.append(number)

    def _on_bullet_list_close(self, token: Token) -> None:
        self._path = self._path[:-1]
        self._numbers.pop()

    _on_ordered_list_close = _on_bullet_list_close

    def _on_list_item_open(self, token: Token) -> None:
        number = self._numbers[-1]
        if number is None:
            self._marker = BULLETS[min(len(self._numbers), len(BULLETS)) - 1]
        else:
            self._marker = f"{number}."
            self._numbers[-1] = number + 1

    def _on_list_item_close(self, token: Token) -> None:
        self._flush_marker()

    def _on_blockquote_open(self, token: Token) -> None:
        self._flush_marker()
        self._path += "q"

    def _on_blockquote_close(self, token: Token) -> None:
        self._path = self._path[:-1]

    def _on_footnote_reference_open(self, token: Token) -> None:
        self._flush_marker()
        self._path += "n"
        self.references.notes.add(token.meta["label"])
        self._marker = f"[{token.meta['label']}]"

    def _on_footnote_reference_close(self, token: Token) -> None:
        self._flush_marker()
        self._path = self._path[:-1]

    def _on_definition(self, token: Token) -> None:
        for label, link in token.meta["links"].items():
            self.references.links.setdefault(label, link)

    def _take_marker(self) -> str:
        marker, self._marker = self._marker, ""
        return marker

    def _flush_marker(self) -> None:
        """An item that does not begin with words still shows its bullet or number."""
        if self._marker:
            self.leaves.append(TextLeaf((), 0, self._take_marker(), self._path))

    # -- words ------------------------------------------------------------------------------------------------------

    def _on_heading_open(self, token: Token) -> None:
        self._heading = int(token.tag[1])

    def _on_inline(self, token: Token) -> None:
        if self._rows is not None:
            self._cells.append(inline_spans(token.content, self.references))
            self._cell_sources.append(token.content)
            return
        content = token.content[len(PLACEHOLDER) + 1 :] if self._pieces else token.content
        if self._heading and self._pieces:
            self._make_heading()
        starts = piece_starts(content)
        if self._is_cut:
            content, starts = content[: starts[-1]], starts[:-1]
        for begin, end in zip(starts, [*starts[1:], len(content)], strict=False):
            piece = content[begin:end].strip()
            if piece or not self._pieces:
                self._add_text(piece)
                self._pieces += 1
        if not self._is_cut:
            self._heading = self._pieces = 0

    def _add_text(self, source: str) -> None:
        marker = self._take_marker()
        task = _TASK.match(source) if marker and self._path.endswith("l") else None
        if task is not None:
            source = source[task.end() :]
            box = BOXES[task[1]]
            marker = f"{marker} {box}" if marker[0].isdigit() else box
        spans = inline_spans(source, self.references)
        self.leaves.append(TextLeaf(spans, self._heading, marker, self._path, self._pieces > 0, source))

    def _make_heading(self) -> None:
        """The line under a long paragraph makes a heading of what was shown before."""
        for i in range(max(0, len(self.leaves) - self._pieces), len(self.leaves)):
            leaf = self.leaves[i]
            if isinstance(leaf, TextLeaf):
                self.leaves[i] = replace(leaf, heading=self._heading)
                self.rewrote = True

    def _on_literal(self, token: Token) -> None:
        begin, end = token.map or [0, len(self._lines)]
        text = "\n".join(self._lines[begin:end])
        self.leaves.append(TextLeaf((Span(text),), 0, self._take_marker(), self._path))

    def _on_hr(self, token: Token) -> None:
        self._flush_marker()
        self.leaves.append(RuleLeaf(self._path))

    # -- code -------------------------------------------------------------------------------------------------------

    def _on_fence(self, token: Token) -> None:
        self._flush_marker()
        self._add_code(token.content.removesuffix("\n"), language_of(token.info))

    _on_code_block = _on_fence

    def _add_code(self, text: str, language: str) -> None:
        if self._code is not None:
            text = f"{self._code}\n{text}"
        if self._is_cut:
            self._code = text[: text.rfind("\n")]
            return
        self._code = None
        self.leaves.append(CodeLeaf(text, language, self._path))

    # -- tables -----------------------------------------------------------------------------------------------------

    def _on_table_open(self, token: Token) -> None:
        self._flush_marker()
        self._rows, self._sources, self._aligns = [], [], []
        self._wide = token.meta["lines"]

    def _on_th_open(self, token: Token) -> None:
        self._aligns.append(str(token.attrs.get("style", "")).removeprefix("text-align:"))

    def _on_tr_open(self, token: Token) -> None:
        self._cells, self._cell_sources = [], []

    def _on_tr_close(self, token: Token) -> None:
        if self._rows is not None:
            self._rows.append(tuple(self._cells))
            self._sources.append(tuple(self._cell_sources))

    def _on_table_close(self, token: Token) -> None:
        (header, *rows), (header_source, *sources) = self._rows or [()], self._sources or [()]
        self._rows = None
        if len(self._aligns) > MAX_COLUMNS:
            lines = (self._wide or [])[2 if self._code is not None else 0 :]
            self._add_code("\n".join(lines), "")
            return
        before, before_sources, parts = self._table or ([], [], 0)
        rows, sources = [*before, *rows], [*before_sources, *sources]
        if self._is_cut:
            del rows[-1], sources[-1]
        while rows or not parts:
            if self._is_cut and len(rows) <= MAX_TABLE_ROWS:
                break
            part, part_sources = tuple(rows[:MAX_TABLE_ROWS]), tuple(sources[:MAX_TABLE_ROWS])
            del rows[:MAX_TABLE_ROWS], sources[:MAX_TABLE_ROWS]
            shown = (header, part, tuple(self._aligns), self._path, (header_source, *part_sources))
            self.leaves.append(TableLeaf(*shown))
            parts += 1
        self._table = (rows, sources, parts) if self._is_cut else None


def language_of(info: str) -> str:
    """The first word after a fence."""
    return unescapeAll(info.split(maxsplit=1)[0]) if info.strip() else ""


def with_references(leaf: Leaf, references: References) -> Leaf:
    """A leaf as it is once all link definitions and footnotes of the text are known."""
    if isinstance(leaf, TextLeaf) and "[" in leaf.source:
        return replace(leaf, spans=inline_spans(leaf.source, references))
    if isinstance(leaf, TableLeaf) and any("[" in source for row in leaf.sources for source in row):
        rows = [tuple(inline_spans(source, references) for source in row) for row in leaf.sources]
        return replace(leaf, header=rows[0], rows=tuple(rows[1:]))
    return leaf
