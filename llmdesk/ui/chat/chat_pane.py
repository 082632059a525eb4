"""Conversation and composer: the part of the window that people read and write in (GUI thread only)."""

from __future__ import annotations

from PySide6.QtCore import Signal, Slot
from PySide6.QtGui import QGuiApplication, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from llmdesk.datatypes.chat import ContextPolicy, Failed, Finished
from llmdesk.ui.chat.composer import Composer
from llmdesk.ui.chat.conversation_view import ConversationView
from llmdesk.ui.chat.empty_state import EmptyState
from llmdesk.ui.chat.scroll import SIDE_PX
from llmdesk.ui.chat.style import CHAT_TEXT_WIDTH_PX, ChatStyle
from llmdesk.ui.kit.spacing import Margins, fix, space
from llmdesk.ui.kit.theme import Theme
from llmdesk.ui.kit.words import tr


class ChatPane(QWidget):
    """Shows turns and takes prompts; it decides nothing about the engine.

    Signals:
        prompt_submitted(text): the composer's text. It stays there until ``accept_prompt``, so nothing typed is lost.
        paste_refused(characters): a gigantic text was not pasted into the composer.
        stop_requested(): Stop or Esc.
        regenerate_requested(request_id): of the answer to be made again.
        edit_requested(request_id, text): of the answer that follows the edited prompt, and the new prompt.
        error_action_requested(request_id, action): "retry", "open_log", "open_models" or "new_chat".
        generating_changed(): an answer began or ended, see ``is_generating``.
        prompt_edited(): the text in the composer changed.
        context_policy_chosen(policy): what happens when the context is full.
    """

    prompt_submitted = Signal(str)
    paste_refused = Signal(int)
    stop_requested = Signal()
    regenerate_requested = Signal(str)
    edit_requested = Signal(str, str)
    error_action_requested = Signal(str, str)
    generating_changed = Signal()
    prompt_edited = Signal()
    context_policy_chosen = Signal(str)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._style = ChatStyle(theme, self)
        self._conversation = ConversationView(self._style)
        self._empty = EmptyState(self._style)
        self._composer = Composer(self._style)
        self._stack = QStackedWidget()
        self._flash_ms = QGuiApplication.styleHints().cursorFlashTime()
        self._build()
        self.is_generating = False
        self._connect()
        self.setFocusProxy(self._composer.edit)

    def accept_prompt(self) -> None:
        """The submitted prompt was taken: empty the composer."""
        self._composer.set_text("")

    def set_prompt(self, text: str) -> None:
        """Fill the composer (a sample, text that was restored)."""
        self._composer.set_text(text)

    def prompt(self) -> str:
        """What is typed in the composer."""
        return self._composer.text()

    def begin_turn(self, request_id: str, user_text: str) -> None:
        """A prompt at the end of the conversation, its answer waiting."""
        self._stack.setCurrentWidget(self._conversation)
        self._conversation.begin_turn(request_id, user_text)

    def restart_turn(self, request_id: str, new_request_id: str, user_text: str) -> None:
        """Regenerate or edit: drop that answer, its prompt and everything after, and begin anew."""
        self._conversation.drop_from(request_id)
        self.begin_turn(new_request_id, user_text)
        self._composer.edit.setFocus()  # the control that asked for it is gone with the old turn

    def set_progress(self, request_id: str, text: str, fraction: float | None) -> None:
        """What happens before the first word, e.g. "Loading model, 40 %"; ``fraction`` is 0..1 or None."""
        self._conversation.set_progress(request_id, text, fraction)

    def append_text(self, request_id: str, text: str) -> None:
        """More of an answer, in batches of any size; it is painted with the next frame."""
        self._conversation.append_text(request_id, text)

    def finish_turn(self, request_id: str, finished: Finished) -> None:
        """The answer is complete: figures and why it ended."""
        self._conversation.end_turn(request_id, finished)

    def fail_turn(self, request_id: str, failed: Failed) -> None:
        """An error card; text that came before it stays."""
        self._conversation.end_turn(request_id, failed)

    def set_generating(self, generating: bool) -> None:
        """Send or Stop."""
        self._composer.set_generating(generating)
        hints = QGuiApplication.styleHints()
        if generating and hints.cursorFlashTime():
            self._flash_ms = hints.cursorFlashTime()
        # The caret stands still while an answer comes: nothing moves but the text, and nothing is painted for it.
        hints.setCursorFlashTime(0 if generating else self._flash_ms)
        self.is_generating = generating
        self.generating_changed.emit()

    def set_model_title(self, title: str) -> None:
        """For the placeholder, e.g. "Message SmolLM2 135M"."""
        self._composer.set_model_title(title)

    def set_context(self, used_tokens: int, available_tokens: int) -> None:
        """The context bar; hidden while ``available_tokens`` is 0."""
        self._composer.set_context(used_tokens, available_tokens)

    def prompt_chars(self) -> int:
        """Length of what is typed in the composer."""
        return self._composer.edit.document().characterCount() - 1

    def set_context_policy(self, policy: ContextPolicy) -> None:
        """What happens when the context is full."""
        self._composer.policy.show_policy(policy)

    def set_context_warning(self, text: str) -> None:
        """What will happen to the next question; empty: nothing."""
        self._composer.set_warning(text)

    @property
    def context_warning(self) -> str:
        """The warning shown, empty if none."""
        return self._composer.warning

    def set_machine_summary(self, text: str) -> None:
        """The line under the sample prompts."""
        self._empty.set_machine_summary(text)

    def clear(self) -> None:
        """The empty state again. What is typed stays."""
        self._conversation.clear()
        self._stack.setCurrentIndex(0)
        self._composer.edit.setFocus()

    def conversation_markdown(self) -> str:
        """All turns as markdown, from the source text."""
        you, answer = tr("You"), tr("Answer")
        parts = [f"**{you}**\n\n{turn.user_text}\n\n**{answer}**\n\n{turn.answer}" for turn in self._conversation.turns]
        return "\n\n---\n\n".join(parts)

    @property
    def painted_chars(self) -> int:
        """Characters of live answers that reached the screen since the start."""
        return self._conversation.painted_chars

    @property
    def last_render_ms(self) -> float:
        """Time that the last slice of the newest answer took."""
        return self._conversation.last_render_ms

    @property
    def has_turns(self) -> bool:
        """False while the chat is empty."""
        return self._stack.currentWidget() is self._conversation

    def resizeEvent(self, event: QResizeEvent) -> None:
        """A lower window leaves the prompt fewer lines."""
        super().resizeEvent(event)
        self._composer.edit.fit()

    def _build(self) -> None:
        theme = self._style.theme
        self._stack.setMinimumHeight(1)  # in a low window the composer takes what it needs
        self._stack.addWidget(_centred(theme, self._empty, (SIDE_PX, 0, SIDE_PX, 0)))
        self._stack.addWidget(self._conversation)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self._stack, 1)
        layout.addWidget(_centred(theme, self._composer, (SIDE_PX, 4, SIDE_PX, 16)))

    def _connect(self) -> None:
        self._empty.sample_chosen.connect(self._on_sample)
        self._composer.submitted.connect(self.prompt_submitted)
        self._composer.paste_refused.connect(self.paste_refused)
        self._composer.edit.textChanged.connect(self.prompt_edited)
        self._composer.policy_chosen.connect(self.context_policy_chosen)
        self._composer.stop_requested.connect(self.stop_requested)
        self._conversation.regenerate_requested.connect(self.regenerate_requested)
        self._conversation.edit_requested.connect(self.edit_requested)
        self._conversation.error_action_requested.connect(self.error_action_requested)

    @Slot(str)
    def _on_sample(self, prompt: str) -> None:
        self._composer.set_text(prompt)
        self._composer.edit.setFocus()
        self.prompt_submitted.emit(prompt)


def _centred(theme: Theme, content: QWidget, margins: Margins) -> QWidget:
    """A page with the content in the middle, no wider than the text of the conversation."""
    page = QWidget()
    fix(theme, content, max_width=CHAT_TEXT_WIDTH_PX)
    row = QHBoxLayout(page)
    space(theme, row, margins)
    row.addStretch(1)
    row.addWidget(content, 1000)
    row.addStretch(1)
    return page
