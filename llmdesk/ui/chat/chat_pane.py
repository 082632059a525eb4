"""Conversation and composer: the part of the window that people read and write in (GUI thread only)."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal, Slot
from PySide6.QtGui import (
    QDragEnterEvent,
    QDragLeaveEvent,
    QDropEvent,
    QGuiApplication,
    QKeyEvent,
    QResizeEvent,
)
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from llmdesk.datatypes.chat import ContextPolicy
from llmdesk.services.chats.conversation import Conversation
from llmdesk.ui.chat.attachments.given import has_files
from llmdesk.ui.chat.composer import Composer
from llmdesk.ui.chat.conversation_view import ConversationView
from llmdesk.ui.chat.copies import quoted
from llmdesk.ui.chat.empty_state import EmptyState
from llmdesk.ui.chat.queue_view import QueueView
from llmdesk.ui.chat.scroll import SIDE_PX
from llmdesk.ui.chat.style import CHAT_TEXT_WIDTH_PX, ChatStyle
from llmdesk.ui.kit.drops import take_copies
from llmdesk.ui.kit.spacing import Margins, fix, space
from llmdesk.ui.kit.theme import Theme

_FOOT = (SIDE_PX, 4, SIDE_PX, 16)


class ChatPane(QWidget):
    """Shows a conversation and takes prompts; it decides nothing about either, and nobody reads a chat out of it.

    Signals:
        prompt_submitted(text): the composer's text, which stays there until ``accept_prompt``, or a sample.
        paste_refused(characters): a gigantic text was not pasted into the composer.
        stop_requested(): Stop or Esc.
        regenerate_requested(answer_id): of the answer to be made again.
        continue_requested(answer_id): of the answer to go on.
        edit_requested(prompt_id, text): its new words. They stay in their field until ``accept_edit``.
        version_requested(message_id): the version of a prompt or an answer to be shown.
        error_action_requested(answer_id, action): "retry", "open_log", "open_models" or "new_chat".
        chat_chosen(number): the way back to one of the chats of ``show_chats``.
        generating_changed(): an answer began or ended, see ``is_generating``.
        prompt_edited(): the text in the composer changed.
        context_policy_chosen(policy): what happens when the context is full.
        attach_requested(): the button.
        files_given(QMimeData): files or an image, dropped anywhere or pasted.
    """

    prompt_submitted = Signal(str)
    paste_refused = Signal(int)
    stop_requested = Signal()
    regenerate_requested = Signal(str)
    continue_requested = Signal(str)
    edit_requested = Signal(str, str)
    version_requested = Signal(str)
    error_action_requested = Signal(str, str)
    chat_chosen = Signal(int)
    generating_changed = Signal()
    prompt_edited = Signal()
    context_policy_chosen = Signal(str)
    attach_requested = Signal()
    files_given = Signal(object)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._style = ChatStyle(theme, self)
        self.conversation_view = ConversationView(self._style)
        self.empty_state = EmptyState(self._style)
        self.composer = Composer(self._style)
        self.queue = QueueView(self._style)
        self._stack = QStackedWidget()
        self._flash_ms = QGuiApplication.styleHints().cursorFlashTime()
        self._foot: QWidget | None = None  # what stands in the prompt's place
        self._column = QVBoxLayout(self)
        self._build()
        self.is_generating = False
        self._connect()
        self.setFocusProxy(self.composer.edit)
        self.setAcceptDrops(True)

    def accept_prompt(self, text: str) -> None:
        """This prompt was taken: empty the composer, unless something else is written there."""
        if self.composer.text() == text:
            self.composer.set_text("")

    def set_prompt(self, text: str) -> None:
        """Fill the composer (a sample, a draft); undo brings back what was there."""
        self.composer.set_text(text)

    def quote(self, text: str) -> None:
        """Put a text into the composer, as what is answered to."""
        self.composer.quote(quoted(text))

    def prompt(self) -> str:
        """What is typed in the composer."""
        return self.composer.text()

    def accept_edit(self, prompt_id: str) -> None:
        """The rewritten prompt was taken: close its field."""
        self.conversation_view.close_editor(prompt_id)

    def show_conversation(self, conversation: Conversation) -> None:
        """Show this chat and follow it. What is typed in the composer stays."""
        self.conversation_view.show_conversation(conversation)

    def show_chats(self, titles: Sequence[str]) -> None:
        """The other chats, where an empty one leads back to them."""
        self.empty_state.show_chats(titles)

    def set_progress(self, answer_id: str, text: str, fraction: float | None) -> None:
        """What happens before the first word, e.g. "Loading model, 40 %"; ``fraction`` is 0..1 or None."""
        self.conversation_view.set_progress(answer_id, text, fraction)

    def set_generating(self, generating: bool) -> None:
        """Send or Stop."""
        self.composer.set_generating(generating)
        hints = QGuiApplication.styleHints()
        if generating and hints.cursorFlashTime():
            self._flash_ms = hints.cursorFlashTime()
        # The caret stands still while an answer comes: nothing moves but the text, and nothing is painted for it.
        hints.setCursorFlashTime(0 if generating else self._flash_ms)
        self.is_generating = generating
        self.generating_changed.emit()

    def set_head(self, head: QWidget) -> None:
        """A line above the conversation; who made it takes it away."""
        self._column.insertWidget(0, head)

    def set_foot(self, foot: QWidget | None) -> None:
        """Something else in the prompt's place, as wide (a replay's bar); None: the prompt again."""
        if self._foot is not None:
            self._foot.hide()
            self._foot.deleteLater()
        self._foot = _centred(self._style.theme, foot, _FOOT) if foot is not None else None
        if self._foot is not None:
            self._column.addWidget(self._foot)
        self._prompt_place.setVisible(foot is None)

    def set_model_title(self, title: str) -> None:
        """For the placeholder, e.g. "Message SmolLM2 135M"."""
        self.composer.set_model_title(title)

    def set_context(self, used_tokens: int, available_tokens: int, *, is_exact: bool = True) -> None:
        """The context bar; hidden while both are 0."""
        self.composer.set_context(used_tokens, available_tokens, is_exact=is_exact)

    def set_context_policy(self, policy: ContextPolicy) -> None:
        """What happens when the context is full."""
        self.composer.policy.show_policy(policy)

    def set_context_warning(self, text: str) -> None:
        """What will happen to the next question; empty: nothing."""
        self.composer.set_warning(text)

    @property
    def context_warning(self) -> str:
        """The warning shown, empty if none."""
        return self.composer.warning

    @Slot()
    def copy_selection_as_markdown(self) -> None:
        """What is selected in the conversation, with its marks, to the clipboard."""
        self.conversation_view.selection.copy(as_markdown=True)

    def set_machine_summary(self, text: str) -> None:
        """The line under the sample prompts."""
        self.empty_state.set_machine_summary(text)

    def painted_chars(self, answer_id: str) -> int | None:
        """How many characters of an answer reached the screen; None while the answer is not there."""
        is_seen = self.isVisible() and not self.window().isMinimized()
        return self.conversation_view.painted_chars(answer_id) if is_seen else None

    @property
    def has_turns(self) -> bool:
        """False while the chat is empty."""
        return self._stack.currentWidget() is self.conversation_view

    def move_by_key(self, event: QKeyEvent) -> bool:
        """Move the conversation, if this is a key for that and there is one."""
        return self.has_turns and self.conversation_view.move_by_key(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """What the composer leaves."""
        if not self.move_by_key(event):
            super().keyPressEvent(event)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Files and images can be dropped anywhere."""
        if has_files(event.mimeData()):
            take_copies(event)
            self.composer.set_drop(True)

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        """They were carried on."""
        self.composer.set_drop(False)

    def dropEvent(self, event: QDropEvent) -> None:
        """They become attachments."""
        self.composer.set_drop(False)
        take_copies(event)
        self.files_given.emit(event.mimeData())
        self.composer.edit.setFocus()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """A lower window leaves the prompt fewer lines."""
        super().resizeEvent(event)
        self.composer.edit.fit()

    def _build(self) -> None:
        theme = self._style.theme
        self._stack.setMinimumHeight(1)  # in a low window the composer takes what it needs
        self._stack.addWidget(_centred(theme, self.empty_state, (SIDE_PX, 0, SIDE_PX, 0)))
        self._stack.addWidget(self.conversation_view)
        layout = self._column
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self._stack, 1)
        layout.addWidget(_centred(theme, self.queue, (SIDE_PX, 4, SIDE_PX, 4)))
        self._prompt_place = _centred(theme, self.composer, _FOOT)
        layout.addWidget(self._prompt_place)

    def _connect(self) -> None:
        self.empty_state.sample_chosen.connect(self._on_sample)
        self.empty_state.chat_chosen.connect(self.chat_chosen)
        self.composer.submitted.connect(self.prompt_submitted)
        self.composer.paste_refused.connect(self.paste_refused)
        self.composer.edit.textChanged.connect(self.prompt_edited)
        self.composer.attach_requested.connect(self.attach_requested)
        self.composer.files_given.connect(self.files_given)
        self.composer.policy_chosen.connect(self.context_policy_chosen)
        self.composer.stop_requested.connect(self.stop_requested)
        self.conversation_view.regenerate_requested.connect(self.regenerate_requested)
        self.conversation_view.continue_requested.connect(self.continue_requested)
        self.conversation_view.edit_requested.connect(self.edit_requested)
        self.conversation_view.paste_refused.connect(self.paste_refused)
        self.conversation_view.version_requested.connect(self.version_requested)
        self.conversation_view.turns_changed.connect(self._show_page)
        self.conversation_view.error_action_requested.connect(self.error_action_requested)

    @Slot()
    def _show_page(self) -> None:
        """The turns, or what an empty chat shows."""
        self._stack.setCurrentIndex(1 if self.conversation_view.turns else 0)

    @Slot(str)
    def _on_sample(self, prompt: str) -> None:
        """Send it; what is being written stays where it is."""
        if not self.composer.text().strip():  # should it be refused, it stands there
            self.composer.set_text(prompt)
        self.composer.edit.setFocus()
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
