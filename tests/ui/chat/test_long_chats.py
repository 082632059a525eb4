"""Chats of any length: few widgets, and what is read stays where it is."""

from __future__ import annotations

import random
import time

import psutil
import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from llmdesk.datatypes.chat import SamplingParams
from llmdesk.services.chats.conversation import Conversation
from llmdesk.ui.chat.mark import Mark
from llmdesk.ui.kit.theme import Theme
from tests.quiet import until_quiet
from tests.ui.chat.conftest import STATS, DrivenPane, view_of, words_of
from tests.ui.chat.samples import CODE_ANSWER, EVERYTHING

MANY = 1_000


def long_chat(turns: int) -> Conversation:
    """Turns of very different heights."""
    chance = random.Random(1)
    chat = Conversation()
    for i in range(turns):
        prompt = f"Prompt number {i}. " + "Some more words. " * chance.choice((0, 1, 5, 60))
        answer = chat.ask(prompt, "tiny", SamplingParams())
        body = chance.choice(("Yes.", "A paragraph of ordinary words. " * 20, CODE_ANSWER, EVERYTHING))
        chat.append(answer.id, f"Answer {i}.\n\n{body}")
        chat.finish(answer.id, "stop", STATS)
    return chat


@pytest.fixture(scope="module")
def chat() -> Conversation:
    return long_chat(MANY)


def settle(qtbot: QtBot, pane: DrivenPane) -> None:
    """Until nothing is mounted or laid out any more."""
    view, bar = pane.conversation_view, pane.conversation_view.verticalScrollBar()
    seen: list[tuple[int, int, int]] = []

    def rests() -> bool:
        seen.append((bar.maximum(), bar.value(), view.mounted))
        return len(seen) > 8 and len(set(seen[-8:])) == 1 and not view._fill_timer.isActive()

    qtbot.waitUntil(rests, timeout=20_000)


def place_of(pane: DrivenPane, widget: QWidget) -> int:
    """Where it stands in the view."""
    return widget.mapTo(pane.conversation_view.viewport(), QPoint(0, 0)).y()


def is_filled(pane: DrivenPane) -> bool:
    """No empty space is in view."""
    view = pane.conversation_view
    top, height = view.verticalScrollBar().value(), view.viewport().height()
    column = view._turns
    return column.top_px() <= max(top, column._margin_px()) and (
        column.end == len(column.turns) or column.bottom_px() >= top + height
    )


def test_a_long_chat_has_few_widgets_wherever_one_is(qtbot: QtBot, pane: DrivenPane, chat: Conversation) -> None:
    pane.show_conversation(chat)
    view, bar = pane.conversation_view, pane.conversation_view.verticalScrollBar()
    settle(qtbot, pane)
    assert bar.value() == bar.maximum() > MANY * 100
    assert view.mounted < 40
    for share in (0.5, 0.1, 0.9, 0.0, 1.0):
        bar.setValue(round(share * bar.maximum()))
        settle(qtbot, pane)
        assert is_filled(pane)
        assert view.mounted < 60
    first, last = view.turns[0], view.turns[-1]
    assert view.view(last.answer.id) is not None
    assert view.view(first.answer.id) is None


def test_all_of_it_can_be_reached_page_by_page(qtbot: QtBot, pane: DrivenPane) -> None:
    pane.chat = long_chat(40)
    pane.show_conversation(pane.chat)
    view, bar = pane.conversation_view, pane.conversation_view.verticalScrollBar()
    settle(qtbot, pane)
    seen: set[str] = set()
    for _ in range(400):
        for turn in view.turns:
            shown = view.view(turn.answer.id)
            if shown is not None and -shown.height() < place_of(pane, shown) < view.viewport().height():
                seen.add(turn.answer.id)
        if bar.value() == 0:
            break
        QTest.keyClick(pane.composer.edit, Qt.Key.Key_PageUp)
        settle(qtbot, pane)
    assert seen == {turn.answer.id for turn in view.turns}
    QTest.keyClick(pane.composer.edit, Qt.Key.Key_End, Qt.KeyboardModifier.ControlModifier)
    settle(qtbot, pane)
    assert view.is_following
    assert view.view(view.turns[-1].answer.id) is not None
    QTest.keyClick(pane.composer.edit, Qt.Key.Key_Home, Qt.KeyboardModifier.ControlModifier)
    settle(qtbot, pane)
    assert bar.value() == 0
    assert view.view(view.turns[0].answer.id) is not None


