"""Passages of the user's files that a model is given with a question, and that its answer cites (pure).

They are part of the prompt, as attachments are: so an answer can be made again from the same ones, a chat still shows
them when the files are gone, and a private chat never writes them.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from llmdesk.services.files.attachment import Attachment, fenced, one_line, prompt_with

_ASKED = (
    "Numbered passages from the user's files follow. Answer the question below them with what they say, and put the "
    "number of the passage in brackets, as in [1], behind what you take from it. If they do not answer the question, "
    "say so."
)
_CITATION = re.compile(r"\[(\d{1,3}(?:\s*[,;]\s*\d{1,3})*)\]")
_FRAME_TOKENS = 14
"""What number, name and fences of a passage take, about."""


@dataclass(frozen=True, slots=True)
class Source:
    """One passage.

    Attributes:
        name: of the file, without its folder.
        place: where in the file, in words, such as "page 3".
        collection: its name when it was searched; empty for an attached file.
        path: where the file was; empty for what has none. It is opened on the user's click only.
        token_count: of the text, counted or guessed.
    """

    name: str
    place: str
    text: str
    collection: str = ""
    path: str = ""
    token_count: int = 0


@dataclass(frozen=True, slots=True)
class Sources:
    """What was found for a question, the best first: the first one is cited as [1].

    Attributes:
        collections: the names of those that were searched.
        searched_passages: how many there were to be found; 0: the question was sent without a search.
    """

    passages: tuple[Source, ...] = ()
    collections: tuple[str, ...] = ()
    searched_passages: int = 0

    @property
    def token_count(self) -> int:
        """What they take of the context, about."""
        return sum(passage.token_count + _FRAME_TOKENS for passage in self.passages)

    def of_file(self, attachment: Attachment) -> int:
        """How many of them are out of an attached file."""
        return sum(
            not each.collection and (each.name, each.path) == (attachment.name, attachment.path)
            for each in self.passages
        )


def told_with(text: str, attachments: Sequence[Attachment], sources: Sources | None) -> str:
    """What the model is told for a prompt: whole files, passages, the words."""
    if sources is None or not sources.passages:
        return prompt_with(text, attachments)
    passages = "\n\n".join(_told(number, each) for number, each in enumerate(sources.passages, 1))
    return prompt_with(f"{_ASKED}\n\n{passages}\n\nQuestion: {text}", attachments)


def cited_numbers(marks: str, count: int) -> tuple[int, ...]:
    """The numbers in the brackets of a citation, as ``1, 3``; empty if one of them is no source."""
    numbers = tuple(int(number) for number in re.findall(r"\d+", marks))
    return numbers if all(1 <= number <= count for number in numbers) else ()


def citations(text: str, count: int) -> list[tuple[int, int, int]]:
    """(begin, end, number) of each number in brackets that is one of ``count`` sources.

    ``[2]`` is one piece with its brackets; of ``[1, 2]`` the two numbers are.
    """
    found: list[tuple[int, int, int]] = []
    for match in _CITATION.finditer(text):
        numbers = cited_numbers(match[1], count)
        if len(numbers) == 1:
            found.append((match.start(), match.end(), numbers[0]))
        elif numbers:
            places = re.finditer(r"\d+", match[1])
            first = match.start(1)
            found += [(first + each.start(), first + each.end(), int(each[0])) for each in places]
    return found


def _told(number: int, source: Source) -> str:
    where = ", ".join(filter(None, (one_line(source.name), one_line(source.place))))
    return f"[{number}] {where}:\n{fenced(source.text)}"
