"""Scrolling, long chats, colours and sizes of the conversation."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from llmdesk.ui.chat.markdown.document_view import DocumentView
from llmdesk.ui.chat.style import ChatStyle
from llmdesk.ui.kit.surfaces import Panel
from llmdesk.ui.kit.theme import Theme
from tests.ui.chat.conftest import DrivenPane, button, markdown_of, turn, view_of


def long_answer(pane: DrivenPane, request_id: str) -> None:
    pane.append_text(request_id, "A paragraph of words.\n\n" * 60)
    markdown_of(pane, request_id).render_now()


def test_the_end_is_followed_only_while_the_reader_is_there(qtbot: QtBot, pane: DrivenPane) -> None:
    area = pane.conversation_view
    bar = area.verticalScrollBar()
    pane.begin_turn("1", "prompt")
    long_answer(pane, "1")
    qtbot.waitUntil(lambda: bar.maximum() > 500 and bar.value() == bar.maximum())
    jump = button(pane, "Jump to the newest")
    assert not jump.isVisible()
    bar.setValue(100)
    assert jump.isVisible()
    before = bar.maximum()
    long_answer(pane, "1")
    qtbot.waitUntil(lambda: bar.maximum() > before + 500)
    assert bar.value() == 100
    jump.click()
    assert bar.value() == bar.maximum()
    assert not jump.isVisible()
    before = bar.maximum()
    long_answer(pane, "1")
    qtbot.waitUntil(lambda: bar.maximum() > before + 500 and bar.value() == bar.maximum())


def test_the_wheel_over_an_answer_scrolls_the_conversation(qtbot: QtBot, pane: DrivenPane) -> None:
    bar = pane.conversation_view.verticalScrollBar()
    pane.begin_turn("1", "prompt")
    long_answer(pane, "1")
    qtbot.waitUntil(lambda: bar.maximum() > 500 and bar.value() == bar.maximum())
    content = markdown_of(pane, "1").segments[-1].content
    assert isinstance(content, DocumentView)
    viewport = content.viewport()

    def position() -> QPoint:
        return viewport.mapTo(pane.window(), QPoint(50, viewport.height() - 50))

    qtbot.waitUntil(lambda: 100 < position().y() < pane.conversation_view.height())
    QTest.wheelEvent(pane.window().windowHandle(), QPointF(position()), QPoint(0, 120))
    qtbot.waitUntil(lambda: bar.value() < bar.maximum())


def test_a_new_turn_is_scrolled_into_view(qtbot: QtBot, pane: DrivenPane) -> None:
    bar = pane.conversation_view.verticalScrollBar()
    turn(pane, "1", answer="words\n\n" * 100)
    qtbot.waitUntil(lambda: bar.maximum() > 500)
    bar.setValue(0)
    pane.begin_turn("2", "next")
    qtbot.waitUntil(lambda: bar.value() == bar.maximum())


def test_widgets_of_a_cleared_chat_are_gone(qtbot: QtBot, pane: DrivenPane) -> None:
    before = len(pane.findChildren(QWidget))
    for round_number in range(3):
        for i in range(3):
            turn(pane, f"{round_number}.{i}", answer="text\n\n```\ncode\n```\n\n| a |\n|---|\n")
        assert len(pane.findChildren(QWidget)) > before
        pane.start()
        QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    assert len(pane.findChildren(QWidget)) == before
    assert pane.conversation_markdown() == ""


def test_colours_follow_the_theme(qtbot: QtBot, pane: DrivenPane, theme: Theme) -> None:
    turn(pane, "1")
    light = pane.window().grab().toImage()
    theme.force(Qt.ColorScheme.Dark)
    assert light.pixelColor(3, 3).lightness() > 200
    qtbot.waitUntil(lambda: pane.window().grab().toImage().pixelColor(3, 3).lightness() < 60)
    dark = pane.window().grab().toImage()
    bubble = view_of(pane, "1").bubble.findChild(Panel)
    assert bubble is not None
    corner = bubble.mapTo(pane.window(), QPoint(bubble.width() // 2, 4))
    assert dark.pixelColor(corner).name().upper() == ChatStyle(theme).color("user_bubble").name().upper()


@pytest.mark.parametrize("size", [(500, 400), (900, 600), (2560, 1440), (3840, 2160)])
def test_text_is_a_centred_column(qtbot: QtBot, pane: DrivenPane, size: tuple[int, int]) -> None:
    view = turn(pane, "1", "prompt " * 100, "word " * 500)
    pane.window().resize(*size)
    pane.resize(*size)
    qtbot.waitUntil(lambda: view.width() == min(744, size[0] - 64))
    left = view.mapTo(pane, QPoint(0, 0)).x()
    assert abs(left - (size[0] - left - view.width())) <= 1
    composer = pane.composer
    assert composer.mapTo(pane, QPoint(0, 0)).x() == left
    assert composer.width() == view.width()
