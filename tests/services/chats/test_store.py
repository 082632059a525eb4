"""Chats that are kept: what is written as a session works, and that all of it comes back."""

from __future__ import annotations

import sqlite3
import threading
from dataclasses import fields, replace
from pathlib import Path

import pytest

from llmdesk.datatypes.chat import SamplingParams
from llmdesk.errors import StoreError
from llmdesk.services.chats.kept import ChatInfo, ChatsChanged
from llmdesk.services.chats.message import Message
from llmdesk.services.chats.session import Session
from llmdesk.services.chats.storage import writing
from llmdesk.services.chats.storage.inbox import GATHER_S, Call, Write
from llmdesk.services.chats.store import ChatStore
from tests.services.chats.kept import OPTIONS, SLOW, Owner, chat, opened, texts


def saved(owner: Owner, session: Session | None = None) -> list[tuple[str, str]]:
    """Text and state of what is shown, as the file has it."""
    kept = owner.store.load((session or owner.sessions.current).conversation.id)
    return [(message.text, message.state) for message in kept.conversation.path]


def everything(message: Message) -> dict[str, object]:
    values = {each.name: getattr(message, each.name) for each in fields(message)}
    return {**values, "pieces": [message.text]}


# -- what is kept ------------------------------------------------------------------------------------------------------


def test_all_of_a_chat_comes_back(keeper: Owner, file: Path) -> None:
    session = keeper.sessions.current
    keeper.ask("one")
    keeper.ask("two")
    first, second = session.conversation.turns
    session.answer_again(first.answer.id)
    keeper.until(lambda: not keeper.sessions.is_generating)
    session.ask_again(second.prompt.id, "another two")
    keeper.until(lambda: not keeper.sessions.is_generating)
    session.conversation.choose(first.answer.id)
    session.configure(replace(OPTIONS, sampling=SamplingParams(0.3, stop=("x",)), system_prompt="Be kind."))
    session.draft = "half a thought"
    assert keeper.store.flush()

    with opened(file) as other:
        kept = other.load(session.conversation.id)
    assert (kept.options, kept.draft) == (session.options, "half a thought")
    assert [each.id for each in kept.conversation.path] == [each.id for each in session.conversation.path]
    before = {message.id: everything(message) for message in session.conversation.messages}
    assert {message.id: everything(message) for message in kept.conversation.messages} == before
    for message in session.conversation.messages:
        versions = [each.id for each in session.conversation.versions(message.id)]
        assert [each.id for each in kept.conversation.versions(message.id)] == versions
    assert kept.info.message_count == len(before)
    assert kept.info.title == kept.conversation.title == "one"


def test_the_prompt_is_in_the_file_before_the_engine_gets_it(keeper: Owner, file: Path) -> None:
    seen: list[int] = []
    submit = keeper.engine.submit

    def watched(*args: object) -> object:
        with sqlite3.connect(file) as connection:
            seen.append(connection.execute("SELECT count(*) FROM messages WHERE text = 'precious'").fetchone()[0])
        connection.close()
        return submit(*args)  # type: ignore[arg-type]

    keeper.engine.submit = watched  # type: ignore[method-assign, assignment]
    keeper.ask("precious")
    assert seen == [1]


def test_a_running_answer_is_saved_as_it_grows_and_never_rewritten(keeper: Owner, file: Path) -> None:
    session = keeper.sessions.current
    answer = session.submit("[tokens=250 tps=100] long")
    behind: list[int] = []
    lengths: list[int] = []
    while not behind or len(behind) < 3:
        keeper.until(lambda: len(answer.text) > 100 * (len(behind) + 1))
        lengths.append(len(answer.text))
        threading.Event().wait(GATHER_S + 0.3)
        (_, (text, state)) = saved(keeper)
        assert state == "running"
        assert answer.text.startswith(text[: len(answer.text)])
        behind.append(lengths[-1] - len(text))
    assert max(behind) <= 0
    with sqlite3.connect(file) as connection:
        pieces = [text for (text,) in connection.execute("SELECT text FROM pieces ORDER BY number")]
        assert connection.execute("SELECT text FROM messages WHERE role = 'assistant'").fetchone() == ("",)
    connection.close()
    assert 2 <= len(pieces) <= 40
    keeper.until(lambda: not keeper.sessions.is_generating)
    assert saved(keeper)[1] == (answer.text, "done")


