"""Tells screen readers that an answer has ended: once, and never its tokens (GUI thread only)."""

from __future__ import annotations

from PySide6.QtCore import QObject

from llmdesk.services.chats.message import Message
from llmdesk.services.chats.session import AnswerEnded
from llmdesk.services.chats.sessions import Change, Sessions
from llmdesk.ui.chat.chat_pane import ChatPane
from llmdesk.ui.chat.copies import words_of
from llmdesk.ui.kit.access import announce
from llmdesk.ui.kit.words import told, tr

_MOST_CHARS = 1_000
"""So much of an answer is said by itself; the rest is read where it stands."""


class Announcer(QObject):
    """Of the chat shown its words, of another chat that there is an answer."""

    def __init__(self, pane: ChatPane, sessions: Sessions) -> None:
        super().__init__(pane)
        self._pane, self._sessions = pane, sessions
        sessions.subscribe(self._on_change)

    def _on_change(self, change: Change) -> None:
        if not isinstance(change, AnswerEnded):
            return
        if change.session is self._sessions.current:
            announce(self._pane, announcement(change.message))
        else:
            announce(self._pane, tr("An answer has ended in “{title}”.", title=change.session.conversation.title))


def announcement(answer: Message) -> str:
    """How it ended, and its words, up to a length that one can listen to."""
    if answer.error is not None:
        return tr("The answer failed: {reason}", reason=told(answer.error.user_message))
    words = words_of(answer.text).strip()
    if answer.state == "cancelled":
        return tr("The answer was stopped.")
    if len(words) <= _MOST_CHARS:
        return tr("Answer: {words}", words=words)
    beginning = words[:_MOST_CHARS].rsplit(maxsplit=1)[0]
    return tr("Answer, its beginning: {words} …", words=beginning)
