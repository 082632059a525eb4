"""Where other threads leave what the engine thread shall do, and where they hear whether it takes any more."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace

from llmdesk.datatypes.model import ErrorInfo
from llmdesk.engine.serving.waiting_line import Item, Job
from llmdesk.errors import EngineBusy, EngineStopped
from llmdesk.words import say


class Inbox:
    """Any thread, unless it says otherwise.

    Args:
        max_jobs: so many requests may be under way; more are refused.
    """

    def __init__(self, max_jobs: int) -> None:
        self.changed = threading.Condition()
        """Held by who must see several things as one; re-entrant."""
        self._max_jobs = max_jobs
        self._items: list[Item] = []
        self._accepted = 0  # jobs submitted and not yet ended
        self._fatal: ErrorInfo | None = None
        self.is_stopping = False

    def put(self, item: Item) -> ErrorInfo | None:
        """Leave something, or hear why it is not taken."""
        with self.changed:
            refusal = self._refusal(item)
            if refusal is None:
                self._accepted += isinstance(item, Job)
                self._items.append(item)
                self.changed.notify()
            return refusal

    def items(self) -> list[Item]:
        """What lies here, as a copy."""
        with self.changed:
            return list(self._items)

    def wake(self) -> None:
        """Have the engine thread look round."""
        with self.changed:
            self.changed.notify()

    def stop(self) -> None:
        """Refuse all from now on. Idempotent."""
        with self.changed:
            self.is_stopping = True
            self.changed.notify()

    # -- engine thread --------------------------------------------------------------------------------------------

    def wait(self, timeout_s: Callable[[], float | None]) -> None:
        """Until there is something to do; as long as that function says at most, None for ever."""
        with self.changed:
            if not self._items and not self.is_stopping:
                self.changed.wait(timeout_s())

    def take(self) -> list[Item]:
        """All that lies here, in the order in which it came."""
        with self.changed:
            items, self._items = self._items, []
            return items

    def note_end(self) -> None:
        """A request has ended: there is room for another one."""
        with self.changed:
            self._accepted -= 1

    def fail(self, error: ErrorInfo) -> None:
        """The engine thread failed: all that comes from now on hears that."""
        with self.changed:
            self._fatal = error

    @property
    def last_error(self) -> ErrorInfo:
        """What those hear that are still waiting when the engine ends."""
        return self._fatal or EngineStopped(say("llmdesk is closing.")).info()

    @property
    def has_failed(self) -> bool:
        """True if the engine thread ended by a bug."""
        return self._fatal is not None

    def _refusal(self, item: Item) -> ErrorInfo | None:
        if self._fatal is not None:
            status, hint = EngineStopped.http_status, EngineStopped.default_hint
            return replace(self._fatal, kind=EngineStopped.__name__, http_status=status, hint=hint)
        if self.is_stopping:
            return EngineStopped(say("llmdesk is closing.")).info()
        if isinstance(item, Job) and self._accepted >= self._max_jobs:
            return EngineBusy(say("{accepted} requests are already waiting.", accepted=self._accepted)).info()
        return None
