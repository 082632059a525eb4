"""Continue under an answer that was cut: where it is, what it does, what it says."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QAbstractButton

from llmdesk.ui.chat.answer_view import AnswerView
from llmdesk.ui.chat.figures import FiguresLine
from tests.ui.conftest import Window

QUESTION = "[tokens=60 tps=2000] tell me"


def limit(window: Window, tokens: int) -> None:
    sessions = window.desktop.sessions
    sampling = replace(sessions.options.sampling, max_new_tokens=tokens)
    sessions.configure(replace(sessions.options, sampling=sampling))


def figures_line(window: Window) -> str:
    return answer_view(window).findChildren(FiguresLine)[0].plain()


def answer_view(window: Window, number: int = -1) -> AnswerView:
    view = window.main.chat.conversation_view.view(window.turns[number].answer.id)
    assert view is not None
    return view.answer


def buttons(window: Window) -> list[QAbstractButton]:
    window.qtbot.wait(1)  # a layout shows what is new a moment later
    found = window.main.chat.conversation_view.findChildren(QAbstractButton)
    return [button for button in found if button.isVisible() and button.text() == "Continue"]


def press_continue(window: Window) -> None:
    window.qtbot.waitUntil(lambda: len(buttons(window)) == 1)
    window.qtbot.mouseClick(buttons(window)[0], Qt.MouseButton.LeftButton)
    assert window.chat.is_generating
    window.wait_idle()


def test_a_cut_answer_goes_on_to_its_end(window: Window) -> None:
    whole = window.ask(QUESTION)
    assert buttons(window) == []
    window.desktop.sessions.new()
    limit(window, 25)
    window.ask(QUESTION)
    window.qtbot.waitUntil(lambda: "length limit" in figures_line(window))
    message = window.turns[0].answer
    press_continue(window)
    press_continue(window)
    assert window.turns[0].answer is message
    assert message.text == whole
    window.qtbot.waitUntil(lambda: "60 tokens" in figures_line(window))
    assert "in 3 parts" in figures_line(window)
    assert "length limit" not in figures_line(window)
    assert buttons(window) == []
    assert answer_view(window).painted_chars == len(whole)
    assert window.main.focusWidget() is window.main.chat.composer.edit
    assert window.ask("[tokens=5] next")
    assert window.told[-1] == [QUESTION, whole, "[tokens=5] next"]


def test_it_stands_at_an_edge_and_not_behind_what_a_hover_shows(window: Window) -> None:
    limit(window, 25)
    window.ask(QUESTION)
    window.ask(QUESTION)
    window.main.action_table["regenerate"].trigger()
    window.qtbot.waitUntil(lambda: bool(answer_view(window).pager.text))
    window.wait_idle()
    window.qtbot.waitUntil(lambda: len(buttons(window)) == 1)
    (button,), answer = buttons(window), answer_view(window)
    window.main.resize(1600, 800)
    window.qtbot.waitUntil(lambda: answer.width() >= 640)
    window.qtbot.waitUntil(lambda: answer.pager.mapTo(answer, answer.pager.rect().topRight()).x() == answer.width() - 1)
    assert button.x() + button.width() <= answer.pager.x()
    window.main.resize(1280, 800)
    window.qtbot.waitUntil(lambda: answer.width() < 640 and answer.pager.mapTo(answer, QPoint()).x() == 0)
    gap_px = button.x() - (answer.pager.x() + answer.pager.width())
    assert 0 <= gap_px <= 8


def test_only_the_last_answer_has_it_and_only_while_nothing_runs(window: Window) -> None:
    limit(window, 25)
    window.ask(QUESTION)
    window.ask(QUESTION)
    window.qtbot.waitUntil(lambda: len(buttons(window)) == 1)
    assert answer_view(window).isAncestorOf(buttons(window)[0])
    limit(window, 5000)
    window.send("[tokens=5000 tps=300] long")
    assert buttons(window) == []
    window.wait_tokens()
    window.chat.stop()
    window.wait_idle()
    window.qtbot.waitUntil(lambda: len(buttons(window)) == 1)  # a stopped one goes on, too


def test_each_version_of_an_answer_has_its_own(window: Window) -> None:
    limit(window, 25)
    window.ask(QUESTION)
    limit(window, 100)
    window.main.chat.regenerate_requested.emit(window.turns[0].answer.id)
    window.wait_idle()
    assert buttons(window) == []
    window.qtbot.mouseClick(window.button("Previous version of the answer"), Qt.MouseButton.LeftButton)
    press_continue(window)
    assert window.states == ["done"]
    assert len(window.chat.conversation.versions(window.turns[0].answer.id)) == 2


def test_the_error_goes_when_a_failed_answer_goes_on(window: Window) -> None:
    window.ask("[tokens=60 fail_at=20 tps=2000] break")
    window.qtbot.waitUntil(lambda: bool(window.button("Try again")))
    view = answer_view(window)
    window.qtbot.waitUntil(lambda: len(buttons(window)) == 1)
    window.qtbot.mouseClick(buttons(window)[0], Qt.MouseButton.LeftButton)
    assert answer_view(window) is not view
    window.wait_idle()


def test_after_another_model_its_own_goes_on_as_before(window: Window) -> None:
    limit(window, 25)
    window.ask(QUESTION)
    window.qtbot.waitUntil(lambda: len(buttons(window)) == 1)
    assert window.desktop.models is not None
    window.desktop.models.load("beta")
    window.wait_ready("Beta")
    assert buttons(window) == []
    window.desktop.models.load("alpha")
    window.wait_ready("Alpha")
    press_continue(window)


def test_another_model_continues_and_both_are_named(window: Window) -> None:
    limit(window, 25)
    words = window.ask(QUESTION)
    window.qtbot.waitUntil(lambda: len(buttons(window)) == 1)
    models = window.desktop.models
    assert models is not None
    models.use("beta", None)
    window.qtbot.waitUntil(lambda: len(buttons_named(window, "Continue with Beta")) == 1)
    window.qtbot.mouseClick(buttons_named(window, "Continue with Beta")[0], Qt.MouseButton.LeftButton)
    window.wait_idle()
    answer = window.turns[0].answer
    assert answer.text.startswith(words)
    assert len(answer.text) > len(words)
    assert [by.title for by in answer.answered_by] == ["Alpha", "Beta"]
    window.qtbot.waitUntil(lambda: "Alpha" in figures_line(window) and "Beta" in figures_line(window))


def buttons_named(window: Window, text: str) -> list[QAbstractButton]:
    found = window.main.chat.conversation_view.findChildren(QAbstractButton)
    return [button for button in found if button.isVisible() and button.text() == text]


def test_a_model_on_a_server_goes_on_with_words_but_not_with_thoughts(window: Window) -> None:
    limit(window, 25)
    window.ask(QUESTION)
    status = window.main.top_bar.status
    assert status.info is not None
    window.chat.on_model_status(replace(status, info=replace(status.info, server="gpu-box:8000")))
    window.qtbot.waitUntil(lambda: len(buttons(window)) == 1)
    answer = window.turns[0].answer
    answer.pieces, answer.reasoning_pieces = [], ["thoughts alone"]
    window.chat.refresh()
    assert not window.chat.can_go_on
    window.chat.on_model_status(status)
    assert window.chat.can_go_on
