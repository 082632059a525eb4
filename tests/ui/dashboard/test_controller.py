"""A real answer moves the real dashboard (scripted model, real engine thread)."""

from __future__ import annotations

import statistics
import threading
import time
from collections.abc import Callable
from typing import Any

import pytest
from PySide6.QtCore import Qt, QTimer

from llmdesk.datatypes.chat import TokenEvent
from llmdesk.datatypes.resources import PowerReading, ResourceSample
from llmdesk.datatypes.work import WorkCancelled, WorkDone
from llmdesk.services.live.live_data import LiveData
from llmdesk.ui.dashboard import wording
from llmdesk.ui.kit.big_figure import DisplayLabel
from llmdesk.ui.kit.labels import SteadyLabel
from llmdesk.ui.threads.event_bridge import EventBridge
from tests.quiet import until_quiet
from tests.ui.conftest import Window

LONG = "[tokens=5000 tps=100] long"


def data(window: Window) -> LiveData:
    return window.main.dashboard.data


def texts(window: Window) -> list[str]:
    return [each.text() for each in window.main.dashboard.findChildren(SteadyLabel)]


def test_an_answer_is_seen_from_its_prompt_to_its_figures(window: Window) -> None:
    assert data(window).figures().phase == "nothing"
    window.send("[prefill=2000 tokens=150 tps=100] count")
    assert data(window).figures().phase == "prompt"
    window.qtbot.waitUntil(lambda: data(window).figures().prompt_tps is not None)
    window.wait_tokens()
    window.qtbot.waitUntil(lambda: (data(window).figures().tps or 0) > 0)
    live = data(window).figures()
    assert live.phase == "decoding"
    assert live.tps is not None
    assert 20 < live.tps < 140
    window.wait_idle()

    stats = window.turns[0].answer.stats
    assert stats is not None
    ended = data(window).figures()
    assert (ended.phase, ended.tps, ended.first_token_s) == ("ended", stats.decode_tps, stats.ttft_s)
    assert ended.prompt_tps == stats.prompt_tps
    shown = texts(window)
    assert wording.speed(stats.decode_tps) in shown
    assert wording.duration(stats.ttft_s) in shown
    assert any(value > 0 for value in data(window).tps.window())


