"""The words of one paragraph, heading or cell to styled runs (no Qt)."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.ruler import RuleOptionsType
from markdown_it.token import Token
from mdit_py_plugins.footnote import footnote_plugin

from llmdesk.ui.chat.markdown.bidi import HAS_RIGHT_TO_LEFT, isolated, visible
from llmdesk.ui.chat.markdown.formula_rules import formula, formula_block
from llmdesk.ui.chat.markdown.inline_rules import InlineState, bare_link, line_break
from llmdesk.ui.chat.markdown.leaves import Cell, Span

_log = logging.getLogger(__name__)

MAX_INLINE_NESTING = 20  # each level of unclosed brackets is tried again by the parser
MAX_ADDRESS_CHARS = 200  # of a picture: some carry all of their data
OPENABLE_SCHEMES = ("http://", "https://", "mailto:")

Links = dict[str, Any]
"""Link definitions by label, as the parser keeps them."""


@dataclass(slots=True)
class References:
    """What brackets can refer to: link definitions, and the labels of footnotes."""

    links: Links = field(default_factory=dict)
    notes: set[str] = field(default_factory=set)

    def __bool__(self) -> bool:
        return bool(self.links or self.notes)

    def copy(self) -> References:
        """One that can grow by itself."""
        return References(dict(self.links), set(self.notes))


def make_parser(max_nesting: int) -> MarkdownIt:
    """CommonMark with tables, strikethrough and footnotes, without HTML but line breaks; web addresses are links."""
    parser = MarkdownIt("commonmark", {"html": False, "maxNesting": max_nesting})
    parser.enable(["table", "strikethrough"]).disable(["html_block", "html_inline"])
    parser.use(footnote_plugin, inline=False, move_to_end=False)
    interrupts: RuleOptionsType = {"alt": ["paragraph", "reference", "blockquote", "list"]}
    parser.block.ruler.before("fence", "formula_block", formula_block, interrupts)
    parser.inline.ruler.before("escape", "formula", formula)
    parser.inline.ruler.before("autolink", "line_break", line_break)
    parser.inline.ruler.after("text", "bare_link", bare_link)
    # Every address is accepted here and judged in _link, so that an image of any address shows its text.
    parser.validateLink = lambda url: True  # type: ignore[method-assign]
    return parser


_parser = make_parser(MAX_INLINE_NESTING)


def inline_spans(content: str, references: References) -> Cell:
    """Styled runs of one paragraph, heading or cell."""
    return _spans(content, references) if references and "[" in content else _cached_spans(content)


@lru_cache(maxsize=1024)
def _cached_spans(content: str) -> Cell:
    # While an answer streams, all but the last paragraph of what is parsed again has not changed.
    return _spans(content, References())


def _spans(content: str, references: References) -> Cell:
    tokens: list[Token] = []
    notes = {"refs": {f":{label}": -1 for label in references.notes}, "list": {}}
    try:
        state = InlineState(content, _parser, {"references": references.links, "footnotes": notes}, tokens)
        _parser.inline.tokenize(state)
        for rule in _parser.inline.ruler2.getRules(""):
            rule(state)
    except Exception:
        _log.exception("inline markdown of %d characters could not be parsed; shown as it is", len(content))
        return (Span(content),)
    return tuple(_merged(_styled(tokens, HAS_RIGHT_TO_LEFT.search(content) is not None)))


def _styled(tokens: Sequence[Token], isolates_code: bool) -> list[Span]:
    spans: list[Span] = []
    depth = {"strong": 0, "em": 0, "s": 0}
    links: list[str] = []
    for token in tokens:
        name, _, edge = token.type.rpartition("_")
        if name in depth:
            depth[name] += 1 if edge == "open" else -1
        elif token.type == "link_open":
            links.append(_link(str(token.attrs.get("href", ""))))
        elif token.type == "link_close":
            links.pop()
        else:
            link = links[-1] if links else ""
            is_code, is_note = token.type == "code_inline", token.type == "footnote_ref"
            styles = (depth["strong"] > 0, depth["em"] > 0, is_code, depth["s"] > 0, link, is_note)
            if token.type == "image":
                spans += _image(token, styles)
                continue
            text = _text_of(token)
            math = token.info if token.type == "formula" else ""
            spans.append(Span(isolated(text) if is_code and isolates_code else text, *styles, math))
    return _with_own_lines(spans)


def _with_own_lines(spans: list[Span]) -> list[Span]:
    """A formula that is to be displayed stands on a line of its own, also in the middle of a sentence."""
    result: list[Span] = []
    for i, span in enumerate(spans):
        follows = i > 0 and spans[i - 1].math == "display"
        if span.math == "display" and result and not result[-1].text.endswith("\n"):
            result[-1] = result[-1] if result[-1].math else replace(result[-1], text=result[-1].text.rstrip(" "))
            result.append(Span("\n"))
        elif follows and not span.text.startswith("\n"):
            result.append(Span("\n"))
            span = span if span.math else replace(span, text=span.text.lstrip(" "))
        result.append(span)
    return result


_Styles = tuple[bool, bool, bool, bool, str, bool]


def _image(token: Token, styles: _Styles) -> list[Span]:
    """What a picture shows, in its own words, and where it lies. It is not loaded."""
    source = str(token.attrs.get("src", ""))
    shown = source if len(source) <= MAX_ADDRESS_CHARS else f"{source[:MAX_ADDRESS_CHARS]}…"
    words = Span(f"{_text_of(token)} (" if shown else _text_of(token), *styles)
    if not shown:
        return [words]
    address = replace(words, text=shown, link=styles[4] or (_link(source) if shown == source else ""))
    return [words, address, replace(words, text=")")]


def _text_of(token: Token) -> str:
    if token.type in ("softbreak", "hardbreak"):
        return "\n"
    if token.type == "code_inline":
        return visible(token.content)
    if token.type == "footnote_ref":
        return str(token.meta["label"])
    if token.type == "image":
        return "".join(_text_of(child) for child in token.children or ()) or token.content or "image"
    return token.content


def _link(address: str) -> str:
    return address if address.lower().startswith(OPENABLE_SCHEMES) else ""


def _merged(spans: list[Span]) -> list[Span]:
    result: list[Span] = []
    for span in spans:
        if not span.text:
            continue
        last = result[-1] if result else None
        if last is not None and _style(last) == _style(span) and not (span.raised or span.math):
            result[-1] = Span(last.text + span.text, *_style(last))
        else:
            result.append(span)
    return result


def _style(span: Span) -> tuple[bool, bool, bool, bool, str, bool, str]:
    return (span.bold, span.italic, span.code, span.strike, span.link, span.raised, span.math)
