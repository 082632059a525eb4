"""The report: its figures are the recording's, its words cannot break it, and it loads nothing."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from llmdesk.services.recording.report import html_report, speed_curve
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
