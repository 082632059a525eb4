"""Statistics against known numbers, and what exactly is measured, with a network that only takes notes."""

from __future__ import annotations

from typing import Any

import pytest

from llmdesk.datatypes.chat import GenerationStats
from llmdesk.engine.measuring.speed import FollowUp, Speed, SpeedTest, follow_up_of_network, read


class _Cache:
    def __init__(self, *, goes_back: bool) -> None:
        self.length = 0
        self._goes_back = goes_back

    def reach(self, length: int) -> int:
        return min(self.length, length)

    def truncate(self, length: int) -> bool:
        if length < self.length and not self._goes_back:
            return False
        self.length = min(self.length, length)
        return True


class _Notes:
    """Writes down (tokens in the cache, new tokens) of each call."""

    def __init__(self, *, goes_back: bool = True) -> None:
        self.calls: list[tuple[int, int]] = []
        self._goes_back = goes_back

    def new_cache(self) -> Any:
        return _Cache(goes_back=self._goes_back)

    def forward(self, ids: list[int], cache: Any, last: int = 1) -> Any:
        assert all(0 <= token < 50 for token in ids)
        self.calls.append((cache.length, len(ids)))
        cache.length += len(ids)


def test_speed_of_known_times() -> None:
    speed = Speed.of(100, [1.0, 2.0, 4.0])  # 100, 50, 25 tokens per second
    assert speed.mean == pytest.approx(175 / 3)
    assert speed.sd == pytest.approx(38.18813)
    assert speed.median == 50
    assert Speed.of(10, [2.0]) == Speed(5.0, 0.0, 5.0)


@pytest.mark.parametrize("depth", [0, 300])
@pytest.mark.parametrize("goes_back", [True, False])
def test_prefill_reads_in_the_chunks_of_generation_after_the_same_depth_each_time(depth: int, goes_back: bool) -> None:
    network = _Notes(goes_back=goes_back)
    test = SpeedTest(network, 50, depth)
    network.calls.clear()
    test.prefill(600, repetitions=2)
    one_run = [(depth, 264), (depth + 264, 264), (depth + 528, 72)]
    filling = [(0, 264), (264, 36)] if depth and not goes_back else []
    assert network.calls == one_run + (filling + one_run) * 2


def test_decode_writes_one_token_at_a_time_after_a_short_warm_up() -> None:
    network = _Notes()
    SpeedTest(network, 50, 10).decode(20, repetitions=2)
    warm_up = [(10 + step, 1) for step in range(8)]
    assert network.calls == [(0, 10), *warm_up, *[(10 + step, 1) for step in range(20)] * 2]


def test_a_follow_up_of_a_network_computes_the_turn_only() -> None:
    network = _Notes()
    found = follow_up_of_network(network, 50, 300, repetitions=1)
    assert network.calls == [(0, 264), (264, 36), *[(300, 30), (0, 30)] * 2]
    assert (found.cached_tokens, found.computed_tokens, found.alone_computed_tokens) == (300, 30, 30)


def test_a_follow_up_is_the_median_of_its_runs() -> None:
    def stats(ttft_s: float, cached: int) -> GenerationStats:
        return GenerationStats(prompt_tokens=cached + 30, cached_tokens=cached, ttft_s=ttft_s)

    found = FollowUp.of([(stats(t, 2000), stats(a, 25)) for t, a in [(0.3, 0.1), (0.2, 0.2), (9.0, 0.25)]])
    assert found.ratio == pytest.approx(1.5)
    assert found == FollowUp(0.3, 0.2, found.ratio, 2000, 30, 30)


def test_read_of_nothing_calls_nothing() -> None:
    network = _Notes()
    read(network, [], network.new_cache())
    assert network.calls == []


class _Stopped(Exception):
    pass


class _StopAfter:
    """A check that ends a measurement when it is called for the last time."""

    def __init__(self, calls: int) -> None:
        self.left = calls

    def __call__(self) -> None:
        self.left -= 1
        if self.left < 0:
            raise _Stopped


@pytest.mark.parametrize("passes", [0, 1, 2, 5])
def test_a_measurement_can_be_stopped_before_each_forward_pass(passes: int) -> None:
    """Reading in 264s, writing token by token, and while the cache is filled to its depth."""
    for measure in (
        lambda network, check: SpeedTest(network, 50, 0, check=check).prefill(5 * 264, 2),
        lambda network, check: SpeedTest(network, 50, 0, check=check).decode(100, 2),
        lambda network, check: SpeedTest(network, 50, 6 * 264, check=check),
        lambda network, check: follow_up_of_network(network, 50, 6 * 264, 2, check),
    ):
        network = _Notes()
        with pytest.raises(_Stopped):
            measure(network, _StopAfter(passes))
        assert len(network.calls) == passes
