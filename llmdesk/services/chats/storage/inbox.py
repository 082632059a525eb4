"""What waits for the store's thread, in order; small pieces are gathered for half a second (any thread)."""

from __future__ import annotations

import sqlite3
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

GATHER_S = 0.5
"""Words and drafts wait so long for more of them: at most that much, and the writing itself, is lost with the power."""


@dataclass(slots=True, eq=False)
class Write:
    """To be carried out within a transaction, more than once if the first ones fail. ``chat_ids``: whom it changes."""

    work: Callable[[sqlite3.Connection], object]
    chat_ids: frozenset[str] = frozenset()


@dataclass(slots=True, eq=False)
class Gathered:
    """A write that grows while it waits; ``pieces`` is a draft's one text, or all that came of an answer."""

    make: Callable[[str], Write]
    pieces: list[str] = field(default_factory=list)

    def write(self) -> Write:
        """What it came to."""
        return self.make("".join(self.pieces))


@dataclass(slots=True, eq=False)
class Call:
    """To be called once everything before it is written, or could not be. It must not raise."""

    function: Callable[[], None]


Item = Write | Gathered | Call


class Inbox:
    """See the module."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._items: list[Item] = []
        self._gathering: dict[object, Gathered] = {}
        self._due_s: float | None = None  # when what has come must be taken
        self._is_closed = False

    def put(self, item: Write | Call) -> bool:
        """False if nobody takes it any more."""
        with self._changed:
            if self._is_closed:
                return False
            self._items.append(item)
            self._gathering.clear()  # what comes later must be carried out later
            self._due_s = 0.0
            self._changed.notify()
        return True

    def gather(self, key: object, text: str, make: Callable[[str], Write], *, replaces: bool = False) -> None:
        """Text that is written with what comes under the same key within the next half second, or instead of it."""
        with self._changed:
            if self._is_closed:
                return
            found = self._gathering.get(key)
            if found is None:
                found = self._gathering[key] = Gathered(make)
                self._items.append(found)
            if replaces:
                found.pieces.clear()
            found.pieces.append(text)
            if self._due_s is None:
                self._due_s = time.monotonic() + GATHER_S
                self._changed.notify()

    def take(self, timeout_s: float | None) -> list[Item] | None:
        """Everything, once something is due; nothing after the timeout; None when closed and empty. Store's thread."""
        end_s = None if timeout_s is None else time.monotonic() + timeout_s
        with self._changed:
            while not self._is_closed:
                now_s = time.monotonic()
                if self._due_s is not None and now_s >= self._due_s:
                    break
                if end_s is not None and now_s >= end_s:
                    return []
                until = [each for each in (self._due_s, end_s) if each is not None]
                self._changed.wait(min(until) - now_s if until else None)
            items, self._items = self._items, []
            self._gathering.clear()
            self._due_s = None
            return None if self._is_closed and not items else items

    def close(self) -> None:
        """Take nothing more; what is there is still carried out. Idempotent."""
        with self._changed:
            self._is_closed = True
            self._changed.notify()
