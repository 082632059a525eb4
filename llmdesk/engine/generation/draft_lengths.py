"""How many tokens a draft has, and when there is none: by what drafts cost and how often they are right, both measured.

Several proposed tokens are verified in one step, which costs less than a step for each. Whether that pays depends on
the text, on the machine and on who proposes.
"""

from __future__ import annotations

import statistics
import time
from collections import deque
from collections.abc import Callable

DRAFT_LENGTHS = (2, 4, 7)
"""A step of 8 tokens is the longest that the fused decoder computes bit for bit like single tokens; longer drafts were
no faster either."""

_TIMES_KEPT = 5
_TIMES_NEEDED = 2
COST_OF_VERIFYING = 0.1
_DOUBT = 0.8
_FIRST_HIT_RATE = 0.8
_HIT_RATE_MEMORY = 0.8
_MIN_GAIN = 1.1
_DRAFTS_IN_A_ROW = 32
"""Then a plain step, so that costs are compared with what a plain step takes now."""
_FIRST_PAUSE_TOKENS = 32
_LONGEST_PAUSE_TOKENS = 512


class StepTimes:
    """What a step costs by its number of drafted tokens, in plain steps of about the same time: another program on the
    machine slows both. Medians of the last few; one per loaded model and way of drafting.

    Args:
        guess: what a drafted token costs, in plain steps, as long as that is not measured.
    """

    def __init__(self, clock: Callable[[], float] = time.perf_counter, guess: float = COST_OF_VERIFYING) -> None:
        self.clock = clock
        self._guessed_cost = guess
        self._plain_s: deque[float] = deque(maxlen=_TIMES_KEPT)
        self._costs: dict[int, deque[float]] = {length: deque(maxlen=_TIMES_KEPT) for length in DRAFT_LENGTHS}

    @property
    def knows_plain_steps(self) -> bool:
        """False while too few were measured to compare with (the first one may have been held up)."""
        return len(self._plain_s) >= _TIMES_NEEDED

    def note(self, drafted: int, seconds: float) -> None:
        """One step with that many drafted tokens."""
        if drafted == 0:
            self._plain_s.append(seconds)
        elif self.knows_plain_steps and drafted in self._costs:
            self._costs[drafted].append(seconds / statistics.median_low(self._plain_s))

    def cost(self, drafted: int) -> float:
        """Measured or, as long as it is not, guessed: low enough to be tried, but not below what shorter ones take."""
        if costs := self._costs[drafted]:
            return statistics.median_low(costs)
        shorter = DRAFT_LENGTHS[: DRAFT_LENGTHS.index(drafted)]
        return max(self._guess(drafted), self.cost(shorter[-1])) if shorter else self._guess(drafted)

    def doubt(self) -> None:
        """Time has passed: what was too slow may not be so any more, and what was hardly so is tried again first."""
        for length, costs in self._costs.items():
            doubted = (min(cost, max(self._guess(length), _DOUBT * cost)) for cost in costs)
            self._costs[length] = deque(doubted, maxlen=_TIMES_KEPT)

    def _guess(self, drafted: int) -> float:
        return 1 + self._guessed_cost * drafted


class DraftLengths:
    """See the module. Nothing for a while when drafts do not pay, then they are tried again."""

    def __init__(self, times: StepTimes) -> None:
        self._times = times
        self._hit_rate = _FIRST_HIT_RATE
        self._tokens = 0  # written so far
        self._pause_tokens = _FIRST_PAUSE_TOKENS
        self._paused_until = 0
        self._is_longest_pause = False
        self._drafts_in_a_row = 0

    @property
    def has_failed_for_long(self) -> bool:
        """True in the longest pause: every try for hundreds of tokens was in vain."""
        return self._is_longest_pause and self._tokens < self._paused_until

    def choose(self, room_tokens: int) -> int:
        """How many tokens to draft now, at most so many; 0: none."""
        lengths = [length for length in DRAFT_LENGTHS if length <= room_tokens]
        is_paused = self._tokens < self._paused_until or self._drafts_in_a_row >= _DRAFTS_IN_A_ROW
        if is_paused or not (lengths and self._times.knows_plain_steps):
            return 0
        gain, length = max((self._expected_tokens(n) / self._times.cost(n), n) for n in lengths)
        if gain < _MIN_GAIN:
            self._pause()
            return 0
        return length

    def note(self, drafted: int, accepted: int, seconds: float | None) -> None:
        """One step and what came of its draft (0 drafted: a plain step); no time if others shared the step."""
        if seconds is not None:
            self._times.note(drafted, seconds)
        self._tokens += accepted + 1
        self._drafts_in_a_row = self._drafts_in_a_row + 1 if drafted else 0
        outcomes = [1.0] * accepted + [0.0] * (accepted < drafted)
        for hit in outcomes:
            self._hit_rate = _HIT_RATE_MEMORY * self._hit_rate + (1 - _HIT_RATE_MEMORY) * hit
        if drafted and accepted == drafted:
            self._pause_tokens = _FIRST_PAUSE_TOKENS

    def _pause(self) -> None:
        self._paused_until = self._tokens + self._pause_tokens
        self._is_longest_pause = self._pause_tokens == _LONGEST_PAUSE_TOKENS
        self._pause_tokens = min(2 * self._pause_tokens, _LONGEST_PAUSE_TOKENS)
        self._hit_rate = _FIRST_HIT_RATE
        self._times.doubt()

    def _expected_tokens(self, drafted: int) -> float:
        return sum(self._hit_rate**n for n in range(drafted + 1))
