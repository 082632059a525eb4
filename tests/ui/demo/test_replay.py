"""A recording in the real window: the same words and figures as live, marked, and all is as before afterwards."""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt, QTimer

from llmdesk.services.recording.files import read_recording
from llmdesk.ui.demo.presenter_figures import PresenterFigures
from llmdesk.ui.demo.record_controller import recordings_dir
from llmdesk.ui.demo.replay_controller import ReplayController
from llmdesk.ui.demo.replay_frame import ReplayFrame
from llmdesk.ui.demo.rooms import rooms_of
from llmdesk.ui.kit import files
from tests.services.recording.makers import recording
from tests.ui.conftest import Window


def jump(window: Window, controller: ReplayController, position_s: float) -> None:
    """Be there, with all that lies before."""
    controller.seek(position_s)
    window.qtbot.waitUntil(lambda: not controller.is_jumping, timeout=30_000)


def test_a_replay_says_what_was_recorded_and_gives_the_window_back(window: Window) -> None:
    answer = window.ask("[tokens=12 tps=100] before")
    tps_before = window.main.dashboard.data.current_tps
    controller = rooms_of(window.desktop).replay
    session = window.desktop.sessions.current
    found = recording()
    controller.start(found)
    controller.toggle()  # its clock stands still
    assert controller.bar is not None
    assert window.main.findChild(ReplayFrame) is not None
    assert not window.main.chat.composer.isVisible()

    jump(window, controller, found.answers[0].ended_s - 0.19)
    dashboard = window.main.dashboard
    assert window.states == ["running"]
    assert window.turns[0].answer.text == "".join(piece.text for piece in found.answers[0].pieces[:-3])
    assert dashboard.data.current_tps == pytest.approx(20.0, rel=0.01)
    assert dashboard.data.figures().first_token_s == pytest.approx(0.5)
    assert window.main.top_bar.status.title == "Tiny 1B"
    assert dashboard.data.sample is not None
    assert dashboard.data.sample.process_cpu_percent == 80.0

    jump(window, controller, 0.4)
    assert [turn.answer.text for turn in window.turns] == [""]
    jump(window, controller, found.duration_s)
    assert [turn.answer.text for turn in window.turns] == [each.text for each in found.answers]
    stats = window.turns[1].answer.stats
    assert stats is not None
    assert stats.decode_tps == pytest.approx(20.0)

    controller.end()
    assert window.desktop.sessions.current is session
    assert [turn.answer.text for turn in window.turns] == [answer]
    assert dashboard.data.current_tps == tps_before
    assert window.main.chat.composer.isVisible()
    assert len(window.desktop.sessions.open) == 1
    assert window.ask("after")


def test_the_keyboard_moves_a_replay_and_writes_nowhere(window: Window) -> None:
    controller = rooms_of(window.desktop).replay
    controller.start(recording())
    window.qtbot.waitUntil(lambda: window.main.focusWidget() is controller.bar)

    def press(key: Qt.Key) -> None:
        focus = window.main.focusWidget()
        assert focus is not None
        window.qtbot.keyClick(focus, key)
        window.qtbot.waitUntil(lambda: not controller.is_jumping)

    press(Qt.Key.Key_Space)
    assert not controller.is_playing
    press(Qt.Key.Key_Home)
    press(Qt.Key.Key_Right)
    press(Qt.Key.Key_Right)
    assert controller.position_s == pytest.approx(2.0)
    press(Qt.Key.Key_Left)
    assert controller.position_s == pytest.approx(1.0)
    press(Qt.Key.Key_X)
    press(Qt.Key.Key_Space)
    assert controller.is_playing
    controller.end()
    assert window.main.chat.composer.edit.toPlainText() == ""
    assert window.main.focusWidget() is window.main.chat.composer.edit


def test_it_plays_by_itself_and_whoever_goes_to_another_chat_ends_it(window: Window) -> None:
    controller = rooms_of(window.desktop).replay
    controller.start(recording(tokens=5, tps=100.0))
    controller.set_speed(10.0)
    window.qtbot.waitUntil(lambda: window.states == ["done", "done"], timeout=8000)
    window.qtbot.waitUntil(lambda: not controller.is_playing)
    window.chat.new_chat()
    window.qtbot.waitUntil(lambda: window.main.findChild(ReplayFrame) is None)
    assert not controller.is_shown
    assert window.ask("live again")


