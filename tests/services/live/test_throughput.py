"""Throughput against made-up token times: one definition of tokens per second."""

from __future__ import annotations

from itertools import pairwise

import pytest

from llmdesk.datatypes.chat import GenerationStats, TokenEvent
from llmdesk.services.live.throughput import GRACE_S, TOKEN_TIMES, WINDOW_S, Throughput, told_prompt_tps


def feed(throughput: Throughput, request_id: str, times_s: list[float], first: int = 1) -> None:
    for number, t_s in enumerate(times_s, start=first):
        throughput.add(TokenEvent(request_id, "x", number, t_s))


def every(step_s: float, start_s: float, end_s: float) -> list[float]:
    return [start_s + i * step_s for i in range(round((end_s - start_s) / step_s) + 1)]


def started(*request_ids: str) -> Throughput:
    throughput = Throughput()
    for request_id in request_ids:
        throughput.start(request_id)
    return throughput


def test_steady_answer_agrees_with_its_statistics() -> None:
    throughput = started("a")
    feed(throughput, "a", every(0.04, 10.0, 14.0))
    stats = GenerationStats(new_tokens=101, decode_s=4.0)
    assert throughput.live_tps(14.0) == pytest.approx(stats.decode_tps) == pytest.approx(25.0)


def test_nothing_while_the_prompt_is_read_and_after_one_token() -> None:
    throughput = started("a")
    assert throughput.live_tps(5.0) is None
    feed(throughput, "a", [5.0])
    assert throughput.live_tps(5.0) is None
    assert throughput.live_tps(60.0) is None
    assert throughput.token_ms() is None


def test_first_token_counts_as_prompt_not_as_speed() -> None:
    throughput = started("a")
    feed(throughput, "a", [30.0, 30.25, 30.5])  # whatever happened before 30.0
    assert throughput.live_tps(30.5) == pytest.approx(4.0)


def test_batches_that_arrive_late_read_the_same() -> None:
    """The engine's times count, not those of delivery."""
    throughput = started("a")
    times_s = every(0.01, 0.0, 3.0)
    feed(throughput, "a", times_s[:260])
    feed(throughput, "a", times_s[260:], first=261)
    assert throughput.live_tps(3.0) == pytest.approx(100.0)
    assert throughput.live_tps(3.0 + GRACE_S) == pytest.approx(100.0)


def test_irregular_steps_average_over_the_last_second() -> None:
    throughput = started("a")
    slow, fast = every(0.1, 0.0, 2.0), every(0.02, 2.02, 4.0)
    feed(throughput, "a", slow + fast)
    assert throughput.live_tps(4.0) == pytest.approx(50.0, rel=0.01)


def test_an_event_with_several_tokens_counts_all_of_them() -> None:
    throughput = started("a")
    for number, t_s in ((1, 0.0), (5, 0.4), (9, 0.8)):
        throughput.add(TokenEvent("a", "xxxx", number, t_s))
    assert throughput.live_tps(0.8) == pytest.approx(10.0)
    assert throughput.token_ms() == pytest.approx((100.0, 100.0))


def test_a_pause_lowers_the_figure_steadily_and_never_raises_it() -> None:
    throughput = started("a")
    feed(throughput, "a", every(0.05, 0.0, 2.0))
    readings = [throughput.live_tps(2.0 + wait_s / 20) for wait_s in range(0, 200)]
    assert readings[0] == pytest.approx(20.0)
    figures = [reading for reading in readings if reading is not None]
    assert len(figures) == len(readings)
    assert all(later <= earlier + 1e-9 for earlier, later in pairwise(figures))
    assert figures[-1] < 0.5


def test_speed_is_back_one_window_after_a_pause() -> None:
    throughput = started("a")
    feed(throughput, "a", every(0.05, 0.0, 2.0))
    feed(throughput, "a", every(0.05, 7.0, 7.0 + WINDOW_S + 0.05), first=42)
    assert throughput.live_tps(7.0 + WINDOW_S + 0.05) == pytest.approx(20.0)


