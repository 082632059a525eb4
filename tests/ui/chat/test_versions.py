"""Versions of prompts and answers: ‹ 2/3 ›, by mouse and keyboard, while nothing and while something runs."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAccessible
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QPlainTextEdit
from pytestqt.qtbot import QtBot

from llmdesk.ui.chat.user_bubble import Rewrite
from tests.ui.chat.conftest import DrivenPane, button, markdown_of, turn, view_of, words_of
from tests.ui.conftest import Window

BACK, ON = "Previous version of the answer", "Next version of the answer"


def choose(pane: DrivenPane) -> None:
    """What the controller does."""
    pane.version_requested.connect(pane.chat.choose)


def three_answers(pane: DrivenPane) -> None:
    choose(pane)
    turn(pane, "1", "prompt", "first answer")
    for old, new in (("1", "2"), ("2", "3")):
        pane.again(old, new)
        pane.append_text(new, f"answer number {new}")
        pane.finish_turn(new)


def shown(pane: DrivenPane) -> list[str]:
    return [message.text for message in pane.chat.path]


def test_where_there_is_one_version_nothing_is_said_of_it(qtbot: QtBot, pane: DrivenPane) -> None:
    view = turn(pane, "1")
    assert view.answer.pager.text == view.bubble.pager.text == ""
    assert not view.answer.pager.isVisible()
    assert not view.bubble.pager.isVisible()


def test_answers_are_paged_through_by_mouse(qtbot: QtBot, pane: DrivenPane) -> None:
    three_answers(pane)
    view = view_of(pane, "3")
    assert view.answer.pager.text == "3/3"
    assert not button(view.answer, ON).isEnabled()
    QTest.mouseClick(button(view.answer, BACK), Qt.MouseButton.LeftButton)
    assert shown(pane) == ["prompt", "answer number 2"]
    assert view_of(pane, "2").answer.pager.text == "2/3"
    assert words_of(pane, "2") == "answer number 2"
    assert button(view_of(pane, "2").answer, "Copy answer").isVisible()


def test_the_keyboard_stays_where_it_pages(qtbot: QtBot, pane: DrivenPane) -> None:
    qtbot.waitActive(pane.window())
    three_answers(pane)
    button(view_of(pane, "3").answer, BACK).setFocus()
    QTest.keyClick(pane.window().focusWidget(), Qt.Key.Key_Space)
    assert pane.window().focusWidget() is button(view_of(pane, "2").answer, BACK)
    QTest.keyClick(pane.window().focusWidget(), Qt.Key.Key_Left)
    # At the beginning only the way back is left.
    assert pane.window().focusWidget() is button(view_of(pane, "1").answer, ON)
    QTest.keyClick(pane.window().focusWidget(), Qt.Key.Key_Left)
    assert shown(pane) == ["prompt", "first answer"]
    QTest.keyClick(pane.window().focusWidget(), Qt.Key.Key_Right)
    QTest.keyClick(pane.window().focusWidget(), Qt.Key.Key_Right)
    assert shown(pane) == ["prompt", "answer number 3"]


def test_the_tab_key_reaches_it(qtbot: QtBot, pane: DrivenPane) -> None:
    qtbot.waitActive(pane.window())
    three_answers(pane)
    seen = []
    pane.composer.edit.setFocus()
    for _ in range(30):
        QTest.keyClick(pane.window().focusWidget(), Qt.Key.Key_Tab)
        seen.append(pane.window().focusWidget().accessibleName())
    assert BACK in seen


def test_a_screen_reader_is_told_which_of_how_many(qtbot: QtBot, pane: DrivenPane) -> None:
    three_answers(pane)
    back = QAccessible.queryAccessibleInterface(button(view_of(pane, "3").answer, BACK))
    assert back.text(QAccessible.Text.Name) == BACK
    assert back.text(QAccessible.Text.Description) == "3 of 3 is shown"
    label = view_of(pane, "3").answer.pager.findChildren(QLabel)[0]
    assert label.accessibleName() == "Version 3 of 3 of the answer"


def test_an_edited_prompt_leads_back_to_the_old_one_and_all_after_it(qtbot: QtBot, pane: DrivenPane) -> None:
    choose(pane)
    turn(pane, "1", "one", "A")
    turn(pane, "2", "tow", "B")
    turn(pane, "3", "three", "C")
    pane.edit("2", "4", "two")
    pane.finish_turn("4")
    view = view_of(pane, "4")
    assert view.bubble.pager.text == "2/2"
    assert view.answer.pager.text == ""
    button(view.bubble, "Previous version of the prompt").click()
    assert shown(pane) == ["one", "A", "tow", "B", "three", "C"]
    assert pane.conversation_view.mounted == 3


def test_the_answer_that_runs_goes_on_while_another_version_is_shown(qtbot: QtBot, pane: DrivenPane) -> None:
    choose(pane)
    turn(pane, "1", "prompt", "first answer")
    pane.again("1", "2")
    pane.append_text("2", "half ")
    pager = view_of(pane, "2").answer.pager
    assert pager.isVisible()  # before the end, too
    assert not button(view_of(pane, "2").answer, "Regenerate answer").isVisible()
    button(pager, BACK).click()
    pane.append_text("2", "and half")
    button(view_of(pane, "1").answer, ON).click()
    view = markdown_of(pane, "2")
    qtbot.waitUntil(lambda: not view.is_empty)
    assert words_of(pane, "2") == "half and half"
    pane.append_text("2", " and more")
    pane.finish_turn("2")
    assert words_of(pane, "2") == "half and half and more"
    assert button(view_of(pane, "2").answer, "Regenerate answer").isVisible()


def test_progress_is_there_again_when_one_comes_back_to_it(qtbot: QtBot, pane: DrivenPane) -> None:
    choose(pane)
    turn(pane, "1")
    pane.again("1", "2")
    pane.set_progress("2", "Reading prompt", 0.5)
    button(view_of(pane, "2").answer, BACK).click()
    button(view_of(pane, "1").answer, ON).click()
    assert view_of(pane, "2").answer.progress_line.text == "Reading prompt"


def test_a_rewrite_that_was_not_sent_is_still_there_when_one_comes_back(qtbot: QtBot, pane: DrivenPane) -> None:
    three_answers(pane)
    turn(pane, "4", "next", "yes")
    view_of(pane, "4").bubble.start_edit()
    field = view_of(pane, "4").findChild(QPlainTextEdit)
    assert field is not None
    field.setPlainText("a long rewrite")
    button(view_of(pane, "3").answer, BACK).click()
    button(view_of(pane, "2").answer, ON).click()
    assert view_of(pane, "4").bubble.rewrite == Rewrite("a long rewrite", True)
    first = pane.chat
    pane.start()
    pane.show_conversation(first)
    assert view_of(pane, "4").bubble.rewrite == Rewrite("a long rewrite", True)


def test_paging_keeps_the_place(qtbot: QtBot, pane: DrivenPane) -> None:
    choose(pane)
    for name in "ab":
        turn(pane, name, f"prompt {name}", "words\n\n" * 40)
    pane.again("b", "c")
    pane.append_text("c", "short")
    pane.finish_turn("c")
    area, bar = pane.conversation_view, pane.conversation_view.verticalScrollBar()
    qtbot.waitUntil(lambda: bar.maximum() > 300 and bar.value() == bar.maximum())
    settle(qtbot, pane)
    pager = view_of(pane, "c").answer.pager
    place = view_of(pane, "c").mapTo(area.viewport(), QPoint(0, 0)).y()
    button(pager, BACK).click()
    settle(qtbot, pane)
    assert abs(view_of(pane, "b").mapTo(area.viewport(), QPoint(0, 0)).y() - place) <= 2
    button(view_of(pane, "b").answer, ON).click()
    settle(qtbot, pane)
    assert abs(view_of(pane, "c").mapTo(area.viewport(), QPoint(0, 0)).y() - place) <= 2


def settle(qtbot: QtBot, pane: DrivenPane) -> None:
    """Until the layout has come to rest."""
    bar = pane.conversation_view.verticalScrollBar()
    seen: list[tuple[int, int]] = []

    def rests() -> bool:
        seen.append((bar.maximum(), bar.value()))
        return len(seen) > 6 and len(set(seen[-6:])) == 1

    qtbot.waitUntil(rests)


def test_a_long_chat_is_opened_from_its_end_and_filled_bit_by_bit(qtbot: QtBot, pane: DrivenPane) -> None:
    for i in range(60):
        turn(pane, f"{i}", f"prompt {i}", f"answer {i}")
    long = pane.chat
    pane.start()
    assert pane.conversation_view.mounted == 0
    pane.show_conversation(long)
    assert 0 < pane.conversation_view.mounted < 10
    assert words_of(pane, "59") == "answer 59"
    bar = pane.conversation_view.verticalScrollBar()
    settle(qtbot, pane)
    assert bar.value() == bar.maximum() > 60 * 100
    assert 5 < pane.conversation_view.mounted < 40


# In the window


def test_sending_while_an_older_version_is_shown_waits_for_the_running_one(window: Window) -> None:
    window.ask("first")
    answer = window.turns[0].answer
    window.send("[tokens=5000 tps=300] long")
    window.wait_tokens()
    running = window.turns[-1].answer
    prompt = window.turns[0].prompt
    window.main.chat.edit_requested.emit(prompt.id, "impatient")
    assert window.main.notice.key == "refused"
    assert window.chat.conversation.versions(prompt.id) == (prompt,)
    window.chat.stop()
    window.wait_idle()

    window.main.chat.regenerate_requested.emit(answer.id)
    window.wait_idle()
    window.main.chat.regenerate_requested.emit(answer.id)
    window.qtbot.waitUntil(lambda: window.chat.is_generating)
    window.qtbot.mouseClick(window.button(BACK), Qt.MouseButton.LeftButton)
    window.qtbot.mouseClick(window.button(BACK), Qt.MouseButton.LeftButton)
    assert window.turns[-1].answer is running
    window.wait_idle()
    assert [each.state for each in window.chat.conversation.versions(answer.id)] == ["done"] * 3


def test_an_edit_that_is_refused_stays_in_its_field(window: Window) -> None:
    window.ask("first")
    window.send("[tokens=5000 tps=300] long")
    window.wait_tokens()
    view = window.main.chat.conversation_view.view(window.turns[0].answer.id)
    assert view is not None
    view.bubble.start_edit()
    field = window.main.focusWidget()
    window.qtbot.keyClicks(field, " and more")
    window.qtbot.keyClick(field, Qt.Key.Key_Return)
    assert window.main.notice.key == "refused"
    assert view.bubble.rewrite == Rewrite("first and more", True)
    window.chat.stop()
    window.wait_idle()
    window.qtbot.keyClick(field, Qt.Key.Key_Return)
    window.wait_idle()
    assert window.told[-1] == ["first and more"]
    window.qtbot.mouseClick(window.button("Previous version of the prompt"), Qt.MouseButton.LeftButton)
    assert [turn.prompt.text for turn in window.turns] == ["first", "[tokens=5000 tps=300] long"]


def test_the_context_shown_is_that_of_the_version_shown(window: Window) -> None:
    window.ask("first")
    small = _counted(window)
    window.ask("[prefill=900] second")
    large = _counted(window)
    window.main.chat.regenerate_requested.emit(window.turns[0].answer.id)
    window.wait_idle()
    assert _counted(window) == small
    window.qtbot.mouseClick(window.button(BACK), Qt.MouseButton.LeftButton)
    assert _counted(window) == large


def _counted(window: Window) -> str:
    """What the meter says once the model has counted."""
    window.desktop.chat.context.look()
    window.qtbot.waitUntil(lambda: not window.desktop.chat.context.is_counting)
    assert window.desktop.chat.context.count.is_exact
    return window.main.chat.composer.context_text
