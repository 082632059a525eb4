"""What is done with single messages: copied, quoted, shown as source, forked, deleted (GUI thread only)."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QObject, Slot
from PySide6.QtGui import QAction, QGuiApplication
from PySide6.QtWidgets import QWidget

from llmdesk.services.chats.conversation import Conversation
from llmdesk.services.chats.message import Message, Removed
from llmdesk.services.chats.sessions import Change, Sessions, SessionShown
from llmdesk.ui.chat.chat_controller import ChatController
from llmdesk.ui.chat.chat_pane import ChatPane
from llmdesk.ui.chat.copies import code_of, with_reasoning, words_of
from llmdesk.ui.chat.message_menu import message_menu
from llmdesk.ui.kit.notice import Action, NoticeBar
from llmdesk.ui.kit.styled import Menu
from llmdesk.ui.kit.theme import Theme
from llmdesk.ui.kit.words import tr

NOTICE = "removed"
_COPIED_S = 3.0


class MessageController(QObject):
    """See the module. Of messages of the chat shown."""

    def __init__(self, theme: Theme, pane: ChatPane, notice: NoticeBar, chat: ChatController) -> None:
        super().__init__(pane)
        self._theme, self._pane, self._notice, self._chat = theme, pane, notice, chat
        self._sessions: Sessions = chat.sessions
        view = pane.conversation_view
        view.menu_requested.connect(self._on_menu_requested)
        view.fork_requested.connect(self.fork)
        view.selection.quote_requested.connect(self.quote)
        self._sessions.subscribe(self._on_change)

    # -- deeds ------------------------------------------------------------------------------------------------------

    def do(self, deed: str, message: Message) -> None:
        """One of message_menu.Deed."""
        match deed:
            case "copy_markdown":
                self._copy(message.text)
            case "copy_text":
                self._copy(words_of(message.text) if message.role == "assistant" else message.text)
            case "copy_code":
                self._copy(code_of(message.text))
            case "copy_thinking":
                self._copy(with_reasoning(message.reasoning, message.text))
            case "quote":
                self._pane.quote(message.text)
            case "source":
                self._switch_source(message.id)
            case "fork":
                self.fork(message.id)
            case "remove":
                self.remove(message.id)

    @Slot()
    def quote(self) -> None:
        """What is selected, or the whole last answer, into the prompt."""
        text = self._pane.conversation_view.selection.markdown()
        if not text and (answer := self.last_answer) is not None:
            text = answer.text
        if text.strip():
            self._pane.quote(text)

    @Slot(str)
    def fork(self, message_id: str) -> None:
        """A chat of its own with all that led to this message; this one stays as it is."""
        if self._conversation.holds(message_id) and not self._conversation.message(message_id).is_running:
            self._sessions.fork(message_id)
            self._pane.setFocus()

    def remove(self, message_id: str) -> None:
        """Delete a message with what follows it; a notice undoes that."""
        conversation = self._conversation
        if any(message.is_running for message in conversation.removal_of(message_id)):
            message = tr("An answer is being written there.")
            self._notice.show_notice(NOTICE, message, tr("Stop it with Esc, then delete."), tone="warning")
            return
        removed = conversation.remove(message_id)
        self._chat.refresh()
        self._pane.setFocus()
        undo = Action(tr("Undo"), partial(self._restore, conversation, removed))
        words = tr("%n message(s) deleted.", n=len(removed.messages))
        self._notice.show_notice(NOTICE, words, actions=[undo], comes_back=True)

    @property
    def last_answer(self) -> Message | None:
        """The last one shown, if it has ended."""
        path = self._conversation.path
        return path[-1] if path and not path[-1].is_running else None

    # -- helpers ----------------------------------------------------------------------------------------------------

    @property
    def _conversation(self) -> Conversation:
        return self._chat.conversation

    def _restore(self, conversation: Conversation, removed: Removed) -> None:
        conversation.restore(removed)
        self._chat.refresh()
        self._pane.setFocus()

    def _copy(self, text: str) -> None:
        QGuiApplication.clipboard().setText(text)
        self._notice.show_notice("copied", tr("It is on the clipboard."), tone="good", duration_s=_COPIED_S)

    def _switch_source(self, message_id: str) -> None:
        if (view := self._pane.conversation_view.view_of(message_id)) is not None:
            self._pane.conversation_view.stay_here()
            view.show_source(message_id, not view.is_source_shown(message_id))

    def make_menu(self, message_id: str, parent: QWidget) -> Menu:
        """All that can be done with a message."""
        message = self._conversation.message(message_id)
        view = self._pane.conversation_view.view_of(message_id)
        is_source_shown = view is not None and view.is_source_shown(message_id)
        menu = message_menu(self._theme, parent, self._conversation, message, is_source_shown)

        def on_triggered(action: QAction) -> None:
            if self._conversation.holds(message_id):
                self.do(action.objectName(), message)

        menu.triggered.connect(on_triggered)
        menu.aboutToHide.connect(menu.deleteLater)
        return menu

    @Slot(str, object)
    def _on_menu_requested(self, message_id: str, anchor: QWidget) -> None:
        if self._conversation.holds(message_id):
            self.make_menu(message_id, self._pane).open_under(anchor)

    def _on_change(self, change: Change) -> None:
        """An empty chat that is left is forgotten: nothing can come back into it."""
        if isinstance(change, SessionShown) and change.left.conversation.is_empty:
            self._notice.dismiss(NOTICE)
