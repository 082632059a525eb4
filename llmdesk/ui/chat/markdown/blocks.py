"""Markdown lines to block tokens, with what a cut needs to know noted on them (no Qt). HTML stays text."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock
from markdown_it.token import Token

from llmdesk.ui.chat.markdown.inline import Links, make_parser

_log = logging.getLogger(__name__)

MAX_NESTING = 60
CONTAINERS = frozenset(
    ("bullet_list_open", "ordered_list_open", "list_item_open", "blockquote_open", "footnote_reference_open")
)
"""Tokens that other blocks can follow inside of."""

BlockRule = Callable[[StateBlock, int, int, bool], bool]


def parse_tokens(lines: Sequence[str], links: Links) -> list[Token]:
    """Block tokens of some lines.

    On the first token of each block ``meta`` has ``indent`` (column that the lines of its container begin at) and
    ``offset`` (further columns before the block). A table has its ``lines``. A link definition is a token of its own,
    ``definition``, with the ``links`` it makes.
    """
    tokens: list[Token] = []
    source = "\n".join([*lines, ""])
    try:
        _parser.block.parse(source, _parser, {"references": dict(links)}, tokens)
    except Exception:  # a mistake of the parser must not cost the reader the text
        _log.exception("markdown of %d lines could not be parsed; shown as it is", len(lines))
        return [Token("literal", "", 0, map=[0, len(lines)])]
    return tokens


def links_in(tokens: Sequence[Token]) -> Links:
    """What the link definitions among some tokens define."""
    links: Links = {}
    for token in tokens:
        if token.type == "definition":
            links |= token.meta["links"]
    return links


def _noting(name: str, rule: BlockRule) -> BlockRule:
    """A rule of the parser that also writes down where its block stands."""

    def noting(state: StateBlock, start: int, end: int, silent: bool) -> bool:
        count, indent, column = len(state.tokens), state.blkIndent, state.sCount[start]
        known = set(state.env["references"]) if name == "reference" else set()
        if not rule(state, start, end, silent):
            return False
        if name == "reference":
            new = {label: link for label, link in state.env["references"].items() if label not in known}
            token = Token("definition", "", 0, map=[start, state.line], level=state.level, meta={"links": new})
            state.tokens.append(token)
        meta = state.tokens[count].meta
        meta |= {"indent": indent, "offset": column - indent}
        if name == "table":
            meta["lines"] = [_line(state, number) for number in range(start, state.line)]
        return True

    return noting


def _line(state: StateBlock, number: int) -> str:
    return state.src[state.bMarks[number] + state.tShift[number] : state.eMarks[number]].strip()


def _make_block_parser() -> MarkdownIt:
    parser = make_parser(MAX_NESTING)
    ruler = parser.block.ruler
    rules_of = ruler.getRules
    noting = [_noting(*each) for each in zip(ruler.get_active_rules(), rules_of(""), strict=True)]

    def get_rules(chainName: str = "") -> list[BlockRule]:
        """The rules that make blocks write down where; those that only look where a paragraph ends are left alone."""
        return rules_of(chainName) if chainName else noting

    ruler.getRules = get_rules  # type: ignore[method-assign]
    return parser


_parser = _make_block_parser()
