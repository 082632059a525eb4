"""The report: its figures are the recording's, its words cannot break it, and it loads nothing."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from llmdesk.services.recording.report import html_report, speed_curve
from tests.services.race.makers import race_of
from tests.services.recording.makers import answer, recording


def test_the_curve_is_the_speed_that_was_recorded() -> None:
    found = recording(tokens=100, tps=20.0)
    steady = [tps for _, tps in speed_curve(found) if tps]
    assert len(steady) > 20
    assert steady == pytest.approx([20.0] * len(steady), rel=0.01)


def test_the_page_has_charts_and_loads_nothing() -> None:
    hostile = answer("<script>alert(1)</script>", 0.0, 5, 10.0)
    page = html_report(replace(recording(), answers=(hostile,)), ["<b>note</b>"])
    assert "<script" not in page
    assert "&lt;b&gt;note" in page
    assert page.count("<svg") == 3
    assert "10.0" in page
    assert not re.search(r"(?:src|href|url)\s*[=(]", page)


def test_the_speed_above_is_of_all_answers_or_the_best_of_several_precisions() -> None:
    fast, slow = answer("a", 0.0, 41, 40.0), answer("b", 5.0, 41, 10.0)
    assert slow.model is not None
    assert "<b>16.0</b>tokens per second<" in html_report(replace(recording(), answers=(fast, slow)))
    other = replace(slow, model=replace(slow.model, precision="bf16"))
    assert "<b>40.0</b>tokens per second, at best<" in html_report(replace(recording(), answers=(fast, other)))


def test_a_race_stands_in_the_page_with_its_verdict_its_lanes_and_what_they_cost() -> None:
    page = html_report(recording(), races=[race_of()])
    assert "<h2>Race: Alpha 2B int4 writes 3.4 times as fast as Alpha 2B bf16.</h2>" in page
    lane = page[page.index("<td>Alpha 2B int4</td>") :].split("</tr>")[0]
    assert re.findall(r">([^<>]+)</td>", lane)[1:] == [
        "2", "412 ms", "31.4", "60", "2.3 s", "2.10 GB", "0.00210", "98.6 %", "token 31",
    ]  # fmt: skip
    assert "Race" not in html_report(recording())


def test_answers_are_numbered_as_in_the_charts_and_say_which_model_gave_them_and_how_they_ended() -> None:
    first, second = answer("Why?", 0.0, 5, 10.0), answer("Why?", 5.0, 5, 10.0)
    assert first.model is not None
    page = html_report(replace(recording(), answers=(first, replace(second, reason="length"))))
    assert '<h2 class="prompt">1. Why?</h2>' in page
    last = page.split('<h2 class="prompt">2. Why?</h2>')[1]
    assert f"{first.model.title} {first.model.precision}</p>" in last
    assert "Ended at its most tokens." in last
    assert "Ended" not in page.split('<h2 class="prompt">2.')[0]


def test_paper_has_no_scroll_bars_and_no_title_alone_at_its_foot() -> None:
    on_paper = html_report(recording()).partition("@media print")[2].partition("</style>")[0]
    assert ".wide { overflow: visible; }" in on_paper
    assert "h2, tr:first-child { break-after: avoid; }" in on_paper
