"""The chats that are open: one is shown, the others go on behind it (threads: see session.py)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from llmdesk.datatypes.chat import Event, EventSink, Finished, TokenEvent
from llmdesk.listeners import Listeners, Unsubscribe
from llmdesk.services.chats.chat_options import ChatOptions
from llmdesk.services.chats.conversation import Conversation
from llmdesk.services.chats.kept import KeptChat
from llmdesk.services.chats.session import AnswerEnded, AnswerStarted, Session, SessionChange
from llmdesk.services.chats.source_search import SourceFinder
from llmdesk.services.chats.submission import AnswerSource


@dataclass(frozen=True, slots=True)
class SessionShown:
    """Another chat is the current one; ``left`` was before."""

    session: Session
    left: Session


@dataclass(frozen=True, slots=True)
class SessionClosed:
    """A chat is none of the open ones any more: it was empty, or it is kept and can be opened again."""

    session: Session


Change = SessionChange | SessionShown | SessionClosed
MAX_IDLE = 8
"""So many chats that are kept stay open besides the one shown, while nothing runs in them."""


class Sessions:
    """See the module. Leaving a chat ends nothing and forgets nothing, but a chat without messages.

    Each chat has its own options, which the window's controls show and change while it is the one shown.

    Attributes:
        new_options: what an empty chat begins with.
        finishing: what is added to an answer's figures before its chat has them.
    """

    def __init__(self, engine: AnswerSource, sink: EventSink, options: ChatOptions | None = None) -> None:
        self._engine, self._sink = engine, sink
        self._listeners = Listeners[Change]()
        self._by_request: dict[str, Session] = {}
        self._finder: SourceFinder | None = None
        self.new_options = options or ChatOptions()
        self.finishing: Callable[[Finished], Finished] = lambda event: event
        self._current = self._make(self.new_options)
        self._open = [self._current]

    @property
    def current(self) -> Session:
        """The chat that is shown."""
        return self._current

    @property
    def open(self) -> tuple[Session, ...]:
        """All chats, the oldest first."""
        return tuple(self._open)

    @property
    def options(self) -> ChatOptions:
        """Those of the chat shown."""
        return self._current.options

    @property
    def is_generating(self) -> bool:
        """True while an answer runs in any chat."""
        return bool(self._by_request)

    def search_with(self, finder: SourceFinder) -> None:
        """What searches for passages from now on, in all chats."""
        self._finder = finder
        for session in self._open:
            session.finder = finder

    def configure(self, options: ChatOptions) -> None:
        """Other options for the chat shown."""
        self._current.configure(options)

    def new(self, *, private: bool = False) -> Session:
        """Show an empty chat. One of that kind that is empty already stays."""
        if not self._current.conversation.is_empty or self._current.is_private is not private:
            session = self._make(self.new_options, is_private=private)
            self._open.append(session)
            self.show(session)
        return self._current

    def new_from(self, source: AnswerSource) -> Session:
        """Show an empty private chat whose answers come from elsewhere than the engine, at once and on this thread."""
        session = Session(source, self.receive, ChatOptions(), self._on_change, is_private=True)
        self._open.append(session)
        self.show(session)
        return session

    def open_kept(self, kept: KeptChat) -> Session:
        """Show a chat that was kept; the one that is open already, if it is."""
        session = self.find(kept.info.id)
        if session is None:
            session = self._make(kept.options, kept.conversation)
            session.draft, session.draft_files = kept.draft, kept.draft_files
            session.queue.restore(kept.queue)
            self._open.append(session)
        self.show(session)
        return session

    def find(self, chat_id: str) -> Session | None:
        """An open chat by its id."""
        return next((each for each in self._open if each.conversation.id == chat_id), None)

    def fork(self, message_id: str) -> Session:
        """Show a new chat that begins with copies of what led to a message of the chat shown.

        Up to an answer, with it; from a prompt on the chat goes another way, so that is its draft.
        """
        left = self._current.conversation
        session = self._make(self.options, left.forked(message_id), is_private=self._current.is_private)
        message = left.message(message_id)
        if message.role == "user":
            session.draft, session.draft_files = message.text, message.attachments
        self._open.append(session)
        self.show(session)
        return session

    def show(self, session: Session) -> None:
        """Make this chat the one shown. If it was closed, it is open again."""
        session = self.find(session.conversation.id) or session
        left = self._current
        if session is left:
            return
        if session not in self._open:
            self._open.append(session)
        self._current = session
        is_gone = left.conversation.is_empty
        if is_gone:
            self._open.remove(left)
        self._listeners.tell(SessionShown(session, left))
        if is_gone:
            self._listeners.tell(SessionClosed(left))
        self._close_idle(left)

    def close(self, chat_id: str) -> None:
        """Let go of a chat (it was deleted): what runs in it is stopped; if it is the one shown, an empty one is."""
        session = self.find(chat_id)
        if session is None:
            return
        session.stop()
        if session is self._current:
            empty = self._make(self.new_options)
            self._open.append(empty)
            self.show(empty)
        if session in self._open:
            self._open.remove(session)
            self._listeners.tell(SessionClosed(session))

    def is_open(self, session: Session) -> bool:
        """False once it was closed."""
        return session in self._open

    def receive(self, event: Event) -> None:
        """An event of any chat's request; of requests that have ended it is ignored."""
        if session := self._by_request.get(event.request_id):
            session.receive(self.finishing(event) if isinstance(event, Finished) else event)

    def receive_tokens(self, request_id: str, events: Sequence[TokenEvent]) -> None:
        """A batch of one request's tokens."""
        if session := self._by_request.get(request_id):
            session.receive_tokens(request_id, events)

    def subscribe(self, listener: Callable[[Change], None]) -> Unsubscribe:
        """Hear of every change in every chat from now on."""
        return self._listeners.add(listener)

    def _make(
        self, options: ChatOptions, conversation: Conversation | None = None, *, is_private: bool = False
    ) -> Session:
        session = Session(self._engine, self._sink, options, self._on_change, conversation, is_private=is_private)
        session.finder = self._finder
        return session

    def _close_idle(self, left: Session) -> None:
        """However many chats somebody looks at, few are held in memory; who left one a moment ago may go back to it."""
        idle = [s for s in self._open if s.keeper is not None and not s.is_generating and s is not self._current]
        idle.sort(key=lambda session: session is left)  # the last to go
        for session in idle[: max(0, len(idle) - MAX_IDLE)]:
            self._open.remove(session)
            self._listeners.tell(SessionClosed(session))

    def _on_change(self, change: SessionChange) -> None:
        match change:
            case AnswerStarted():
                self._by_request[change.answer.request_id] = change.session
            case AnswerEnded():
                self._by_request.pop(change.event.request_id, None)
        self._listeners.tell(change)
