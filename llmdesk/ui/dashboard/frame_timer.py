"""A timer that joins the frames of a growing answer (GUI thread only)."""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from llmdesk.ui.kit.pace import SLOWEST_MS

EARLY_MS = SLOWEST_MS
"""So long before its time a tick may come, with a frame."""


class FrameTimer(QTimer):
    """Ticks at a steady rate; while frames are made, with the first one of the last ``EARLY_MS`` before a tick is due.

    What is drawn then is painted together with the words. To wake up and to paint for it alone would take a core from
    the model once more, whose other threads wait for that one.

    Signals:
        ticked(): now.
    """

    ticked = Signal()

    def __init__(self, every_ms: int, parent: QObject) -> None:
        super().__init__(parent)
        self._every_ms = every_ms
        self.setInterval(every_ms)
        self.timeout.connect(self._on_timeout)

    @Slot()
    def join_frame(self) -> None:
        """A frame is being made."""
        left_ms = self.remainingTime()  # negative: it stands still
        if 0 <= left_ms <= EARLY_MS:
            self.start(self._every_ms + left_ms)  # there are as many ticks in a second as without frames
            self.ticked.emit()

    @Slot()
    def _on_timeout(self) -> None:
        if self.interval() != self._every_ms:
            self.start(self._every_ms)
        self.ticked.emit()
