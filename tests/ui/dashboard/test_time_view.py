"""Looking back: pause, zoom, read; and what is drawn of many points."""

from __future__ import annotations

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from llmdesk.services.live.live_data import HISTORY_S, TICKS_PER_S, LiveData
from llmdesk.ui.dashboard.curves import thinned
from llmdesk.ui.dashboard.time_view import SPANS_S, TimeView


@pytest.fixture
def data() -> LiveData:
    """Ten minutes that end at 600 s."""
    data = LiveData()
    for tick in range(1, 600 * TICKS_PER_S + 1):
        data.tick(tick / TICKS_PER_S)
    return data


def test_the_last_hour_is_kept_and_no_more() -> None:
    data = LiveData()
    for tick in range((HISTORY_S + 60) * TICKS_PER_S):
        data.tick(tick / TICKS_PER_S)
    assert len(data.tps) == HISTORY_S * TICKS_PER_S
    assert data.tick_t_s.window()[-1] - data.tick_t_s.window()[0] == HISTORY_S - 1 / TICKS_PER_S
    assert SPANS_S[-1] == HISTORY_S


def test_pause_stands_still_and_the_end_leads_back(data: LiveData, qtbot: QtBot) -> None:
    view = TimeView(data)
    with qtbot.waitSignal(view.changed):
        view.toggle()
    assert (view.is_paused, view.end_s) == (True, 600.0)
    data.tick(601.0)
    assert view.end_s == 600.0
    view.move(-30.0)
    assert view.end_s == 570.0
    view.move(-10_000.0)
    assert view.end_s == data.tick_t_s.window()[0]
    view.move(10_000.0)
    assert not view.is_paused  # at the newest value it is live again
    view.move_to_oldest(60.0)
    assert view.end_s == pytest.approx(60.25)
    view.go_live()
    assert not view.is_paused


def test_zoom_goes_in_steps_and_keeps_what_is_under_the_pointer(data: LiveData) -> None:
    view = TimeView(data)
    view.zoom(-1, 60.0)
    assert (view.chosen_span_s, view.end_s) == (120.0, None)  # live: the newest value stays at the edge
    view.zoom(1, 120.0)
    view.zoom(100, 60.0)
    assert view.chosen_span_s == SPANS_S[0]
    view.zoom(-100, 10.0)
    assert view.chosen_span_s == SPANS_S[-1]
    view.reset_zoom()
    assert view.chosen_span_s is None
    view.toggle()
    view.zoom(1, 60.0, at_s=570.0)
    assert (view.chosen_span_s, view.end_s) == (30.0, 585.0)


def test_thinning_keeps_every_dip_and_peak_and_does_not_shimmer() -> None:
    x = np.arange(5000.0)
    y = np.full(5000, 20.0)
    y[1234], y[4000] = 0.0, 90.0
    shown_x, (shown,) = thinned(x, [y], first=0, most=300)
    assert len(shown) <= 2 * 301
    assert (shown.min(), shown.max(), shown_x[-1]) == (0.0, 90.0, x[-1])
    assert np.all(np.diff(shown_x) >= 0)
    # Some points later the same points are gathered, wherever the stretch shown begins.
    later_x, (later,) = thinned(x[40:], [y[40:]], first=40, most=300)
    same = shown_x[:-2] >= later_x[0]
    assert np.array_equal(shown[:-2][same], later[: same.sum()])
    y[2000] = np.nan
    _, (gap,) = thinned(x, [y], first=0, most=300)
    assert np.isnan(gap).sum() == 2  # one stretch
    assert thinned(x[:500], [y[:500]], 0, 300)[0] is not None
