"""A thread that carries out calls in their order, and exists from the first one on."""

from __future__ import annotations

import logging
import queue
import threading
from collections.abc import Callable

log = logging.getLogger(__name__)


class CallThread:
    """See the module; any thread.

    Args:
        at_end: called last, on the thread.
    """

    def __init__(self, name: str, at_end: Callable[[], None]) -> None:
        self._name, self._at_end = name, at_end
        self._lock = threading.Lock()
        self._calls: queue.SimpleQueue[Callable[[], None] | None] = queue.SimpleQueue()
        self._thread: threading.Thread | None = None
        self.is_closing = False

    def put(self, call: Callable[[], None]) -> bool:
        """Carry it out after those before it. False, and it is not, if the thread is closing."""
        with self._lock:
            if self.is_closing:
                return False
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name=self._name, daemon=True)
                self._thread.start()
            self._calls.put(call)
            return True

    def close(self, timeout_s: float) -> None:
        """Take no more calls; those before are carried out, and see ``is_closing``. Waits. Idempotent."""
        with self._lock:
            was_closing, self.is_closing = self.is_closing, True
            if not was_closing:
                self._calls.put(None)
        if self._thread is not None:
            self._thread.join(timeout_s)

    def _run(self) -> None:
        while (call := self._calls.get()) is not None:
            try:
                call()
            except Exception:
                log.exception("a call failed")
        self._at_end()
