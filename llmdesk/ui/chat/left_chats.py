"""Chats that are not shown: what goes on in them is told quietly, and there is always a way back (GUI thread only)."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QObject, Slot

from llmdesk.datatypes.chat import Failed
from llmdesk.services.chats.session import AnswerEnded, Session
from llmdesk.services.chats.sessions import Change, Sessions, SessionShown
from llmdesk.ui.chat.chat_pane import ChatPane
from llmdesk.ui.kit.notice import READ_S, Action, NoticeBar
from llmdesk.ui.kit.words import tr

NOTICE = "left_chat"
_MAX_LISTED = 3


class LeftChats(QObject):
    """Stands in for a list of chats at the side: notices while something happens, and an empty chat leads back."""

    def __init__(self, pane: ChatPane, notice: NoticeBar, sessions: Sessions) -> None:
        super().__init__(pane)
        self._pane, self._notice, self._sessions = pane, notice, sessions
        self._listed: list[Session] = []
        pane.chat_chosen.connect(self._on_chosen)
        sessions.subscribe(self._on_change)

    def go_back(self, session: Session) -> None:
        """Show this chat again."""
        self._sessions.show(session)
        self._pane.setFocus()

    def stop(self, session: Session) -> None:
        """End the answer that runs in it."""
        session.stop()

    @Slot(int)
    def _on_chosen(self, number: int) -> None:
        self.go_back(self._listed[number])

    def _on_change(self, change: Change) -> None:
        match change:
            case SessionShown():
                self._notice.dismiss(NOTICE)
                self._tell_left(change.left)
                self._list()
            case AnswerEnded() if change.session is not self._sessions.current:
                self._tell_ended(change)
                self._list()

    def _tell_left(self, left: Session) -> None:
        """What became of the chat that was shown before."""
        back = Action(tr("Go back"), partial(self.go_back, left))
        if left.is_generating:
            stop = Action(tr("Stop it"), partial(self.stop, left))
            message = tr("The answer to “{title}” goes on.", title=left.conversation.title)
            self._notice.show_notice(NOTICE, message, actions=[back, stop])
        elif not left.conversation.is_empty and self._sessions.current.conversation.is_empty:
            title = left.conversation.title
            is_kept = left.keeper is not None
            message = (
                tr("“{title}” is kept.", title=title)
                if is_kept
                else tr("“{title}” is kept until the window is closed.", title=title)
            )
            self._notice.show_notice(NOTICE, message, actions=[back], duration_s=READ_S)

    def _tell_ended(self, change: AnswerEnded) -> None:
        title = change.session.conversation.title
        back = Action(tr("Go back"), partial(self.go_back, change.session))
        if isinstance(change.event, Failed):
            message = tr("The answer to “{title}” could not be completed.", title=title)
            self._notice.show_notice(NOTICE, message, change.event.error.user_message, tone="bad", actions=[back])
        elif change.event.reason == "cancelled":
            message = tr("The answer to “{title}” was stopped; what was written is kept.", title=title)
            self._notice.show_notice(NOTICE, message, actions=[back], duration_s=READ_S)
        else:
            message = tr("The answer to “{title}” is complete.", title=title)
            self._notice.show_notice(NOTICE, message, tone="good", actions=[back])

    def _list(self) -> None:
        """The newest of the other chats, in the empty chat."""
        others = [session for session in self._sessions.open if session is not self._sessions.current]
        self._listed = others[: -_MAX_LISTED - 1 : -1]
        titles = [
            tr("Answering: {title}", title=session.conversation.title)
            if session.is_generating
            else session.conversation.title
            for session in self._listed
        ]
        self._pane.show_chats(titles)
