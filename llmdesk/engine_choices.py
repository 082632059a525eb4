"""What the user has decided for the engine: an environment variable, else the settings, else nothing.

The engine asks here only, so that it knows neither files nor windows; whoever starts it hands the settings over.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

_OFF = ("0", "off", "false", "no")
_from_settings: dict[str, Choice] = {}
_for_now: dict[str, Choice] = {}


@dataclass(frozen=True, slots=True)
class Choice:
    """A decision in small letters; ``origin`` is how messages name its place, ``written`` what stands there."""

    text: str
    origin: str
    written: str = ""

    def __str__(self) -> str:
        return f"{self.origin}={self.written or self.text}"

    @property
    def is_off(self) -> bool:
        """True for the words that switch something off."""
        return self.text in _OFF


def chosen(variable: str) -> Choice | None:
    """The decision that an environment variable or its setting holds; None: not made, or ``auto``. Any thread."""
    if variable in _for_now:
        return _for_now[variable]
    text = os.environ.get(variable, "").strip()
    choice = Choice(text.lower(), variable, text) if text else _from_settings.get(variable)
    return None if choice is None or choice.text == "auto" else choice


def is_wanted(variable: str) -> bool:
    """False if the user has switched it off. Any thread."""
    choice = chosen(variable)
    return choice is None or not choice.is_off


def use_settings(choices: Mapping[str, Choice]) -> None:
    """What the settings say, by the variable that goes before each; replaces what they said before. Any thread."""
    global _from_settings
    _from_settings = dict(choices)


@contextmanager
def choosing(**texts: str) -> Iterator[None]:
    """Other decisions for as long as the block runs, before all others: a benchmark compares them. Engine thread."""
    global _for_now
    before, _for_now = _for_now, {name: Choice(text, name) for name, text in texts.items()}
    try:
        yield
    finally:
        _for_now = before
