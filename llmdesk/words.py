"""Sentences for users that are made below the window, which is where they may be shown in another language."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence


class Words(str):
    """An English sentence that remembers what it was made of, so that whoever shows it can look up a translation.

    It is a plain string for everybody else (logs, the command line, JSON).
    """

    template: str
    values: dict[str, object]

    __slots__ = ("template", "values")

    def __reduce__(self) -> tuple[type[str], tuple[str]]:
        """Copies that leave the process are plain strings."""
        return (str, (str(self),))


def say(template: str, **values: object) -> Words:
    """``say("The disk {name} is full.", name=name)``: the template is what gets translated; it is never an f-string."""
    words = Words(printable(template.format(**values)) if values else template)
    words.template = template
    # An exception, say, would keep everything alive that its traceback knows.
    words.values = {
        name: value if isinstance(value, int | float | Words) else printable(str(value))
        for name, value in values.items()
    }
    return words


def filled(words: Words, **values: object) -> Words:
    """A sentence of a table whose values are known only now."""
    return say(words.template, **values)


def joined(parts: Iterable[str], between: str = " ") -> str:
    """Sentences or words one after the other, each of which is still translated; empty ones are left out."""
    there = [part for part in parts if part]
    if not any(isinstance(part, Words) for part in there):
        return between.join(there)
    names = [f"part{number}" for number in range(len(there))]
    return say(between.join(f"{{{name}}}" for name in names), **dict(zip(names, there, strict=True)))


def first_of(names: Sequence[str], most: int = 3) -> str:
    """The first few of these names, and how many more there are."""
    shown, more = ", ".join(map(printable, names[:most])), len(names) - most
    return say("{names} and {more} more", names=shown, more=more) if more > 0 else shown


def printable(text: str) -> str:
    """The same if it can be written in UTF-8. Names of files are bytes: what is no text in them becomes \\xff."""
    if is_text(text):
        return text
    return os.fsencode(text).decode("utf-8", "backslashreplace") if _is_of_the_system(text) else ascii(text)


def is_text(text: str) -> bool:
    """Whether it can be written in UTF-8: it holds no half of a surrogate pair."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def whole_characters(text: str) -> str:
    """The same with halves of surrogate pairs joined, or replaced: no file, database or tokenizer can take them."""
    return text if text.isascii() else text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _is_of_the_system(text: str) -> bool:
    """What Python cannot decode of a name it keeps as halves of surrogate pairs of this range."""
    return all(not "\ud800" <= char <= "\udfff" or "\udc80" <= char <= "\udcff" for char in text)
