"""The table's entries that are about messages, bound to what does them (GUI thread only)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from llmdesk.services.chats.session import OptionsChanged
from llmdesk.services.chats.sessions import Change, SessionShown
from llmdesk.ui.chat.chat_controller import ChatController
from llmdesk.ui.chat.chat_pane import ChatPane
from llmdesk.ui.chat.message_controller import MessageController
from llmdesk.ui.shell.actions import ActionTable

if TYPE_CHECKING:
    from llmdesk.ui.chat.answer_view import AnswerView
    from llmdesk.ui.shell.regenerate_menu import RegenerateMenu


class MessageActions(QObject):
    """All of them are about the last answer, once it has ended."""

    def __init__(self, table: ActionTable, pane: ChatPane, chat: ChatController, messages: MessageController) -> None:
        super().__init__(pane)
        self._table, self._pane, self._chat, self._messages = table, pane, chat, messages
        table.bind("regenerate", self._regenerate, self._has_answer)
        table.bind("continue_answer", self._go_on, lambda: chat.can_go_on)
        table.bind("fork", lambda: self._do("fork"), self._has_answer)
        table.bind("copy_answer", lambda: self._do("copy_markdown"), self._has_answer)
        table.bind("copy_code", lambda: self._do("copy_code"), self._has_answer)
        table.bind("quote", messages.quote, lambda: pane.has_turns)
        table.bind("thinking", chat.thinking.toggle, lambda: chat.thinking.can_switch)
        table.bind("unfold_thinking", self._unfold_thinking, lambda: pane.has_turns)
        table.bind("unfold_figures", self._unfold_figures, self._has_answer)
        pane.conversation_view.turns_changed.connect(table.refresh)
        chat.sessions.subscribe(self._on_change)

    def bind_models(self, menu: RegenerateMenu) -> None:
        """The catalogue was read."""
        self._table.bind("regenerate_with", lambda: self._open_models(menu), self._has_answer)

    def _has_answer(self) -> bool:
        return self._messages.last_answer is not None

    def _do(self, deed: str) -> None:
        if (answer := self._messages.last_answer) is not None:
            self._messages.do(deed, answer)

    def _regenerate(self) -> None:
        if (answer := self._messages.last_answer) is not None:
            self._chat.regenerate(answer.id)

    def _open_models(self, menu: RegenerateMenu) -> None:
        if (answer := self._messages.last_answer) is not None:
            menu.open(answer.id, self._pane.composer)

    def _go_on(self) -> None:
        if (answer := self._messages.last_answer) is not None:
            self._chat.go_on(answer.id)

    def _unfold_thinking(self) -> None:
        """Of the last answer that has any, also while it comes."""
        if (view := self._view()) is not None and not view.thinking.isHidden():
            view.thinking.toggle()

    def _unfold_figures(self) -> None:
        if (view := self._view()) is not None:
            view.figures.toggle()

    def _view(self) -> AnswerView | None:
        path = self._chat.conversation.path
        view = self._pane.conversation_view.view(path[-1].id) if path else None
        return view.answer if view is not None else None

    def _on_change(self, change: Change) -> None:
        if isinstance(change, SessionShown | OptionsChanged):
            self._table.refresh()
