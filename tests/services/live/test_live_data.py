"""LiveData with a made-up clock: what the dashboard shows from submission to the end of an answer."""

from __future__ import annotations

import math

import pytest

from llmdesk.datatypes.chat import GenerationStats, PromptProgress, TokenEvent
from llmdesk.datatypes.resources import PowerReading, ResourceSample
from llmdesk.pauses import PauseWatch
from llmdesk.services.live.live_data import HISTORY_S, MARKS, SAMPLES_PER_S, TICKS_PER_S, Figures, LiveData


def decode(data: LiveData, request_id: str, begin_s: float, end_s: float, tps: float, first: int = 1) -> None:
    """Tokens and ticks as they would come."""
    number = round((end_s - begin_s) * tps)
    events = [TokenEvent(request_id, "x", first + i, begin_s + i / tps) for i in range(number + 1)]
    for tick in range(round((end_s - begin_s) * TICKS_PER_S) + 1):
        now_s = begin_s + tick / TICKS_PER_S
        data.tokens([event for event in events if now_s - 1 / TICKS_PER_S < event.t_s <= now_s])
        data.tick(now_s)


def test_no_figures_before_the_first_answer() -> None:
    data = LiveData()
    data.tick(1.0)
    assert data.figures() == Figures()
    assert list(data.tps.window()) == [0.0]


def test_looking_at_an_image_is_no_reading_of_tokens() -> None:
    data = LiveData()
    data.answer_started("a", 10.0)
    data.tick(10.0)
    for t_s, looked in ((10.1, None), (14.1, 0.5), (18.1, 1.0)):
        data.prompt_progress(PromptProgress("a", 0, 512, t_s, looked))
        assert data.figures().prompt_tps is None
    data.prompt_progress(PromptProgress("a", 256, 512, 18.6))
    assert data.figures().prompt_tps == pytest.approx(512.0)


def test_life_of_an_answer() -> None:
    data = LiveData()
    data.answer_started("a", 10.0)
    data.tick(10.0)
    assert data.figures() == Figures(phase="prompt")

    data.prompt_progress(PromptProgress("a", 0, 512, 10.1))
    data.prompt_progress(PromptProgress("a", 256, 512, 10.6))
    assert data.figures().prompt_tps == pytest.approx(512.0)
    data.prompt_progress(PromptProgress("a", 512, 512, 10.9))
    assert data.figures().prompt_tps == pytest.approx(512 / 0.8)

    decode(data, "a", 11.0, 15.0, tps=20.0)
    figures = data.figures()
    assert figures.phase == "decoding"
    assert figures.tps == pytest.approx(20.0)
    assert figures.first_token_s == pytest.approx(1.0)
    assert figures.token_p50_s == pytest.approx(0.05)

    stats = GenerationStats(prompt_tokens=512, new_tokens=81, prefill_s=0.9, decode_s=4.0, ttft_s=0.98)
    assert figures.prompt_tps == pytest.approx(stats.prompt_tps), "the end of the answer changes nothing"
    data.answer_ended("a", stats)
    data.tick(20.0)
    figures = data.figures()
    assert figures.phase == "ended"
    assert figures.tps == stats.decode_tps
    assert figures.prompt_tps == stats.prompt_tps
    assert figures.first_token_s == stats.ttft_s
    assert figures.token_p99_s == pytest.approx(0.05)
    assert data.tps.window(1)[0] == 0.0, "the graph shows what happens, not the figure that is kept"


def test_an_answer_that_is_over_before_a_tick_can_see_it_shows_in_the_graph() -> None:
    data = LiveData()
    data.answer_started("a", 10.0)
    data.tick(10.0)
    data.tokens([TokenEvent("a", "x", number + 1, 10.05 + number / 300) for number in range(46)])
    stats = GenerationStats(prompt_tokens=20, new_tokens=46, prefill_s=0.04, decode_s=0.15, ttft_s=0.05)
    data.answer_ended("a", stats)
    data.tick(10.25)
    data.tick(10.5)
    assert list(data.tps.window(2)) == [stats.decode_tps, 0.0]
    assert list(data.token_ms.window(2)) == pytest.approx([1000 / 300, 0.0])


def test_figures_of_the_answer_before_do_not_leak_into_the_next() -> None:
    data = LiveData()
    data.answer_started("a", 0.0)
    decode(data, "a", 1.0, 3.0, tps=10.0)
    data.answer_ended("a", GenerationStats(new_tokens=21, decode_s=2.0, ttft_s=1.0, prompt_tokens=9, prefill_s=1.0))
    data.answer_started("b", 5.0)
    assert data.figures() == Figures(phase="prompt")


def test_an_answer_that_failed_leaves_the_speed_that_was_measured_last() -> None:
    data = LiveData()
    data.answer_started("a", 0.0)
    decode(data, "a", 1.0, 3.0, tps=10.0)
    data.answer_ended("a", None)
    assert data.figures().tps == pytest.approx(10.0)


def test_slow_models_keep_their_time_per_token_between_tokens() -> None:
    data = LiveData()
    data.answer_started("a", 0.0)
    decode(data, "a", 1.0, 13.0, tps=0.5)
    assert list(data.token_ms.window(8)) == pytest.approx([2000.0] * 8)


