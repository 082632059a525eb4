"""A prompt and its answer in the conversation (GUI thread only)."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Signal, Slot
from PySide6.QtGui import QEnterEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from llmdesk.ui.chat.buttons import CopyButton, IconButton
from llmdesk.ui.chat.error_card import ErrorCard
from llmdesk.ui.chat.figures import REASONS, FiguresLine
from llmdesk.ui.chat.markdown.view import MarkdownView
from llmdesk.ui.chat.progress_line import ProgressLine
from llmdesk.ui.chat.style import ChatStyle, keep_painted
from llmdesk.ui.chat.turn import Turn
from llmdesk.ui.chat.user_bubble import UserBubble


class AnswerView(QWidget):
    """The answer of a turn: progress, then words, then figures and actions, or an error.

    Signals:
        regenerate_requested()
        action_requested(action): a button of the error card.
    """

    regenerate_requested = Signal()
    action_requested = Signal(str)

    def __init__(self, style: ChatStyle, turn: Turn) -> None:
        super().__init__()
        self._style = style
        self._turn = turn
        self._progress = ProgressLine(style)
        self._progress.show_progress(*turn.progress)
        self.markdown = MarkdownView(style)
        self.markdown.rendered.connect(self._on_rendered)
        self.markdown.finished.connect(self._on_text_complete)
        self._figures = FiguresLine(style)
        self._copy = CopyButton(style, "Copy answer", hides=True)
        self._copy.clicked.connect(self._on_copy)
        self._regenerate = IconButton(style, "refresh", "Regenerate answer", hides=True)
        self._regenerate.clicked.connect(self.regenerate_requested)
        self._footer = self._make_footer()
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(0)
        for widget in (self._progress, self.markdown, self._footer):
            self._layout.addWidget(widget)
        keep_painted(self)
        self.markdown.append(turn.answer)
        if turn.has_ended:
            self.end()

    def enterEvent(self, event: QEnterEvent) -> None:
        """Show what can be done."""
        self._reveal(True)

    def leaveEvent(self, event: QEvent) -> None:
        """Hide it again."""
        self._reveal(False)

    def show_progress(self) -> None:
        """Take over the turn's progress; nobody needs it once there are words."""
        self._progress.show_progress(*self._turn.progress)

    def end(self) -> None:
        """The terminal event is in the turn: no more text comes."""
        self.markdown.finish()

    def _make_footer(self) -> QWidget:
        footer = QWidget()
        row = QHBoxLayout(footer)
        row.setContentsMargins(0, 10, 0, 0)
        row.setSpacing(2)
        row.addWidget(self._figures, 1)
        row.addWidget(self._copy)
        row.addWidget(self._regenerate)
        footer.hide()
        return footer

    @Slot(int)
    def _on_rendered(self, chars: int) -> None:
        if not self.markdown.is_empty:
            self._progress.hide()

    @Slot()
    def _on_text_complete(self) -> None:
        self._progress.hide()
        failed, finished = self._turn.failed, self._turn.finished
        if failed is not None:
            card = ErrorCard(self._style, failed.error)
            card.action_requested.connect(self.action_requested)
            self._layout.insertSpacing(2, 0 if self.markdown.is_empty else 14)
            self._layout.insertWidget(3, card)
            self._figures.show_stats(failed.stats, "")
            self._footer.setVisible(not self.markdown.is_empty)
        elif finished is not None:
            self._figures.show_stats(finished.stats, REASONS[finished.reason])
            self._footer.show()

    @Slot()
    def _on_copy(self) -> None:
        self._copy.copy(self._turn.answer)

    def _reveal(self, revealed: bool) -> None:
        self._copy.set_revealed(revealed)
        self._regenerate.set_revealed(revealed)


class TurnView(QWidget):
    """Signals: regenerate_requested(request_id), edit_requested(request_id, text),
    action_requested(request_id, action).
    """

    regenerate_requested = Signal(str)
    edit_requested = Signal(str, str)
    action_requested = Signal(str, str)

    def __init__(self, style: ChatStyle, turn: Turn) -> None:
        super().__init__()
        self._turn = turn
        self.bubble = UserBubble(style, turn.user_text)
        self.answer = AnswerView(style, turn)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(24)
        layout.addWidget(self.bubble)
        layout.addWidget(self.answer)
        keep_painted(self)
        self.bubble.edited.connect(self._on_edited)
        self.answer.regenerate_requested.connect(self._on_regenerate)
        self.answer.action_requested.connect(self._on_action)

    @Slot(str)
    def _on_edited(self, text: str) -> None:
        self.edit_requested.emit(self._turn.request_id, text)

    @Slot()
    def _on_regenerate(self) -> None:
        self.regenerate_requested.emit(self._turn.request_id)

    @Slot(str)
    def _on_action(self, action: str) -> None:
        if action == "edit":
            self.bubble.start_edit()
            return
        self.action_requested.emit(self._turn.request_id, action)
