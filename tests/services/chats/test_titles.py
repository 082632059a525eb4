"""Titles by the model: when it is idle, once, and never in anybody's way."""

from __future__ import annotations

import contextlib
import queue
import time
from collections.abc import Callable, Iterator

import pytest

from llmdesk.engine.backends.scripted import ScriptedBackend
from llmdesk.services.chats import titles
from llmdesk.services.chats.keeping import Keeping
from llmdesk.services.chats.store import ChatStore
from llmdesk.services.chats.titles import Titles, title_in
from tests.services.chats.kept import Owner, working


@pytest.mark.parametrize(
    ("answer", "title"),
    [
        ("Streaming Tokens in Qt", "Streaming Tokens in Qt"),
        ('"Streaming Tokens in Qt."\n\nI chose this because', "Streaming Tokens in Qt"),
        ("**Title:** Streaming Tokens", "Streaming Tokens"),
        ("# Backen mit Kindern", "Backen mit Kindern"),
        ("“关于蛋糕”", "关于蛋糕"),
        ("Sure! Here is a title: Cakes", ""),
        ("I think that a good one would be", ""),
        ("<think>\nThe user", ""),
        ("This is a very long sentence that goes on and on about many things", ""),
        ("", ""),
        ("x", ""),
    ],
)
def test_what_is_no_title_is_not_taken(answer: str, title: str) -> None:
    assert title_in(answer) == title


@pytest.fixture(autouse=True)
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(titles, "IDLE_S", 0.05)
    monkeypatch.setattr(titles, "_ASKED", "[tokens=6 tps=200] title")


@pytest.fixture
def owner(store: ChatStore) -> Iterator[Owner]:
    with working(store) as owner:
        Keeping(owner.sessions, store).switch(True)
        made = Titles(owner.sessions, store, owner.engine, owner.calls.put)
        yield owner
        made.close()


def requests(backend: ScriptedBackend) -> list[str]:
    return [request.messages[-1].content for request in backend.requests]


def wait(owner: Owner, wanted: Callable[[], bool], timeout_s: float = 5.0) -> bool:
    """Until that is so; False if it does not come about."""
    end_s = time.monotonic() + timeout_s
    while not wanted() and time.monotonic() < end_s:
        with contextlib.suppress(queue.Empty):
            owner.calls.get(timeout=0.02)()
    return wanted()


def test_a_chat_gets_a_title_after_its_first_answer_and_only_then(owner: Owner) -> None:
    owner.ask("tell me a story")
    conversation = owner.sessions.current.conversation
    assert wait(owner, lambda: bool(conversation.name))
    assert conversation.title == conversation.name != "tell me a story"
    (info,) = owner.store.chats()
    assert (info.title, info.is_title_own) == (conversation.name, False)
    asked = owner.backend.requests[-1]
    assert [message.role for message in asked.messages] == ["user", "assistant", "user"]
    owner.ask("another")
    assert not wait(owner, lambda: len(owner.backend.requests) > 3, 0.4)


def test_the_user_has_the_last_word(owner: Owner) -> None:
    owner.ask("tell me a story")
    owner.store.rename(owner.sessions.current.conversation.id, "Mine")
    assert not wait(owner, lambda: len(owner.backend.requests) > 1, 0.4)
    assert owner.store.chats()[0].title == "Mine"


def test_the_next_question_ends_it(owner: Owner, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(titles, "_ASKED", "[tokens=5000 tps=10] title")
    owner.ask("tell me a story")
    conversation = owner.sessions.current.conversation
    assert wait(owner, lambda: len(owner.backend.requests) == 2)
    owner.ask("and then?")
    assert conversation.name == ""
    assert requests(owner.backend)[-1] == "and then?"
    assert not wait(owner, lambda: bool(conversation.name), 0.4)


def test_another_client_ends_it(owner: Owner, monkeypatch: pytest.MonkeyPatch) -> None:
    from tests.engine.engine_thread import Collector, request

    monkeypatch.setattr(titles, "_ASKED", "[tokens=5000 tps=10] title")
    owner.ask("tell me a story")
    assert wait(owner, lambda: len(owner.backend.requests) == 2)
    sink = Collector()
    owner.engine.submit(request(owner.engine, "hello from outside"), sink)
    sink.result()
    assert wait(owner, lambda: not any(model.running for model in owner.engine.models_in_memory))
    assert owner.sessions.current.conversation.name == ""


def test_private_chats_and_those_that_are_not_kept_get_none(owner: Owner) -> None:
    owner.sessions.new(private=True)
    owner.ask("tell me a story")
    assert not wait(owner, lambda: len(owner.backend.requests) > 1, 0.4)


def test_it_can_be_switched_off(store: ChatStore) -> None:
    with working(store) as owner:
        Keeping(owner.sessions, store).switch(True)
        made = Titles(owner.sessions, store, owner.engine, owner.calls.put)
        made.is_on = False
        owner.ask("tell me a story")
        assert not wait(owner, lambda: len(owner.backend.requests) > 1, 0.4)
        made.close()
