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