def test_a_stopped_and_a_failed_answer_are_kept_as_they_ended(keeper: Owner) -> None:
    session = keeper.sessions.current
    answer = session.submit(SLOW + "long")
    keeper.until(lambda: len(answer.text) > 40)
    session.stop()
    keeper.until(lambda: not keeper.sessions.is_generating)
    assert saved(keeper)[1] == (answer.text, "cancelled")
    session.go_on(answer.id)
    keeper.until(lambda: len(answer.text) > 400)
    assert saved(keeper)[1][1] == "running"
    session.stop()
    keeper.until(lambda: not keeper.sessions.is_generating)
    assert saved(keeper)[1] == (answer.text, "cancelled")
    keeper.ask("[fail_at=20 tps=500] break")
    kept = keeper.store.load(session.conversation.id).conversation.path[-1]
    assert kept.error is not None
    assert kept.error.kind == "Bug"


def test_stop_counts_even_before_the_prompt_is_written(keeper: Owner) -> None:
    gate = threading.Event()
    keeper.store.inbox.put(_waiting_for(gate))
    answer = keeper.sessions.current.submit(SLOW + "long")
    keeper.sessions.current.stop()
    gate.set()
    keeper.until(lambda: not keeper.sessions.is_generating)
    assert answer.state == "cancelled"
    assert saved(keeper)[1][1] == "cancelled"


def test_a_disk_that_hangs_delays_an_answer_by_a_second_at_most(keeper: Owner) -> None:
    gate = threading.Event()
    keeper.store.inbox.put(_waiting_for(gate))
    assert "You said: patient" in keeper.ask("patient")
    gate.set()
    assert saved(keeper)[0] == ("patient", "done")


def test_a_chat_with_nothing_but_a_draft_is_kept_but_not_listed(keeper: Owner) -> None:
    session = keeper.sessions.current
    session.draft = "t"
    session.draft = "typed"
    keeper.store.set_open(session.conversation.id)
    assert keeper.store.chats() == ()
    kept = keeper.store.last_open()
    assert kept is not None
    assert (kept.draft, kept.conversation.is_empty) == ("typed", True)


def test_a_chat_that_is_empty_when_it_is_left_is_not_kept(store: ChatStore, keeper: Owner) -> None:
    session = Session(keeper.engine, lambda event: None, OPTIONS, lambda change: None)
    end = store.follow(session)
    session.draft = "typed"
    assert store.load(session.conversation.id).draft == "typed"
    end()
    with pytest.raises(StoreError, match="no such chat"):
        store.load(session.conversation.id)


def test_nothing_of_a_private_chat_reaches_the_disk(keeper: Owner, file: Path) -> None:
    keeper.ask("an open question")
    private = keeper.sessions.new(private=True)
    keeper.store.follow(private)
    private.draft = "zyxwvut draft"
    keeper.ask("zyxwvut question")
    keeper.store.rename(private.conversation.id, "zyxwvut title")
    keeper.store.set_open(keeper.sessions.open[0].conversation.id)
    assert keeper.store.flush()
    for path in file.parent.iterdir():
        assert b"zyxwvut" not in path.read_bytes(), path
    assert len(keeper.store.chats()) == 1
    assert "zyxwvut" in private.conversation.path[-1].text


