"""Shares of what the machine can do, and the sentences for them."""

from __future__ import annotations

import pytest

from llmdesk.datatypes.chat import GenerationStats, PromptProgress, TokenEvent
from llmdesk.datatypes.token_work import TokenWork
from llmdesk.services.live.live_data import TICKS_PER_S, LiveData
from llmdesk.services.live.roofline import HORIZON_S, AnswerStep, Ceiling, Roofline, sentences

GB = 1e9
WORK = TokenWork(1_000_000_000, ((0, 50_000), (512, 10_000)), matrix_flops=2_000_000_000, attention_flops_per_byte=4.0)


def measured(read_gbps: float = 20.0, cache_bytes: int = 0) -> Roofline:
    roofline = Roofline(cache_bytes)
    roofline.use_model(WORK)
    roofline.memory.note(read_gbps * GB, 0.0)
    return roofline


def test_the_fastest_young_reading_counts_and_an_old_one_only_while_there_is_no_other() -> None:
    ceiling = Ceiling()
    assert ceiling.best(0.0) is None
    for t_s, per_s in ((0.0, 50.0), (100.0, 25.0), (200.0, 30.0)):
        ceiling.note(per_s, t_s)
    best = ceiling.best(300.0)
    assert best is not None
    assert (best.t_s, best.per_s) == (0.0, 50.0)
    best = ceiling.best(HORIZON_S + 1.0)  # the first is too old, the third beats the second
    assert best is not None
    assert (best.t_s, best.per_s) == (200.0, 30.0)
    best = ceiling.best(10 * HORIZON_S)
    assert best is not None
    assert best.per_s == 30.0


def test_bytes_are_weights_once_a_step_and_what_each_answer_looks_back_on() -> None:
    roofline = measured()
    assert roofline.memory_share(0.0) is None  # nothing was written yet
    roofline.answered([AnswerStep(10.0, 1000)], 60.0)
    share = roofline.memory_share(60.0)
    assert share is not None
    assert share.used_per_s == 10 * (1e9 + 50_000 * 1000 + 10_000 * 512)
    assert share.fraction == share.used_per_s / (20 * GB)
    assert share.age_s == 60.0
    roofline.answered([AnswerStep(10.0, 1000), AnswerStep(8.0, 100)], 61.0)
    share = roofline.memory_share(61.0)
    assert share is not None
    assert share.used_per_s == 10 * (1e9 + 55_120_000) + 8 * 60_000 * 100


def test_never_above_all_of_it_for_the_model_is_a_probe_too() -> None:
    roofline = measured(read_gbps=5.0)
    roofline.answered([AnswerStep(9.0, 0)], 10.0)
    share = roofline.memory_share(12.0)
    assert share is not None
    assert share.fraction == 1.0
    assert (share.ceiling_per_s, share.age_s) == (9 * GB, 2.0)
    roofline.answered([AnswerStep(6.0, 0)], 20.0)
    share = roofline.memory_share(20.0)
    assert share is not None
    assert share.fraction == pytest.approx(6 / 9)


def test_a_later_measurement_does_not_change_what_an_answer_has_used() -> None:
    roofline = measured(read_gbps=20.0)
    roofline.answered([AnswerStep(10.0, 0)], 10.0)
    roofline.memory.note(5 * GB, 2 * HORIZON_S)
    share = roofline.memory_share(2 * HORIZON_S)
    assert share is not None
    assert share.fraction == 0.5


@pytest.mark.parametrize(
    ("steps_per_s", "cache_bytes", "number"), [(17.0, 0, 0), (9.0, 0, 1), (4.0, 0, 2), (17.0, 2_000_000_000, 3)]
)
def test_one_sentence_says_what_it_means(steps_per_s: float, cache_bytes: int, number: int) -> None:
    roofline = measured(cache_bytes=cache_bytes)
    assert roofline.sentence(None) == ""
    roofline.answered([AnswerStep(steps_per_s, 0)], 1.0)
    assert roofline.sentence(roofline.memory_share(1.0)) == sentences()[number]
    held_up = roofline.sentence(roofline.memory_share(1.0), others_compute=True)
    assert (held_up == sentences()[4]) == (number in (1, 2))


def test_a_prompt_is_compared_with_products_and_another_model_starts_anew() -> None:
    roofline = measured()
    roofline.compute.note(1e12, 0.0)
    roofline.read_prompt(500, 100, 2.0, 5.0)
    share = roofline.prompt_share(5.0)
    assert share is not None
    assert share.used_per_s == 250 * (2e9 + 4 * 60_000 * 350)
    roofline.use_model(None)
    assert roofline.prompt_share(6.0) is None
    assert roofline.memory_share(6.0) is None
    roofline.answered([AnswerStep(1.0, 1)], 7.0)
    assert roofline.memory_share(7.0) is None


def test_live_figures_agree_with_known_timing_and_drafted_tokens_share_a_step() -> None:
    """27.4 tok/s in steps of two tokens: the engine reads the weights 13.7 times a second."""
    data = LiveData()
    data.roofline.use_model(TokenWork(1_000_000_000))
    data.roofline.memory.note(100 * GB, 0.0)
    data.answer_started("a", 0.0)
    data.prompt_progress(PromptProgress("a", 0, 40, 0.1))
    events = [TokenEvent("a", "x", n + 1, 0.5 + (n // 2) * 2 / 27.4) for n in range(400)]
    for tick in range(1, 12 * TICKS_PER_S):
        now_s = tick / TICKS_PER_S
        data.tokens([event for event in events if now_s - 0.25 < event.t_s <= now_s])
        data.tick(now_s)
        if tick > 4 * TICKS_PER_S:
            assert data.current_tps == pytest.approx(27.4, rel=0.01)
    share = data.roofline.memory_share(12.0)
    assert share is not None
    assert share.used_per_s == pytest.approx(13.7e9, rel=0.01)


def test_after_an_answer_the_share_is_that_of_all_of_it() -> None:
    data = LiveData()
    data.roofline.use_model(TokenWork(1_000_000_000, ((0, 1_000_000),)))
    data.roofline.memory.note(100 * GB, 0.0)
    data.answer_started("a", 0.0)  # too short to have a live speed
    data.tokens([TokenEvent("a", "x", n + 1, 0.5 + n / 100) for n in range(3)])
    stats = GenerationStats(prompt_tokens=90, new_tokens=21, accepted_tokens=10, decode_s=0.5, untimed_tokens=1)
    data.answer_ended("a", stats)
    share = data.roofline.memory_share(1.0)
    assert share is not None
    assert share.used_per_s == pytest.approx(20 * (1e9 + 100e6))
