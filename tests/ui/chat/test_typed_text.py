"""What somebody typed is never lost: drafts, rewrites, samples, refusals; and texts of any script have one limit."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest
from PySide6.QtCore import QMimeData, QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from llmdesk.ui.chat.prompt_edit import MAX_PROMPT_CHARS, PromptEdit
from llmdesk.ui.chat.turn_view import TurnView
from llmdesk.ui.kit.buttons import GUARD_S
from tests.ui.conftest import Window

LONG = "[tokens=5000 tps=300] a long story"
CONTROL = Qt.KeyboardModifier.ControlModifier


def composer_of(window: Window) -> PromptEdit:
    return window.main.chat.composer.edit


def click(window: Window, widget: QWidget, twice: bool = False) -> None:
    """As a mouse does it: on whatever is there on the screen."""
    handle = window.main.windowHandle()
    assert handle is not None
    place = widget.mapTo(window.main, QPoint(widget.width() // 2, widget.height() // 2))
    for _ in range(2 if twice else 1):
        QTest.mouseClick(handle, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, place)


def undo(window: Window) -> str:
    """Ctrl+Z where the keyboard is, which must be the composer."""
    assert window.main.focusWidget() is composer_of(window)
    window.qtbot.keyClick(composer_of(window), Qt.Key.Key_Z, CONTROL)
    return window.main.chat.prompt()


def view(window: Window, number: int) -> TurnView:
    found = window.main.chat.conversation_view.view(window.turns[number].answer.id)
    assert found is not None
    return found


# Send and Stop


def test_a_double_click_on_send_sends_and_stops_nothing(window: Window) -> None:
    window.qtbot.keyClicks(composer_of(window), "[tokens=200 tps=200] twice")
    click(window, window.button("Send"), twice=True)
    window.wait_idle()
    assert window.states == ["done"]
    assert len(window.told) == 1


def test_a_double_click_on_stop_stops_and_sends_nothing(window: Window) -> None:
    window.send(LONG)
    window.wait_tokens()
    window.qtbot.keyClicks(composer_of(window), "not ready yet")
    window.qtbot.wait(round(1000 * GUARD_S) + 50)
    stop = window.button("Stop")
    place = stop.mapTo(window.main, QPoint(stop.width() // 2, stop.height() // 2))
    click(window, stop)
    window.wait_idle()
    handle = window.main.windowHandle()
    QTest.mouseClick(handle, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, place)
    assert window.states == ["cancelled"]
    assert window.main.chat.prompt() == "not ready yet"
    window.qtbot.wait(round(1000 * GUARD_S) + 50)
    click(window, window.button("Send"))
    window.wait_idle()
    assert window.told[-1][-1] == "not ready yet"


def test_the_keyboard_stays_in_the_composer(window: Window) -> None:
    window.qtbot.keyClicks(composer_of(window), LONG)
    click(window, window.button("Send"))
    assert window.main.focusWidget() is composer_of(window)
    window.wait_tokens()
    window.qtbot.wait(round(1000 * GUARD_S) + 50)
    click(window, window.button("Stop"))
    window.wait_idle()
    assert window.main.focusWidget() is composer_of(window)
    for name in ("Send", "Stop"):  # reached with Tab and pressed with Enter
        window.main.chat.set_prompt(LONG)
        button = window.button(name)
        button.setFocus(Qt.FocusReason.TabFocusReason)
        window.qtbot.keyClick(button, Qt.Key.Key_Return)
        window.qtbot.waitUntil(lambda: window.chat.is_generating is (name == "Send"))  # noqa: B023
        assert window.main.focusWidget() is composer_of(window)


# Undo


def test_undo_brings_back_what_was_sent(window: Window) -> None:
    window.qtbot.keyClicks(composer_of(window), "first")
    window.qtbot.keyClick(composer_of(window), Qt.Key.Key_Return)
    window.wait_idle()
    assert undo(window) == "first"


def test_a_sample_is_sent_and_the_draft_stays(window: Window) -> None:
    window.qtbot.keyClicks(composer_of(window), "half a thought")
    card = window.main.chat.empty_state.cards[0]
    window.qtbot.mouseClick(card, Qt.MouseButton.LeftButton)
    window.wait_idle()
    assert window.told == [[card.prompt]]
    assert window.main.chat.prompt() == "half a thought"


def test_a_draft_belongs_to_its_chat(window: Window) -> None:
    window.ask("first chat")
    one = window.desktop.sessions.current
    window.qtbot.keyClicks(composer_of(window), "for the first")
    window.qtbot.keyClick(window.main, Qt.Key.Key_N, CONTROL)
    assert window.main.chat.prompt() == ""
    assert undo(window) == "for the first"
    window.main.chat.set_prompt("for the second")
    window.ask("second chat")
    window.main.chat.set_prompt("for the second")
    two = window.desktop.sessions.current
    window.desktop.sessions.show(one)
    assert window.main.chat.prompt() == "for the first"
    window.desktop.sessions.show(two)
    assert window.main.chat.prompt() == "for the second"
    window.main.chat.setFocus()
    assert undo(window) == "for the first"


def test_the_draft_of_an_empty_chat_goes_along(window: Window) -> None:
    window.ask("first chat")
    one = window.desktop.sessions.current
    window.qtbot.keyClick(window.main, Qt.Key.Key_N, CONTROL)
    window.qtbot.keyClicks(composer_of(window), "only here")
    window.desktop.sessions.show(one)
    assert window.main.chat.prompt() == "only here"


def test_regenerating_keeps_the_draft(window: Window) -> None:
    window.ask("a question")
    window.qtbot.keyClicks(composer_of(window), "the next one")
    window.main.chat.regenerate_requested.emit(window.turns[0].answer.id)
    window.wait_idle()
    assert window.main.chat.prompt() == "the next one"


# Rewrites


def test_escape_in_a_rewrite_stops_the_answer_first(window: Window) -> None:
    window.ask("first")
    window.send(LONG)
    window.wait_tokens()
    bubble = view(window, 0).bubble
    bubble.start_edit()
    window.qtbot.keyClicks(window.main.focusWidget(), ", rewritten")
    window.press_escape()
    window.wait_idle()
    assert window.states == ["done", "cancelled"]
    assert bubble.rewrite is not None
    assert bubble.rewrite.is_open
    window.qtbot.keyClick(window.main.focusWidget(), Qt.Key.Key_Return)
    window.wait_idle()
    assert window.told[-1] == ["first, rewritten"]


@pytest.mark.parametrize("is_mounted_anew", [False, True])
def test_a_rewrite_that_was_cancelled_comes_back_with_undo(window: Window, is_mounted_anew: bool) -> None:
    window.ask("first")
    bubble = view(window, 0).bubble
    bubble.start_edit()
    window.qtbot.keyClicks(window.main.focusWidget(), ", rewritten")
    window.press_escape()
    assert bubble.rewrite is not None
    assert not bubble.rewrite.is_open
    if is_mounted_anew:
        chat = window.desktop.sessions.current
        window.desktop.sessions.new()
        window.desktop.sessions.show(chat)
        bubble = view(window, 0).bubble
    bubble.start_edit()
    field = window.main.focusWidget()
    assert isinstance(field, PromptEdit)
    assert field.toPlainText() == "first"
    window.qtbot.keyClick(field, Qt.Key.Key_Z, CONTROL)
    assert field.toPlainText() == "first, rewritten"


def test_a_rewrite_that_is_too_long_is_told_so(window: Window) -> None:
    window.ask("first")
    view(window, 0).bubble.start_edit()
    field = window.main.focusWidget()
    assert isinstance(field, PromptEdit)
    paste(field, "x" * (MAX_PROMPT_CHARS + 1))
    assert "too long to paste" in window.main.notice.text
    field.setPlainText("word " * (MAX_PROMPT_CHARS // 4))
    window.qtbot.keyClick(field, Qt.Key.Key_Return)
    assert "too long" in window.main.notice.text
    assert "composer" not in window.main.notice.text
    assert len(field.toPlainText()) > MAX_PROMPT_CHARS


# Any script


def paste(field: PromptEdit, text: str) -> None:
    data = QMimeData()
    data.setText(text)
    field.insertFromMimeData(data)


SCRIPTS: dict[str, Callable[[int], str]] = {
    "CJK": lambda count: "漢字かな" * (count // 4),
    "emoji": lambda count: "\N{GRINNING FACE}" * count,
    "marks": lambda count: "e\N{COMBINING ACUTE ACCENT}" * (count // 2),
    "word": lambda count: "abcdefghij" * (count // 10),
    "lines": lambda count: "\n" * count,
    "words": lambda count: "some words " * (count // 11),
}


def test_every_script_has_the_limit_that_is_stated(window: Window) -> None:
    edit = composer_of(window)
    for script, made in SCRIPTS.items():
        edit.replace_text("")
        window.main.notice.dismiss(window.main.notice.key)
        text = made(48_000)
        started_s = time.thread_time()
        paste(edit, text)
        window.qtbot.keyClicks(edit, "!")
        assert time.thread_time() - started_s < 3.0, f"the window hangs: {script}"
        assert window.main.chat.prompt() == f"{text}!"
        assert window.main.notice.key == ""
        edit.replace_text(made(MAX_PROMPT_CHARS)[: MAX_PROMPT_CHARS - 40_000])
        before = window.main.chat.prompt()
        paste(edit, text)
        assert f"{MAX_PROMPT_CHARS:,}" in window.main.notice.text
        assert window.main.chat.prompt() == before


def test_undo_of_a_gigantic_word_does_not_hang(window: Window) -> None:
    edit = composer_of(window)
    edit.replace_text("abcdefghij" * 15_000)
    edit.replace_text("short words")
    started_s = time.thread_time()
    assert len(undo(window)) == 150_000
    window.qtbot.keyClick(edit, Qt.Key.Key_Z, CONTROL | Qt.KeyboardModifier.ShiftModifier)
    assert window.main.chat.prompt() == "short words"
    assert time.thread_time() - started_s < 2.0


def test_what_is_pasted_over_does_not_count(window: Window) -> None:
    edit = composer_of(window)
    edit.replace_text("漢" * (MAX_PROMPT_CHARS - 10))
    edit.selectAll()
    paste(edit, "字" * MAX_PROMPT_CHARS)
    assert window.main.chat.prompt() == "字" * MAX_PROMPT_CHARS
    QGuiApplication.clipboard().clear()


def test_a_long_prompt_without_a_space_is_sent_whole(window: Window) -> None:
    text = SCRIPTS["CJK"](48_000)
    paste(composer_of(window), text)
    window.qtbot.keyClick(composer_of(window), Qt.Key.Key_Return)
    window.wait_idle()
    assert window.told == [[text]]


def test_a_dropped_text_can_be_undone(window: Window) -> None:
    window.qtbot.keyClicks(composer_of(window), "before ")
    paste(composer_of(window), "dropped")
    assert window.main.chat.prompt() == "before dropped"
    assert undo(window) == "before "
