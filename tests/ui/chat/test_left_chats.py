"""A new chat while an answer runs, and the ways back where the list of chats is folded away: nothing is lost."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton

from llmdesk.ui.chat.left_chats import NOTICE
from llmdesk.ui.kit.buttons import GUARD_S
from tests.ui.conftest import Window

LONG = "[tokens=5000 tps=300] a long story"
CONTROL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def window(make_window: Callable[..., Window]) -> Window:
    """The list of chats is folded away."""
    window = make_window()
    window.wait_ready()
    window.main.side_bar_place.toggle()
    assert not window.main.side_bar_place.is_shown
    return window


def press(window: Window, text: str) -> None:
    """A button of the notice."""
    found = [button for button in window.main.notice.buttons() if button.text() == text]
    window.qtbot.mouseClick(found[0], Qt.MouseButton.LeftButton)


def by_key(window: Window) -> None:
    window.qtbot.keyClick(window.main, Qt.Key.Key_N, CONTROL)


def by_button(window: Window) -> None:
    window.qtbot.mouseClick(window.main.top_bar.new_chat, Qt.MouseButton.LeftButton)


def wait_until_all_ended(window: Window) -> None:
    window.qtbot.waitUntil(lambda: not window.desktop.sessions.is_generating)


def chat_buttons(window: Window) -> list[QAbstractButton]:
    window.qtbot.wait(1)  # a layout shows what is added to it a moment later
    return [button for button in window.main.chat.empty_state.chat_buttons if button.isVisible()]


@pytest.mark.parametrize("new_chat", [by_key, by_button])
def test_a_new_chat_is_empty_and_the_answer_goes_on(window: Window, new_chat: Callable[[Window], None]) -> None:
    window.send(LONG)
    window.wait_tokens()
    left = window.desktop.sessions.current
    window.main.chat.set_prompt("typed")
    new_chat(window)

    assert not window.turns
    assert not window.chat.is_generating
    assert window.main.chat.prompt() == ""  # it belongs to the other chat
    assert window.main.chat.isAncestorOf(window.main.focusWidget())
    assert window.main.notice.key == NOTICE
    assert "a long story” goes on" in window.main.notice.text
    before = len(left.conversation.turns[0].answer.text)
    window.qtbot.waitUntil(lambda: len(left.conversation.turns[0].answer.text) > before + 20)
    left.stop()
    wait_until_all_ended(window)


def test_the_new_chat_may_ask_at_once_and_each_gets_its_own(window: Window) -> None:
    window.send("[tokens=120 tps=60] behind")
    window.wait_tokens()
    left = window.desktop.sessions.current
    by_key(window)
    assert "You said: in front" in window.ask("in front")
    assert left.is_generating  # the engine took both in turn
    wait_until_all_ended(window)

    assert window.told == [["[tokens=120 tps=60] behind"], ["in front"]]
    behind = left.conversation.turns[0].answer
    assert behind.stats is not None
    assert (behind.state, behind.stats.new_tokens) == ("done", 120)
    assert "behind" not in window.turns[0].answer.text


def test_go_back_shows_the_answer_as_it_goes_on(window: Window) -> None:
    window.send(LONG)
    window.wait_tokens()
    by_key(window)
    press(window, "Go back")
    assert [turn.prompt.text for turn in window.turns] == [LONG]
    assert window.chat.is_generating
    assert window.button("Stop").isVisible()
    view = window.main.chat.conversation_view.view(window.turns[0].answer.id)
    assert view is not None
    window.qtbot.waitUntil(lambda: view.answer.painted_chars > 200)
    window.press_escape()
    wait_until_all_ended(window)
    assert window.states == ["cancelled"]
    assert len(window.desktop.sessions.open) == 1  # the empty chat is not kept


def test_stop_it_stops_it_and_keeps_what_was_written(window: Window) -> None:
    window.send(LONG)
    window.wait_tokens()
    left = window.desktop.sessions.current
    by_key(window)
    press(window, "Stop it")
    wait_until_all_ended(window)
    assert left.conversation.turns[0].answer.state == "cancelled"
    assert "was stopped" in window.main.notice.text
    press(window, "Go back")  # as the second click of a double click on "Stop it" would
    assert window.desktop.sessions.current is not left
    window.qtbot.wait(round(1000 * GUARD_S) + 50)
    press(window, "Go back")
    assert window.turns[0].answer.text


def test_its_end_is_told_and_leads_back(window: Window) -> None:
    window.send("[tokens=60 tps=200] a short story")
    window.wait_tokens()
    by_key(window)
    wait_until_all_ended(window)
    assert window.main.notice.text == "The answer to “[tokens=60 tps=200] a short story” is complete."
    press(window, "Go back")
    assert window.states == ["done"]
    assert window.main.notice.key == ""


def test_its_failure_is_told_and_stays(window: Window) -> None:
    window.send("[fail_at=60 tps=200] break")
    window.wait_tokens()
    by_key(window)
    wait_until_all_ended(window)
    assert "could not be completed" in window.main.notice.text
    press(window, "Go back")
    assert window.turns[0].answer.error is not None
    assert window.button("Try again").isVisible()


def test_a_chat_that_was_left_is_kept_and_an_empty_one_leads_back(window: Window) -> None:
    for name in ("one", "two"):
        window.ask(name)
        by_key(window)
    assert "“two” is kept" in window.main.notice.text
    window.main.notice.dismiss()
    assert [button.text() for button in chat_buttons(window)] == ["two", "one"]
    window.qtbot.mouseClick(chat_buttons(window)[1], Qt.MouseButton.LeftButton)
    assert [turn.prompt.text for turn in window.turns] == ["one"]
    assert window.ask("more")
    assert [text for text in window.told[-1] if text in ("one", "two", "more")] == ["one", "more"]
    by_key(window)
    assert [button.text() for button in chat_buttons(window)] == ["two", "one"]


def test_the_list_says_which_chat_is_answering(window: Window) -> None:
    window.send(LONG)
    window.wait_tokens()
    left = window.desktop.sessions.current
    by_key(window)
    assert chat_buttons(window)[0].accessibleName() == f"Go back to the chat: Answering: {LONG}"
    left.stop()
    wait_until_all_ended(window)
    assert chat_buttons(window)[0].accessibleName() == f"Go back to the chat: {LONG}"


def test_a_new_chat_out_of_an_empty_one_changes_nothing(window: Window) -> None:
    by_key(window)
    by_button(window)
    assert len(window.desktop.sessions.open) == 1
    assert window.main.notice.key == ""


def test_another_model_asks_before_it_ends_an_answer_behind(window: Window) -> None:
    window.send(LONG)
    window.wait_tokens()
    left = window.desktop.sessions.current
    by_key(window)
    window.open_picker()
    window.main.picker.chosen.emit("beta")
    row = window.main.picker.row("beta")
    assert row is not None
    assert "answer is being written" in row.message
    left.stop()
    wait_until_all_ended(window)


def test_closing_the_window_ends_what_runs_behind(window: Window) -> None:
    window.send(LONG)
    window.wait_tokens()
    by_key(window)
    assert window.desktop.close()


def test_the_answer_that_ends_behind_leaves_the_one_in_front_alone(window: Window) -> None:
    window.send("[tokens=40 tps=200] behind")
    window.wait_tokens()
    by_key(window)
    window.send(LONG)
    window.wait_tokens()
    window.qtbot.waitUntil(lambda: "is complete" in window.main.notice.text)
    assert window.chat.is_generating
    assert window.button("Stop").isVisible()
    window.press_escape()
    window.wait_idle()
    assert window.states == ["cancelled"]


def test_the_list_at_the_side_makes_notices_and_ways_back_needless_but_for_a_failure(window: Window) -> None:
    window.send("[fail_at=60 tps=100] break")
    window.wait_tokens()
    by_key(window)
    assert window.main.notice.key == NOTICE
    assert chat_buttons(window)
    window.main.side_bar_place.toggle()
    assert window.main.notice.key == ""
    assert not chat_buttons(window)
    wait_until_all_ended(window)
    assert "could not be completed" in window.main.notice.text