def test_scrolling_up_moves_nothing_but_by_what_was_scrolled(
    qtbot: QtBot, pane: DrivenPane, chat: Conversation
) -> None:
    """Guessed heights are corrected above and below what is read, never where it is."""
    pane.show_conversation(chat)
    view, bar = pane.conversation_view, pane.conversation_view.verticalScrollBar()
    bar.setValue(bar.maximum() // 2)
    settle(qtbot, pane)
    for step in [-90] * 60 + [70] * 40:
        watched = view.widget_at_top()
        assert watched is not None
        before = place_of(pane, watched)
        bar.setValue(bar.value() + step)
        assert place_of(pane, watched) == before - step
        for _ in range(3):
            QTest.qWait(4)
            assert abs(place_of(pane, watched) - (before - step)) <= 1
        assert is_filled(pane)


@pytest.mark.parametrize("change", ["zoom", "width", "theme"])
def test_what_is_read_stays_when_sizes_change(
    qtbot: QtBot, pane: DrivenPane, chat: Conversation, theme: Theme, change: str
) -> None:
    pane.show_conversation(chat)
    view, bar = pane.conversation_view, pane.conversation_view.verticalScrollBar()
    bar.setValue(bar.maximum() // 3)
    settle(qtbot, pane)
    watched = view.widget_at_top()
    assert watched is not None
    share = -place_of(pane, watched) / watched.height()
    if change == "zoom":
        theme.set_zoom(150)
    elif change == "width":
        pane.resize(600, 600)
    else:
        theme.force(Qt.ColorScheme.Dark)
    settle(qtbot, pane)
    assert abs(-place_of(pane, watched) / watched.height() - share) < 0.1
    assert is_filled(pane)
    theme.set_zoom(100)


def test_an_answer_that_comes_does_not_move_what_is_read(qtbot: QtBot, pane: DrivenPane) -> None:
    pane.chat = long_chat(60)
    pane.show_conversation(pane.chat)
    pane.begin_turn("new", "And now?")
    view, bar = pane.conversation_view, pane.conversation_view.verticalScrollBar()
    settle(qtbot, pane)
    bar.setValue(bar.maximum() // 2)
    settle(qtbot, pane)
    watched = view.widget_at_top()
    assert watched is not None
    before = place_of(pane, watched)
    for _ in range(30):
        pane.append_text("new", "More of it.\n\n")
        QTest.qWait(2)
        assert place_of(pane, watched) == before
    pane.finish_turn("new")
    view.follow_end()
    settle(qtbot, pane)
    assert view_of(pane, "new").answer.markdown.is_done
    assert words_of(pane, "new").count("More of it.") == 30


def test_a_message_is_revealed_and_marked_for_a_moment(qtbot: QtBot, pane: DrivenPane, chat: Conversation) -> None:
    pane.show_conversation(chat)
    view = pane.conversation_view
    settle(qtbot, pane)
    for number in (500, 502, 3, MANY - 2):
        turn = view.turns[number]
        for message_id in (turn.prompt.id, turn.answer.id):
            assert view.reveal(message_id)
            shown = view.view(turn.answer.id)
            assert shown is not None
            target = shown.bubble if message_id == turn.prompt.id else shown.answer
            assert view.findChild(Mark) is not None
            settle(qtbot, pane)
            assert 0 <= place_of(pane, target) < view.viewport().height() // 2
            assert is_filled(pane)
    qtbot.waitUntil(lambda: view.findChild(Mark) is None)
    assert not view.reveal("no such message")


def test_a_selection_is_not_taken_down(qtbot: QtBot, pane: DrivenPane) -> None:
    pane.chat = long_chat(60)
    pane.show_conversation(pane.chat)
    view, bar = pane.conversation_view, pane.conversation_view.verticalScrollBar()
    settle(qtbot, pane)
    last = view.view(view.turns[-1].answer.id)
    assert last is not None
    view.selection.select_message(last.bubble.view)
    chosen = view.selection.text()
    assert chosen.startswith("Prompt number 59.")
    for _ in range(12):
        QTest.keyClick(pane.composer.edit, Qt.Key.Key_PageUp)
        settle(qtbot, pane)
    assert view.selection.text() == chosen
    view.selection.clear()
    settle(qtbot, pane)
    bar.setValue(0)
    settle(qtbot, pane)
    assert view.mounted < 40


@pytest.mark.timing
@until_quiet
def test_a_long_chat_opens_at_once_and_scrolls(qtbot: QtBot, pane: DrivenPane, chat: Conversation) -> None:
    pane.show_conversation(long_chat(2))  # lexers and all
    settle(qtbot, pane)
    view, bar = pane.conversation_view, pane.conversation_view.verticalScrollBar()
    began_s = time.perf_counter()
    pane.show_conversation(chat)
    pane.grab()
    opened_s = time.perf_counter() - began_s
    assert opened_s < 0.3
    settle(qtbot, pane)
    waits_s: list[float] = []
    for _ in range(150):
        began_s = time.perf_counter()
        bar.setValue(bar.value() - 60)
        QTest.qWait(8)
        waits_s.append(time.perf_counter() - began_s - 0.008)
    waits_s.sort()
    assert waits_s[-8] < 0.1
    assert view.mounted < 60


@pytest.mark.timing
@pytest.mark.timeout(300)
@until_quiet
def test_memory_does_not_grow_with_the_chats_that_were_opened(qtbot: QtBot, pane: DrivenPane) -> None:
    chats = [long_chat(30) for _ in range(4)]
    process = psutil.Process()

    def open_chats(count: int) -> int:
        for number in range(count):
            pane.show_conversation(chats[number % len(chats)])
            QTest.qWait(10)
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
        return int(process.memory_info().rss)

    open_chats(50)
    before = open_chats(10)
    after = open_chats(120)
    assert after - before < 8e6
