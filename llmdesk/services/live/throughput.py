"""Live speed of answers, out of the engine's own token times. No clock of its own: callers pass ``now_s``.

The definition, once for every live figure:

* The first token of an answer belongs to its prompt. Speed is counted in the steps between tokens, from the second on.
* ``live_tps`` looks at the last second: the tokens after an anchor, divided by the time from the anchor to the newest
  token. The anchor is the newest token that is at least ``WINDOW_S`` old (the first one in a young answer), moved back
  to one step before the newest token if nothing came in that second.
* A step that takes longer than usual counts while it lasts: with ``n`` tokens after the anchor the speed is at most
  ``(n + 1) / (now - anchor)``, so the figure falls during a pause instead of freezing. ``GRACE_S`` is taken off the
  wait first, because tokens reach the reader in batches.
* Tokens that came out of one step (drafted and accepted) share its time in equal parts.
* Pauses of the program (llmdesk/pauses.py) are left out: no figure holds them.
* Answers that run at the same time are measured one by one and added up.

The final figure of an answer is ``GenerationStats.decode_tps``; without pauses both agree.
"""

from __future__ import annotations

import math
from collections import deque

from llmdesk.datatypes.chat import GenerationStats, TokenEvent
from llmdesk.services.live.ring_buffer import RingBuffer

WINDOW_S = 1.0
GRACE_S = 0.15
MIN_SPAN_S = 0.2  # below this one late thread makes any figure
TOKEN_TIMES = 512  # steps that the percentiles look back
LEAST_PROMPT_TOKENS = 8  # of fewer nobody is told how fast they were read: that is the time of a step


class _Answer:
    """Token times of one running answer: (t_s, tokens so far), from the anchor to the newest."""

    def __init__(self) -> None:
        self.times: deque[tuple[float, int]] = deque()
        self.step_s, self.step_tokens = 0.0, 0  # the newest step, which may still bring more tokens

    def step_ms(self) -> list[float]:
        """Milliseconds per token of the newest step."""
        tokens = self.step_tokens
        return [1000 * self.step_s / tokens] * min(tokens, TOKEN_TIMES) if tokens else []

    def move_anchor(self, now_s: float) -> None:
        """Forget what lies before the anchor, but keep one step."""
        while len(self.times) > 2 and self.times[1][0] <= now_s - WINDOW_S:
            self.times.popleft()

    def tps(self, now_s: float) -> float | None:
        self.move_anchor(now_s)
        if len(self.times) < 2:
            return None
        (anchor_s, before), (newest_s, after) = self.times[0], self.times[-1]
        if max(newest_s, now_s - GRACE_S) - anchor_s < MIN_SPAN_S or newest_s <= anchor_s:
            return None
        tokens = after - before
        waited_s = now_s - GRACE_S - anchor_s
        measured = tokens / (newest_s - anchor_s)
        return min(measured, (tokens + 1) / waited_s) if waited_s > 0 else measured

    def steps_per_s(self, now_s: float) -> float | None:
        """Passes through the network: fewer than tokens where several came out of one."""
        if (tps := self.tps(now_s)) is None:
            return None
        return tps * (len(self.times) - 1) / (self.times[-1][1] - self.times[0][1])


def told_prompt_tps(stats: GenerationStats) -> float | None:
    """How fast a prompt was read; None where hardly anything was, which takes as long as a few tokens more."""
    is_speed = stats.prompt_tokens - stats.cached_tokens >= LEAST_PROMPT_TOKENS
    return (stats.prompt_tps or None) if is_speed else None


class Throughput:
    """See the module. One thread only (the GUI thread)."""

    def __init__(self) -> None:
        self._answers: dict[str, _Answer] = {}
        self._steps_ms = RingBuffer(TOKEN_TIMES)
        self._untaken_s = 0.0
        self._untaken_steps = 0

    @property
    def running(self) -> int:
        """How many answers are measured now."""
        return len(self._answers)

    def start(self, request_id: str) -> None:
        """An answer begins. The percentiles start anew unless another answer is running."""
        if not self._answers:
            self._steps_ms.clear()
            self._untaken_s, self._untaken_steps = 0.0, 0
        self._answers[request_id] = _Answer()

    def add(self, event: TokenEvent) -> None:
        """One token event; those of answers that were not started, or have ended, do not count."""
        answer = self._answers.get(event.request_id)
        if answer is None:
            return
        if answer.times:
            before_s, before = answer.times[-1]
            tokens = event.new_tokens - before
            if tokens < 1:
                return
            self._untaken_steps += tokens
            self._untaken_s += event.t_s - before_s
            if event.t_s == before_s and len(answer.times) > 1:
                answer.times[-1] = (event.t_s, event.new_tokens)
                answer.step_tokens += tokens
                return
            self._end_step(answer)
            answer.step_s, answer.step_tokens = event.t_s - before_s, tokens
        answer.times.append((event.t_s, event.new_tokens))
        answer.move_anchor(event.t_s)

    def leave_out(self, begin_s: float, end_s: float) -> None:
        """The program did not run from here to there: what was before it moves up to its end."""
        for answer in self._answers.values():
            answer.times = deque((moved(t_s, begin_s, end_s), tokens) for t_s, tokens in answer.times)

    def end(self, request_id: str) -> None:
        """The answer has ended; it no longer counts in ``live_tps``, the percentiles stay."""
        if (answer := self._answers.pop(request_id, None)) is not None:
            self._end_step(answer)

    def live_tps(self, now_s: float) -> float | None:
        """Tokens per second of all running answers; None while none of them has been decoding for long enough."""
        speeds = [tps for answer in self._answers.values() if (tps := answer.tps(now_s)) is not None]
        return sum(speeds) if speeds else None

    def steps_per_s(self, now_s: float) -> dict[str, float]:
        """Of each answer that has a speed, by request: how often the network is computed for it in a second."""
        speeds = {name: answer.steps_per_s(now_s) for name, answer in self._answers.items()}
        return {name: speed for name, speed in speeds.items() if speed is not None}

    def token_ms(self) -> tuple[float, float] | None:
        """Milliseconds per token over the last ``TOKEN_TIMES`` steps: 50th and 99th percentile (nearest rank)."""
        running_ms = [ms for answer in self._answers.values() for ms in answer.step_ms()]
        times_ms = sorted([*self._steps_ms.window(), *running_ms])
        if not times_ms:
            return None
        return times_ms[math.ceil(0.5 * len(times_ms)) - 1], times_ms[math.ceil(0.99 * len(times_ms)) - 1]

    def take_token_ms(self) -> float | None:
        """Mean milliseconds per token since the last call; None if no step was completed."""
        seconds, steps = self._untaken_s, self._untaken_steps
        self._untaken_s, self._untaken_steps = 0.0, 0
        return 1000 * seconds / steps if steps else None

    def _end_step(self, answer: _Answer) -> None:
        for ms in answer.step_ms():
            self._steps_ms.append(ms)
        answer.step_s, answer.step_tokens = 0.0, 0


def moved(t_s: float, begin_s: float, end_s: float) -> float:
    """A moment on a clock without the time from ``begin_s`` to ``end_s``, which agrees with ours after it."""
    return t_s + max(0.0, end_s - max(begin_s, t_s)) if t_s < end_s else t_s