def test_what_was_recorded_is_replayed(window: Window, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "session.llmdesk.json.gz"
    monkeypatch.setattr(files, "ask_where", lambda *_: path)
    recorder, controller = rooms_of(window.desktop).record, rooms_of(window.desktop).replay
    recorder.toggle()
    assert "Recording" in window.main.windowTitle()
    said = [window.ask("[tokens=20 tps=100] one"), window.ask("[tokens=8 tps=100] two")]
    recorder.toggle()
    window.qtbot.waitUntil(path.exists)
    found = read_recording(path)
    assert [each.text for each in found.answers] == said
    times = [piece.t_s for piece in found.answers[0].pieces]
    assert 19 / (times[-1] - times[0]) == pytest.approx(found.answers[0].stats.decode_tps, rel=0.01)  # type: ignore[union-attr]
    content = str(replace(found, samples=()))
    for secret in (str(Path.home()), str(tmp_path)):
        assert secret not in content

    controller.open(path)
    window.qtbot.waitUntil(lambda: controller.is_shown)
    jump(window, controller, found.duration_s)
    assert [turn.answer.text for turn in window.turns] == said
    window.main.dashboard.parts.painted_figures = (9.0, 9.0, 1.0)
    jump(window, controller, 0.0)
    assert window.main.dashboard.painted_figures is None  # what was painted at its end was not at its beginning
    controller.end()


def test_a_recording_that_is_nowhere_yet_outlives_the_window(window: Window) -> None:
    rooms_of(window.desktop).record.toggle()
    said = window.ask("[tokens=5 tps=300] one")
    window.main.close()
    kept = list(recordings_dir().iterdir())
    assert [[answer.text for answer in read_recording(path).answers] for path in kept] == [[said]]


def test_a_second_recording_drops_none_that_is_not_saved_yet(window: Window, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "ask_where", lambda *asked: None)  # the dialog is cancelled
    said = []
    for words in ("one", "two"):
        rooms_of(window.desktop).record.toggle()
        said.append(window.ask(f"[tokens=5 tps=300] {words}"))
        rooms_of(window.desktop).record.toggle()
    window.main.close()
    kept = [read_recording(path) for path in sorted(recordings_dir().iterdir())]
    assert sorted(answer.text for recording in kept for answer in recording.answers) == sorted(said)


def test_a_damaged_file_is_told_in_the_window(window: Window, tmp_path: Path) -> None:
    path = tmp_path / "bad.json"
    path.write_text("{}")
    rooms_of(window.desktop).replay.open(path)
    window.qtbot.waitUntil(lambda: "is no recording" in window.main.notice.text)


def test_lines_are_drawn_for_the_size_they_have_also_while_a_replay_stands_still(window: Window) -> None:
    controller, presenter = rooms_of(window.desktop).replay, rooms_of(window.desktop).presenter
    found = recording()
    controller.start(found)
    jump(window, controller, found.answers[0].ended_s - 0.19)
    controller.toggle()  # time stands still: nothing draws anew by itself
    window.main.action_table["presenter"].trigger()
    figures = window.main.findChild(PresenterFigures)
    assert figures is not None
    place = figures.parts.tokens_place
    window.qtbot.waitUntil(lambda: place.filled and place.plot.graph.isVisible())
    window.qtbot.wait(20)
    plot = place.plot
    drawn = plot.graph.line_path(0)
    assert not drawn.isEmpty()
    plot.redraw()
    assert plot.graph.line_path(0) == drawn  # it got its size while it was hidden
    figures._theme.zoom_percent += 40  # another zoom, and no layout that gives the graph another size
    plot.graph.restyle()
    assert plot.graph.line_path(0) != drawn
    presenter.end()
    controller.end()


def test_what_a_jump_leaps_over_was_not_painted_late(window: Window) -> None:
    """The figures compare engine and window again from there on."""
    controller = rooms_of(window.desktop).replay
    found = recording(tokens=2_000, tps=100.0)
    controller.start(found)
    jump(window, controller, found.answers[0].ended_s - 4)
    window.qtbot.waitUntil(lambda: window.main.dashboard.painted_figures is not None)
    painted = window.main.dashboard.painted_figures
    assert painted is not None
    assert painted[2] < 1000  # milliseconds behind
    assert painted[1] == pytest.approx(100, rel=0.3)
    controller.end()


def test_a_jump_over_a_long_recording_leaves_the_window_free(window: Window) -> None:
    controller = rooms_of(window.desktop).replay
    found = recording(tokens=20_000, tps=100.0)
    begin_s = time.thread_time()
    controller.start(found)
    controller.toggle()
    last_s, held_s = [begin_s], list[float]()

    def note() -> None:
        now_s = time.thread_time()
        held_s.append(now_s - last_s[0])
        last_s[0] = now_s

    timer = QTimer()
    timer.timeout.connect(note)
    timer.start(0)  # between any two events
    controller.seek(found.duration_s)
    assert controller.is_jumping
    assert window.main.dashboard.is_leaping
    assert controller.position_s == found.duration_s  # its slider is there at once
    note()
    window.qtbot.waitUntil(lambda: not controller.is_jumping, timeout=60_000)
    timer.stop()
    assert [turn.answer.text for turn in window.turns] == [each.text for each in found.answers]
    assert len(held_s) > 3
    assert max(held_s) < 0.1
    figures = window.main.dashboard.data
    assert len(figures.tick_t_s) == pytest.approx(4 * found.duration_s, abs=8)
    times = figures.tick_t_s.window().tolist()
    assert times == sorted(times)

    controller.seek(found.duration_s / 2)
    assert controller.is_jumping
    controller.seek(0.3)  # elsewhere, before it has come there
    window.qtbot.waitUntil(lambda: not controller.is_jumping)
    assert [turn.answer.text for turn in window.turns] == [""]
    assert not window.main.dashboard.is_leaping
    controller.seek(found.duration_s)
    controller.end()
    window.qtbot.wait(50)
    assert not controller.is_shown
    assert not window.main.dashboard.is_leaping
