"""What a prompt carries besides its words: texts of files and images, as they were when it was sent (pure).

They are part of the message, not files beside it: so they are erased, exported, forked and imported with their chat, a
private chat never writes them, and the question can be asked again when the file is long gone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from llmdesk.datatypes.pictures import Picture
from llmdesk.words import is_text

AttachmentKind = Literal["text", "image"]


@dataclass(frozen=True, slots=True)
class Attachment:
    """One of them.

    Attributes:
        name: of the file, without its folder.
        size_bytes: of the file.
        text: all of it, for the model; empty for an image.
        image: a PNG or JPEG of bounded size, in base64; empty for a text.
        token_count: of the text, as counted or guessed when it was attached.
        path: where the file was, if that is known. It is opened on the user's click only.
        is_searched: it is too long to be told; what fits a question is among the prompt's sources.
    """

    name: str
    kind: AttachmentKind
    size_bytes: int = 0
    token_count: int = 0
    text: str = ""
    image: str = ""
    path: str = ""
    is_searched: bool = False


def kept_path(path: Path) -> str:
    """Where a file was, if that can be written down: names of files are bytes, which may be no text."""
    return str(path) if is_text(str(path)) else ""


def prompt_with(text: str, attachments: Sequence[Attachment]) -> str:
    """What the model is told for a prompt with these: the files by name, then the words. Images: ``pictures_of``."""
    return "\n\n".join(filter(None, (*map(_told, attachments), text)))


def pictures_of(attachments: Sequence[Attachment]) -> tuple[Picture, ...]:
    """Their images, for a model that sees; they stand before all words."""
    return tuple(Picture(each.image, name=one_line(each.name)) for each in attachments if each.kind == "image")


def names_of(attachments: Sequence[Attachment]) -> str:
    """Their names in one line: what a prompt without words is called."""
    return ", ".join(one_line(attachment.name) for attachment in attachments)


def _told(attachment: Attachment) -> str:
    name = one_line(attachment.name).replace('"', "'")
    if attachment.kind == "image":
        return ""
    if attachment.is_searched:
        return f'[The file "{name}" is attached. It is long: you are told passages of it only.]'
    return f'File "{name}":\n{fenced(attachment.text)}'


def one_line(text: str) -> str:
    """With single spaces."""
    return " ".join(text.split())


def fenced(text: str) -> str:
    """Between fences that the text itself cannot close."""
    longest = max((len(line) - len(line.lstrip("`")) for line in map(str.lstrip, text.splitlines())), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}\n{text.rstrip()}\n{fence}"
