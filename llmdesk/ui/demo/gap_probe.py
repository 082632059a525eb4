"""Measures how late the GUI thread is: what a user feels as a stutter."""

from __future__ import annotations

import math
import time

from PySide6.QtCore import QObject, Qt, QTimer, Slot

from llmdesk.services.live.ring_buffer import RingBuffer

INTERVAL_MS = 20
READINGS = 3000  # one minute for the percentile; the maximum covers everything since reset


class GapProbe(QObject):
    """A precise timer that notes by how many milliseconds each tick came late (GUI thread only).

    Attributes:
        max_ms: the worst lateness since ``reset`` (or ``start``).
        p99_ms: 99th percentile of the last minute.
    """

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._late_ms = RingBuffer(READINGS)
        self._max_ms = 0.0
        self._last_s = 0.0
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.setInterval(INTERVAL_MS)
        self._timer.timeout.connect(self._on_timeout)

    def start(self) -> None:
        """Begin to measure, from zero."""
        self.reset()
        self._timer.start()

    def stop(self) -> None:
        """Stop measuring; the readings stay."""
        self._timer.stop()

    def reset(self) -> None:
        """Forget all readings. A stall that is under way counts from now only."""
        self._late_ms.clear()
        self._max_ms = 0.0
        self._last_s = time.perf_counter()

    def skip(self) -> None:
        """What lies between the last tick and now is not the GUI thread's fault: the process was stopped."""
        self._last_s = time.perf_counter()

    @property
    def max_ms(self) -> float:
        """See the class; 0 without a reading."""
        return self._max_ms

    @property
    def p99_ms(self) -> float:
        """See the class; 0 without a reading."""
        late_ms = sorted(self._late_ms.window())
        return late_ms[math.ceil(0.99 * len(late_ms)) - 1] if late_ms else 0.0

    @Slot()
    def _on_timeout(self) -> None:
        now_s = time.perf_counter()
        late_ms = max(0.0, 1000 * (now_s - self._last_s) - INTERVAL_MS)
        self._last_s = now_s
        self._late_ms.append(late_ms)
        self._max_ms = max(self._max_ms, late_ms)
