"""The page of races in the real window, on the real engine thread and the scripted backend."""

from __future__ import annotations

import errno
import os
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtWidgets import QLabel, QWidget

from llmdesk.core import Core
from llmdesk.engine.backends.scripted import ScriptedBackend
from llmdesk.services.demos.script import Script, Step
from llmdesk.services.race.choices import is_own_server, lane_of
from llmdesk.services.race.files import read_race, write_race
from llmdesk.services.race.race import Lane, Plan
from llmdesk.services.race.running import LaneNews
from llmdesk.ui.demo.demo_player import DemoPlayer
from llmdesk.ui.kit import files
from llmdesk.ui.race.controller import RaceController
from llmdesk.ui.race.race_page import RacePage
from llmdesk.ui.race.replay_view import ReplayView
from tests.api.conftest import served
from tests.services.race.makers import race_of
from tests.ui.conftest import Window


@pytest.fixture
def race(window: Window) -> RaceController:
    """The page open, with the models that can be run."""
    window.main.action_table["race"].trigger()
    controller = window.main.findChild(RaceController)
    assert isinstance(controller, RaceController)
    window.qtbot.waitUntil(lambda: len(controller.page.setup.editors) == 2)
    return controller


def played(page: RacePage) -> ReplayView:
    """A race that stands still at its beginning."""
    page.now = lambda: 0.0
    page.show_race(race_of())
    view = page.replay
    assert view is not None
    view.toggle()
    return view


def texts(part: QWidget) -> list[str]:
    return [label.text() for label in part.findChildren(QLabel) if label.isVisible()]


def test_the_usual_race_is_run_played_and_the_model_comes_back(window: Window, race: RaceController) -> None:
    page = race.page
    assert [editor.lane.name for editor in page.setup.editors] == ["Alpha int4", "Alpha bf16"]
    page.setup.set_prompt("[tokens=6 tps=200] hello")
    page.now = lambda: 0.0
    with window.qtbot.waitSignal(race.ended) as ended:
        page.setup.start.click()
    assert ended.args == [True]
    view = page.replay
    assert isinstance(view, ReplayView)
    assert page.shown is view
    assert [run.order for run in view.race.runs] == [2, 1]
    window.wait_ready("Alpha")
    assert not window.main.is_dashboard_shown  # its figures are live, these are not
    assert "REPLAY" in [part.accessibleName() for part in view.findChildren(QWidget) if part.isVisible()]
    window.press_escape()
    window.qtbot.waitUntil(window.main.chat.isVisible)
    assert window.main.is_dashboard_shown


def test_the_clock_moves_all_lanes(window: Window, race: RaceController) -> None:
    view = played(race.page)
    fast, slow, server = view.columns
    assert fast.words.text == ""
    assert fast.figure.text == "–"
    view.seek(2.2)
    assert fast.figure.text == "31.4"
    assert slow.figure.text == "9.2"
    assert server.figure.text == "24.7"
    assert fast.track.tokens_at(2.2) == 57
    assert slow.track.tokens_at(2.2) == 15
    assert len(slow.words.text.split()) == 15
    assert view.verdict.text() == ""  # nobody has won yet
    view.seek(view.clock.end_s)
    assert "3.4 times as fast" in view.verdict.text()
    assert slow.progress == 1.0
    assert {"0.0021", "98.6 %", "token 31", "412 ms"} <= set(texts(fast))
    assert {"reference", "655 ms"} <= set(texts(slow))
    assert "not comparable" in texts(server)


