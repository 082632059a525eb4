"""JSON letter by letter: where a value ends (pure)."""

from __future__ import annotations

import json
from typing import Literal

Progress = Literal["more", "done", "before", "broken"]
"""Of a value: it goes on, this letter was its last one, it ended before this letter, or it is none."""

SPACES = " \t\r\n"
_MAX_DEPTH = 64
_CLOSERS = {"{": "}", "[": "]"}
_SCALARS = frozenset("0123456789+-.eEtrufalsn")


class ValueReader:
    """Reads one value. Its brackets must match; ``text`` is all of it so far.

    Line breaks in strings, which small models write as they are, become what JSON has for them.
    """

    def __init__(self) -> None:
        self._letters: list[str] = []
        self._closers: list[str] = []
        self._in_string = self._is_escaped = False

    @property
    def text(self) -> str:
        """The value so far."""
        return "".join(self._letters)

    def take(self, letter: str) -> tuple[Progress, str]:
        """The next letter: how far the value is, and what it added to its text."""
        if self._in_string:
            return self._in_a_string(letter)
        if not self._closers and self._letters:  # a number, or a word
            if letter in _SCALARS:
                return "more", self._add(letter)
            return ("before", "") if letter in SPACES + ",]}" else ("broken", "")
        return self._outside(letter)

    def _in_a_string(self, letter: str) -> tuple[Progress, str]:
        if self._is_escaped:
            self._is_escaped = False
        elif letter == "\\":
            self._is_escaped = True
        elif letter == '"':
            self._in_string = False
            return "more" if self._closers else "done", self._add(letter)
        return "more", self._add(letter if letter >= " " else json.dumps(letter)[1:-1])

    def _outside(self, letter: str) -> tuple[Progress, str]:
        if letter == '"':
            self._in_string = True
        elif letter in _CLOSERS:
            self._closers.append(_CLOSERS[letter])
            if len(self._closers) > _MAX_DEPTH:
                return "broken", ""
        elif letter in "]}":
            if not self._closers or self._closers.pop() != letter:
                return "broken", ""
            return "more" if self._closers else "done", self._add(letter)
        elif not self._closers and letter not in _SCALARS:
            return "broken", ""
        return "more", self._add(letter)

    def _add(self, text: str) -> str:
        self._letters.append(text)
        return text
