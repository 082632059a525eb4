"""Chats at work on a real engine thread and a real store, for tests."""

from __future__ import annotations

import queue
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from llmdesk.datatypes.chat import Event, GenerationStats, SamplingParams
from llmdesk.engine.backends.scripted import ScriptedBackend
from llmdesk.engine.serving.runner import EngineRunner
from llmdesk.services.chats.chat_options import ChatOptions
from llmdesk.services.chats.conversation import Conversation
from llmdesk.services.chats.kept import ChatInfo, KeptChat
from llmdesk.services.chats.sessions import Sessions
from llmdesk.services.chats.store import ChatStore
from tests.engine.engine_thread import running

OPTIONS = ChatOptions("alpha", SamplingParams(temperature=0.0, max_new_tokens=20_000))
SLOW = "[tokens=5000 tps=300] "


class Owner:
    """Brings the engine's events to the test's thread, as the window does to its own."""

    def __init__(self, engine: EngineRunner, backend: ScriptedBackend, store: ChatStore) -> None:
        self.backend, self.store, self.engine = backend, store, engine
        self.calls: queue.Queue[Callable[[], None]] = queue.Queue()
        self.sessions = Sessions(engine, self._post, OPTIONS)

    def _post(self, event: Event) -> None:
        self.calls.put(lambda: self.sessions.receive(event))

    def until(self, wanted: Callable[[], bool], timeout_s: float = 20) -> None:
        while not wanted():
            self.calls.get(timeout=timeout_s)()

    def ask(self, text: str) -> str:
        answer = self.sessions.current.submit(text)
        self.until(lambda: not self.sessions.is_generating)
        return answer.text


@contextmanager
def working(store: ChatStore) -> Iterator[Owner]:
    """An owner of sessions, with an engine that runs meanwhile."""
    backend = ScriptedBackend(0.01)
    with running(lambda: backend) as engine:
        yield Owner(engine, backend, store)


@contextmanager
def opened(file: Path) -> Iterator[ChatStore]:
    """A store that is closed in any case."""
    store = ChatStore(file)
    try:
        yield store
    finally:
        assert store.close()


def answered(conversation: Conversation, prompt: str, answer: str = "yes") -> None:
    """One more turn."""
    message = conversation.ask(prompt, "alpha", OPTIONS.sampling)
    conversation.append(message.id, answer)
    conversation.finish(message.id, "stop", GenerationStats(new_tokens=3))


def chat(*turns: tuple[str, str], info: ChatInfo | None = None, options: ChatOptions = OPTIONS) -> KeptChat:
    """A chat as an import brings it."""
    conversation = Conversation()
    for turn in turns:
        answered(conversation, *turn)
    return KeptChat(info or ChatInfo(conversation.id, created_s=1.0, changed_s=2.0), conversation, options)


def texts(kept: KeptChat) -> list[str]:
    """What is shown of it."""
    return [message.text for message in kept.conversation.path]
