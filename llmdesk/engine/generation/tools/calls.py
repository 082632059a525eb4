"""The calls of an answer while they are read (pure)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Literal, Protocol

from llmdesk.datatypes.tools import CallDelta

Progress = Literal["more", "done", "broken"]


class Calls:
    """The calls of an answer as they are found.

    Args:
        schemas: the schema of the arguments of each tool there is.
    """

    def __init__(self, schemas: Mapping[str, Any]) -> None:
        self.schemas = schemas
        self.ended = 0
        self._begun = 0
        self._news: list[CallDelta] = []

    @property
    def is_open(self) -> bool:
        """A call has begun and not ended."""
        return self._begun > self.ended

    def begin(self, name: str) -> None:
        """A call of this tool, which there is, has begun."""
        self._news.append(CallDelta(self._begun, name))
        self._begun += 1

    def add(self, arguments: str) -> None:
        """A piece of its arguments."""
        last = self._news[-1] if self._news else None
        if last is not None and not last.name:
            self._news[-1] = CallDelta(last.index, "", last.arguments + arguments)
        else:
            self._news.append(CallDelta(self._begun - 1, "", arguments))

    def end(self) -> None:
        """It is whole, or as much of it as there is."""
        self.ended = self._begun

    def news(self) -> tuple[CallDelta, ...]:
        """What was found since the last time."""
        found, self._news = tuple(self._news), []
        return found


class Reader(Protocol):
    """Reads one call, or one list of calls."""

    def take(self, letter: str) -> Progress:
        """The next letter. Nothing may follow "done" or "broken"."""
        ...


def loaded(text: str, otherwise: Any = "") -> Any:
    """What a text of JSON says; ``otherwise`` if it is none."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return otherwise
