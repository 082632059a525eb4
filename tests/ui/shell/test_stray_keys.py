"""Keys beside the text fields: letters go to the composer, page keys move the conversation."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QGuiApplication, QInputMethodEvent, QInputMethodQueryEvent, QKeyEvent
from PySide6.QtWidgets import QApplication, QPlainTextEdit, QScrollBar, QTextBrowser, QWidget

from tests.ui.conftest import Window

CONTROL = Qt.KeyboardModifier.ControlModifier


def select_answer(window: Window) -> QTextBrowser:
    """As with the mouse: a paragraph of the last answer has the keyboard, some of it is selected."""
    view = window.main.chat.conversation_view.view(window.turns[-1].answer.id)
    assert view is not None
    window.qtbot.waitUntil(lambda: bool(view.answer.markdown.findChildren(QTextBrowser)))
    text = view.answer.markdown.findChildren(QTextBrowser)[0]
    text.setFocus(Qt.FocusReason.MouseFocusReason)
    text.selectAll()
    return text


def press(window: Window, key: Qt.Key, modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    """Where the keyboard is."""
    window.qtbot.keyClick(window.main.focusWidget() or window.main, key, modifiers)


def test_letters_typed_on_an_answer_go_to_the_composer(window: Window) -> None:
    window.ask("hello")
    text = select_answer(window)
    chosen = text.textCursor().selectedText()
    press(window, Qt.Key.Key_C, CONTROL)
    assert chosen
    assert QGuiApplication.clipboard().text().split() == chosen.replace("\u2029", " ").split()
    window.qtbot.keyClicks(window.main.focusWidget(), "O")
    window.qtbot.keyClicks(window.main.focusWidget(), "k, go on")
    assert window.main.chat.prompt() == "Ok, go on"
    assert window.main.focusWidget() is window.main.chat.composer.edit


def test_letters_of_any_keyboard(window: Window) -> None:
    """Many are no key that Qt has a name for."""
    window.ask("hello")
    for letter in "жé漢ß":
        window.main.chat.set_prompt("")
        text = select_answer(window)
        for target in (text, window.main.chat.composer.edit):
            event = QKeyEvent(QEvent.Type.KeyPress, ord(letter), Qt.KeyboardModifier.NoModifier, letter)
            QApplication.sendEvent(target, event)
        assert window.main.chat.prompt() == 2 * letter


def test_so_does_a_paste(window: Window) -> None:
    window.ask("hello")
    select_answer(window)
    QGuiApplication.clipboard().setText("from elsewhere")
    press(window, Qt.Key.Key_V, CONTROL)
    assert window.main.chat.prompt() == "from elsewhere"


def test_and_from_buttons_and_from_nowhere(window: Window) -> None:
    window.main.top_bar.pill.setFocus(Qt.FocusReason.TabFocusReason)
    window.qtbot.keyClick(window.main.focusWidget() or window.main, "x")
    assert window.main.chat.prompt() == "x"
    window.main.chat.composer.edit.clearFocus()
    window.qtbot.keyClick(window.main.focusWidget() or window.main, "y")
    assert window.main.chat.prompt() == "xy"


def test_the_space_bar_presses_buttons(window: Window) -> None:
    was_shown = window.main.is_dashboard_shown
    window.main.top_bar.dashboard.setFocus(Qt.FocusReason.TabFocusReason)
    window.qtbot.keyClick(window.main.top_bar.dashboard, " ")
    window.qtbot.waitUntil(lambda: window.main.is_dashboard_shown is not was_shown)
    assert window.main.chat.prompt() == ""


def test_input_methods_write_into_the_composer(window: Window) -> None:
    window.ask("hello")
    text = select_answer(window)
    query = QInputMethodQueryEvent(Qt.InputMethodQuery.ImEnabled)
    QApplication.sendEvent(text, query)
    assert query.value(Qt.InputMethodQuery.ImEnabled)
    QApplication.sendEvent(text, QInputMethodEvent("に", []))
    commit = QInputMethodEvent("", [])
    commit.setCommitString("日本")
    QApplication.sendEvent(text, commit)
    assert window.main.chat.prompt() == "日本"
    assert window.main.focusWidget() is window.main.chat.composer.edit
    assert not text.testAttribute(Qt.WidgetAttribute.WA_InputMethodEnabled)


def test_open_panels_and_rewrites_keep_their_keys(window: Window) -> None:
    window.ask("hello")
    window.open_picker()
    window.qtbot.keyClicks(window.main.focusWidget(), "al")
    window.press_escape()
    assert window.main.chat.prompt() == ""
    view = window.main.chat.conversation_view.view(window.turns[-1].answer.id)
    assert view is not None
    view.bubble.start_edit()
    window.qtbot.keyClicks(window.main.focusWidget(), "!")
    field = view.bubble.findChild(QPlainTextEdit)
    assert field is not None
    assert field.toPlainText() == "hello!"
    assert window.main.chat.prompt() == ""


# Moving the conversation


@pytest.fixture
def long_chat(window: Window) -> Window:
    for number in range(3):
        window.ask(f"[tokens=300 tps=5000] question {number}")
    window.wait_settled()
    bar = bar_of(window)
    assert bar.maximum() > 2 * bar.pageStep()
    return window


def bar_of(window: Window) -> QScrollBar:
    return window.main.chat.conversation_view.verticalScrollBar()


def in_composer(window: Window) -> None:
    window.main.chat.setFocus()


def in_answer(window: Window) -> None:
    select_answer(window)


def on_a_button(window: Window) -> None:
    window.main.top_bar.pill.setFocus(Qt.FocusReason.TabFocusReason)


def test_keys_move_the_conversation(long_chat: Window) -> None:
    for place in (in_composer, in_answer, on_a_button):
        place(long_chat)
        check_keys(long_chat)


def check_keys(window: Window) -> None:
    """Each moves it, and takes the keyboard from nobody."""
    bar = bar_of(window)
    keyboard: QWidget | None = window.main.focusWidget()
    end = bar.value()
    press(window, Qt.Key.Key_PageUp)
    assert end - bar.pageStep() <= bar.value() < end - bar.pageStep() // 2
    press(window, Qt.Key.Key_PageDown)
    assert bar.value() == end
    press(window, Qt.Key.Key_Up, CONTROL)
    assert end - bar.pageStep() // 2 < bar.value() < end
    press(window, Qt.Key.Key_Down, CONTROL)
    assert bar.value() == end
    press(window, Qt.Key.Key_Home, CONTROL)
    assert bar.value() == 0
    press(window, Qt.Key.Key_End, CONTROL)
    assert bar.value() == end
    assert window.main.chat.conversation_view.is_following
    assert window.main.focusWidget() is keyboard


def test_a_draft_of_several_lines_has_them_first(long_chat: Window) -> None:
    window, bar = long_chat, bar_of(long_chat)
    in_composer(window)
    edit = window.main.chat.composer.edit
    edit.replace_text("\n".join(f"line {number}" for number in range(40)))
    end = bar.value()
    press(window, Qt.Key.Key_PageUp)
    assert (bar.value(), edit.textCursor().atEnd()) == (end, False)
    press(window, Qt.Key.Key_Home, CONTROL)
    assert (bar.value(), edit.textCursor().position()) == (end, 0)
    press(window, Qt.Key.Key_PageUp)
    assert bar.value() < end
    press(window, Qt.Key.Key_Home, CONTROL)
    assert bar.value() == 0
    press(window, Qt.Key.Key_End, CONTROL)
    assert (bar.value(), edit.textCursor().atEnd()) == (0, True)
    press(window, Qt.Key.Key_End, CONTROL)
    assert bar.value() == bar.maximum()


def test_the_first_lines_of_a_short_draft_do_not_keep_page_keys(long_chat: Window) -> None:
    window, bar = long_chat, bar_of(long_chat)
    in_composer(window)
    window.main.chat.composer.edit.replace_text("two\nlines")
    end = bar.value()
    press(window, Qt.Key.Key_PageUp)
    assert bar.value() < end
    assert window.main.chat.prompt() == "two\nlines"
