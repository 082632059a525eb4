"""What is known of the search that was made for a prompt, and where an answer cites what it found (pure)."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass

from llmdesk.services.collections.search_notice import SearchNotice

_CITATION = re.compile(r"\[(\d{1,3}(?:\s*[,;]\s*\d{1,3})*)\]")


@dataclass(frozen=True, slots=True)
class Searched:
    """A search that is over; what it found stands with the prompt as its sources.

    Attributes:
        passages: among so many; 0: the prompt was sent without a search.
        places: names of the collections and files.
        notice: what the user should know of it, as chats of older versions keep it: an English sentence.
        notices: the same, as it is kept now.
    """

    passages: int = 0
    places: tuple[str, ...] = ()
    notice: str = ""
    notices: tuple[SearchNotice, ...] = ()


def citations(text: str, numbers: Collection[int]) -> list[tuple[int, int, int]]:
    """(begin, end, number) of each source that is cited, by one of these ``numbers``.

    ``[2]`` is one piece with its brackets; of ``[1, 2]`` each number is one.
    """
    found: list[tuple[int, int, int]] = []
    for match in _CITATION.finditer(text):
        cited = [(match.start(1) + each.start(), each[0]) for each in re.finditer(r"\d+", match[1])]
        if not all(int(number) in numbers for _, number in cited):
            continue
        if len(cited) == 1:
            found.append((match.start(), match.end(), int(cited[0][1])))
        else:
            found += [(begin, begin + len(number), int(number)) for begin, number in cited]
    return found
