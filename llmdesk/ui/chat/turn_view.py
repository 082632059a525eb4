"""A prompt and its answer in the conversation: they show messages and hold no text of their own (GUI thread only)."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, Signal, Slot
from PySide6.QtGui import QEnterEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from llmdesk.services.chats.message import Message, Turn
from llmdesk.ui.chat.error_card import ErrorCard
from llmdesk.ui.chat.figures import FiguresLine, reason_text
from llmdesk.ui.chat.markdown.view import MarkdownView
from llmdesk.ui.chat.progress_line import ProgressLine
from llmdesk.ui.chat.style import ChatStyle, keep_painted
from llmdesk.ui.chat.user_bubble import Rewrite, UserBubble
from llmdesk.ui.chat.version_pager import VersionPager
from llmdesk.ui.kit.buttons import Button, CopyButton, IconButton
from llmdesk.ui.kit.spacing import column, space
from llmdesk.ui.kit.words import tr


class AnswerView(QWidget):
    """The answer of a turn: progress, then words, then figures and actions, or an error.

    Signals:
        regenerate_requested(), continue_requested()
        action_requested(action): a button of the error card.
    """

    regenerate_requested = Signal()
    continue_requested = Signal()
    action_requested = Signal(str)

    def __init__(self, style: ChatStyle, answer: Message, versions: Sequence[Message]) -> None:
        super().__init__()
        self._style = style
        self._answer = answer
        self.painted_chars = 0
        self.progress_line = ProgressLine(style)
        self.markdown = MarkdownView(style)
        self.markdown.rendered.connect(self._on_rendered)
        self.markdown.finished.connect(self._on_text_complete)
        self._figures = FiguresLine(style)
        self.pager = VersionPager(style, True, versions, answer)
        self._copy = CopyButton(style.theme, tr("Copy answer"), hides=True)
        self._copy.clicked.connect(self._on_copy)
        self._regenerate = IconButton(style.theme, "refresh", tr("Regenerate answer"), hides=True)
        self._regenerate.clicked.connect(self.regenerate_requested)
        self._actions = (self._copy, self._regenerate)
        self._continue = Button(style.theme, tr("Continue"), "play", bordered=True)
        self._continue.setToolTip(tr("Go on with this answer where it stopped"))
        self._continue.clicked.connect(self.continue_requested)
        self._can_go_on = self._has_ended = False
        self._footer = self._make_footer()
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(0)
        for widget in (self.progress_line, self.markdown, self._footer):
            self._layout.addWidget(widget)
        keep_painted(self)
        self._show_footer(False)
        self.markdown.append(answer.text)
        if not answer.is_running:
            self.end()

    def enterEvent(self, event: QEnterEvent) -> None:
        """Show what can be done."""
        self._reveal(True)

    def leaveEvent(self, event: QEvent) -> None:
        """Hide it again."""
        self._reveal(False)

    def show_progress(self, text: str, fraction: float | None) -> None:
        """What happens before the first word; nobody needs it afterwards."""
        if self._answer.text:
            return
        self.progress_line.show_progress(text, fraction)

    def end(self) -> None:
        """The message has ended: no more text comes."""
        self.markdown.finish()

    def set_can_go_on(self, can_go_on: bool) -> None:
        """Whether this answer can be continued now."""
        self._can_go_on = can_go_on
        self._continue.setVisible(can_go_on and self._has_ended)

    def _make_footer(self) -> QWidget:
        footer = QWidget()
        row = QHBoxLayout(footer)
        space(self._style.theme, row, (0, 10, 0, 0), spacing=2)
        row.addWidget(self._figures, 1)
        for widget in (self._continue, *self._actions, self.pager):  # the pager does not move when the answer ends
            row.addWidget(widget)
        return footer

    def _show_footer(self, has_actions: bool) -> None:
        """Figures and actions come at the end; the way to other versions is there from the start."""
        self._has_ended = has_actions
        for button in self._actions:
            button.setVisible(has_actions)
        self._continue.setVisible(has_actions and self._can_go_on)
        self._footer.setVisible(has_actions or bool(self.pager.text))

    @Slot(int)
    def _on_rendered(self, chars: int) -> None:
        self.painted_chars += chars
        if not self.markdown.is_empty:
            self.progress_line.hide()

    @Slot()
    def _on_text_complete(self) -> None:
        self.progress_line.hide()
        answer = self._answer
        if answer.error is not None:
            card = ErrorCard(self._style, answer.error)
            card.action_requested.connect(self.action_requested)
            holder = QWidget()
            above_px = 0 if self.markdown.is_empty else 14
            holder.setLayout(column(self._style.theme, card, margins=(0, above_px, 0, 0)))
            self._layout.insertWidget(2, holder)
        reason = reason_text(answer.finish_reason) if answer.finish_reason is not None else ""
        if answer.state == "interrupted":
            reason = tr("interrupted")
        self._figures.show_stats(answer.stats, reason)
        self._show_footer(answer.error is None or not self.markdown.is_empty)

    @Slot()
    def _on_copy(self) -> None:
        self._copy.copy(self._answer.text)

    def _reveal(self, revealed: bool) -> None:
        for button in self._actions:
            button.set_revealed(revealed)


class TurnView(QWidget):
    """Signals: regenerate_requested(answer_id), continue_requested(answer_id), edit_requested(prompt_id, text),
    action_requested(answer_id, action), version_requested(message_id, step).
    """

    regenerate_requested = Signal(str)
    continue_requested = Signal(str)
    edit_requested = Signal(str, str)
    action_requested = Signal(str, str)
    version_requested = Signal(str, int)

    def __init__(
        self,
        style: ChatStyle,
        turn: Turn,
        prompts: Sequence[Message],
        answers: Sequence[Message],
        rewrite: Rewrite | None,
    ) -> None:
        super().__init__()
        self._turn = turn
        self.bubble = UserBubble(style, turn.prompt, prompts)
        self.answer = AnswerView(style, turn.answer, answers)
        layout = QVBoxLayout(self)
        space(style.theme, layout, spacing=24)
        layout.addWidget(self.bubble)
        layout.addWidget(self.answer)
        keep_painted(self)
        if rewrite is not None:
            self.bubble.restore(rewrite)
        self.bubble.edited.connect(self._on_edited)
        self.answer.regenerate_requested.connect(self._on_regenerate)
        self.answer.continue_requested.connect(self._on_continue)
        self.answer.action_requested.connect(self._on_action)
        for pager in (self.bubble.pager, self.answer.pager):
            pager.requested.connect(self.version_requested)

    @property
    def prompt_id(self) -> str:
        """Which prompt it shows."""
        return self._turn.prompt.id

    def pager_of(self, message_id: str) -> VersionPager:
        """That of the prompt or of the answer."""
        return self.bubble.pager if message_id == self._turn.prompt.id else self.answer.pager

    @Slot(str)
    def _on_edited(self, text: str) -> None:
        self.edit_requested.emit(self._turn.prompt.id, text)

    @Slot()
    def _on_regenerate(self) -> None:
        self.regenerate_requested.emit(self._turn.answer.id)

    @Slot()
    def _on_continue(self) -> None:
        self.continue_requested.emit(self._turn.answer.id)

    @Slot(str)
    def _on_action(self, action: str) -> None:
        if action == "edit":
            self.bubble.start_edit()
            return
        self.action_requested.emit(self._turn.answer.id, action)