def test_keys(window: Window, race: RaceController) -> None:
    view = played(race.page)
    press = lambda key: window.qtbot.keyClick(window.main.focusWidget(), key)  # noqa: E731
    assert window.main.focusWidget() is race.page
    press(Qt.Key.Key_Right)
    press(Qt.Key.Key_Right)
    assert view.clock.position_s == pytest.approx(2.0)
    press(Qt.Key.Key_Left)
    assert view.clock.position_s == pytest.approx(1.0)
    press(Qt.Key.Key_Space)
    assert view.clock.is_playing
    press(Qt.Key.Key_Space)
    assert not view.clock.is_playing
    press(Qt.Key.Key_Up)
    assert view.clock.speed == 2.0
    press(Qt.Key.Key_Down)
    press(Qt.Key.Key_Down)
    assert view.clock.speed == 0.5
    press(Qt.Key.Key_Return)
    assert view.shows_result
    press(Qt.Key.Key_Home)
    assert not view.shows_result
    assert view.clock.position_s == 0.0
    press(Qt.Key.Key_Escape)
    assert window.main.pages.page_id == ""


def test_it_plays_to_the_end_and_shows_the_result(window: Window, race: RaceController) -> None:
    page = race.page
    page.now = lambda: 40 * time.perf_counter()
    page.show_race(race_of())
    view = page.replay
    assert view is not None
    window.qtbot.waitUntil(lambda: view.shows_result)
    assert "Alpha 2B int4 writes 3.4 times as fast as Alpha 2B bf16." in texts(view.result)