def test_a_model_slower_than_the_window_has_a_speed() -> None:
    throughput = started("a")
    feed(throughput, "a", every(1.5, 0.0, 6.0))
    assert throughput.live_tps(6.0) == pytest.approx(1 / 1.5)
    assert throughput.live_tps(7.4) == pytest.approx(1 / 1.5)


def test_two_answers_interleaved_add_up_and_end_one_by_one() -> None:
    throughput = started("a", "b")
    ours, theirs = every(0.1, 0.0, 4.0), every(0.05, 2.0, 4.0)
    events = [TokenEvent("a", "x", i, t) for i, t in enumerate(ours, 1)]
    events += [TokenEvent("b", "x", i, t) for i, t in enumerate(theirs, 1)]
    for event in sorted(events, key=lambda event: event.t_s):
        throughput.add(event)
    assert throughput.live_tps(4.0) == pytest.approx(30.0)
    throughput.end("a")
    assert throughput.live_tps(4.0) == pytest.approx(20.0)
    throughput.end("b")
    assert throughput.live_tps(4.0) is None


def test_steps_are_those_of_one_answer_never_between_two() -> None:
    throughput = started("a", "b")
    for number in range(1, 6):
        throughput.add(TokenEvent("a", "x", number, number * 0.1))
        throughput.add(TokenEvent("b", "x", number, number * 0.1 + 0.001))
    assert throughput.token_ms() == pytest.approx((100.0, 100.0))


def test_percentiles_are_nearest_rank() -> None:
    throughput = started("a")
    t_s, times_s = 0.0, [0.0]
    for step in range(1, 101):  # steps of 1, 2, .. 100 ms
        t_s += step / 1000
        times_s.append(t_s)
    feed(throughput, "a", times_s)
    assert throughput.token_ms() == pytest.approx((50.0, 99.0))


def test_tokens_of_one_step_share_its_time() -> None:
    """Drafted tokens that were accepted come at the same moment; nothing becomes infinitely fast by that."""
    throughput = started("a")
    times_s = [0.0, *(step / 10 for step in range(1, 31) for _ in range(4))]
    feed(throughput, "a", times_s)
    assert throughput.token_ms() == pytest.approx((25.0, 25.0))
    assert throughput.live_tps(3.0) == pytest.approx(40.0)
    assert throughput.take_token_ms() == pytest.approx(25.0)
    throughput.end("a")
    assert throughput.token_ms() == pytest.approx((25.0, 25.0))


def test_percentiles_stay_after_the_answer_and_start_anew_with_the_next() -> None:
    throughput = started("a")
    feed(throughput, "a", every(0.05, 0.0, 1.0))
    throughput.end("a")
    assert throughput.token_ms() == pytest.approx((50.0, 50.0))
    throughput.start("b")
    assert throughput.token_ms() is None


def test_late_and_unknown_events_do_not_count() -> None:
    throughput = started("a")
    feed(throughput, "a", every(0.05, 0.0, 1.0))
    throughput.end("a")
    feed(throughput, "a", every(0.05, 1.0, 2.0), first=22)
    feed(throughput, "stranger", every(0.05, 1.0, 2.0))
    assert throughput.live_tps(2.0) is None


def test_taken_token_time_is_the_mean_since_the_last_take() -> None:
    throughput = started("a")
    feed(throughput, "a", [0.0, 0.1, 0.4])
    assert throughput.take_token_ms() == pytest.approx(200.0)
    assert throughput.take_token_ms() is None


def test_memory_is_bounded_even_if_nobody_reads() -> None:
    throughput = started("a")
    feed(throughput, "a", every(0.001, 0.0, 20.0))
    throughput.add(TokenEvent("a", "x", 10**9, 20.5))
    answer = throughput._answers["a"]
    assert len(answer.times) < 1.1 * WINDOW_S / 0.001
    assert len(throughput._steps_ms) == TOKEN_TIMES


@pytest.mark.parametrize(("cached", "told"), [(0, 80.0), (32, 16.0), (33, None), (40, None)])
def test_how_fast_a_few_tokens_were_read_is_no_speed(cached: int, told: float | None) -> None:
    stats = GenerationStats(prompt_tokens=40, cached_tokens=cached, prefill_s=0.5)
    assert told_prompt_tps(stats) == told