def test_what_has_been_said_before_is_kept_once_a_chat_is_followed(store: ChatStore, keeper: Owner) -> None:
    keeper.ask("in the chat before")
    keeper.sessions.new()
    keeper.ask("early")
    end = store.follow(keeper.sessions.current)
    keeper.ask("late")
    assert [text for text, _ in saved(keeper)][::2] == ["early", "late"]
    end()
    keeper.ask("too late")
    assert len(saved(keeper)) == 4


# -- the list ----------------------------------------------------------------------------------------------------------


def test_the_newest_chats_come_first(store: ChatStore) -> None:
    for number in (1, 3, 2):
        kept = chat((f"chat {number}", "yes"))
        store.add(replace(kept, info=replace(kept.info, changed_s=float(number))))
    assert [info.title for info in store.chats()] == ["chat 3", "chat 2", "chat 1"]


def test_pin_folder_archive_and_marks(store: ChatStore) -> None:
    kept = chat(("one", "yes"))
    chat_id = kept.info.id
    store.add(kept)
    store.set_pinned(chat_id, True)
    store.move(chat_id, " Work  things ")
    store.mark_unread(chat_id)
    (info,) = store.chats()
    assert (info.is_pinned, info.folder, info.is_unread) == (True, "Work things", True)
    assert store.folders() == ("Work things",)
    store.set_archived(chat_id, True)
    store.mark_read(chat_id)
    store.move(chat_id, "")
    assert store.chats() == ()
    (info,) = store.chats(archived=True)
    assert (info.folder, info.is_unread) == ("", False)
    assert store.folders() == ()
    assert store.infos([chat_id, "nobody"]) == (info,)


def test_deleted_chats_come_back_with_everything(store: ChatStore) -> None:
    kept = chat(("one", "yes"), ("two", "no"))
    store.add(kept)
    before = store.chats()
    store.delete([kept.info.id])
    assert store.chats() == ()
    assert store.infos([kept.info.id]) == ()
    with pytest.raises(StoreError):
        store.load(kept.info.id)
    store.restore([kept.info.id])
    assert store.chats() == before
    assert texts(store.load(kept.info.id)) == ["one", "yes", "two", "no"]


def test_what_was_deleted_long_ago_is_gone_at_the_next_opening(file: Path) -> None:
    old, new = chat(("old", "yes")), chat(("new", "yes"))
    with opened(file) as store:
        store.add(old)
        store.add(new)
        store.delete([old.info.id, new.info.id])
    with sqlite3.connect(file) as connection:
        connection.execute("UPDATE chats SET deleted_s = deleted_s - 31 * 86400 WHERE id = ?", (old.info.id,))
    connection.close()
    with opened(file) as store:
        store.restore([old.info.id, new.info.id])
        assert [info.title for info in store.chats()] == ["new"]


def test_titles_are_the_words_until_somebody_knows_better(keeper: Owner) -> None:
    store, session = keeper.store, keeper.sessions.current
    chat_id = session.conversation.id

    def title() -> tuple[str, bool]:
        (info,) = store.chats()
        assert store.load(chat_id).conversation.title == info.title
        return info.title, info.is_title_own

    keeper.ask("one question")
    assert title() == ("one question", False)
    store.set_model_title(chat_id, "A question")
    assert title() == ("A question", False)
    assert session.conversation.title == "A question"  # a fork takes its name
    store.rename(chat_id, " Mine ")
    assert title() == ("Mine", True)
    assert session.conversation.title == "Mine"
    store.set_model_title(chat_id, "Other")
    keeper.ask("more")
    assert title() == ("Mine", True)
    store.rename(chat_id, "")
    assert title() == ("one question", False)
    assert session.conversation.title == "one question"


def test_a_renamed_chat_that_nobody_follows_gets_its_words_back(store: ChatStore) -> None:
    kept = chat(("the first words", "yes"))
    store.add(kept)
    store.rename(kept.info.id, "Mine")
    store.rename(kept.info.id, "  ")
    assert store.chats()[0].title == "the first words"


