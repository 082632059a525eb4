"""What other threads leave for a part of the window that may be gone before they are done."""

from __future__ import annotations

import queue
from collections.abc import Callable
from typing import Generic, TypeVar

from PySide6.QtCore import QObject, QTimer, Slot

T = TypeVar("T")
LOOK_MS = 30


class ThreadResults(QObject, Generic[T]):
    """A thread leaves results in a plain queue; the GUI thread looks there while some are due.

    No signal comes from the thread: Qt reads the sender while it sends, and what is deleted at that moment by the GUI
    thread takes the whole program with it.
    """

    def __init__(self, parent: QObject, take: Callable[[T], None]) -> None:
        super().__init__(parent)
        self._take = take
        self._due = 0
        self._left: queue.SimpleQueue[T] = queue.SimpleQueue()
        self._timer = QTimer(self)
        self._timer.setInterval(LOOK_MS)
        self._timer.timeout.connect(self._look)

    def expect(self) -> None:
        """One more is under way. GUI thread."""
        self._due += 1
        self._timer.start()

    def put(self, result: T) -> None:
        """Leave one that is expected. Any thread, also when the window has gone."""
        self._left.put(result)

    @Slot()
    def _look(self) -> None:
        while not self._left.empty():
            self._due -= 1
            if self._due == 0:
                self._timer.stop()
            self._take(self._left.get())
