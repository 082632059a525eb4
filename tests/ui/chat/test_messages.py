"""What is done with single messages in the window: other models, forks, deleting and undo, quotes, copies, source."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QMenu

from llmdesk.services.figure_text import tps_text
from llmdesk.ui.chat.answer_view import AnswerView
from llmdesk.ui.chat.message_menu import removal_words
from tests.ui.conftest import Window

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support (raise|grabbing the keyboard)", extend=True)

CODE = "[say] Look:\n\n```python\nx = 1\n```\n\nand **then**\n\n```\ny\n```"


def answer_view(window: Window, number: int = -1) -> AnswerView:
    view = window.main.chat.conversation_view.view(window.turns[number].answer.id)
    assert view is not None
    return view.answer


def words(window: Window) -> list[str]:
    return [message.text for message in window.chat.conversation.path]


def do(window: Window, deed: str, message_id: str) -> None:
    """Out of the menu, as the mouse does it."""
    menu = window.desktop.messages.make_menu(message_id, window.main)
    next(action for action in menu.actions() if action.objectName() == deed).trigger()
    menu.deleteLater()


def click(window: Window, name: str) -> None:
    window.qtbot.mouseClick(window.button(name), Qt.MouseButton.LeftButton)


# Another model


def open_models(window: Window, how: str) -> QMenu:
    if how == "mouse":
        click(window, "Regenerate with another model")
    else:
        window.qtbot.keyClick(
            window.main, Qt.Key.Key_R, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
        )
    found: list[QMenu] = []

    def is_open() -> bool:
        found[:] = [menu for menu in window.main.chat.findChildren(QMenu) if menu.isVisible()]
        return bool(found)

    window.qtbot.waitUntil(is_open)
    return found[0]


def choices(menu: QMenu) -> dict[str, object]:
    return {action.objectName(): action for sub in menu.findChildren(QMenu) for action in sub.actions()}


@pytest.mark.parametrize("how", ["mouse", "keyboard"])
def test_an_answer_is_made_again_by_another_model_in_another_precision(window: Window, how: str) -> None:
    window.ask("[tokens=5] hello")
    first = window.turns[0].answer
    menu = open_models(window, how)
    names = [action.text() for action in menu.actions()]
    assert names[0] == "Alpha", "the model in use comes first"
    assert {"Beta", "Gamma"} < set(names)
    found = choices(menu)
    assert [name for name, action in found.items() if action.isChecked()] == ["alpha int8"]  # type: ignore[attr-defined]
    found["beta int4"].trigger()  # type: ignore[attr-defined]
    menu.close()
    window.qtbot.waitUntil(lambda: window.turns[0].answer is not first)
    window.wait_idle()
    answer = window.turns[0].answer
    assert window.backend.requests[-1].model_id == "beta"
    assert [(by.title, by.precision, by.backend) for by in answer.answered_by] == [("Beta", "int4", "scripted")]
    assert [(by.title, by.precision) for by in first.answered_by] == [("Alpha", "int8")]
    view = answer_view(window)
    window.qtbot.waitUntil(lambda: view.figures.line.plain().startswith("Beta int4, "))  # beside another one's
    assert len(window.chat.conversation.versions(answer.id)) == 2
    click(window, "Previous version of the answer")
    assert answer_view(window).figures.line.plain().startswith("Alpha int8, ")


def test_the_model_that_is_there_as_wanted_is_not_loaded_again(window: Window) -> None:
    window.ask("[tokens=5] hello")
    loads: list[str] = []
    window.desktop.models.status_shown.connect(lambda status: loads.append(status.state))  # type: ignore[union-attr]
    menu = open_models(window, "mouse")
    choices(menu)["alpha int8"].trigger()  # type: ignore[attr-defined]
    menu.close()
    window.wait_idle()
    assert "loading" not in loads
    assert len(window.backend.requests) == 2


@pytest.mark.logs("loading gamma-broken failed")
def test_a_model_that_cannot_be_loaded_leaves_the_first_answer(window: Window) -> None:
    first = window.ask("[tokens=5] hello")
    menu = open_models(window, "mouse")
    choices(menu)["gamma-broken int8"].trigger()  # type: ignore[attr-defined]
    menu.close()
    window.wait_idle()
    assert window.states == ["failed"]
    click(window, "Previous version of the answer")
    assert words(window) == ["[tokens=5] hello", first]


def test_regenerate_has_a_key(window: Window) -> None:
    window.ask("[tokens=5] hello")
    window.qtbot.keyClick(window.main.chat.composer.edit, Qt.Key.Key_R, Qt.KeyboardModifier.ControlModifier)
    window.wait_idle()
    assert len(window.chat.conversation.versions(window.turns[0].answer.id)) == 2


# Figures


def test_the_line_unfolds_to_all_figures(window: Window) -> None:
    window.ask("[tokens=40 tps=400] hello")
    figures = answer_view(window).figures
    window.qtbot.waitUntil(lambda: window.button("Show all figures").isVisible())
    assert not figures.is_open
    fold = window.button("Show all figures")
    fold.setFocus(Qt.FocusReason.TabFocusReason)
    window.qtbot.keyClick(fold, Qt.Key.Key_Return)
    assert figures.table is not None
    assert figures.table.isVisible()
    lines = figures.table.plain().splitlines()
    stats = window.turns[0].answer.stats
    assert stats is not None
    assert lines[:4] == ["Model Alpha", "Precision int8", "Backend scripted", "Threads 1"]
    assert f"Answer {tps_text(stats.decode_tps)} tokens per second" in lines
    assert "Length 40 tokens" in lines
    assert f"Prompt's length {stats.prompt_tokens} tokens" in lines
    assert f"Reused of it {stats.cached_tokens} tokens" in lines
    assert lines[-1] == "Ended by itself"
    window.qtbot.mouseClick(figures.line.viewport(), Qt.MouseButton.LeftButton)
    assert not figures.is_open


# Forks


def test_a_fork_goes_on_by_itself(window: Window) -> None:
    first = window.ask("[tokens=5] one")
    window.ask("[tokens=5] two")
    window.main.chat.conversation_view.fork_requested.emit(window.turns[0].answer.id)
    assert words(window) == ["[tokens=5] one", first]
    window.ask("[tokens=5] other")
    assert window.told[-1] == ["[tokens=5] one", first, "[tokens=5] other"]
    original = window.desktop.sessions.open[0]
    assert [m.text for m in original.conversation.path[::2]] == ["[tokens=5] one", "[tokens=5] two"]


def test_a_fork_from_a_prompt_has_it_in_the_composer(window: Window) -> None:
    first = window.ask("[tokens=5] one")
    window.ask("[tokens=5] two")
    do(window, "fork", window.turns[1].prompt.id)
    assert words(window) == ["[tokens=5] one", first]
    assert window.main.chat.prompt() == "[tokens=5] two"


def test_the_button_forks_by_keyboard(window: Window) -> None:
    window.ask("[tokens=5] one")
    fork = window.button("Fork into a new chat from here")
    fork.setFocus(Qt.FocusReason.TabFocusReason)
    window.qtbot.keyClick(fork, Qt.Key.Key_Return)
    assert len(window.desktop.sessions.open) == 2


# Deleting


def test_what_would_be_deleted_is_said(window: Window) -> None:
    window.ask("[tokens=5] one")
    window.ask("[tokens=5] two")
    chat = window.chat.conversation
    first, last = window.turns
    assert removal_words(chat, first.answer) == "Delete this turn and 2 messages after it"
    assert removal_words(chat, first.prompt) == "Delete this turn and 2 messages after it"
    assert removal_words(chat, last.answer) == "Delete this turn"
    window.main.chat.regenerate_requested.emit(last.answer.id)
    window.wait_idle()
    assert removal_words(chat, window.turns[1].answer) == "Delete this version"


def test_deleting_is_undone_by_the_notice(window: Window) -> None:
    window.ask("[tokens=5] one")
    window.ask("[tokens=5] two")
    before = words(window)
    do(window, "remove", window.turns[1].answer.id)
    assert words(window) == before[:2]
    assert window.main.notice.text == "2 messages deleted."
    assert window.main.chat.conversation_view.mounted == 1
    click(window, "Undo")
    assert words(window) == before
    window.qtbot.waitUntil(lambda: window.main.chat.conversation_view.mounted == 2)


def test_the_last_turn_gone_shows_an_empty_chat_and_undo_brings_it_back(window: Window) -> None:
    window.ask("[tokens=5] one")
    before = words(window)
    do(window, "remove", window.turns[0].prompt.id)
    assert not window.main.chat.has_turns
    window.qtbot.waitUntil(lambda: "0 of" in window.main.chat.composer.context_text)
    click(window, "Undo")
    assert window.main.chat.has_turns
    assert words(window) == before
    window.ask("[tokens=5] two")
    assert window.told[-1] == [*before, "[tokens=5] two"]


def test_a_version_that_is_deleted_shows_the_one_before(window: Window) -> None:
    first = window.ask("[tokens=5] one")
    window.main.chat.regenerate_requested.emit(window.turns[0].answer.id)
    window.wait_idle()
    do(window, "remove", window.turns[0].answer.id)
    assert words(window) == ["[tokens=5] one", first]
    assert answer_view(window).pager.text == ""


def test_an_answer_that_runs_is_not_deleted(window: Window) -> None:
    window.ask("[tokens=5] one")
    window.send("[tokens=5000 tps=300] long")
    window.wait_tokens()
    do(window, "remove", window.turns[0].prompt.id)
    assert len(window.turns) == 2
    assert "being written" in window.main.notice.text
    window.chat.stop()
    window.wait_idle()


@pytest.mark.parametrize("key", [Qt.Key.Key_Delete, Qt.Key.Key_Backspace])
def test_no_stray_key_deletes(window: Window, key: Qt.Key) -> None:
    window.ask("[tokens=5] one")
    for widget in (answer_view(window), window.main.chat.conversation_view, window.button("More for this answer")):
        widget.setFocus()
        window.qtbot.keyClick(widget, key)
    assert len(window.turns) == 1


# Quotes and copies


def test_what_is_selected_is_quoted(window: Window) -> None:
    window.ask("[say] First **line**.\n\nSecond.")
    view = window.main.chat.conversation_view
    view.selection.select_message(answer_view(window).parts()[0])  # type: ignore[arg-type]
    window.main.chat.set_prompt("About this:")
    window.qtbot.keyClick(window.main, Qt.Key.Key_Apostrophe, Qt.KeyboardModifier.ControlModifier)
    assert window.main.chat.prompt() == "About this:\n\n> First **line**.\n>\n> Second.\n\n"
    assert window.main.focusWidget() is window.main.chat.composer.edit
    window.main.chat.composer.edit.undo()
    assert window.main.chat.prompt() == "About this:"


def test_the_menu_of_a_selection_quotes(window: Window) -> None:
    window.ask("[say] Words.")
    selection, view = window.main.chat.conversation_view.selection, answer_view(window).parts()[0]
    selection.select_message(view)  # type: ignore[arg-type]
    menu = selection.make_menu(view, "")  # type: ignore[arg-type]
    next(action for action in menu.actions() if action.objectName() == "quote").trigger()
    assert window.main.chat.prompt() == "> Words.\n\n"
    menu.deleteLater()


def test_copies_in_all_forms(window: Window) -> None:
    text, clipboard = window.ask(CODE), QGuiApplication.clipboard()
    answer, prompt = window.turns[0].answer, window.turns[0].prompt
    do(window, "copy_markdown", answer.id)
    assert clipboard.text() == text
    do(window, "copy_text", answer.id)
    assert clipboard.text() == "Look:\n\nx = 1\n\nand then\n\ny"
    do(window, "copy_code", answer.id)
    assert clipboard.text() == "x = 1\n\ny"
    do(window, "copy_markdown", prompt.id)
    assert clipboard.text() == CODE
    do(window, "quote", answer.id)
    assert window.main.chat.prompt().startswith("> Look:\n>\n> ```python\n> x = 1\n")


def test_the_source_is_shown_and_can_be_selected(window: Window) -> None:
    text = window.ask(CODE)
    view = answer_view(window)
    do(window, "source", window.turns[0].answer.id)
    assert view.is_source_shown
    assert not view.markdown.isVisible()
    (part,) = view.parts()
    window.main.chat.conversation_view.selection.select_message(part)  # type: ignore[arg-type]
    assert window.main.chat.conversation_view.selection.text() == text
    do(window, "source", window.turns[0].answer.id)
    assert view.markdown.isVisible()
    bubble = window.main.chat.conversation_view.view(window.turns[0].answer.id).bubble  # type: ignore[union-attr]
    do(window, "source", window.turns[0].prompt.id)
    assert "```python" in bubble.view.toPlainText()
    do(window, "source", window.turns[0].prompt.id)
    assert "```python" not in bubble.view.toPlainText()


def test_the_menu_is_reached_by_keyboard(window: Window) -> None:
    window.ask("[tokens=5] one")
    more = window.button("More for this answer")
    more.setFocus(Qt.FocusReason.TabFocusReason)
    window.qtbot.keyClick(more, Qt.Key.Key_Return)
    menus = [menu for menu in window.main.chat.findChildren(QMenu) if menu.isVisible()]
    assert [action.objectName() for action in menus[0].actions() if action.objectName()] == [
        "copy_markdown", "copy_text", "copy_code", "quote", "source", "fork", "remove",
    ]  # fmt: skip
    menus[0].close()
