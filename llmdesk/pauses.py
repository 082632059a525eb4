"""When this program did not run: it was stopped (SIGSTOP, a debugger), its machine slept, or a virtual one stood still.

One definition for all figures. Threads that have time on their hands promise to look at the clock again soon. If they
are late by more than ``MIN_PAUSE_S``, and the program computed nothing to speak of meanwhile, it did not run; a thread
that is late because the others compute is no pause. Some clocks stand still while the machine sleeps (Linux'
``perf_counter``); there another clock tells of it, and a sleep is a pause of no length on ours.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

MIN_PAUSE_S = 1.0
_BEAT_S = 0.25
"""Of the thread that keeps watch: each of its beats takes a core from the model for a moment."""
_GLANCE_S = 0.05
"""So far apart are looks of those who come by anyway."""
_MOST_COMPUTING = 0.25
_KEPT = 64


@dataclass(frozen=True, slots=True)
class Pause:
    """From ``begin_s`` to ``end_s`` of the clock, which stood still for another ``asleep_s``."""

    begin_s: float
    end_s: float
    asleep_s: float = 0.0


def _asleep_s() -> float:
    """Seconds that the machine slept since it was started, as far as the clock does not count them itself."""
    if not hasattr(time, "CLOCK_BOOTTIME"):
        return 0.0
    return time.clock_gettime(time.CLOCK_BOOTTIME) - time.clock_gettime(time.CLOCK_MONOTONIC)


@dataclass(frozen=True, slots=True)
class _Reading:
    at_s: float
    computed_s: float
    asleep_s: float


class PauseWatch:
    """Notices pauses while somebody beats. Any thread.

    Args:
        clock: the one that all times are of.
        computed: seconds of the processor that this program has taken, all threads together.
        asleep: see ``_asleep_s``.
    """

    def __init__(
        self,
        clock: Callable[[], float] = time.perf_counter,
        computed: Callable[[], float] = time.process_time,
        asleep: Callable[[], float] = _asleep_s,
    ) -> None:
        self._clock, self._computed, self._asleep = clock, computed, asleep
        self._lock = threading.Lock()
        self._last = _Reading(0.0, 0.0, 0.0)
        self._promised_s: float | None = None  # from the last reading on
        self._apart_s = 0.0  # of the last two readings
        self._threads_busy = 0.0  # as of the readings before
        self._pauses: deque[Pause] = deque(maxlen=_KEPT)
        self._found = 0
        self._watchers = 0
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None

    def beat(self, next_within_s: float | None) -> None:
        """Look, and promise to come again within so long; None: nobody will."""
        with self._lock:
            self._look()
            if self._watchers:  # the thread comes anyway
                next_within_s = _BEAT_S if next_within_s is None else min(next_within_s, _BEAT_S)
            self._promised_s = next_within_s

    def glance(self) -> None:
        """Look, if nobody has just now, where somebody watches; for threads that come by often. Promises nothing."""
        if self._watchers and self._clock() - self._last.at_s >= _GLANCE_S:
            with self._lock:
                self._look()

    def since(self, number: int) -> tuple[list[Pause], int]:
        """The pauses after the first ``number``, and how many there were in all."""
        with self._lock:
            self._look()
            new = max(0, self._found - number)
            return list(self._pauses)[len(self._pauses) - min(new, len(self._pauses)) :], self._found

    def lost_s(self, begin_s: float, end_s: float) -> float:
        """How much of the time between two moments of the clock was no time of this program."""
        return sum(max(0.0, min(end_s, p.end_s) - max(begin_s, p.begin_s)) for p in self._all())

    def paused_s(self, begin_s: float, end_s: float) -> float:
        """The same in the world's time, which goes on where the clock stands still."""
        asleep_s = sum(p.asleep_s for p in self._all() if begin_s <= p.begin_s <= end_s)
        return self.lost_s(begin_s, end_s) + asleep_s

    @contextmanager
    def watching(self) -> Iterator[None]:
        """Keep a close watch, for figures that shall be exact: a thread beats, and whoever computes glances."""
        with self._lock:
            self._watchers += 1
            if self._watchers == 1:
                self._look()
                self._promised_s = _BEAT_S
                self._stopping = threading.Event()
                self._thread = threading.Thread(
                    target=self._run, args=(self._stopping,), name="pause-watch", daemon=True
                )
                self._thread.start()
        try:
            yield
        finally:
            with self._lock:
                self._watchers -= 1
                thread = None
                if self._watchers == 0:
                    self._look()
                    self._promised_s = None
                    self._stopping.set()
                    thread, self._thread = self._thread, None
            if thread is not None:
                thread.join()

    def _run(self, stopping: threading.Event) -> None:
        while not stopping.wait(_BEAT_S):
            with self._lock:
                if not stopping.is_set():
                    self._look()
                    self._promised_s = _BEAT_S

    def _all(self) -> list[Pause]:
        with self._lock:
            self._look()
            return list(self._pauses)

    def _look(self) -> None:
        """Judge the time since the last reading (with the lock held)."""
        now, last = _Reading(self._clock(), self._computed(), self._asleep()), self._last
        self._last = now
        apart_s, self._apart_s = self._apart_s, now.at_s - last.at_s
        if self._promised_s is None:
            return
        elapsed_s, asleep_s = now.at_s - last.at_s, now.asleep_s - last.asleep_s
        computed_s = now.computed_s - last.computed_s
        if elapsed_s - self._promised_s > MIN_PAUSE_S:
            before_it_s = self._threads_busy * self._promised_s  # many threads compute much in a moment
            if computed_s - before_it_s < _MOST_COMPUTING * elapsed_s:
                usual_s = min(self._promised_s, max(apart_s, _GLANCE_S))
                self._keep(Pause(last.at_s + usual_s / 2, now.at_s))
            return
        if asleep_s > MIN_PAUSE_S:
            self._keep(Pause(now.at_s, now.at_s, asleep_s))
        if elapsed_s >= _GLANCE_S:  # the clock of the processor's time may be a coarse one
            self._threads_busy = computed_s / elapsed_s

    def _keep(self, pause: Pause) -> None:
        self._pauses.append(pause)
        self._found += 1


PAUSES = PauseWatch()
"""Those of this process."""
