"""Who wants to hear of something: the one way in which llmdesk's parts subscribe to each other."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from typing import Generic, TypeVar

log = logging.getLogger(__name__)
T = TypeVar("T")

Unsubscribe = Callable[[], None]
"""What a ``subscribe`` returns: ends that subscription. Idempotent, any thread; a call that is under way on another
thread may still come to its end."""


class Listeners(Generic[T]):
    """Functions that are told values, in the order in which they were added. Any thread may add and remove them."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._listeners: dict[object, Callable[[T], None]] = {}
        self._failing: set[object] = set()

    def add(self, listener: Callable[[T], None]) -> Unsubscribe:
        """Tell this one too from now on (twice, if it is added twice), until what is returned is called."""
        key = object()
        with self._lock:
            self._listeners[key] = listener
        return lambda: self._remove(key)

    def tell(self, value: T) -> None:
        """Call all, on this thread. One that raises is a bug of its owner: logged the first time, and no harm done."""
        with self._lock:
            listeners = list(self._listeners.items())
        for key, listener in listeners:
            if key not in self._listeners:  # removed by one before it
                continue
            try:
                listener(value)
            except Exception:
                log.log(logging.DEBUG if key in self._failing else logging.ERROR, "a listener raised", exc_info=True)
                self._failing.add(key)

    def _remove(self, key: object) -> None:
        with self._lock:
            self._listeners.pop(key, None)
            self._failing.discard(key)
