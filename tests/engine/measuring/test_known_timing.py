"""Tokens per second of a network whose time for each step is known: within 1 %."""

from __future__ import annotations

import time
from typing import Any

import pytest

from llmdesk.engine.generation.step import PREFILL_CHUNK_TOKENS
from llmdesk.engine.measuring import speed as module
from llmdesk.engine.measuring.speed import SpeedTest
from tests.engine.measuring.test_speed import _Cache

STEP_S, TOKEN_S = 0.02, 0.0001
"""Of a step, and of each token in it."""


class _Clock:
    """Stands still but for what the network takes."""

    def __init__(self) -> None:
        self.now_s = 100.0

    def perf_counter(self) -> float:
        return self.now_s


class _Timed:
    """Takes as long as it says on a clock of its own, or on the real one."""

    def __init__(self, clock: _Clock | None) -> None:
        self._clock, self._due_s = clock, 0.0

    def new_cache(self) -> Any:
        return _Cache(goes_back=True)

    def forward(self, ids: list[int], cache: Any, last: int = 1) -> Any:
        cache.length += len(ids)
        takes_s = STEP_S + TOKEN_S * len(ids)
        if self._clock is not None:
            self._clock.now_s += takes_s
            return
        now_s = time.perf_counter()
        # By a schedule: a step that other programs made late does not make all that follow it late, too.
        self._due_s = (self._due_s if now_s - self._due_s < takes_s else now_s) + takes_s
        time.sleep(max(0.0, self._due_s - now_s))


def expected_tps(tokens: int, steps: int) -> float:
    return tokens / (steps * STEP_S + tokens * TOKEN_S)


@pytest.mark.parametrize("depth", [0, 1000])
def test_speeds_are_those_of_the_network(monkeypatch: pytest.MonkeyPatch, depth: int) -> None:
    clock = _Clock()
    monkeypatch.setattr(module, "time", clock)
    test = SpeedTest(_Timed(clock), 50, depth)
    writing, reading = test.decode(32, 3), test.prefill(600, 3)
    steps = -(-600 // PREFILL_CHUNK_TOKENS)
    assert writing.mean == pytest.approx(expected_tps(32, 32), rel=0.01)
    assert reading.mean == pytest.approx(expected_tps(600, steps), rel=0.01)
    assert writing.sd == pytest.approx(0, abs=1e-6)


@pytest.mark.timing
def test_speeds_are_true_on_a_real_clock() -> None:
    writing = SpeedTest(_Timed(None), 50, 0).decode(50, 3)
    assert writing.median == pytest.approx(expected_tps(50, 50), rel=0.01)
