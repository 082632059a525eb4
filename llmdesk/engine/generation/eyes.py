"""What generation wants of a model that sees (engine thread only); engine/sight has it."""

from __future__ import annotations

from collections.abc import Container, Iterator, Sequence
from typing import Protocol

from llmdesk.datatypes.pictures import Picture
from llmdesk.engine.generation.given import Floats, Places


class Look(Protocol):
    """At the pictures of one prompt."""

    def look(self, ids: Sequence[int]) -> Iterator[tuple[int, int]]:
        """At those among these tokens: (parts done, parts) after each. Raises FileError: one is damaged."""
        ...

    def rows(self, ids: Sequence[int]) -> Floats:
        """What stands for the pictures among these tokens (see Step.given)."""
        ...

    def places(self, ids: Sequence[int]) -> Places | None:
        """Where the tokens of the whole prompt stand; None: one after the other."""
        ...


class Eyes(Protocol):
    """Pictures as tokens of a text. ``word`` stands for a picture in a chat template."""

    @property
    def word(self) -> str: ...

    def key_of(self, picture: Picture) -> str:
        """The mark of a picture, which has tokens from then on. Raises FileError: it is no picture."""
        ...

    def ids_of(self, key: str) -> list[int]:
        """Its tokens."""
        ...

    def plain(self, ids: list[int]) -> list[int]:
        """These tokens as the vocabulary has them."""
        ...

    def glance(self, ids: Sequence[int]) -> Look:
        """For one answer to these tokens, whose chat was just encoded."""
        ...

    def make_room(self, needed: Container[str]) -> None:
        """Forget pictures that were used last for longest, but not those of these keys."""
        ...
