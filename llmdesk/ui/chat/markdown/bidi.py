"""Characters that change the direction of text unseen, made visible: code must not read otherwise than it runs."""

from __future__ import annotations

import re
import unicodedata

CONTROLS = re.compile("[\u202a-\u202e\u2066-\u2069\u200e\u200f\u061c]")
NAMES = re.compile(r"\[U\+[0-9A-F]{4}\]")


def visible(code: str) -> str:
    """Code with the names of such characters in their place, as ``[U+202E]``."""
    return CONTROLS.sub(lambda found: f"[U+{ord(found[0]):04X}]", code)


def is_right_to_left(text: str) -> bool:
    """True if the first letter that has a direction is of a script that is written from the right."""
    for char in text:
        kind = unicodedata.bidirectional(char)
        if kind in ("L", "R", "AL"):
            return kind != "L"
    return False
