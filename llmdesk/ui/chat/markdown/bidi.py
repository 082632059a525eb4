"""Characters that change the direction of text unseen, made visible: code must not read otherwise than it runs."""

from __future__ import annotations

import re
import unicodedata

CONTROLS = re.compile("[\u202a-\u202e\u2066-\u2069\u200e\u200f\u061c]")


MARK = "\u200e"
"""Put into code that is shown, and taken out of what is copied; one that comes with the code has become a name."""
NAMES_AND_MARKS = re.compile(rf"\[U\+[0-9A-F]{{4}}\]|{MARK}")
_RIGHT_TO_LEFT = "[\u0590-\u061b\u061d-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]"
_SIGN_AFTER = re.compile(f"(?<={_RIGHT_TO_LEFT})(?=[!-/:-@\\[-`{{-~])")
HAS_RIGHT_TO_LEFT = re.compile(_RIGHT_TO_LEFT)


def visible(code: str) -> str:
    """Code with the names of such characters in their place, as ``[U+202E]``."""
    return CONTROLS.sub(lambda found: f"[U+{ord(found[0]):04X}]", code)


def from_left(code: str, before: str = "") -> str:
    """Code that reads from the left: signs after a word from the right stay behind it. ``before``: the last letter."""
    return _SIGN_AFTER.sub(MARK, before + code)[len(before) :]


def isolated(code: str) -> str:
    """Code among words from the right."""
    return f"\u2066{code}\u2069"


def is_right_to_left(text: str) -> bool:
    """True if the first letter that has a direction is of a script that is written from the right."""
    for char in text:
        kind = unicodedata.bidirectional(char)
        if kind in ("L", "R", "AL"):
            return kind != "L"
    return False
