"""What explains a dip, from samples as they were recorded and from events."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import get_args

import pytest

from llmdesk.datatypes.chat import GenerationStats, PromptProgress
from llmdesk.datatypes.resources import PowerReading, ResourceSample
from llmdesk.services.live.causes import CauseWatch, Kind, Mark, meaning

RECORDED = Path(__file__).parent / "recorded"
QUIET = ResourceSample(0.0, 60.0, 65.0, 10**9, 4 * 10**9, 16 * 10**9)


def recorded(name: str) -> list[ResourceSample]:
    """Samples of a real machine (recorded/README.md says of which, and what was done to it)."""
    samples = json.loads((RECORDED / f"{name}.json").read_text(encoding="utf-8"))
    return [ResourceSample(**{**sample, "power": PowerReading(**sample["power"])}) for sample in samples]


def watch(samples: list[ResourceSample], cores: int = 2, is_answering: bool = True) -> list[Mark]:
    causes = CauseWatch(cores)
    return [mark for sample in samples for mark in causes.sample(sample, is_answering)]


def series(**changes: list[object]) -> list[ResourceSample]:
    """Quiet samples, two a second, in which some fields take these values one after the other."""
    count = max(len(values) for values in changes.values())
    rows = [{field: values[n] for field, values in changes.items()} for n in range(count)]
    return [replace(QUIET, t_s=n / 2, **row) for n, row in enumerate(rows)]  # type: ignore[arg-type]


def test_every_kind_has_a_definition() -> None:
    assert [kind for kind in get_args(Kind) if not meaning(kind)] == ["note"]


def test_another_program_is_noticed_once_named_and_only_while_answering() -> None:
    samples = recorded("another_program")
    marks = watch(samples)
    assert [mark.kind for mark in marks] == ["others"]
    began_s = next(sample.t_s for sample in samples if sample.others_percent > 37.5)
    assert marks[0].t_s - began_s == pytest.approx(0.5, abs=0.1)  # the second reading in a row
    assert "python" in marks[0].text
    assert not watch(samples, is_answering=False)
    assert not watch(samples, cores=1)  # there the same share is less than three quarters of a core


def test_swapping() -> None:
    marks = watch(series(swapped_bytes=[10**9, 10**9, 10**9 + 400_000, 10**9 + 30_400_000, 10**9 + 90_400_000]))
    assert [(mark.t_s, mark.kind) for mark in marks] == [(1.5, "swap")]
    assert "60 MB/s" in marks[0].text


def test_heat_and_a_falling_clock() -> None:
    assert [mark.kind for mark in watch(series(throttle_count=[7, 7, 9, 9]))] == ["thermal"]
    marks = watch(series(frequency_mhz=[3000.0, 3100.0, 3000.0, 2900.0, 2400.0, 2300.0, 3000.0]))
    assert [(mark.t_s, mark.kind) for mark in marks] == [(2.0, "frequency")]
    assert "2.4 from 3.0 GHz" in marks[0].text
    assert not watch(series(frequency_mhz=[3000.0, 2700.0, 3000.0]))


def test_the_battery_counts_also_between_answers() -> None:
    marks = watch(series(on_battery=[False, False, True, True, False]), is_answering=False)
    assert [(mark.t_s, mark.kind) for mark in marks] == [(1.0, "battery"), (2.0, "mains")]
    assert not watch(series(on_battery=[None, None]))


def test_a_cause_that_stays_is_told_once_and_again_after_a_rest() -> None:
    counts: list[object] = [0, *range(1, 11), *[10] * 12, 11]
    assert [mark.t_s for mark in watch(series(throttle_count=counts))] == [0.5, 11.5]


def test_prompt_cache_and_context() -> None:
    causes = CauseWatch(2)
    marks = causes.prompt(PromptProgress("a", 700, 900, 1.0))
    assert [(mark.kind, mark.text) for mark in marks] == [
        ("cache", "700 of 900 prompt tokens cached"),
        ("prompt", "prompt of 200 tokens"),
    ]
    assert causes.prompt(PromptProgress("a", 900, 900, 1.5)) == []  # told already
    grown = [mark for n in range(1, 1200) for mark in causes.tokens("a", n, 2.0 + n)]
    assert [(mark.t_s, mark.text) for mark in grown] == [
        (2.0 + 124, "context of 1,024 tokens"),
        (2.0 + 1148, "context of 2,048 tokens"),
    ]
    assert causes.prompt(PromptProgress("short", 0, 20, 3.0)) == []
    assert causes.answer_ended("a", GenerationStats(), 9.0) == []
    cached = causes.answer_ended("short", GenerationStats(from_response_cache=True), 9.0)
    assert [mark.kind for mark in cached] == ["cache"]
