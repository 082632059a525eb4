"""Markdown source to blocks, and blocks to leaves (no Qt). HTML stays text; images become their alternative text."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from markdown_it.token import Token

from llmdesk.ui.chat.markdown.inline import References, inline_spans, make_parser
from llmdesk.ui.chat.markdown.leaves import Cell, CodeLeaf, Leaf, RuleLeaf, Span, TableLeaf, TextLeaf

_log = logging.getLogger(__name__)

MAX_NESTING = 60
MAX_COLUMNS = 40
BULLETS = ("•", "◦", "▪")

BlockKind = Literal["text", "list_item", "fence", "table", "other"]
_parser = make_parser(MAX_NESTING)


@dataclass(frozen=True, slots=True)
class Block:
    """A top-level block, or one item of a top-level list, on the lines ``start`` to ``end`` (exclusive)."""

    kind: BlockKind
    start: int
    end: int
    tokens: Sequence[Token] = field(repr=False)
    number: int | None = None
    literal: str | None = None


def parse_blocks(lines: Sequence[str], references: References, first_number: int | None = None) -> list[Block]:
    """Blocks of a source. ``first_number`` is the number of the first item, if the source begins inside a list."""
    tokens: list[Token] = []
    try:
        _parser.block.parse("\n".join(lines), _parser, {"references": dict(references)}, tokens)
    except Exception:  # a mistake of the parser must not cost the reader the text
        _log.exception("markdown of %d lines could not be parsed; shown as it is", len(lines))
        return [Block("text", 0, len(lines), (), literal="\n".join(lines))]
    blocks: list[Block] = []
    for group in _top_level_groups(tokens):
        blocks += _blocks_of(group, lines, first_number if not blocks else None)
    return blocks


def find_references(source: str) -> References:
    """Every link definition of a source."""
    env: dict[str, Any] = {}
    _parser.block.parse(source, _parser, env, [])
    return dict(env.get("references", {}))


def _top_level_groups(tokens: list[Token]) -> list[list[Token]]:
    groups: list[list[Token]] = []
    for token in tokens:
        if token.level == 0 and token.nesting >= 0:
            groups.append([])
        groups[-1].append(token)
    return groups


def _blocks_of(group: list[Token], lines: Sequence[str], first_number: int | None) -> list[Block]:
    head = group[0]
    start, end = head.map or (0, len(lines))
    if head.type in ("bullet_list_open", "ordered_list_open"):
        return _items_of(group, lines, first_number)
    if _is_too_deep(group):
        return [Block("text", start, end, (), literal="\n".join(lines[start:end]))]
    kinds: dict[str, BlockKind] = {"paragraph_open": "text", "fence": "fence", "table_open": "table"}
    if head.type == "table_open" and sum(token.type == "th_open" for token in group) > MAX_COLUMNS:
        token = Token("code_block", "", 0, content="\n".join(lines[start:end]))
        return [Block("other", start, end, [token])]
    return [Block(kinds.get(head.type, "other"), start, end, group)]


def _is_too_deep(tokens: Sequence[Token]) -> bool:
    return any(token.level >= MAX_NESTING - 1 for token in tokens)  # deeper levels were dropped by the parser


def _items_of(group: list[Token], lines: Sequence[str], first_number: int | None) -> list[Block]:
    number: int | None = None
    if group[0].type == "ordered_list_open":
        number = int(group[0].attrs.get("start", 1)) if first_number is None else first_number
    items: list[Block] = []
    begin = 0
    for i, token in enumerate(group):
        if token.level == 1 and token.type == "list_item_open":
            begin = i
        elif token.level == 1 and token.type == "list_item_close":
            start, end = group[begin].map or (0, 0)
            tokens = group[begin : i + 1]
            literal = "\n".join(lines[start:end]) if _is_too_deep(tokens) else None
            items.append(Block("list_item", start, end, tokens, number, literal))
            number = None if number is None else number + 1
    return items


def leaves_of(block: Block, references: References) -> list[Leaf]:
    """The leaves of one block."""
    if block.literal is not None:
        return [TextLeaf((Span(block.literal),))]
    builder = _LeafBuilder(references)
    if block.kind == "list_item":
        builder.enter_list(block.number)
    for token in block.tokens:
        builder.add(token)
    return builder.leaves


class _LeafBuilder:
    """Walks over the tokens of one block."""

    def __init__(self, references: References) -> None:
        self.leaves: list[Leaf] = []
        self._references = references
        self._path = ""
        self._numbers: list[int | None] = []
        self._marker = ""
        self._heading = 0
        self._rows: list[tuple[Cell, ...]] | None = None
        self._cells: list[Cell] = []
        self._aligns: list[str] = []

    def enter_list(self, number: int | None) -> None:
        self._flush_marker()
        self._path += "l"
        self._numbers.append(number)

    def add(self, token: Token) -> None:
        handler = getattr(self, f"_on_{token.type}", None)
        if handler is not None:
            handler(token)

    def _on_bullet_list_open(self, token: Token) -> None:
        self.enter_list(None)

    def _on_ordered_list_open(self, token: Token) -> None:
        self.enter_list(int(token.attrs.get("start", 1)))

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

    def _on_heading_open(self, token: Token) -> None:
        self._heading = int(token.tag[1])

    def _on_inline(self, token: Token) -> None:
        spans = inline_spans(token.content, self._references)
        if self._rows is not None:
            self._cells.append(spans)
            return
        self.leaves.append(TextLeaf(spans, self._heading, self._take_marker(), self._path))
        self._heading = 0

    def _on_fence(self, token: Token) -> None:
        self._flush_marker()
        self.leaves.append(CodeLeaf(token.content.removesuffix("\n"), language_of(token.info), path=self._path))

    _on_code_block = _on_fence

    def _on_hr(self, token: Token) -> None:
        self._flush_marker()
        self.leaves.append(RuleLeaf(self._path))

    def _on_table_open(self, token: Token) -> None:
        self._flush_marker()
        self._rows, self._aligns = [], []

    def _on_th_open(self, token: Token) -> None:
        self._aligns.append(str(token.attrs.get("style", "")).removeprefix("text-align:"))

    def _on_tr_open(self, token: Token) -> None:
        self._cells = []

    def _on_tr_close(self, token: Token) -> None:
        if self._rows is not None:
            self._rows.append(tuple(self._cells))

    def _on_table_close(self, token: Token) -> None:
        header, *rows = self._rows or [()]
        self.leaves.append(TableLeaf(header, tuple(rows), tuple(self._aligns), self._path))
        self._rows = None

    def _take_marker(self) -> str:
        marker, self._marker = self._marker, ""
        return marker

    def _flush_marker(self) -> None:
        """An item that does not begin with words still shows its bullet or number."""
        if self._marker:
            self.leaves.append(TextLeaf((), 0, self._take_marker(), self._path))


def language_of(info: str) -> str:
    """The first word after a fence."""
    return info.split(maxsplit=1)[0] if info.strip() else ""
