"""A prompt and its answer in the conversation (GUI thread only)."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QVBoxLayout, QWidget

from llmdesk.services.chats.message import Message, Turn
from llmdesk.ui.chat.answer_view import AnswerView
from llmdesk.ui.chat.style import ChatStyle, keep_painted
from llmdesk.ui.chat.user_bubble import Rewrite, UserBubble
from llmdesk.ui.chat.version_pager import VersionPager
from llmdesk.ui.kit.spacing import space


class TurnView(QWidget):
    """Signals: regenerate_requested(answer_id), continue_requested(answer_id), edit_requested(prompt_id, text),
    action_requested(answer_id, action), version_requested(message_id, step), fork_requested(message_id).
    models_requested(answer_id, QWidget), menu_requested(message_id, QWidget): a menu, below this button.
    source_requested(prompt_id, number, QWidget): a passage, below this control.
    """

    regenerate_requested = Signal(str)
    continue_requested = Signal(str)
    edit_requested = Signal(str, str)
    action_requested = Signal(str, str)
    version_requested = Signal(str, int)
    fork_requested = Signal(str)
    models_requested = Signal(str, object)
    menu_requested = Signal(str, object)
    source_requested = Signal(str, int, object)

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
        self.answer = AnswerView(style, turn.answer, answers, turn.prompt)
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
        prompt_id, answer_id = turn.prompt.id, turn.answer.id
        self.answer.source_requested.connect(partial(self.source_requested.emit, prompt_id))
        self.answer.fork_requested.connect(lambda: self.fork_requested.emit(answer_id))
        self.answer.models_requested.connect(lambda anchor: self.models_requested.emit(answer_id, anchor))
        self.answer.menu_requested.connect(lambda anchor: self.menu_requested.emit(answer_id, anchor))
        self.bubble.menu_requested.connect(lambda anchor: self.menu_requested.emit(prompt_id, anchor))
        for pager in (self.bubble.pager, self.answer.pager):
            pager.requested.connect(self.version_requested)

    def show_sources(self) -> None:
        """The passages for its answer were found."""
        self.bubble.show_sources()
        self.answer.show_sources(self._turn.prompt)

    def show_source(self, message_id: str, is_shown: bool) -> None:
        """The prompt or the answer as it was written, or in its form again."""
        (self.bubble if message_id == self._turn.prompt.id else self.answer).show_source(is_shown)

    def is_source_shown(self, message_id: str) -> bool:
        """True while it is shown as it was written."""
        is_prompt = message_id == self._turn.prompt.id
        return self.bubble.view.is_source_shown if is_prompt else self.answer.is_source_shown

    @property
    def prompt_id(self) -> str:
        """Which prompt it shows."""
        return self._turn.prompt.id

    def holds(self, message_id: str) -> bool:
        """True for its prompt and its answer."""
        return message_id in (self._turn.prompt.id, self._turn.answer.id)

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
