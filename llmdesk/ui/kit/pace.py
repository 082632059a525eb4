"""How often the window draws while an answer streams: on few cores every drawing takes time from the model."""

from __future__ import annotations

import os
import time
from collections.abc import Callable

from PySide6.QtCore import QObject, Signal

FASTEST_MS, SLOWEST_MS = 33, 100
SHARE = 0.02
"""Of all processors together: so much may the window take while it follows an answer."""
_GUESS_MS = 4.0
_WEIGHT = 0.1  # of the newest frame: a hundred tell of a second that was unlike the others


class Pace(QObject):
    """Thirty frames a second where they are cheap for this machine, else as many as its share pays for (GUI thread).

    A frame costs what the thread computes from one to the next, whatever that is: parsing, layout, painting, graphs.

    Args:
        processors: of the machine.
        computed_s: processor time of the GUI thread.

    Signals:
        frame_begins(): what is drawn in the slot is painted with the frame.
    """

    frame_begins = Signal()

    def __init__(self, processors: int, computed_s: Callable[[], float] = time.thread_time) -> None:
        super().__init__()
        self._budget_ms = SHARE * processors  # a millisecond
        self._computed_s = computed_s
        self._cost_ms = _GUESS_MS
        self._last_s: float | None = None

    @property
    def frame_ms(self) -> int:
        """Milliseconds between two paintings of a growing answer."""
        return round(min(SLOWEST_MS, max(FASTEST_MS, self._cost_ms / self._budget_ms)))

    def note_frame(self) -> None:
        """One begins."""
        now_s = self._computed_s()
        if self._last_s is not None:
            self._cost_ms += _WEIGHT * (1000 * (now_s - self._last_s) - self._cost_ms)
        self._last_s = now_s
        self.frame_begins.emit()

    def rest(self) -> None:
        """The answer has ended, or nobody sees it: what is computed until the next one is no cost of a frame."""
        self._last_s = None


PACE = Pace(os.cpu_count() or 1)
"""The window's."""


def frame_ms() -> int:
    """See Pace."""
    return PACE.frame_ms