def test_the_result_leaves_the_window(
    window: Window, race: RaceController, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    view = played(race.page)
    view.show_result(True)
    view.result.copy.click()
    assert "| Alpha 2B int4" in QGuiApplication.clipboard().text()
    saved, picture = tmp_path / "a.json", tmp_path / "a.png"
    monkeypatch.setattr(files, "ask_where", lambda *_: saved)
    view.result.save.click()
    window.qtbot.waitUntil(saved.exists)
    monkeypatch.setattr(files, "ask_where", lambda *_: picture)
    view.result.picture.click()
    window.qtbot.waitUntil(lambda: picture.exists() and not QImage(str(picture)).isNull())
    assert QImage(str(picture)).width() > 2 * view.result.card.width()
    asked: list[str] = []
    with monkeypatch.context() as patch:  # the dialog has not seen the whole name
        patch.setattr(files, "ask_where", lambda *_: tmp_path / "a")
        patch.setattr(files, "ask_to_replace", lambda _, path: asked.append(path.name))
        written = picture.read_bytes()
        view.result.picture.click()
        assert (asked, picture.read_bytes()) == (["a.png"], written)

    def full(_handle: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        patch.setattr(files, "ask_where", lambda *_: tmp_path / "b.png")
        view.result.picture.click()
        window.qtbot.waitUntil(lambda: any("The disk is full" in text for text in texts(view.result)))
    assert not list(tmp_path.glob("*b*.png"))
    window.qtbot.waitUntil(lambda: saved.stat().st_size > 0)
    monkeypatch.setattr(files, "ask_for_file", lambda *_: saved)
    with window.qtbot.waitSignal(race.ended):
        race.page.setup.open.click()
    assert race.page.replay is not view
    assert race.page.replay is not None
    assert race.page.replay.race == read_race(saved)


def test_a_file_that_is_no_race_is_told(window: Window, race: RaceController, tmp_path: Path) -> None:
    file = tmp_path / "a.json"
    file.write_text("{}", encoding="utf-8")
    race.open(file)
    window.qtbot.waitUntil(lambda: "a.json is no race of llmdesk" in race.page.setup.told.text())
    assert race.page.shown is race.page.setup


def test_a_race_is_stopped_and_the_set_up_stays(window: Window, race: RaceController) -> None:
    page = race.page
    page.setup.set_prompt("[tokens=100000 tps=200] long")
    page.setup.start.click()
    window.qtbot.waitUntil(lambda: page.running is not None and "so far" in " ".join(texts(page.running)))
    assert page.running is not None
    assert "Chats wait until it is over." in page.running.progress.text()
    with window.qtbot.waitSignal(race.ended):
        page.running.stop.click()
    assert page.shown is page.setup
    assert "stopped" in page.setup.told.text()
    assert page.setup.plan.prompt == "[tokens=100000 tps=200] long"
    window.wait_ready("Alpha")


@pytest.mark.may_log("loading")
def test_a_lane_that_failed_says_why(window: Window, race: RaceController, tmp_path: Path) -> None:
    page = race.page
    page.setup.set_lanes([Lane("alpha", "Alpha", "int4"), Lane("gamma-broken", "Gamma", "int4")])
    page.setup.set_prompt("[tokens=4 tps=200] hello")
    with window.qtbot.waitSignal(race.ended):
        page.setup.submit()
    view = page.replay
    assert view is not None
    assert "the file ends too early" in view.columns[1].words.text
    view.toggle()
    view.show_result(True)
    assert any("the file ends too early" in words for words in texts(view.result))
    broken = replace(view.race, runs=(replace(view.race.runs[1], order=1), view.race.runs[1]))
    broken = replace(broken, plan=replace(broken.plan, lanes=2 * (view.race.runs[1].lane,)))
    file = tmp_path / "a.json"
    write_race(replace(broken, runs=(broken.runs[0], replace(broken.runs[1], order=2))), file)
    with window.qtbot.waitSignal(race.ended) as ended:
        race.open(file)
    assert ended.args == [False]
    assert "No lane came to its end." in page.setup.told.text()


def test_a_lane_on_a_server_is_shown_with_what_is_known_of_it(
    window: Window, race: RaceController, tmp_path: Path
) -> None:
    backend = ScriptedBackend(0.005)
    with Core(make=lambda: backend) as other, served(other, backend) as server:
        spec = window.desktop.core.catalogue.add_server(f"{server.url}/v1", "alpha", "", 512)
        race.refresh()
        setup = race.page.setup
        window.qtbot.waitUntil(lambda: spec in setup._choices.models)
        setup.set_lanes([setup.editors[0].lane, lane_of(spec)])
        assert not setup.editors[1].precision.isVisible()
        assert f"127.0.0.1:{server.port}" in setup.editors[1].lane.server
        setup.set_prompt("[tokens=30 tps=200] hello")
        race.page.now = lambda: 0.0
        with window.qtbot.waitSignal(race.ended) as ended:
            setup.start.click()
        assert ended.args == [True]
    view = race.page.replay
    assert view is not None
    view.toggle()
    view.seek(view.clock.end_s)
    lane = view.columns[1]
    assert "not comparable" in texts(lane)
    assert {"alpha", f"127.0.0.1:{server.port}"} < set(texts(lane))  # apart: a long name does not hide the server
    assert "nothing to compare" in texts(view.columns[0])
    assert "nothing is compared" in " ".join(lane.equal.toolTip().split())
    assert any(words.startswith("30 tokens, at the finish after") for words in texts(lane))
    view.show_result(True)
    assert any("Timed as its pieces arrived here." in words for words in texts(view.result))
    assert {"alpha", f"127.0.0.1:{server.port}"} < set(texts(view.result.card))


def test_a_lane_that_falls_silent_says_so(window: Window, race: RaceController) -> None:
    race.page.show_running(race_of().plan)
    view = race.page.running
    assert view is not None
    view.now = lambda: 100.0
    view.show_news(LaneNews(2))
    view.now = lambda: 190.0
    view.tell_silence()
    assert view.cards[2].state.text() == "gets ready"
    view.show_news(LaneNews(2, 44, 75.9))
    view.show_progress("beta writes · about 1.4 s left", 0.9)
    view.now = lambda: 202.0
    view.tell_silence()
    assert view.cards[2].state.text() == "44 tokens so far · nothing has come for 12 s"
    assert view.cards[2].figure.text == "–"
    assert view.progress.text() == "nothing has come for 12 s"
    view.show_news(LaneNews(2, 45, 0.1))
    view.tell_silence()
    assert view.cards[2].state.text() == "45 tokens so far"
    view.show_news(LaneNews(0, 128, 30.0))
    view.now = lambda: 220.0
    view.tell_silence()
    assert view.cards[0].state.text() == "128 tokens so far"  # here its probabilities are compared now


def test_this_window_s_own_server_is_no_lane(window: Window, race: RaceController) -> None:
    spec = window.desktop.core.catalogue.add_server("http://localhost:8765/v1", "alpha", "", 512)
    race.own_urls = lambda: ["http://127.0.0.1:8765", "http://10.0.0.7:8765"]
    race.start(Plan("hello", (lane_of(spec), race.page.setup.editors[0].lane)))
    assert not race.is_running
    assert "this window's own server" in race.page.setup.told.text()
    assert not is_own_server(spec, ["http://127.0.0.1:9000"])


def test_lanes_are_added_and_removed(window: Window, race: RaceController) -> None:
    setup = race.page.setup
    assert not setup.editors[0].remove.isEnabled()
    setup.add.click()
    setup.add.click()
    assert len({editor.lane for editor in setup.editors}) == 4
    assert not setup.add.isEnabled()
    setup.editors[0].remove.click()
    assert next(editor.lane.precision for editor in setup.editors) == "bf16"
    setup.set_prompt("  ")
    assert not setup.start.isEnabled()


@pytest.mark.parametrize("count", [3, 4])
def test_the_smallest_window_cuts_no_button(window: Window, race: RaceController, count: int) -> None:
    setup, spec = race.page.setup, race.page.setup._choices.models[0]
    long = replace(spec, id="long", title="a-model-with-a-long-name on workstation.example.org:8000")
    setup._choices = replace(setup._choices, models=(spec, long))
    setup.set_lanes([lane_of(spec), *(count - 1) * [lane_of(long)]])
    window.main.resize(720, 480)
    window.qtbot.wait(50)
    scroll = setup._scroll
    assert window.main.width() == 720
    assert scroll.horizontalScrollBar().maximum() == 0
    start = setup.start
    assert start.mapTo(scroll.viewport(), start.rect().topRight()).x() < scroll.viewport().width()


def test_a_race_stays_while_somebody_presents(window: Window, race: RaceController) -> None:
    view = played(race.page)
    window.main.action_table["presenter"].trigger()
    assert window.main.pages.page_id == "race"
    assert view.isVisible()
    assert not any(
        type(part).__name__ == "PresenterFigures" and part.isVisible() for part in window.main.findChildren(QWidget)
    )
    window.main.action_table["presenter"].trigger()
    assert window.main.pages.page_id == "race"


def test_a_saved_race_opens_from_the_command_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from llmdesk.cli import main

    file = tmp_path / "a.json"
    write_race(race_of(), file)
    assert main(["race", "--open", str(file)]) == 0
    assert "writes 3.4 times as fast" in capsys.readouterr().out
    assert main(["race", "one@int5"]) == 1
    assert "'one@int5' is no lane" in capsys.readouterr().err


def test_a_demo_s_step_is_a_race(make_window: Callable[..., Window]) -> None:
    steps = [
        Step(caption="Two", race=["int4", "int8"], prompt="[tokens=3 tps=200] a", max_tokens=3, pause_s=0.0),
        Step(caption="Then", prompt="[tokens=3 tps=200] b", pause_s=0.0),
    ]
    players: list[DemoPlayer] = []
    script = Script(title="Race", step=steps)
    window = make_window(before_show=lambda desktop: players.append(DemoPlayer(desktop, script)))
    controllers = lambda: window.main.findChildren(RaceController)  # noqa: E731
    window.qtbot.waitUntil(lambda: bool(controllers()) and window.main.pages.page_id == "race", timeout=20_000)
    page = controllers()[0].page
    page.now = lambda: 40 * time.perf_counter()
    window.qtbot.waitUntil(lambda: players[0].result.recording is not None, timeout=20_000)
    assert page.replay is not None
    assert not players[0].result.failure
    assert page.replay.race.plan.max_tokens == 3
    assert players[0].result.races == [page.replay.race]
    told: Any = players[0].result.as_report()["races"]
    assert [lane["lane"]["precision"] for lane in told[0]["lanes"]] == ["int4", "int8"]
    assert window.main.pages.page_id == ""  # the next step is a chat again
    assert [answer.question for answer in players[0].result.answers] == [steps[1].prompt]
