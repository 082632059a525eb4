"""Stand mode: what a visitor can do, what stays of it (nothing), how it comes back by itself, and who may leave."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt
from PySide6.QtGui import QContextMenuEvent, QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from llmdesk import paths
from llmdesk.services.recording.files import write_recording
from llmdesk.services.recording.recorder import Recorder
from llmdesk.ui.demo.rooms import rooms_of
from llmdesk.ui.demo.stand import Stand
from llmdesk.ui.kit.replay_badge import ReplayBadge
from tests.services.recording.makers import recording
from tests.ui.conftest import Window

SECRET = "[tokens=6 tps=300] my secret question"


class Clock:
    """Seconds that the test turns."""

    def __init__(self) -> None:
        self.s = 100.0

    def __call__(self) -> float:
        return self.s


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def stand(window: Window, clock: Clock) -> Stand:
    """On, in a window that is not made larger; the PIN is 2468."""
    found = rooms_of(window.desktop).stand
    found.now = clock
    window.desktop.settings.set("stand.attract", False)
    found.lock.pin.choose("2468")
    window.qtbot.waitUntil(lambda: window.desktop.kept.store is not None)
    window.ask("[tokens=2 tps=300] the owner's question")
    window.main.action_table["new_chat"].trigger()
    window.main.chat.set_prompt("the owner's draft")
    found.begin(whole_screen=False)
    return found


def pass_time(stand: Stand, clock: Clock, seconds: float) -> None:
    clock.s += seconds
    stand.look()


def leave(window: Window, stand: Stand, digits: str = "2468") -> None:
    assert stand.bar is not None
    window.qtbot.mouseClick(stand.bar.lock, Qt.MouseButton.LeftButton)
    assert stand.lock.panel.isVisible()
    for digit in digits:
        button = next(each for each in stand.lock.panel.digits if each.text() == digit)
        window.qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    window.qtbot.mouseClick(stand.lock.panel.enter, Qt.MouseButton.LeftButton)


def test_a_visitor_asks_and_nothing_of_it_stays(
    window: Window, stand: Stand, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    recorder = Recorder()
    window.desktop.sessions.subscribe(recorder.on_change)
    edit = window.main.chat.composer.edit
    assert edit.toPlainText() == ""
    window.qtbot.waitUntil(lambda: bool(window.main.chat.empty_state.chat_buttons))
    assert not any(button.isVisible() for button in window.main.chat.empty_state.chat_buttons)
    QTest.keyClicks(edit, SECRET)
    window.qtbot.keyClick(edit, Qt.Key.Key_Return)
    window.qtbot.waitUntil(lambda: window.states == ["done"])
    assert window.desktop.sessions.current.is_private
    stand.look()
    assert stand.bar is not None
    QTest.keyClicks(edit, "half a question")
    window.qtbot.mouseClick(stand.bar.restart, Qt.MouseButton.LeftButton)

    assert window.turns == ()
    assert edit.toPlainText() == ""
    window.qtbot.keyClick(edit, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert edit.toPlainText() == ""
    assert len(window.desktop.sessions.open) == 2  # the owner's, and the next visitor's
    assert recorder.is_empty
    assert [request.response_cache for request in window.backend.requests] == [True, False]
    store = window.desktop.core.chats
    store.flush()
    assert "secret" not in caplog.text
    for file in paths.data_dir().rglob("*"):
        assert not file.is_file() or b"secret" not in file.read_bytes()
    assert [row.new_tokens for row in store.usage()] == [2]  # the owner's


def test_menus_keys_files_links_and_commands_do_nothing(window: Window, stand: Stand) -> None:
    main, edit = window.main, window.main.chat.composer.edit
    window.ask("[tokens=3 tps=300] [a link](https://example.org)")
    window.wait_settled()
    assert not any(main.action_table[entry.id].isEnabled() for entry in main.action_table if not entry.in_field)
    assert not main.top_bar.isVisible()
    assert not main.chat.composer.attach.isVisible()
    for key in (Qt.Key.Key_K, Qt.Key.Key_M, Qt.Key.Key_Comma, Qt.Key.Key_Q, Qt.Key.Key_V, Qt.Key.Key_N):
        window.qtbot.keyClick(edit, key, Qt.KeyboardModifier.ControlModifier)
    for key in (Qt.Key.Key_F1, Qt.Key.Key_F5, Qt.Key.Key_F2):
        window.qtbot.keyClick(edit, key)
    QTest.keyClicks(edit, "/")
    assert not window.desktop.tools.slash.isVisible()
    edit.clear()

    zoom = window.desktop.theme.zoom_percent
    view = main.chat.conversation_view.view_of(window.turns[0].answer.id)
    assert view is not None
    answer = view.answer.markdown.parts()[0]
    assert isinstance(answer, QWidget)
    place = QPoint(5, 5)
    QApplication.sendEvent(answer, QContextMenuEvent(QContextMenuEvent.Reason.Mouse, place, main.mapToGlobal(place)))
    data = QMimeData()
    data.setText("dropped")
    drop = QDropEvent(QPointF(5, 5), Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton, Qt.KeyboardModifier(0))
    QApplication.sendEvent(main.chat, drop)
    window.qtbot.mouseClick(answer, Qt.MouseButton.LeftButton)
    assert QApplication.activePopupWidget() is None
    assert QApplication.activeModalWidget() is None
    assert edit.toPlainText() == ""
    assert window.desktop.theme.zoom_percent == zoom
    assert len(window.turns) == 1
    assert stand.is_on


def test_who_has_gone_is_forgotten_after_a_countdown_that_any_touch_stops(
    window: Window, stand: Stand, clock: Clock
) -> None:
    assert stand.bar is not None
    window.ask("[tokens=3 tps=300] hello")
    stand.look()
    pass_time(stand, clock, 74)
    assert stand.bar.countdown_text == ""
    pass_time(stand, clock, 4)
    assert stand.bar.countdown_text == "Starting over in 12 s"
    window.qtbot.mouseClick(stand.bar.stay, Qt.MouseButton.LeftButton)
    assert stand.bar.countdown_text == ""
    pass_time(stand, clock, 80)
    window.qtbot.keyClick(window.main.chat.composer.edit, Qt.Key.Key_A)
    pass_time(stand, clock, 80)
    assert window.turns
    pass_time(stand, clock, 11)
    assert window.turns == ()
    assert stand.bar.countdown_text == ""
    assert window.main.chat.prompt() == ""


def test_a_recording_plays_until_somebody_comes(window: Window, stand: Stand, clock: Clock, tmp_path: Path) -> None:
    file = tmp_path / "own.llmdesk.json.gz"
    write_recording(recording(tokens=4, tps=100.0), file)
    window.desktop.settings.set_all({"stand.attract": True, "stand.recording": str(file)})
    stand._attract.read()
    window.qtbot.waitUntil(lambda: stand._attract.is_ready)
    pass_time(stand, clock, 91)
    assert stand._attract.is_on
    assert window.main.findChild(ReplayBadge) is not None
    assert not window.main.chat.composer.isVisible()
    window.qtbot.waitUntil(lambda: bool(window.turns))
    window.qtbot.mouseClick(window.main.chat, Qt.MouseButton.LeftButton)
    assert not stand._attract.is_on
    assert window.turns == ()
    assert window.main.chat.composer.isVisible()
    assert window.ask("[tokens=2 tps=300] live")
    pass_time(stand, clock, 91)
    assert window.turns == ()
    assert stand._attract.is_on
    leave_by_key = window.main.chat.composer.edit
    window.qtbot.keyClick(leave_by_key, Qt.Key.Key_X)
    assert not stand._attract.is_on
    assert leave_by_key.toPlainText() == ""  # the key only woke it


def test_only_the_pin_leaves_and_all_is_as_before(window: Window, stand: Stand) -> None:
    window.ask("[tokens=3 tps=300] hello")
    window.main.close()
    window.qtbot.waitUntil(stand.lock.panel.isVisible)
    assert window.main.isVisible()
    window.qtbot.keyClick(stand.lock.panel.field, Qt.Key.Key_Escape)
    assert not stand.lock.panel.isVisible()
    leave(window, stand, "1111")
    window.qtbot.waitUntil(lambda: "not the PIN" in stand.lock.panel.words.text())
    assert stand.is_on
    stand.lock.panel.close_panel()
    leave(window, stand)
    window.qtbot.waitUntil(lambda: not stand.is_on)
    assert window.turns == ()
    assert not window.desktop.sessions.current.is_private
    assert window.main.chat.prompt() == "the owner's draft"
    assert window.main.top_bar.isVisible()
    assert window.main.action_table["palette"].isEnabled()
    assert window.main.chat.composer.attach.isVisible()
    assert len(window.main.chat.empty_state.cards) == 4
    window.main.close()
    assert not window.main.isVisible()


def test_while_the_next_pin_has_to_wait_enter_closes_nothing_and_a_closed_panel_takes_no_keys(
    window: Window, stand: Stand
) -> None:
    stand.lock.ask()
    panel = stand.lock.panel
    for _ in range(3):
        window.qtbot.waitUntil(lambda: not panel.field.isReadOnly())
        QTest.keyClicks(panel.field, "1111")
        window.qtbot.keyClick(panel.field, Qt.Key.Key_Return)
        window.qtbot.waitUntil(lambda: "not the PIN" in panel.words.text())
    window.qtbot.waitUntil(lambda: "The next try in" in panel.words.text())
    keyboard = QApplication.focusWidget()
    assert keyboard is not None
    QTest.keyClicks(keyboard, "2468")
    QTest.keyClick(keyboard, Qt.Key.Key_Return)
    assert panel.isVisible()
    assert panel.field.hasFocus()
    assert not panel.field.text().startswith("2468")
    panel.close_panel()
    stand.lock.pin._wrong = 0
    stand.lock._show_wait()  # the wait is over
    assert not panel.field.hasFocus()
    assert stand.is_on


def test_the_end_of_the_session_closes_the_window(window: Window, stand: Stand) -> None:
    stand.lock.let_close()
    window.main.close()
    assert not window.main.isVisible()


@pytest.mark.qt_log_ignore("propagateSizeHints")  # the offscreen platform cannot
@pytest.mark.logs("uncaught exception")
def test_it_comes_back_by_itself_after_an_error(window: Window, stand: Stand, clock: Clock) -> None:
    assert stand.bar is not None
    window.ask("[tokens=5 fail_at=2] hello")
    stand.look()
    assert stand.bar.countdown_text == "That did not work. Starting over in 10 s"
    pass_time(stand, clock, 11)
    assert window.turns == ()
    window.ask("[tokens=3 tps=300] again")
    window.desktop.reporter.report(ValueError("nobody caught this"))
    window.qtbot.waitUntil(lambda: stand._has_failed)
    assert not window.desktop.reporter.window.isVisible()
    pass_time(stand, clock, 11)
    assert window.turns == ()
    leave(window, stand)
    window.qtbot.waitUntil(lambda: not stand.is_on)
    assert "nobody caught this" in window.desktop.reporter.window.text
    window.desktop.reporter.window.close()


def test_without_a_pin_one_is_chosen_first(window: Window) -> None:
    stand = rooms_of(window.desktop).stand
    window.desktop.settings.set("stand.attract", False)
    window.main.action_table["stand"].trigger()
    panel = stand.lock.panel
    assert panel.isVisible()
    assert not stand.is_on
    for typed in ("1357", "1358", "1357", "1357"):
        QTest.keyClicks(panel.field, typed)
        window.qtbot.keyClick(panel.field, Qt.Key.Key_Return)
    window.qtbot.waitUntil(lambda: stand.is_on)
    assert window.main.isFullScreen()
    assert stand.lock.pin.check("1357").is_right
    leave(window, stand, "1357")
    window.qtbot.waitUntil(lambda: not stand.is_on)
    assert not window.main.isFullScreen()
