"""Painted tokens per second and the lag, with a clock by hand."""

from __future__ import annotations

from llmdesk.datatypes.chat import TokenEvent
from llmdesk.services.live.paint_meter import PaintMeter


def tokens(first: int, last: int, tps: float = 10.0) -> list[TokenEvent]:
    return [TokenEvent("a", "word ", number, number / tps) for number in range(first, last + 1)]


def test_all_painted_is_not_behind() -> None:
    meter = PaintMeter(painted_chars=100)
    meter.read(100, 0.0)
    meter.came(tokens(1, 10))
    meter.read(150, 1.0)
    assert meter.painted_tps == 10.0
    assert meter.behind_ms == 0.0


def test_the_oldest_unpainted_token_is_the_lag() -> None:
    meter = PaintMeter()
    meter.read(0, 0.0)
    meter.came(tokens(1, 10))
    meter.read(25, 1.0)
    assert meter.painted_tps == 5.0
    assert round(meter.behind_ms) == 400  # the sixth token came at 0.6 s


def test_only_the_last_two_seconds_count() -> None:
    meter = PaintMeter()
    meter.read(0, 0.0)
    meter.came(tokens(1, 10))
    for number in range(1, 11):
        meter.read(45, float(number))  # one token is never painted
    assert meter.painted_tps == 0.0


def test_both_speeds_are_of_the_same_seconds() -> None:
    meter = PaintMeter()
    meter.read(0, 0.0)
    meter.came(tokens(1, 10))
    meter.read(25, 1.0)
    assert (meter.painted_tps, meter.came_tps) == (5.0, 10.0)


def test_the_figures_stay_when_all_is_painted() -> None:
    meter = PaintMeter()
    meter.read(0, 0.0)
    meter.came(tokens(1, 10))
    for now_s in (1.0, 2.0, 30.0):
        meter.read(50, now_s)
    assert (meter.painted_tps, meter.came_tps) == (10.0, 10.0)


def test_the_first_token_is_the_beginning() -> None:
    meter = PaintMeter()
    assert meter.painted_tps == 0.0
    meter.came(tokens(1, 11))
    meter.read(55, 1.1)
    assert round(meter.painted_tps, 6) == 11.0


def test_painting_what_was_behind_is_not_faster_than_the_engine() -> None:
    meter = PaintMeter()
    meter.came(tokens(1, 20))
    meter.read(0, 2.0)
    meter.came(tokens(21, 30))
    meter.read(150, 4.2)
    assert meter.painted_tps == meter.came_tps


def test_the_delay_is_the_median_of_what_was_painted_lately_and_no_stall_is_hidden() -> None:
    meter = PaintMeter()
    meter.came(tokens(1, 10))
    for number in range(1, 10):
        meter.read(5 * number, number / 10 + 0.01 * number)  # 10, 20, ... 90 ms after each token
    assert round(meter.delay_ms, 3) == 50.0
    meter.read(45, 1.08)
    assert round(meter.delay_ms, 3) == 80.0  # the tenth token waits for longer than that
    meter.read(50, 1.09)
    assert round(meter.delay_ms, 3) == 55.0  # of all ten
    meter.read(50, 9.0)
    assert meter.delay_ms == 0.0  # nothing was painted lately, and nothing waits