def test_histories_are_bounded() -> None:
    data = LiveData()
    for tick in range(3 * HISTORY_S * TICKS_PER_S):
        data.tick(tick / TICKS_PER_S)
        data.mark("mark", tick / TICKS_PER_S)
        data.add_sample(ResourceSample(tick / TICKS_PER_S, 1.0, 2.0, 3, 4, 5))
    assert len(data.tps) == HISTORY_S * TICKS_PER_S
    assert len(data.process_percent) == HISTORY_S * SAMPLES_PER_S
    assert len(data.marks) == MARKS


def test_marks_leave_with_their_history() -> None:
    data = LiveData()
    data.mark("Model changed", 5.0)
    data.tick(5.0 + HISTORY_S - 1)
    assert [mark.text for mark in data.marks] == ["Model changed"]
    data.tick(5.0 + HISTORY_S + 1)
    assert not data.marks


def test_mean_of_the_last_seconds() -> None:
    data = LiveData()
    assert data.mean_processor_percent() == (0.0, 0.0)
    for i in range(40):
        data.add_sample(ResourceSample(i / 2, 10.0 if i < 30 else 90.0, 95.0, 1, 2, 3))
    assert data.mean_processor_percent() == pytest.approx((90.0, 95.0))


def test_the_speed_is_that_of_all_answers_and_stays_while_one_is_left() -> None:
    data = LiveData()
    data.answer_started("a", 0.0)
    decode(data, "a", 1.0, 3.0, tps=10.0)
    data.answer_started("b", 3.0)
    data.tick(3.05)
    assert data.figures().phase == "prompt"
    assert data.figures().tps == pytest.approx(10.0, rel=0.05)  # "b" reads its prompt, "a" goes on
    data.answer_ended("b", GenerationStats(new_tokens=1, ttft_s=0.5))
    data.tick(3.1)
    assert data.figures().phase == "decoding"
    assert data.figures().tps == pytest.approx(10.0, rel=0.05)
    stats = GenerationStats(new_tokens=21, decode_s=2.0, ttft_s=1.0, prompt_tokens=9, prefill_s=1.0)
    data.answer_ended("a", stats)
    ended = data.figures()
    assert (ended.phase, ended.tps, ended.first_token_s, ended.prompt_tps) == ("ended", 10.0, 1.0, 9.0)


# -- pauses of the program ---------------------------------------------------------------------------------------------


def test_a_pause_leaves_a_gap_and_is_in_no_figure() -> None:
    now_s = 10.0
    watch = PauseWatch(lambda: now_s, lambda: 0.0, lambda: 0.0)
    data = LiveData(watch)
    data.answer_started("a", 9.0)
    data.prompt_progress(PromptProgress("a", 0, 100, 9.5))
    decode(data, "a", 10.0, 14.0, tps=50.0)
    now_s = 14.0
    watch.beat(0.1)
    now_s = 34.05  # stopped in the middle of a step
    decode(data, "a", 34.06, 37.0, tps=50.0, first=202)

    assert data.figures().tps == pytest.approx(50.0, rel=0.02)
    assert data.figures().token_p99_s == pytest.approx(0.02, abs=0.03)
    times, speeds = list(data.tick_t_s.window()), list(data.tps.window())
    gaps = [t_s for t_s, tps in zip(times, speeds, strict=True) if math.isnan(tps)]
    assert gaps == pytest.approx([14.05, 34.05], abs=0.01)
    assert times == sorted(times)
    later = [tps for t_s, tps in zip(times, speeds, strict=True) if t_s > 34.3]
    assert min(later) > 45.0, "no ramp after it"
    data.add_sample(ResourceSample(37.0, 50.0, 60.0, 1, 2, 4))
    assert data.mean_processor_percent() == (50.0, 60.0)
    data.answer_ended("a", None)
    data.tick(38.0)


def test_a_pause_while_the_prompt_is_read_is_in_no_speed() -> None:
    now_s = 10.0
    watch = PauseWatch(lambda: now_s, lambda: 0.0, lambda: 0.0)
    data = LiveData(watch)
    data.answer_started("a", 10.0)
    data.prompt_progress(PromptProgress("a", 0, 1000, 10.0))
    watch.beat(0.1)
    now_s = 20.05
    data.tick(20.1)
    data.prompt_progress(PromptProgress("a", 1000, 1000, 21.05))
    data.tokens([TokenEvent("a", "x", 1, 21.05)])
    figures = data.figures()
    assert figures.prompt_tps == pytest.approx(1000.0, rel=0.1)
    assert figures.first_token_s == pytest.approx(1.0, abs=0.1)


def test_energy_is_power_by_time_and_unknown_where_any_of_it_is() -> None:
    data = LiveData()
    assert data.energy_j(0.0, 1.0) is None
    for tick in range(21):
        watts = None if tick == 0 else 10.0 if tick <= 10 else 30.0
        data.add_sample(ResourceSample(tick / 2, 50.0, 60.0, 1, 2, 4, power=PowerReading(watts)))
    assert data.energy_j(1.0, 3.0) == pytest.approx(20.0)
    assert data.energy_j(4.25, 6.0) == pytest.approx(0.75 * 10 + 30.0)
    assert data.energy_j(9.0, 11.0) == pytest.approx(60.0)  # one second of it after the newest sample
    assert data.energy_j(9.0, 13.0) is None
    assert data.energy_j(-1.0, 3.0) is None
    data.add_sample(ResourceSample(10.5, 50.0, 60.0, 1, 2, 4))
    assert data.energy_j(9.0, 10.4) is None
