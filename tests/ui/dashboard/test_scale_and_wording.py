"""Scales that do not twitch, and figures as text."""

from __future__ import annotations

import pytest

from llmdesk.datatypes.resources import ResourceSample
from llmdesk.services.axis_steps import axis_top, step_above
from llmdesk.ui.dashboard import wording
from llmdesk.ui.dashboard.scale import SHRINK_AFTER_S, StepScale
from llmdesk.ui.kit.wording import tip_text


@pytest.mark.parametrize(
    ("value", "step"), [(1.0, 1.0), (1.01, 1.5), (27.4, 30.0), (31.0, 40.0), (41, 50), (0.07, 0.075), (999, 1000)]
)
def test_step_above(value: float, step: float) -> None:
    assert step_above(value) == pytest.approx(step)


@pytest.mark.parametrize(("highest", "top"), [(0.0, 1.0), (38.2, 50.0), (38.0, 40.0), (315.9, 400.0), (0.4, 0.5)])
def test_a_scale_has_a_round_top_with_some_room(highest: float, top: float) -> None:
    assert axis_top(highest) == pytest.approx(top)


def test_scale_grows_at_once_and_shrinks_late() -> None:
    scale = StepScale(floor=1.0)
    assert scale.top(0.0, 0.0) == 1.0
    assert scale.top(27.4, 1.0) == pytest.approx(30.0)
    assert scale.top(60.0, 2.0) == pytest.approx(75.0)
    assert scale.top(27.4, 3.0) == pytest.approx(75.0)
    assert scale.top(27.4, 3.0 + SHRINK_AFTER_S - 0.1) == pytest.approx(75.0)
    assert scale.top(27.4, 3.0 + SHRINK_AFTER_S) == pytest.approx(30.0)


def test_scale_does_not_shrink_for_short_dips() -> None:
    scale = StepScale(floor=1.0)
    tops = [scale.top(27.0 if tick % 8 else 60.0, tick * 0.5) for tick in range(100)]
    assert set(tops) == {75.0}


def test_scale_stays_within_a_step_while_values_wander() -> None:
    scale = StepScale(floor=1.0)
    assert len({scale.top(25.0 + (tick % 7) * 0.5, tick * 0.25) for tick in range(400)}) == 1


@pytest.mark.parametrize(
    ("tps", "text"), [(None, "–"), (0.0, "0.0"), (8.44, "8.4"), (27.43, "27.4"), (99.96, "100"), (1204.2, "1204")]
)
def test_speed(tps: float | None, text: str) -> None:
    assert wording.speed(tps) == text


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(None, "–"), (0.0084, "8.4 ms"), (0.00997, "10 ms"), (0.112, "112 ms"), (0.9996, "1.00 s"), (12.44, "12.4 s")],
)
def test_duration(seconds: float | None, text: str) -> None:
    assert wording.duration(seconds) == text


@pytest.mark.parametrize(("seconds", "text"), [(10.0, "10 s"), (120.0, "120 s"), (300.0, "5 min"), (1200.0, "20 min")])
def test_span(seconds: float, text: str) -> None:
    assert wording.span(seconds) == text


@pytest.mark.parametrize(("size", "text"), [(0.41e9, "0.41"), (1.6e9, "1.6"), (14.94e9, "14.9"), (132e9, "132")])
def test_gigabytes(size: float, text: str) -> None:
    assert wording.gigabytes(size) == text


@pytest.mark.parametrize(
    ("process", "system", "processors", "sentence"),
    [
        (96, 99, 2, "llmdesk uses all processor cores."),
        (50, 55, 8, "llmdesk uses about 4 of 8 cores."),
        (40, 95, 2, "Other programs take 55 %, so answers come slower."),
        (2, 6, 8, ""),
        (50, 60, 1, ""),
    ],
)
def test_processor_sentence(process: float, system: float, processors: int, sentence: str) -> None:
    assert wording.processor_sentence(process, system, processors, True) == sentence


def test_memory_sentence_only_warns() -> None:
    def sample(used_bytes: float) -> ResourceSample:
        return ResourceSample(0.0, 0.0, 0.0, 10**9, int(used_bytes), 16 * 10**9)

    assert wording.memory_sentence(sample(10e9)) == ""
    assert wording.memory_sentence(sample(15.4e9)) == "Memory is nearly full: 0.60 GB are free."


def test_painted_sentence() -> None:
    assert wording.painted_sentence(27.3, 27.4, 9.2) == "Painted 27.3 of 27.4 tok/s, 9 ms behind the engine"


def test_long_tool_tips_have_lines() -> None:
    lines = tip_text(f"{wording.bandwidth_meaning()}\nshort").splitlines()
    assert max(map(len, lines)) <= 72
    assert lines[-1] == "short"
    assert " ".join(lines[:-1]) == wording.bandwidth_meaning()
    assert max(map(len, tip_text(40 * "内存").splitlines())) <= 36
