"""Has the chats of a window kept: those that are open, which one is shown, which have unread answers.

Threads: as for the sessions.
"""

from __future__ import annotations

from llmdesk.listeners import Unsubscribe
from llmdesk.services.chats.session import AnswerEnded, Session
from llmdesk.services.chats.sessions import Change, SessionClosed, Sessions, SessionShown
from llmdesk.services.chats.store import ChatStore


class Keeping:
    """Does nothing until it is switched on."""

    def __init__(self, sessions: Sessions, store: ChatStore) -> None:
        self._sessions, self._store = sessions, store
        self._is_on = False
        self._ends: dict[str, Unsubscribe] = {}  # by chat
        sessions.subscribe(self._on_change)

    def switch(self, on: bool) -> None:
        """Keep the open chats and those that come, or no more of them; what is written stays."""
        if on is self._is_on:
            return
        self._is_on = on
        for session in self._sessions.open:
            if on:
                self._follow(session)
            else:
                self._leave(session)
        if on:
            self._note_shown(self._sessions.current)

    def _on_change(self, change: Change) -> None:
        match change:
            case SessionShown() if self._is_on:
                self._follow(change.session)
                self._note_shown(change.session)
            case SessionClosed() if not change.session.is_generating:
                self._leave(change.session)
            case AnswerEnded():
                if not self._sessions.is_open(change.session):  # it was closed while the answer ran
                    self._leave(change.session)
                elif change.session is not self._sessions.current and change.session.keeper is not None:
                    self._store.mark_unread(change.session.conversation.id)

    def _follow(self, session: Session) -> None:
        if not session.is_private:
            self._ends.setdefault(session.conversation.id, self._store.follow(session))

    def _leave(self, session: Session) -> None:
        end = self._ends.pop(session.conversation.id, None)
        if end is not None:
            end()

    def _note_shown(self, session: Session) -> None:
        if session.is_private:
            return
        chat_id = session.conversation.id
        self._store.set_open(chat_id)
        if self._store.knows(chat_id):
            self._store.mark_read(chat_id)
