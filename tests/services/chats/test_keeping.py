"""The chats of a window: which are followed, which was shown last, which have an answer that nobody saw."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from llmdesk.services.chats.keeping import Keeping
from llmdesk.services.chats.sessions import MAX_IDLE
from llmdesk.services.chats.store import ChatStore
from tests.services.chats.kept import SLOW, Owner, opened, texts, working


@pytest.fixture
def owner(store: ChatStore) -> Iterator[Owner]:
    with working(store) as owner:
        Keeping(owner.sessions, store).switch(True)
        yield owner


def titles(store: ChatStore) -> list[str]:
    return [info.title for info in store.chats()]


def unread(store: ChatStore) -> list[str]:
    return [info.title for info in store.chats() if info.is_unread]


def test_every_chat_is_kept_and_the_one_shown_last_comes_back(owner: Owner, file: Path) -> None:
    owner.ask("one")
    first = owner.sessions.current
    owner.sessions.new()
    owner.ask("two")
    owner.sessions.show(first)
    assert titles(owner.store) == ["two", "one"]
    assert owner.store.flush()
    with opened(file) as again, working(again) as other:
        kept = again.last_open()
        assert kept is not None
        session = other.sessions.open_kept(kept)
        assert texts(kept)[0] == "one"
        assert other.sessions.open == (session,)
        assert other.sessions.open_kept(again.load(kept.info.id)) is session


def test_an_empty_chat_that_was_shown_last_is_empty_the_next_time(owner: Owner) -> None:
    owner.ask("one")
    owner.sessions.new()
    assert owner.store.last_open() is None


def test_an_answer_that_ends_behind_is_unread_until_its_chat_is_shown(owner: Owner) -> None:
    left = owner.sessions.current
    answer = left.submit("[tokens=60 tps=400] behind")
    owner.until(lambda: bool(answer.text))
    owner.sessions.new()
    owner.until(lambda: not owner.sessions.is_generating)
    assert unread(owner.store) == ["[tokens=60 tps=400] behind"]
    owner.sessions.show(left)
    assert unread(owner.store) == []


def test_a_chat_that_was_deleted_while_it_ran_is_whole_when_it_comes_back(owner: Owner) -> None:
    session = owner.sessions.current
    answer = session.submit(SLOW + "long")
    owner.until(lambda: len(answer.text) > 50)
    owner.store.delete([session.conversation.id])
    owner.sessions.close(session.conversation.id)
    assert owner.sessions.current is not session
    owner.until(lambda: not owner.sessions.is_generating)
    owner.store.restore([session.conversation.id])
    kept = owner.store.load(session.conversation.id)
    assert (texts(kept)[1], kept.conversation.path[1].state) == (answer.text, "cancelled")


def test_few_chats_are_held_in_memory_however_many_are_looked_at(owner: Owner) -> None:
    ids = []
    for number in range(MAX_IDLE + 5):
        owner.ask(f"[tokens=2 tps=4000] chat {number}")
        ids.append(owner.sessions.current.conversation.id)
        owner.sessions.new()
    assert len(owner.sessions.open) <= MAX_IDLE + 1
    gone = owner.sessions.find(ids[0])
    assert gone is None
    session = owner.sessions.open_kept(owner.store.load(ids[0]))
    owner.ask("more")
    assert len(texts(owner.store.load(ids[0]))) == 4
    assert session.keeper is not None


def test_a_private_chat_is_neither_kept_nor_shown_again(owner: Owner) -> None:
    owner.ask("open")
    owner.sessions.new(private=True)
    owner.ask("hidden")
    owner.sessions.current.draft = "typed"
    owner.sessions.new()
    assert titles(owner.store) == ["open"]


def test_switched_off_nothing_more_is_written(store: ChatStore) -> None:
    with working(store) as owner:
        keeping = Keeping(owner.sessions, store)
        owner.ask("before")
        assert titles(store) == []
        keeping.switch(True)
        assert titles(store) == ["before"]
        keeping.switch(False)
        owner.ask("more")
        owner.sessions.new()
        owner.ask("other")
        assert titles(store) == ["before"]
        assert store.chats()[0].message_count == 2
        assert len(owner.sessions.open) == 2
