"""The chats that are open: one is shown, the others go on behind it (threads: see session.py)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from llmdesk.datatypes.chat import Event, EventSink, TokenEvent
from llmdesk.engine.serving.runner import EngineRunner
from llmdesk.listeners import Listeners, Unsubscribe
from llmdesk.services.chats.conversation import Conversation
from llmdesk.services.chats.session import AnswerEnded, AnswerStarted, ChatOptions, Session, SessionChange


@dataclass(frozen=True, slots=True)
class SessionShown:
    """Another chat is the current one; ``left`` was before."""

    session: Session
    left: Session


Change = SessionChange | SessionShown


class Sessions:
    """See the module. Leaving a chat ends nothing and forgets nothing, but a chat without messages.

    What the window's controls choose (model, sampling, ...) is in force for the chat shown: it is taken over by the
    next chat that is shown, so that the controls always say what the next request will be made with.
    """

    def __init__(self, engine: EngineRunner, sink: EventSink, options: ChatOptions | None = None) -> None:
        self._engine, self._sink = engine, sink
        self._listeners = Listeners[Change]()
        self._by_request: dict[str, Session] = {}
        self._current = self._make(options or ChatOptions())
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

    def configure(self, options: ChatOptions) -> None:
        """Other options for the chat shown, and for those that are shown after it."""
        self._current.configure(options)

    def new(self) -> Session:
        """Show an empty chat. One that is empty already stays."""
        if not self._current.conversation.is_empty:
            session = self._make(self.options)
            self._open.append(session)
            self.show(session)
        return self._current

    def fork(self, message_id: str) -> Session:
        """Show a new chat that begins with copies of what led to a message of the chat shown.

        Up to an answer, with it; from a prompt on the chat goes another way, so that is its draft.
        """
        left = self._current.conversation
        session = self._make(self.options, left.forked(message_id))
        message = left.message(message_id)
        session.draft = message.text if message.role == "user" else ""
        self._open.append(session)
        self.show(session)
        return session

    def show(self, session: Session) -> None:
        """Make one of the open chats the one shown."""
        left = self._current
        if session is left:
            return
        self._current = session
        if left.conversation.is_empty:
            self._open.remove(left)
        session.configure(left.options)
        self._listeners.tell(SessionShown(session, left))

    def receive(self, event: Event) -> None:
        """An event of any chat's request; of requests that have ended it is ignored."""
        if session := self._by_request.get(event.request_id):
            session.receive(event)

    def receive_tokens(self, request_id: str, events: Sequence[TokenEvent]) -> None:
        """A batch of one request's tokens."""
        if session := self._by_request.get(request_id):
            session.receive_tokens(request_id, events)

    def subscribe(self, listener: Callable[[Change], None]) -> Unsubscribe:
        """Hear of every change in every chat from now on."""
        return self._listeners.add(listener)

    def _make(self, options: ChatOptions, conversation: Conversation | None = None) -> Session:
        return Session(self._engine, self._sink, options, self._on_change, conversation)

    def _on_change(self, change: SessionChange) -> None:
        match change:
            case AnswerStarted():
                self._by_request[change.answer.request_id] = change.session
            case AnswerEnded():
                self._by_request.pop(change.event.request_id, None)
        self._listeners.tell(change)
