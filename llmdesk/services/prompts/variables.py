"""``{{language}}`` in a prompt: what has to be asked, and the text with the answers in it (pure)."""

from __future__ import annotations

import datetime
import re
from collections.abc import Mapping

CLIPBOARD, DATE = "clipboard", "date"
_VARIABLE = re.compile(r"\{\{[ \t]*([^\W\d][\w -]{0,39}?)[ \t]*\}\}")


def names_in(text: str) -> tuple[str, ...]:
    """All variables, each once, in their order."""
    return tuple(dict.fromkeys(found[1] for found in _VARIABLE.finditer(text)))


def asked_in(text: str) -> tuple[str, ...]:
    """Those that somebody has to say: all but the clipboard and the date."""
    return tuple(name for name in names_in(text) if name.lower() not in (CLIPBOARD, DATE))


def uses_clipboard(text: str) -> bool:
    """True if what lies on the clipboard will stand in it."""
    return CLIPBOARD in (name.lower() for name in names_in(text))


def filled(text: str, answers: Mapping[str, str], clipboard: str, today: datetime.date) -> str:
    """The text with all variables replaced; what stands in an answer is not looked at again."""

    def value(found: re.Match[str]) -> str:
        name = found[1]
        if name.lower() == CLIPBOARD:
            return clipboard
        if name.lower() == DATE:
            return today.isoformat()
        return answers.get(name, found[0])

    return _VARIABLE.sub(value, text)
