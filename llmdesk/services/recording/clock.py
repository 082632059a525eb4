"""Where a replay is: a clock that can be paused, moved and sped up (any thread's, one at a time)."""

from __future__ import annotations

import time
from collections.abc import Callable


class ReplayClock:
    """Stands at 0 until ``play``; several players may follow one clock.

    Args:
        end_s: it never goes past this.
        now: a clock that never goes back, in seconds.
    """

    def __init__(self, end_s: float, now: Callable[[], float] = time.perf_counter) -> None:
        self.end_s = end_s
        self._now = now
        self._speed = 1.0
        self._position_s = 0.0
        self._since_s: float | None = None  # None: paused

    @property
    def position_s(self) -> float:
        """Seconds of the recording that have passed."""
        if self._since_s is None:
            return self._position_s
        return min(self.end_s, self._position_s + (self._now() - self._since_s) * self._speed)

    @property
    def is_playing(self) -> bool:
        """False while paused, and at the end."""
        return self._since_s is not None and self.position_s < self.end_s

    @property
    def speed(self) -> float:
        """1 is the original one."""
        return self._speed

    @speed.setter
    def speed(self, speed: float) -> None:
        self._settle()
        self._speed = speed

    def play(self) -> None:
        """Go on from here; at the end, from the beginning."""
        if self._position_s >= self.end_s:
            self._position_s = 0.0
        self._since_s = self._since_s if self._since_s is not None else self._now()

    def pause(self) -> None:
        """Stand still."""
        self._settle()
        self._since_s = None

    def seek(self, position_s: float) -> None:
        """Be there, and go on as before."""
        self._settle()
        self._position_s = min(max(0.0, position_s), self.end_s)

    def _settle(self) -> None:
        self._position_s = self.position_s
        if self._since_s is not None:
            self._since_s = self._now()