def test_changes_are_told_once_they_are_written(store: ChatStore) -> None:
    heard: list[ChatsChanged] = []
    ran: list[int] = []

    def run(call: object) -> None:
        ran.append(1)
        call()  # type: ignore[operator]

    leave = store.subscribe(heard.append, run)
    kept = chat(("one", "yes"))
    store.add(kept)
    assert store.flush()
    assert heard == [ChatsChanged(frozenset([kept.info.id]))]
    assert ran == [1]
    leave()
    store.set_pinned(kept.info.id, True)
    assert store.flush()
    assert len(heard) == 1


# -- imports -----------------------------------------------------------------------------------------------------------


def test_the_same_chat_twice_is_one_chat_and_missing_messages_are_added(store: ChatStore) -> None:
    kept = chat(("one", "yes"), ("two", "no"))
    first = kept.conversation.messages[:2]
    part = replace(kept, conversation=type(kept.conversation).of(kept.info.id, first, set()))
    store.add(part)
    store.rename(kept.info.id, "Mine")
    store.add(kept)
    store.add(part)
    (info,) = store.chats()
    assert (info.title, info.message_count) == ("Mine", 4)
    assert texts(store.load(info.id)) == ["one", "yes", "two", "no"]


def test_an_import_keeps_what_is_known_of_it(store: ChatStore) -> None:
    info = ChatInfo("chat-1", "Imported", True, 10.0, 20.0, True, "Old", False, True)
    store.add(replace(chat(("one", "yes")), info=info))
    (found,) = store.chats()
    assert found == replace(info, message_count=2)
    assert texts(store.load("chat-1")) == ["one", "yes"]


def test_text_that_is_no_text_is_kept_as_far_as_it_is(store: ChatStore) -> None:
    odd = "half \ud800 pair, \0 and \x1b, 👍🏽"
    kept = chat((odd, odd))
    store.add(kept)
    store.rename(kept.info.id, "\udfff title")
    assert texts(store.load(kept.info.id)) == [odd.replace("\ud800", "\ufffd")] * 2
    assert store.chats()[0].title == "\ufffd title"


def test_a_chat_that_is_gone_on_with_is_not_deleted_any_more(keeper: Owner) -> None:
    keeper.ask("one")
    chat_id = keeper.sessions.current.conversation.id
    keeper.store.delete([chat_id])
    keeper.ask("two")
    assert len(keeper.store.chats()) == 1
    keeper.store.purge([chat_id])
    assert keeper.store.chats() == ()
    keeper.ask("three")
    assert [text for text, _ in saved(keeper)][::2] == ["one", "two", "three"]


def test_messages_that_were_removed_come_back(store: ChatStore) -> None:
    kept = chat(("one", "yes"), ("two", "no"))
    store.add(kept)
    ids = [message.id for message in kept.conversation.messages[2:]]
    store.inbox.put(Write(lambda connection: writing.remove_messages(connection, ids, 5.0)))
    assert texts(store.load(kept.info.id)) == ["one", "yes"]
    assert (store.chats()[0].message_count, store.search("two")) == (2, ())
    store.inbox.put(Write(lambda connection: writing.remove_messages(connection, ids, None)))
    assert texts(store.load(kept.info.id)) == ["one", "yes", "two", "no"]
    assert store.chats()[0].message_count == 4


# -- the end -----------------------------------------------------------------------------------------------------------


def test_the_end(file: Path) -> None:
    store = ChatStore(file)
    store.add(chat(("one", "yes")))
    assert store.close()
    assert store.close()
    assert not store.flush()
    with pytest.raises(StoreError, match="ending"):
        store.chats()
    called = threading.Event()
    store.when_written(called.set)
    assert called.is_set()
    assert sorted(path.name for path in file.parent.iterdir()) == ["chats.sqlite"]
    with opened(file) as again:
        assert len(again.chats()) == 1


def _waiting_for(gate: threading.Event) -> Call:
    def wait() -> None:
        gate.wait(20)

    return Call(wait)