@pytest.mark.timing
@until_quiet
def test_the_speed_that_is_shown_is_the_one_that_was_written(
    make_window: Callable[..., Window], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Some 40 tokens a second: figure and history agree with a clock beside the engine's within 1 %."""
    came_s, post = list[float](), EventBridge.post

    def clocked(bridge: EventBridge, item: Any) -> None:
        if isinstance(item, TokenEvent):
            came_s.append(time.perf_counter())
        post(bridge, item)

    monkeypatch.setattr(EventBridge, "post", clocked)
    window = make_window()
    window.wait_ready()
    window.send("[tokens=160 tps=40] count")
    window.wait_idle()
    monkeypatch.undo()
    written_tps = (len(came_s) - 1) / (came_s[-1] - came_s[0])
    shown = window.main.dashboard.parts.figure.findChild(DisplayLabel)
    assert isinstance(shown, DisplayLabel)
    assert float(shown.text()) == pytest.approx(written_tps, rel=0.01)
    assert 30 < written_tps < 40.1
    live, expected = list[float](), list[float]()
    for t_s, tps in zip(data(window).tick_t_s.window(), data(window).tps.window(), strict=True):
        last_second_s = [each_s for each_s in came_s if t_s - 1.0 <= each_s <= t_s]
        if came_s[0] + 1.1 < t_s < came_s[-1]:
            live.append(tps)
            expected.append((len(last_second_s) - 1) / (last_second_s[-1] - last_second_s[0]))
    assert len(live) >= 8
    assert statistics.mean(live) == pytest.approx(statistics.mean(expected), rel=0.01)


def test_what_the_window_paints_is_compared_with_what_came(window: Window) -> None:
    window.send(LONG)
    window.wait_tokens()
    window.qtbot.waitUntil(lambda: any(text.startswith("Painted ") for text in texts(window)))
    painted = window.main.dashboard.painted_figures
    assert painted is not None
    assert 0 < painted[0] <= painted[1] + 0.1
    window.chat.stop()
    window.wait_idle()


def test_a_short_answers_last_words_count_as_painted(window: Window, monkeypatch: pytest.MonkeyPatch) -> None:
    """While it is written there may be one reading, before much of it was painted, or none."""
    told: list[tuple[float, ...]] = []
    monkeypatch.setattr(window.main.dashboard, "set_painted", lambda *figures: told.append(figures))
    window.ask("[tokens=60 tps=400] short")
    window.qtbot.waitUntil(lambda: bool(told) and told[-1][0] == told[-1][1])
    painted_tps, _, behind_ms = told[-1]
    assert painted_tps > 0
    assert 0 < behind_ms < 1000


def test_only_what_a_replay_leaps_over_is_not_compared(window: Window, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whether the figures' own timer runs has nothing to do with it."""
    dashboard, told = window.main.dashboard, list[float]()
    monkeypatch.setattr(dashboard, "set_painted", lambda *figures: told.append(figures[0]))
    dashboard.is_leaping = True
    window.ask("[tokens=40 tps=400] short")
    for _ in range(8):
        dashboard.tick()
    assert told == []
    dashboard.is_leaping = False
    dashboard.timer.stop()
    window.ask("[tokens=40 tps=400] short")
    for _ in range(8):
        dashboard.tick()
    assert told


def test_a_stopped_answer_leaves_a_mark(window: Window) -> None:
    window.send(LONG)
    window.wait_tokens()
    window.press_escape()
    window.wait_idle()
    assert "answer stopped" in [mark.text for mark in data(window).marks]
    assert data(window).figures().phase == "ended"


def test_a_failed_answer_ends_too(window: Window) -> None:
    window.ask("[fail_at=20 tps=500] break")
    assert data(window).figures().phase == "ended"


def test_an_answer_behind_a_new_chat_counts_on_and_two_are_added_up(window: Window) -> None:
    window.send(LONG)
    window.wait_tokens()
    left = window.desktop.sessions.current
    window.qtbot.keyClick(window.main, Qt.Key.Key_N, Qt.KeyboardModifier.ControlModifier)
    window.qtbot.waitUntil(lambda: (data(window).figures().tps or 0) > 20)
    assert data(window).figures().phase == "decoding"
    window.send(LONG)
    window.wait_tokens()
    window.qtbot.waitUntil(lambda: data(window).throughput.running == 2)
    window.chat.stop()
    window.wait_idle()
    assert data(window).figures().phase == "decoding"  # the other one still is
    left.stop()
    window.qtbot.waitUntil(lambda: data(window).figures().phase == "ended")


def test_no_timer_of_the_window_runs_after_its_end(
    make_window: Callable[..., Window], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also where the engine hangs, so that the window is not destroyed."""
    window = make_window()
    window.wait_ready()
    window.send(LONG)
    window.wait_tokens()
    assert any(timer.isActive() for timer in window.main.findChildren(QTimer))
    stop = window.desktop.engine.stop
    monkeypatch.setattr(window.desktop.engine, "stop", lambda: stop() and False)
    assert not window.desktop.close()
    assert [timer for timer in window.main.findChildren(QTimer) if timer.isActive()] == []
    ticks = len(data(window).tick_t_s)
    window.qtbot.wait(600)
    assert [timer for timer in window.main.findChildren(QTimer) if timer.isActive()] == []
    assert len(data(window).tick_t_s) == ticks


def test_another_version_on_the_screen_is_not_taken_for_a_slow_window(window: Window) -> None:
    window.ask("first")
    window.main.chat.regenerate_requested.emit(window.turns[0].answer.id)
    window.wait_idle()
    window.main.chat.edit_requested.emit(window.turns[0].prompt.id, LONG)
    window.wait_tokens()
    window.qtbot.waitUntil(lambda: window.main.dashboard.painted_figures is not None)
    window.qtbot.mouseClick(window.button("Previous version of the prompt"), Qt.MouseButton.LeftButton)
    window.qtbot.wait(1200)
    painted = window.main.dashboard.painted_figures
    assert painted is not None
    assert painted[2] < 1000  # milliseconds behind
    window.qtbot.mouseClick(window.button("Next version of the prompt"), Qt.MouseButton.LeftButton)
    window.main.dashboard.parts.painted_figures = None
    window.qtbot.waitUntil(lambda: window.main.dashboard.painted_figures is not None)
    window.chat.stop()
    window.wait_idle()


def test_what_the_engine_says_of_its_cache_counts_on_the_windows_thread(window: Window) -> None:
    machine = window.desktop.machine
    for event in (WorkCancelled(), WorkDone(5)):
        machine._is_asking = True
        thread = threading.Thread(target=machine._on_cache_event, args=(event,))
        thread.start()
        thread.join()
        assert machine._is_asking  # not on the other thread
        window.qtbot.waitUntil(lambda: not machine._is_asking)
    assert data(window).cache_bytes == 5


def test_an_answer_keeps_what_it_took_where_power_is_measured(window: Window) -> None:
    window.desktop.core.monitor.stop()
    window.qtbot.wait(50)  # what it has told already
    window.main.dashboard.add_sample(ResourceSample(time.perf_counter(), 50.0, 60.0, 1, 2, 4))
    window.ask("[tokens=20 tps=100] not measured")
    assert window.turns[-1].answer.stats is not None
    assert window.turns[-1].answer.stats.energy_j is None
    later_s = time.perf_counter() + 60  # the power of all the time until then
    sample = ResourceSample(later_s, 50.0, 60.0, 1, 2, 4, power=PowerReading(20.0))
    window.main.dashboard.add_sample(sample)
    window.ask("[tokens=20 tps=100] measured")
    stats = window.turns[-1].answer.stats
    assert stats is not None
    assert stats.energy_j == pytest.approx(20.0 * (stats.prefill_s + stats.decode_s))
