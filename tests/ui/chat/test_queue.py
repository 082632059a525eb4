"""Prompts that wait above the composer, in the window; what the engine received of them."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from llmdesk.ui.chat.queue_view import QueueView
from tests.ui.conftest import Window

LONG = "[tokens=5000 tps=300] long"


def type_and_enter(window: Window, text: str) -> None:
    edit = window.main.chat.composer.edit
    edit.setFocus()
    window.main.chat.set_prompt(text)
    window.qtbot.keyClick(edit, Qt.Key.Key_Return)


def view(window: Window) -> QueueView:
    return window.main.chat.queue


def waiting(window: Window) -> list[str]:
    return [row.prompt.text for row in view(window).rows]


def sent(window: Window) -> list[str]:
    return [told[-1] for told in window.told]


def test_enter_while_an_answer_runs_lets_the_prompt_wait(window: Window) -> None:
    assert not view(window).isVisible()
    window.send("[tokens=30 tps=100] first")
    window.wait_tokens()
    type_and_enter(window, "[tokens=5] second")
    type_and_enter(window, "[tokens=5] third")
    assert window.main.chat.prompt() == ""
    assert waiting(window) == ["[tokens=5] second", "[tokens=5] third"]
    assert view(window).isVisible()
    assert view(window).words == "Sent when this answer is complete"
    window.qtbot.waitUntil(lambda: len(window.turns) == 3)
    window.wait_idle()
    assert sent(window) == ["[tokens=30 tps=100] first", "[tokens=5] second", "[tokens=5] third"]
    assert not view(window).isVisible()
    assert window.main.notice.key != "refused"


def test_the_button_says_queue_while_an_answer_runs(window: Window) -> None:
    window.send(LONG)
    window.wait_tokens()
    window.main.chat.set_prompt("[tokens=5] next")
    window.qtbot.mouseClick(window.button("Queue"), Qt.MouseButton.LeftButton)
    assert waiting(window) == ["[tokens=5] next"]
    assert window.button("Stop").isVisible()


def test_after_a_stop_they_wait_and_say_so(window: Window) -> None:
    window.send(LONG)
    window.wait_tokens()
    type_and_enter(window, "[tokens=5] later")
    window.press_escape()
    window.wait_idle()
    assert view(window).words == "Not sent, for the answer was stopped"
    assert waiting(window) == ["[tokens=5] later"]
    window.qtbot.mouseClick(window.button("Send the next one"), Qt.MouseButton.LeftButton)
    window.wait_idle()
    assert sent(window)[-1] == "[tokens=5] later"


def test_after_an_error_they_wait_and_say_so(window: Window) -> None:
    window.send("[tokens=60 fail_at=20 tps=200] break")
    window.wait_tokens()
    type_and_enter(window, "[tokens=5] later")
    window.wait_idle()
    assert view(window).words == "Not sent, for the answer failed"
    assert waiting(window) == ["[tokens=5] later"]


def test_one_is_edited_and_removed_by_the_keyboard(window: Window) -> None:
    window.send(LONG)
    window.wait_tokens()
    type_and_enter(window, "[tokens=5] secnd")
    type_and_enter(window, "third")
    edit = window.button("Edit waiting prompt 1")
    edit.setFocus(Qt.FocusReason.TabFocusReason)
    window.qtbot.keyClick(edit, Qt.Key.Key_Return)
    field = view(window).rows[0].field
    assert field is not None
    assert QApplication.focusWidget() is field
    window.qtbot.keyClicks(field, "!")
    window.qtbot.keyClick(field, Qt.Key.Key_Return)
    assert waiting(window) == ["[tokens=5] secnd!", "third"]
    assert QApplication.focusWidget() is window.main.chat.composer.edit
    window.qtbot.keyClick(window.button("Remove waiting prompt 2"), Qt.Key.Key_Return)
    assert waiting(window) == ["[tokens=5] secnd!"]


def test_escape_leaves_the_field_and_not_the_answer(window: Window) -> None:
    window.send(LONG)
    window.wait_tokens()
    type_and_enter(window, "second")
    window.qtbot.mouseClick(window.button("Edit waiting prompt 1"), Qt.MouseButton.LeftButton)
    field = view(window).rows[0].field
    assert field is not None
    window.qtbot.keyClicks(field, " and more")
    window.qtbot.keyClick(field, Qt.Key.Key_Escape)
    assert waiting(window) == ["second"]
    assert window.chat.is_generating


def test_nothing_is_lost_when_another_chat_is_shown(window: Window) -> None:
    window.send(LONG)
    window.wait_tokens()
    type_and_enter(window, "second")
    type_and_enter(window, "third")
    window.qtbot.mouseClick(window.button("Edit waiting prompt 1"), Qt.MouseButton.LeftButton)
    field = view(window).rows[0].field
    assert field is not None
    window.qtbot.keyClicks(field, " half written")
    left = window.desktop.sessions.current
    window.desktop.sessions.new()
    assert not view(window).isVisible()
    window.desktop.sessions.show(left)
    assert waiting(window) == ["second", "third"]
    again = view(window).rows[0].field
    assert again is not None
    assert again.toPlainText() == "second half written"


def test_many_of_them_leave_the_conversation_room(window: Window) -> None:
    window.main.resize(720, 480)
    window.send(LONG)
    window.wait_tokens()
    for number in range(12):
        type_and_enter(window, f"prompt {number} " + "word " * 60)
    window.qtbot.waitUntil(lambda: view(window).height() < 0.45 * window.main.height())
    assert window.main.chat.conversation_view.height() > 60
