"""A chat pane in a real window, and helpers to look into it."""

from __future__ import annotations

import random
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtWidgets import QAbstractButton, QWidget
from pytestqt.qtbot import QtBot

from llmdesk.datatypes.chat import FinishReason, GenerationStats, SamplingParams
from llmdesk.datatypes.model import ErrorInfo
from llmdesk.services.chats.conversation import Conversation
from llmdesk.services.chats.message import Message
from llmdesk.services.chats.transfer import conversation_markdown
from llmdesk.ui.chat.chat_pane import ChatPane
from llmdesk.ui.chat.markdown.code_card import CodeCard
from llmdesk.ui.chat.markdown.document_view import DocumentView
from llmdesk.ui.chat.markdown.segments import Segment
from llmdesk.ui.chat.markdown.view import MarkdownView
from llmdesk.ui.chat.turn_view import TurnView
from llmdesk.ui.kit.theme import Theme

STATS = GenerationStats(prompt_tokens=61, new_tokens=148, prefill_s=61 / 558, decode_s=147 / 27.4, ttft_s=0.112)


class DrivenPane(ChatPane):
    """A pane that shows a conversation which the test writes, with short names for its answers."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(theme, parent)
        self.answers: dict[str, Message] = {}
        self.start()

    def start(self) -> None:
        """An empty chat."""
        self.chat = Conversation()
        self.show_conversation(self.chat)

    def begin_turn(self, name: str, prompt: str) -> None:
        self.answers[name] = self.chat.ask(prompt, "tiny", SamplingParams())

    def again(self, name: str, new_name: str) -> None:
        """Another version of an answer."""
        self.answers[new_name] = self.chat.answer_again(self.answers[name].id, "tiny", SamplingParams())

    def edit(self, name: str, new_name: str, prompt: str) -> None:
        """Another version of a prompt."""
        prompt_id = self.answers[name].parent_id
        self.answers[new_name] = self.chat.ask_again(prompt_id, prompt, "tiny", SamplingParams())

    def set_progress(self, name: str, text: str, fraction: float | None) -> None:
        super().set_progress(self.answers[name].id, text, fraction)

    def append_text(self, name: str, text: str) -> None:
        self.chat.append(self.answers[name].id, text)

    def finish_turn(self, name: str, reason: FinishReason = "stop", stats: GenerationStats | None = None) -> None:
        self.chat.finish(self.answers[name].id, reason, stats or STATS)

    def fail_turn(self, name: str, error: ErrorInfo, stats: GenerationStats | None = None) -> None:
        self.chat.fail(self.answers[name].id, error, stats)

    def conversation_markdown(self) -> str:
        return conversation_markdown(self.chat)


@pytest.fixture
def theme(qtbot: QtBot) -> Iterator[Theme]:
    theme = Theme()
    theme.force(Qt.ColorScheme.Light)
    yield theme
    theme.force(Qt.ColorScheme.Light)


@pytest.fixture
def pane(qtbot: QtBot, theme: Theme) -> Iterator[DrivenPane]:
    window = QWidget()
    pane = DrivenPane(theme, window)
    pane.resize(900, 600)
    window.resize(900, 600)
    window.show()
    qtbot.waitExposed(window)
    window.activateWindow()
    yield pane
    window.close()
    window.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def markdown_of(pane: DrivenPane, name: str) -> MarkdownView:
    """The widget of an answer."""
    return view_of(pane, name).answer.markdown


def words_of(pane: DrivenPane, name: str) -> str:
    """The first block of an answer as it is shown."""
    return document_of(markdown_of(pane, name).segments[0]).toPlainText()


def document_of(segment: Segment) -> DocumentView:
    """Where a segment's text stands."""
    content = segment.content.view if isinstance(segment.content, CodeCard) else segment.content
    assert isinstance(content, DocumentView)
    return content


def content_of(view: MarkdownView) -> list[tuple[object, ...]]:
    """Everything that can be seen of an answer: kind, indent, text, styles and colours of each part."""
    return [_segment_content(segment) for segment in view.segments]


def _segment_content(segment: Segment) -> tuple[object, ...]:
    document = segment.content if isinstance(segment.content, DocumentView) else None
    colours: list[object] = []
    if isinstance(segment.content, CodeCard):
        document = segment.content.view
        block = document.document().firstBlock()
        while block.isValid():
            formats = block.layout().formats()
            colours.append([(f.start, f.length, f.format.foreground().color().name()) for f in formats])
            block = block.next()
    html = document.toHtml() if document is not None else ""
    return (type(segment.content).__name__, segment.path, segment.count, html, tuple(map(str, colours)))


def pieces(text: str, longest: int, seed: int) -> list[str]:
    """A text in pieces of random length."""
    chance = random.Random(seed)
    result = []
    while text:
        length = chance.randint(1, longest)
        result.append(text[:length])
        text = text[length:]
    return result


def turn(pane: DrivenPane, name: str, user_text: str = "prompt", answer: str = "answer") -> TurnView:
    """A whole turn."""
    pane.begin_turn(name, user_text)
    pane.append_text(name, answer)
    pane.finish_turn(name)
    return view_of(pane, name)


def view_of(pane: DrivenPane, name: str) -> TurnView:
    """The widget of a turn."""
    view = pane.conversation_view.view(pane.answers[name].id)
    assert view is not None
    return view


def button(parent: QWidget, name: str) -> QAbstractButton:
    """The button that a screen reader would announce by this name."""
    found = [b for b in parent.findChildren(QAbstractButton) if b.accessibleName() == name]
    assert len(found) == 1, [b.accessibleName() for b in parent.findChildren(QAbstractButton)]
    return found[0]
