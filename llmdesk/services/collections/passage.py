"""Passages of the user's files that a question was answered from, and what the model is told of them (pure)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import PurePath

from llmdesk.services.files.attachment import fenced, one_line

_FOUND = "Passages from the user's files that were found for the question below:"
_CITE = (
    "Answer from these passages where they help, and cite each one that you use by its number in brackets, such as "
    "[1]. If they do not answer the question, say so."
)
_BYTES_PER_TOKEN = 4
_TOKENS_AROUND = 24  # number, name, place and fences


@dataclass(frozen=True, slots=True)
class Passage:
    """One of them, as it was when it was found: it is kept with the message, whatever becomes of the file.

    Attributes:
        number: what an answer cites it by, from 1 on.
        collection_id: empty for a file that is attached to the prompt.
        path: of the file; of an attached one without a path its name. It is opened on the user's click only.
        place: where in the file, in words: "page 3", "lines 10-40", "sheet A, rows 2-30".
        heading: what it stands under in the file, outermost first, joined by " > "; may be empty.
        text: as it is in the file.
        score: higher is better; comparable within one search only.
    """

    number: int
    collection_id: str
    path: str
    place: str
    heading: str
    text: str
    score: float = 0.0

    @property
    def name(self) -> str:
        """The file's, without its folder."""
        return PurePath(self.path).name or self.path

    def of_attachment(self) -> Passage:
        """Of a file that belongs to no collection."""
        return replace(self, collection_id="")

    @property
    def guessed_tokens(self) -> int:
        """About what it takes of a prompt."""
        return -(-len(self.text.encode(errors="replace")) // _BYTES_PER_TOKEN) + _TOKENS_AROUND


def told_with(text: str, passages: Sequence[Passage]) -> str:
    """What the model is told for a prompt with these: the passages under their numbers, how to cite them, the words."""
    return "\n\n".join(filter(None, (_FOUND, *map(_told, passages), _CITE, text))) if passages else text


def _told(passage: Passage) -> str:
    where = ", ".join(filter(None, (passage.name, passage.place)))
    heading = f" ({passage.heading})" if passage.heading else ""
    return f"[{passage.number}] {one_line(where + heading)}:\n{fenced(passage.text)}"
