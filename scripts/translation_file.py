"""Qt's .ts files: read, and written so that a change of one text is a change of one place (pure)."""

from __future__ import annotations

import xml.etree.ElementTree as ElementTree
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from xml.sax.saxutils import escape

_HEAD = '<?xml version="1.0" encoding="utf-8"?>\n<!DOCTYPE TS>\n<TS version="2.1" language="{language}" '
_HEAD += 'sourcelanguage="en">\n<context>\n    <name>llmdesk</name>\n'
_TAIL = "</context>\n</TS>\n"


@dataclass(frozen=True, slots=True)
class Message:
    """A text and its translation, one for each form of the number; an empty one is unfinished."""

    source: str
    forms: Sequence[str]
    is_plural: bool
    is_vanished: bool = False


def read(file: Path) -> dict[str, list[str]]:
    """What is translated, by source: also what was marked as unfinished in Qt Linguist, or has vanished."""
    if not file.exists():
        return {}
    found = {}
    for message in ElementTree.parse(file).iter("message"):
        translation = message.find("translation")
        if translation is not None:
            forms = [form.text or "" for form in translation.findall("numerusform")]
            found[message.findtext("source", "")] = forms or [translation.text or ""]
    return found


def text_of(language: str, messages: Sequence[Message]) -> str:
    """The whole file."""
    return f"{_HEAD.format(language=language)}{''.join(map(_message_text, messages))}{_TAIL}"


def _message_text(message: Message) -> str:
    kind = ' type="vanished"' if message.is_vanished else "" if all(message.forms) else ' type="unfinished"'
    if message.is_plural:
        forms = "".join(f"            <numerusform>{escape(form)}</numerusform>\n" for form in message.forms)
        translation = f"<translation{kind}>\n{forms}        </translation>"
    else:
        translation = f"<translation{kind}>{escape(message.forms[0])}</translation>"
    numerus = ' numerus="yes"' if message.is_plural else ""
    return (
        f"    <message{numerus}>\n        <source>{escape(message.source)}</source>\n"
        f"        {translation}\n    </message>\n"
    )
