"""Pictures within a message (plain data, standard library only)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Picture:
    """One that a model is shown, if it sees.

    Attributes:
        data: a PNG, JPEG, WebP or GIF image in base64.
        at: it stands before this character of the message's text.
        name: what the model is told of it that does not see.
    """

    data: str
    at: int = 0
    name: str = ""


def with_words_for(text: str, pictures: Sequence[Picture], words: Sequence[str]) -> str:
    """A text with words in the place of its pictures, a word for each."""
    parts, end = list[str](), len(text)
    for picture, word in reversed(tuple(zip(pictures, words, strict=True))):
        at = min(max(picture.at, 0), end)
        parts += [text[at:end], word]
        end = at
    return "".join(reversed([*parts, text[:end]]))


def told_by_name(text: str, pictures: Sequence[Picture]) -> str:
    """A text for a model that does not see: the names of its pictures, each in a paragraph of its own."""
    names = (" ".join(picture.name.split()).replace('"', "'") for picture in pictures)
    told = [f'[The image "{name}" is attached, but only its name is known to you.]\n\n' for name in names]
    words = [f"\n\n{word}" if picture.at else word for picture, word in zip(pictures, told, strict=True)]
    found = with_words_for(text, pictures, words)
    return found if text else found.rstrip("\n")
