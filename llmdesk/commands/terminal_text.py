"""Texts of others (titles, names, messages) for a terminal."""

from __future__ import annotations

_JOINERS = "\u200c\u200d"
"""Persian and Indic words are spelled with them, and families of emoji are made of them; they move nothing."""


def printable(text: str) -> str:
    """Without what could move a terminal's cursor or turn the direction of its text."""
    return "".join(char if char.isprintable() or char in _JOINERS else " " for char in text)
