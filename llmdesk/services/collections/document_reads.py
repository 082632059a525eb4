"""Documents that are read beside everything else: one takes up to a minute, in a process of its own (any thread)."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from llmdesk.services.collections.index import FileState
from llmdesk.services.collections.reading import ReadFile, read_file

AT_ONCE = 2


@dataclass(frozen=True, slots=True)
class DocumentRead:
    """A document that was read; None: it holds what it held. ``error``: what nobody thought of."""

    path: str
    state: FileState
    read: ReadFile | None = None
    error: Exception | None = None


class DocumentReads:
    """A thread for each, which nobody waits for: when the program ends, it is read again at the next start.

    Args:
        on_end: one of them ends; on its thread.
    """

    def __init__(self, on_end: Callable[[], None]) -> None:
        self._on_end = on_end
        self._lock = threading.Lock()
        self._running = 0
        self._ended: deque[tuple[object, DocumentRead]] = deque()

    @property
    def has_room(self) -> bool:
        """True while another one may be started."""
        with self._lock:
            return self._running < AT_ONCE

    def start(self, owner: object, path: str, state: FileState, known_digest: bytes) -> None:
        """Read it; see ``read_file``."""
        with self._lock:
            self._running += 1
        work = threading.Thread(
            target=self._read, args=(owner, path, state, known_digest), name="collections-document", daemon=True
        )
        work.start()

    def take(self) -> tuple[object, DocumentRead] | None:
        """The next one that has ended, with its owner."""
        with self._lock:
            return self._ended.popleft() if self._ended else None

    def _read(self, owner: object, path: str, state: FileState, known_digest: bytes) -> None:
        try:
            end = DocumentRead(path, state, read_file(Path(path), state, known_digest))
        except Exception as error:
            end = DocumentRead(path, state, error=error)
        with self._lock:
            self._running -= 1
            self._ended.append((owner, end))
        self._on_end()
