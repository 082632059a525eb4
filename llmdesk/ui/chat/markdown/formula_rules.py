"""Where LaTeX stands in markdown (no Qt): ``$..$``, ``$$..$$``, ``\\(..\\)`` and ``\\[..\\]``.

A line that begins with ``$$`` or ``\\[`` opens a formula that goes on up to its end mark or a blank line, whatever its
lines look like (``- b`` is no list in it). This is decided line by line, so that it does not matter where a stream is
cut. Without an end it is a paragraph. In words, ``$`` opens before anything but a space and closes behind anything
but a space, and not between letters or digits: ``$5 to $10`` has no formula.
"""

from __future__ import annotations

import re

from markdown_it.rules_block import StateBlock
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token

MAX_CHARS = 2_000
MAX_LINES = 40
_ENDS = {"$$": "$$", "\\[": "\\]", "\\(": "\\)"}
_LINK = re.compile(r"\](?:\(|:)")
_PROSE = re.compile(r"\d[\d.,]*[^\\^_={}<>+*/]*[A-Za-z]{2,}[^\\^_={}]*")
"""``$5 or 10`` and a dollar sign: a price in a sentence, not a formula."""


def formula_block(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """The rule for blocks. It makes a paragraph of the formula's lines; ``formula`` finds the formula in it."""
    if state.is_code_block(start):
        return False
    first = _line(state, start)
    mark = first[:2] if first[:3] != "$$$" else ""
    if mark not in ("$$", "\\[") or len(first) > MAX_CHARS or (mark == "\\[" and _LINK.search(first)):
        return False  # the last: a link that somebody does not want to be one
    close = first.find(_ENDS[mark], 2)
    if close >= 0 and first[close + 2 :].strip():
        return False  # words with formulas in them
    if silent:
        return True
    next_line = start + 1
    if close < 0:
        next_line = _end_of(state, start, end, _ENDS[mark])
    state.line = next_line
    content = state.getLines(start, next_line, state.blkIndent, False).strip()
    opening = state.push("paragraph_open", "p", 1)
    opening.map = [start, next_line]
    inline = state.push("inline", "", 0)
    inline.content, inline.map, inline.children = content, [start, next_line], []
    state.push("paragraph_close", "p", -1)
    return True


def _end_of(state: StateBlock, start: int, end: int, close: str) -> int:
    """The line after the formula."""
    chars = len(_line(state, start))
    number = start + 1
    while number < end and not state.isEmpty(number) and state.sCount[number] >= state.blkIndent:
        line = _line(state, number)
        chars += len(line) + 1
        if chars > MAX_CHARS or number - start >= MAX_LINES:
            break
        number += 1
        if close in line:
            break
    return number


def _line(state: StateBlock, number: int) -> str:
    return state.src[state.bMarks[number] + state.tShift[number] : state.eMarks[number]].strip()


def formula(state: StateInline, silent: bool) -> bool:
    """The rule for words: a token ``formula`` with its marks, whose ``info`` is "inline" or "display"."""
    found = _formula_at(state.src, state.pos, state.posMax)
    if found is None:
        return False
    text, info = found
    if not silent:
        token: Token = state.push("formula", "", 0)
        token.content, token.info = text, info
    state.pos += len(text)
    return True


def _formula_at(text: str, place: int, end: int) -> tuple[str, str] | None:
    mark = text[place : place + 2]
    if mark == "$$" and (text[place + 2 : place + 3] == "$" or text[max(0, place - 1) : place] == "$"):
        return None
    if mark in _ENDS:
        close = text.find(_ENDS[mark], place + 2, end)
        whole = text[place : close + 2]
        if close < 0 or len(whole) > MAX_CHARS or not whole[2:-2].strip():
            return None
        return whole, "inline" if mark == "\\(" else "display"
    if mark[:1] != "$" or mark[1:].isspace() or (place and text[place - 1].isalnum()):
        return None
    dollar = _closing_dollar(text, place, end)
    return (text[place : dollar + 1], "inline") if dollar is not None else None


def _closing_dollar(text: str, place: int, end: int) -> int | None:
    close = text.find("$", place + 1, min(end, place + MAX_CHARS))
    while close >= 0 and text[close - 1] == "\\":
        close = text.find("$", close + 1, min(end, place + MAX_CHARS))
    body = text[place + 1 : close]
    if close < 0 or not body or body[-1].isspace() or text[close + 1 : min(end, close + 2)].isalnum():
        return None
    return None if "`" in body or text[close : close + 2] == "$$" or _PROSE.fullmatch(body) else close
