"""How many threads a step of decoding uses: all cores when they are free, one less while others need one.

The threads of a parallel region wait for each other about 150 times per token. When another program takes one core,
each wait can last a whole time slice of the scheduler (8 ms was seen), and decoding becomes 10 times slower than with
one thread less. So the pace is watched and the other number tried when it pays, a few steps at a time.
"""

from __future__ import annotations

import statistics
import time
from collections import deque
from collections.abc import Callable

from llmdesk.engine.processor.hardware import topology
from llmdesk.engine_choices import chosen
from llmdesk.errors import SetupError
from llmdesk.words import say

_MOST_DIGITS = 6
_WINDOW_STEPS = 6
_TRIAL_STEPS = 4
_SLOW_FACTOR = 1.8
_VERY_SLOW_FACTOR = 4.0
_GAIN_FACTOR = 0.85
_WORSE_FACTOR = 1.15
_HOPELESS_STEPS = 16
_FIRST_HOLD_S = 1.0
_LONGEST_HOLD_S = 8.0
_BEST_FORGETS = 1.001


def asked_threads() -> int | None:
    """The number that the user has set (LLMDESK_THREADS, else the settings); None: it is to be measured.

    Raises:
        SetupError: it is no whole number above 0.
    """
    choice = chosen("LLMDESK_THREADS")
    if choice is None:
        return None
    if not choice.text.isdecimal() or len(choice.text) > _MOST_DIGITS or int(choice.text) < 1:
        raise SetupError(
            say("{choice} is not a number of threads.", choice=choice), say("Set it to a number such as 4.")
        )
    return int(choice.text)


def default_threads() -> int:
    """One per fast core: a second thread on a core only waits for the first one's vector unit."""
    return asked_threads() or len(topology().performance)


class ThreadGovernor:
    """Chooses between ``full`` threads and one less from the times of the last steps (engine thread only).

    Args:
        full: the most threads that a step may use.
        apply: sets the number of threads (``torch.set_num_threads``, which costs less than a microsecond).
        clock: seconds.
    """

    def __init__(self, full: int, apply: Callable[[int], None], clock: Callable[[], float] = time.perf_counter) -> None:
        self._full, self._apply, self._clock = full, apply, clock
        self.threads = full
        self._recent: deque[float] = deque(maxlen=_WINDOW_STEPS)
        self._best_s = float("inf")
        self._steady_s: float | None = None  # pace before the trial that is under way
        self._trial: list[float] = []
        self._was_tried = False
        self._hold_s = _FIRST_HOLD_S
        self._next_trial_s = clock()

    def use_chosen(self) -> None:
        """For the next step of decoding."""
        self._apply(self.threads)

    def step_took(self, seconds: float) -> None:
        """Note one decoding step."""
        if self._full == 1:
            return
        if self._steady_s is not None:
            self._note_trial(seconds)
            return
        self._recent.append(seconds)
        is_slow = self.threads == self._full and self._is_slow()
        if is_slow:
            self._hold_s = _FIRST_HOLD_S
        elif len(self._recent) < _WINDOW_STEPS:
            return
        pace_s = statistics.median(self._recent)
        self._best_s = min(self._best_s * _BEST_FORGETS, pace_s)
        if is_slow or (self._clock() >= self._next_trial_s and self._may_gain(pace_s)):
            self._was_tried = True
            self._steady_s = pace_s
            self._trial.clear()
            self.threads = self._other()

    def _may_gain(self, pace_s: float) -> bool:
        """With all threads at the best pace that was seen there is nothing to find, once one thread less was tried.

        A trial of one thread less costs, on two cores, two steps of twice their time.
        """
        return self.threads < self._full or not self._was_tried or pace_s > _WORSE_FACTOR * self._best_s

    def _is_slow(self) -> bool:
        """Two very slow steps in a row, or a window of slow ones."""
        recent = list(self._recent)
        if len(recent) >= 2 and min(recent[-2:]) > _VERY_SLOW_FACTOR * self._best_s:
            return True
        return len(recent) == _WINDOW_STEPS and statistics.median(recent) > _SLOW_FACTOR * self._best_s

    def _note_trial(self, seconds: float) -> None:
        assert self._steady_s is not None
        self._trial.append(seconds)
        settled = self._trial[1:]  # the first step after a change still pays for it
        is_slower = any(step_s > self._steady_s for step_s in settled)
        is_lost = is_slower or sum(self._trial) > _HOPELESS_STEPS * self._steady_s
        if len(self._trial) < _TRIAL_STEPS and not is_lost:
            return
        gained = not is_lost and statistics.median(settled) < _GAIN_FACTOR * self._steady_s
        if gained:
            self._hold_s = _FIRST_HOLD_S
        else:
            self.threads = self._other()
            if self.threads == self._full:
                self._best_s = self._steady_s  # one thread less is no better: this is the pace now
            self._hold_s = min(self._hold_s * 2, _LONGEST_HOLD_S)
        self._steady_s = None
        self._recent.clear()
        self._next_trial_s = self._clock() + self._hold_s

    def _other(self) -> int:
        return self._full - 1 if self.threads == self._full else self._full
