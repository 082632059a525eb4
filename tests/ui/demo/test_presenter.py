"""Presenter mode: large, alone, led by a clicker, and everything as before afterwards; the audience's picture."""

from __future__ import annotations

from pathlib import Path

import pytest
import shiboken6
from PySide6.QtCore import Qt
from PySide6.QtGui import QCloseEvent, QGuiApplication
from PySide6.QtWidgets import QApplication, QWidget

from llmdesk.commands import demo
from llmdesk.services.demos.script import Script, Step
from llmdesk.ui.demo.demo_player import DemoPlayer
from llmdesk.ui.demo.presenter import Cover
from llmdesk.ui.demo.presenter_figures import PresenterFigures
from llmdesk.ui.demo.rooms import rooms_of
from llmdesk.ui.shell.error_reporting import ErrorReporter
from llmdesk.ui.shell.window_place import WindowPlace
from llmdesk.ui.shell.window_state import WindowState
from tests.ui.conftest import Window


class Leads:
    """Counts what the clicker asks for."""

    def __init__(self) -> None:
        self.steps: list[int] = []

    def go_on(self) -> None:
        self.steps.append(1)

    def go_back(self) -> None:
        self.steps.append(-1)


def test_presenter_mode_leaves_everything_as_it_was(window: Window) -> None:
    main, presenter = window.main, rooms_of(window.desktop).presenter
    before = (
        window.desktop.theme.zoom_percent,
        main.is_dashboard_shown,
        main.side_bar_place.is_shown,
        main.windowState(),
    )
    main.action_table["presenter"].trigger()
    assert presenter.is_on
    assert not main.is_dashboard_shown
    assert not main.side_bar_place.is_shown
    assert main.isFullScreen()
    figures = main.findChild(PresenterFigures)
    assert figures is not None
    assert figures.isVisible()
    main.notice.show_notice("news", "Something happened.", tone="bad")
    assert not main.notice.isVisible()

    main.action_table["presenter"].trigger()
    after = (
        window.desktop.theme.zoom_percent,
        main.is_dashboard_shown,
        main.side_bar_place.is_shown,
        main.windowState(),
    )
    assert after == before
    assert main.notice.isVisible()
    window.qtbot.waitUntil(lambda: main.findChild(PresenterFigures) is None)


@pytest.mark.qt_log_ignore("propagateSizeHints", extend=True)
def test_a_window_that_ends_while_somebody_presents_comes_back_as_it_was(window: Window, tmp_path: Path) -> None:
    main, state = window.main, WindowState(tmp_path / "window.ini")
    main._state, state.geometry = state, main.saveGeometry()
    usual = state.geometry
    main.action_table["presenter"].trigger()
    assert main.isFullScreen()
    QApplication.sendEvent(main, QCloseEvent())
    assert state.geometry == usual  # nobody could leave a whole screen at the next start
    other = QWidget()
    window.qtbot.addWidget(other)
    state.geometry = main.saveGeometry()
    WindowPlace(other).restore(state)
    assert not other.isFullScreen()


def test_a_clicker_leads_and_blanks_the_screen(window: Window) -> None:
    presenter, leads = rooms_of(window.desktop).presenter, Leads()
    presenter.begin(whole_screen=False)
    presenter.lead(leads)
    for key in (Qt.Key.Key_PageDown, Qt.Key.Key_PageDown, Qt.Key.Key_PageUp):
        window.qtbot.keyClick(window.main, key)
    assert leads.steps == [1, 1, -1]
    window.qtbot.keyClick(window.main, Qt.Key.Key_B)
    assert window.main.findChild(Cover) is not None
    window.qtbot.keyClick(window.main, Qt.Key.Key_PageDown)
    assert leads.steps == [1, 1, -1]
    window.qtbot.waitUntil(lambda: window.main.findChild(Cover) is None)
    presenter.lead(None)
    edit = window.main.chat.composer.edit
    window.main.activateWindow()
    edit.setFocus()
    window.qtbot.waitUntil(edit.hasFocus)
    window.qtbot.keyClicks(edit, "b.")
    assert edit.toPlainText() == "b."  # somebody is writing
    edit.clear()
    window.qtbot.keyClick(edit, Qt.Key.Key_Period)
    assert window.main.findChild(Cover) is not None
    assert edit.toPlainText() == ""
    window.qtbot.keyClick(edit, Qt.Key.Key_PageDown)
    window.qtbot.waitUntil(lambda: window.main.findChild(Cover) is None)
    window.qtbot.keyClick(window.main, Qt.Key.Key_Escape)
    assert not presenter.is_on


def test_the_audience_sees_the_window_only_if_its_user_says_so(window: Window) -> None:
    window.ask("[tokens=5 tps=100] hello")
    stage, action = window.desktop.core.stage, window.main.action_table["audience"]
    assert stage.picture is None
    action.trigger()
    picture = stage.picture
    assert picture is not None
    assert picture.answer == window.turns[-1].answer.text
    window.main.action_table["new_private_chat"].trigger()
    window.ask("a secret")
    window.qtbot.waitUntil(lambda: (shown := stage.picture) is not None and not shown.answer)
    assert stage.picture is not None
    assert "secret" not in str(stage.picture)
    action.trigger()
    assert stage.picture is None


def test_a_script_is_played_to_its_end(make_window: object) -> None:
    script = Script(
        title="Two",
        step=[
            Step(caption="First", prompt="[tokens=3 tps=200] a", pause_s=0.0),
            Step(
                caption="Other precision", precision="int4", new_chat=True, prompt="[tokens=3 tps=200] b", pause_s=0.0
            ),
        ],
    )
    players: list[DemoPlayer] = []
    window: Window = make_window(before_show=lambda desktop: players.append(DemoPlayer(desktop, script)))  # type: ignore[operator]
    window.qtbot.waitUntil(lambda: players[0].result.recording is not None, timeout=20_000)
    result = players[0].result
    assert not result.failure
    assert [answer.question for answer in result.answers] == [step.prompt for step in script.step]
    assert result.recording is not None
    models = [answer.model for answer in result.recording.answers]
    assert [model.precision for model in models if model] == ["int8", "int4"]
    assert result.recording.title == "Two"


def test_a_demo_in_a_window_stays_within_the_screen(
    qapp: QApplication, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LLMDESK_BACKEND", "scripted")
    monkeypatch.setattr(ErrorReporter, "install", lambda _: None)  # the hooks are this run's
    monkeypatch.setattr(QGuiApplication, "platformName", lambda: "xcb")  # here a screen of 800 x 800
    desktop = demo._desktop(tmp_path, "", loads_model=False)
    assert qapp.primaryScreen().availableGeometry().contains(desktop.window.geometry())
    assert desktop.close()
    shiboken6.delete(desktop)
