"""A recording in the real window: the same words and figures as live, marked, and all is as before afterwards."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtWidgets import QWidget

from llmdesk.services.recording.files import read_recording
from llmdesk.ui.demo.presenter import Presenter
from llmdesk.ui.demo.presenter_figures import PresenterFigures
from llmdesk.ui.demo.record_controller import RecordController, recordings_dir
from llmdesk.ui.demo.replay_controller import ReplayController
from llmdesk.ui.demo.replay_frame import ReplayFrame
from llmdesk.ui.kit import files
from tests.services.recording.makers import recording
from tests.ui.conftest import Window


def part(window: Window, kind: type[QWidget] | type[ReplayController] | type[RecordController]):  # type: ignore[no-untyped-def]
    found = window.main.findChild(kind)
    assert found is not None
    return found


def test_a_replay_says_what_was_recorded_and_gives_the_window_back(window: Window) -> None:
    answer = window.ask("[tokens=12 tps=100] before")
    tps_before = window.main.dashboard.data.current_tps
    controller = part(window, ReplayController)
    session = window.desktop.sessions.current
    found = recording()
    controller.start(found)
    controller.toggle()  # its clock stands still
    assert controller.bar is not None
    assert window.main.findChild(ReplayFrame) is not None
    assert not window.main.chat.composer.isVisible()

    controller.seek(found.answers[0].ended_s - 0.19)
    dashboard = window.main.dashboard
    assert window.states == ["running"]
    assert window.turns[0].answer.text == "".join(piece.text for piece in found.answers[0].pieces[:-3])
    assert dashboard.data.current_tps == pytest.approx(20.0, rel=0.01)
    assert dashboard.data.figures().first_token_s == pytest.approx(0.5)
    assert window.main.top_bar.status.title == "Tiny 1B"
    assert dashboard.data.sample is not None
    assert dashboard.data.sample.process_cpu_percent == 80.0

    controller.seek(0.4)
    assert [turn.answer.text for turn in window.turns] == [""]
    controller.seek(found.duration_s)
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


def test_it_plays_by_itself_and_whoever_goes_to_another_chat_ends_it(window: Window) -> None:
    controller = part(window, ReplayController)
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
    recorder, controller = part(window, RecordController), part(window, ReplayController)
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
    controller.seek(found.duration_s)
    assert [turn.answer.text for turn in window.turns] == said
    window.main.dashboard.parts.painted_figures = (9.0, 9.0, 1.0)
    controller.seek(0.0)
    assert window.main.dashboard.painted_figures is None  # what was painted at its end was not at its beginning
    controller.end()


def test_a_recording_that_is_nowhere_yet_outlives_the_window(window: Window) -> None:
    part(window, RecordController).toggle()
    said = window.ask("[tokens=5 tps=300] one")
    window.main.close()
    kept = list(recordings_dir().iterdir())
    assert [[answer.text for answer in read_recording(path).answers] for path in kept] == [[said]]


def test_a_damaged_file_is_told_in_the_window(window: Window, tmp_path: Path) -> None:
    path = tmp_path / "bad.json"
    path.write_text("{}")
    part(window, ReplayController).open(path)
    window.qtbot.waitUntil(lambda: "is no recording" in window.main.notice.text)


def test_lines_are_drawn_for_the_size_they_have_also_while_a_replay_stands_still(window: Window) -> None:
    controller, presenter = part(window, ReplayController), window.main.findChild(Presenter)
    assert presenter is not None
    found = recording()
    controller.start(found)
    controller.seek(found.answers[0].ended_s - 0.19)
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
