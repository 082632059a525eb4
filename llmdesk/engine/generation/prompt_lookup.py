"""Speculative decoding without a second model: what was said after the same words before is proposed again.

Several proposed tokens are verified in one step, which costs less than a step for each. Whether that pays depends on
the text and on the machine, so both are measured: the time of steps by their number of drafted tokens, and how often
a drafted token is what the model would have said.
"""

from __future__ import annotations

import statistics
import time
from collections import deque
from collections.abc import Callable

from llmdesk.engine_choices import chosen

DRAFT_LENGTHS = (2, 4, 7)
"""A step of 8 tokens is the longest that the fused decoder computes bit for bit like single tokens; longer drafts were
no faster either."""

_NGRAM_TOKENS = 3
_LONGEST_MATCH_TOKENS = 16
_MATCHES_COMPARED = 8
_TIMES_KEPT = 5
_TIMES_NEEDED = 2
_GUESSED_COST_PER_TOKEN = 0.1
_DOUBT = 0.8
_FIRST_HIT_RATE = 0.8
_HIT_RATE_MEMORY = 0.8
_MIN_GAIN = 1.1
_DRAFTS_IN_A_ROW = 32
"""Then a plain step, so that costs are compared with what a plain step takes now."""
_FIRST_PAUSE_TOKENS = 32
_LONGEST_PAUSE_TOKENS = 512


def is_enabled() -> bool:
    """False if the user does not want it (``LLMDESK_PROMPT_LOOKUP=0``, else the settings)."""
    choice = chosen("LLMDESK_PROMPT_LOOKUP")
    return choice is None or not choice.is_off


class StepTimes:
    """What a step costs by its number of drafted tokens, in plain steps of about the same time: another program on the
    machine slows both. Medians of the last few; one per loaded model.
    """

    def __init__(self, clock: Callable[[], float] = time.perf_counter) -> None:
        self.clock = clock
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
        elif self.knows_plain_steps:
            self._costs[drafted].append(seconds / statistics.median_low(self._plain_s))

    def cost(self, drafted: int) -> float:
        """Measured or, as long as it is not, guessed: low enough to be tried, but not below what shorter ones take."""
        if costs := self._costs[drafted]:
            return statistics.median_low(costs)
        shorter = DRAFT_LENGTHS[: DRAFT_LENGTHS.index(drafted)]
        return max(_guess(drafted), self.cost(shorter[-1])) if shorter else _guess(drafted)

    def doubt(self) -> None:
        """Time has passed: what was too slow may not be so any more, and what was hardly so is tried again first."""
        for length, costs in self._costs.items():
            doubted = (min(cost, max(_guess(length), _DOUBT * cost)) for cost in costs)
            self._costs[length] = deque(doubted, maxlen=_TIMES_KEPT)


class PromptLookup:
    """Drafts for one answer. Proposes nothing for a while when drafts do not pay, then tries again."""

    def __init__(self, times: StepTimes) -> None:
        self.drafted_tokens = 0
        self.accepted_tokens = 0
        self._times = times
        self._ends: dict[tuple[int, ...], list[int]] = {}  # where each n-gram ends
        self._indexed = _NGRAM_TOKENS
        self._hit_rate = _FIRST_HIT_RATE
        self._pause_tokens = _FIRST_PAUSE_TOKENS
        self._paused_until = 0
        self._drafts_in_a_row = 0

    def propose(self, ids: list[int], room_tokens: int) -> list[int]:
        """What may come after these tokens (prompt and answer so far), at most so many; often nothing."""
        self._index(ids)
        lengths = [length for length in DRAFT_LENGTHS if length <= room_tokens]
        if not (lengths and self._times.knows_plain_steps and len(ids) >= self._paused_until):
            return []
        start = self._latest_longest_match(ids)
        if start is None or self._drafts_in_a_row >= _DRAFTS_IN_A_ROW:
            return []
        gain, length = max((self._expected_tokens(n) / self._times.cost(n), n) for n in lengths)
        if gain < _MIN_GAIN:
            self._pause(len(ids))
            return []
        known = ids[start:]
        return [known[i % len(known)] for i in range(length)]  # beyond the end, a repetition goes on

    def note(self, drafted: int, accepted: int, seconds: float | None) -> None:
        """One step and what came of its draft (0 drafted: a plain step); no time if others shared the step."""
        if seconds is not None:
            self._times.note(drafted, seconds)
        self._drafts_in_a_row = self._drafts_in_a_row + 1 if drafted else 0
        self.drafted_tokens += drafted
        self.accepted_tokens += accepted
        outcomes = [1.0] * accepted + [0.0] * (accepted < drafted)
        for hit in outcomes:
            self._hit_rate = _HIT_RATE_MEMORY * self._hit_rate + (1 - _HIT_RATE_MEMORY) * hit
        if drafted and accepted == drafted:
            self._pause_tokens = _FIRST_PAUSE_TOKENS

    def _index(self, ids: list[int]) -> None:
        """Note the n-grams that something follows."""
        for end in range(self._indexed, len(ids)):
            self._ends.setdefault(tuple(ids[end - _NGRAM_TOKENS : end]), []).append(end)
        self._indexed = max(self._indexed, len(ids))

    def _latest_longest_match(self, ids: list[int]) -> int | None:
        ends = self._ends.get(tuple(ids[-_NGRAM_TOKENS:]), [])[-_MATCHES_COMPARED:]
        return max(ends, key=lambda end: (_match_length(ids, end), end), default=None)

    def _pause(self, tokens: int) -> None:
        self._paused_until = tokens + self._pause_tokens
        self._pause_tokens = min(2 * self._pause_tokens, _LONGEST_PAUSE_TOKENS)
        self._hit_rate = _FIRST_HIT_RATE
        self._times.doubt()

    def _expected_tokens(self, drafted: int) -> float:
        return sum(self._hit_rate**n for n in range(drafted + 1))


def _guess(drafted: int) -> float:
    return 1 + _GUESSED_COST_PER_TOKEN * drafted


def _match_length(ids: list[int], end: int) -> int:
    """How many tokens before ``end`` are the last ones of ``ids``."""
    length = _NGRAM_TOKENS
    while length < min(end, _LONGEST_MATCH_TOKENS) and ids[end - 1 - length] == ids[-1 - length]:
        length += 1
    return length
