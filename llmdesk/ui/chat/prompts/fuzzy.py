"""How well words fit a name that somebody types the beginning, or some letters, of (pure)."""

from __future__ import annotations

import re


def fit(typed: str, name: str) -> float:
    """0: not at all; more is better. 3 and more: the name, or a word of it, begins with what was typed."""
    typed, name = typed.casefold(), name.casefold()
    if not typed:
        return 3.0
    shorter = 1 / (1 + len(name))
    if name.startswith(typed):
        return 4.0 + shorter
    if any(word.startswith(typed) for word in re.split(r"[\W_]+", name)):
        return 3.0 + shorter
    if typed in name:
        return 2.0 + shorter
    place = -1
    for letter in typed:
        place = name.find(letter, place + 1)
        if place < 0:
            return 0.0
    return 1.0 + shorter


def is_beginning(fitting: float) -> bool:
    """It was meant, most likely."""
    return fitting >= 3.0
