"""Rules for words that the parser lacks: emphasis beside Chinese and Japanese marks, ``<br>``, bare addresses."""

from __future__ import annotations

import re
import unicodedata

from markdown_it.common.utils import isMdAsciiPunct, isPunctChar, isWhiteSpace
from markdown_it.rules_inline import StateInline
from markdown_it.rules_inline.state_inline import Scanned

_BREAK = re.compile(r"<br\s*/?>", re.IGNORECASE)
_SCHEME = re.compile(r"(?:^|[^A-Za-z0-9_.+-])(https?|mailto)\Z", re.IGNORECASE)
_LONGEST_SCHEME = 8
_ADDRESS = re.compile(
    r"//[^\s<>\"`|\\^{}\u3000-\u3003\u3008-\u301f\uff01-\uff0f\uff1a-\uff20\uff3b-\uff3d\uff5b-\uff65]+"
)
_MAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_CLOSING = {")": "(", "]": "[", "}": "{"}


class InlineState(StateInline):
    """``**「重要」**です`` is bold.

    CommonMark lets ``**`` open or close beside punctuation only if there is a space or punctuation on its other side;
    Chinese and Japanese have no spaces. So their marks do not count as punctuation here, and a character of theirs on
    the other side is as good as a space (the amendment of the "CJK friendly emphasis" proposal). ``_`` keeps its rule.
    """

    def scanDelims(self, start: int, canSplitWord: bool) -> Scanned:
        """See the base class."""
        scanned = super().scanDelims(start, canSplitWord)
        if not canSplitWord:
            return scanned
        before = self.src[start - 1] if start > 0 else " "
        end = start + scanned.length
        after = self.src[end] if end < self.posMax else " "
        if not (_is_cjk(before) or _is_cjk(after)):
            return scanned
        can_open = not isWhiteSpace(ord(after)) and not (_is_western_mark(after) and not _allows_mark(before))
        can_close = not isWhiteSpace(ord(before)) and not (_is_western_mark(before) and not _allows_mark(after))
        return Scanned(can_open, can_close, scanned.length)


def _is_cjk(char: str) -> bool:
    code = ord(char)
    if code < 0x1100:
        return False
    return unicodedata.east_asian_width(char) in "WFH" and not 0x1F000 <= code < 0x20000


def _is_western_mark(char: str) -> bool:
    return (isMdAsciiPunct(ord(char)) or isPunctChar(char)) and not _is_cjk(char)


def _allows_mark(char: str) -> bool:
    return isWhiteSpace(ord(char)) or _is_western_mark(char) or _is_cjk(char)


def line_break(state: StateInline, silent: bool) -> bool:
    """``<br>`` is a line break, in table cells the only one there is."""
    found = _BREAK.match(state.src, state.pos, state.posMax)
    if found is None:
        return False
    if not silent:
        state.push("hardbreak", "br", 0)
    state.pos = found.end()
    return True


def bare_link(state: StateInline, silent: bool) -> bool:
    """``https://example.org`` is a link without any marks, as far as it reads like one."""
    if state.src[state.pos] != ":" or state.linkLevel > 0:
        return False
    scheme = _SCHEME.search(state.src, max(0, state.pos - _LONGEST_SCHEME), state.pos)
    if scheme is None or not state.pending.endswith(scheme[1]):
        return False
    rule = _MAIL if scheme[1].lower() == "mailto" else _ADDRESS
    found = rule.match(state.src, state.pos + 1, state.posMax)
    rest = _without_marks_at_end(found[0]) if found is not None else ""
    if not rest.strip("/"):
        return False
    if not silent:
        address = f"{scheme[1]}:{rest}"
        state.pending = state.pending[: -len(scheme[1])]
        state.push("link_open", "a", 1).attrs = {"href": state.md.normalizeLink(address)}
        state.push("text", "", 0).content = address
        state.push("link_close", "a", -1)
    state.pos += 1 + len(rest)
    return True


def _without_marks_at_end(address: str) -> str:
    """Without the marks of the sentence around it, and without a bracket that opens before it."""
    while address:
        last = address[-1]
        is_unpaired = last in _CLOSING and address.count(last) > address.count(_CLOSING[last])
        if last not in ".,:;!?'*_~" and not is_unpaired:
            break
        address = address[:-1]
    return address
