"""The file itself: made, migrated with a backup, newer than we are, damaged, or something else altogether."""

from __future__ import annotations

import contextlib
import sqlite3
from dataclasses import replace
from pathlib import Path

import pytest

from llmdesk.errors import StoreError
from llmdesk.services.chats.prompt_queue import QueuedPrompt
from llmdesk.services.chats.storage import database
from llmdesk.services.chats.storage.database import Damaged, backup_place, open_file
from llmdesk.services.chats.storage.salvage import salvage
from llmdesk.services.chats.storage.schema import MIGRATIONS
from llmdesk.services.chats.storage.writing import add_messages, row_of, set_draft
from llmdesk.services.files.attachment import Attachment
from tests.services.chats.kept import chat, opened, texts

NEXT = (*MIGRATIONS, ("ALTER TABLE chats ADD COLUMN colour TEXT NOT NULL DEFAULT 'red'", "CREATE TABLE later (x)"))
BROKEN = (*MIGRATIONS, ("CREATE TABLE later (x)", "CREATE TABLE chats (x)"))


def one(connection: sqlite3.Connection, statement: str) -> object:
    return connection.execute(statement).fetchone()[0]


@pytest.fixture
def filled(file: Path) -> Path:
    with opened(file) as store:
        store.add(chat(("hello", "there")))
    return file


def test_a_new_file_is_in_write_ahead_mode_and_synced_at_each_commit(file: Path) -> None:
    with contextlib.closing(open_file(file).connection) as connection:
        assert one(connection, "PRAGMA journal_mode") == "wal"
        assert one(connection, "PRAGMA synchronous") == 2
        assert one(connection, "PRAGMA user_version") == len(MIGRATIONS)
    assert not backup_place(file, 0).exists()


def test_a_migration_keeps_everything_and_the_file_as_it_was(filled: Path) -> None:
    with contextlib.closing(open_file(filled, NEXT).connection) as connection:
        assert one(connection, "PRAGMA user_version") == len(NEXT)
        assert one(connection, "SELECT colour FROM chats") == "red"
        assert one(connection, "SELECT text FROM messages ORDER BY number") == "hello"
    backup = backup_place(filled, len(MIGRATIONS))
    with opened(backup) as store:
        assert store.problem is None
        assert texts(store.load(store.chats()[0].id)) == ["hello", "there"]
    assert not backup.with_name(f"{backup.name}.part").exists()


@pytest.mark.parametrize("version", range(1, len(MIGRATIONS)))
def test_a_file_of_each_older_version_is_brought_up_to_date_after_a_backup(file: Path, version: int) -> None:
    kept = chat(("hello", "there"))
    rows = [row_of(kept.conversation, message) for message in kept.conversation.messages]
    with contextlib.closing(open_file(file, MIGRATIONS[:version]).connection) as connection:
        connection.execute(
            "INSERT INTO chats (id, title, created_s, changed_s) VALUES (?, 'old', 1, 2)", (kept.info.id,)
        )
        connection.execute("INSERT INTO chat_details (chat_id, draft) VALUES (?, 'begun')", (kept.info.id,))
        add_messages(connection, rows, None)
    with opened(file) as store:
        assert store.problem is None
        found = store.load(kept.info.id)
        assert (texts(found), found.draft, found.queue, found.draft_files) == (["hello", "there"], "begun", (), ())
        assert [hit.message_id for hit in store.search("there")] == [kept.conversation.path[1].id]
        note = Attachment("notes.md", "text", 5, 1, "words")
        new = replace(chat(("new", "one")), queue=(QueuedPrompt("1", "next", attachments=(note,)),))
        store.add(new)
        assert store.load(new.info.id).queue == new.queue
    with contextlib.closing(sqlite3.connect(backup_place(file, version))) as backup:
        assert one(backup, "PRAGMA user_version") == version
        assert one(backup, "PRAGMA integrity_check") == "ok"
        assert one(backup, "SELECT count(*) FROM messages") == 2


def test_a_migration_that_fails_changes_nothing(filled: Path) -> None:
    found = open_file(filled, BROKEN)
    assert found.is_for_good
    assert found.problem is not None
    assert one(found.connection, "PRAGMA user_version") == len(MIGRATIONS)
    assert one(found.connection, "SELECT count(*) FROM sqlite_master WHERE name = 'later'") == 0
    found.connection.close()
    with opened(filled) as store:
        assert len(store.chats()) == 1
        assert store.problem is None


def test_a_file_of_a_newer_version_can_be_read_but_not_changed(filled: Path) -> None:
    open_file(filled, NEXT).connection.close()
    before = filled.read_bytes()
    with opened(filled) as store:
        (info,) = store.chats()
        assert texts(store.load(info.id)) == ["hello", "there"]
        assert [hit.excerpt for hit in store.search("hello")] == ["hello", "hello"]
        assert store.is_read_only
        assert store.problem is not None
        assert "newer version" in store.problem.user_message
        store.rename(info.id, "other")
        store.add(chat(("new", "one")))
        assert not store.flush() or store.is_read_only
        assert [each.title for each in store.chats()] == ["hello"]
    assert filled.read_bytes() == before


@pytest.mark.logs("damaged")
@pytest.mark.parametrize("content", [b"no database at all" * 100, b"SQLite format 3\0" + b"\xff" * 5000])
def test_what_is_no_database_is_kept_aside_and_a_new_one_is_begun(file: Path, content: bytes) -> None:
    file.write_bytes(content)
    with opened(file) as store:
        assert store.chats() == ()
        assert store.problem is not None
        assert "damaged" in store.problem.user_message
        (aside,) = file.parent.glob("chats.damaged-*.sqlite")
        assert aside.name in store.problem.hint
        store.add(chat(("after", "it")))
        assert len(store.chats()) == 1
        assert store.problem is not None  # it is a loss, which no later success makes good
    assert aside.read_bytes() == content
    with opened(file) as store:
        assert len(store.chats()) == 1
        assert store.problem is None


@pytest.mark.logs("damaged")
def test_the_database_of_another_program_is_left_alone(file: Path) -> None:
    with contextlib.closing(sqlite3.connect(file)) as connection:
        connection.execute("CREATE TABLE bookmarks (x)")
        connection.commit()
    with opened(file) as store:
        assert store.chats() == ()
        store.add(chat(("mine", "yes")))
        assert len(store.chats()) == 1
    (aside,) = file.parent.glob("chats.damaged-*.sqlite")
    with contextlib.closing(sqlite3.connect(aside)) as connection:
        assert one(connection, "SELECT name FROM sqlite_master") == "bookmarks"


@pytest.mark.logs("damaged")
def test_what_can_be_read_of_a_damaged_file_is_taken_over(file: Path) -> None:
    count = 200
    with opened(file) as store:
        for number in range(count):
            store.add(chat((f"question {number} " + "word " * 100, f"answer {number}")))
        assert store.flush()
    content = bytearray(file.read_bytes())
    middle = len(content) // 2 // 4096 * 4096
    content[middle : middle + 8 * 4096] = b"\xaa" * 8 * 4096
    file.write_bytes(content)
    (file.parent / "chats.sqlite-wal").write_bytes(b"x")  # as after a crash: the whole file is looked at
    with opened(file) as store:
        found = store.chats()
        assert store.problem is not None
        assert str(len(found)) in store.problem.hint
        assert len(found) > count // 2
        whole = [texts(store.load(info.id)) for info in found]
        assert sum(len(each) == 2 for each in whole) > count // 2
        assert store.search("question 0")


def test_a_chat_whose_details_are_lost_keeps_what_is_written_from_then_on(filled: Path) -> None:
    with contextlib.closing(sqlite3.connect(filled)) as connection:
        connection.execute("DELETE FROM chat_details")
        connection.commit()
    new = filled.with_name("new.sqlite")
    with contextlib.closing(open_file(new).connection) as connection:
        assert salvage(filled, connection) == 1
        set_draft(connection, str(one(connection, "SELECT id FROM chats")), "begun")
    with opened(new) as store:
        found = store.load(store.chats()[0].id)
        assert (texts(found), found.draft) == (["hello", "there"], "begun")


def test_a_folder_that_is_missing_is_no_end(tmp_path: Path) -> None:
    with opened(tmp_path / "missing" / "chats.sqlite") as store:
        with pytest.raises(StoreError, match="cannot be written"):
            store.chats()
        assert store.problem is not None


def test_the_words_for_the_user_say_what_to_do(file: Path) -> None:
    problem = database.problem_of(OSError(28, "No space left on device"), file)
    assert "disk is full" in problem.user_message
    assert "Free some space" in problem.hint


def test_two_openings_at_once_migrate_once(filled: Path) -> None:
    first = open_file(filled, NEXT).connection
    second = open_file(filled, NEXT).connection
    assert one(first, "SELECT count(*) FROM later") == one(second, "SELECT count(*) FROM later") == 0
    first.close()
    second.close()


def test_damage_is_told_from_a_lock() -> None:
    assert database.is_damage(Damaged("x"))
    assert not database.is_damage(sqlite3.OperationalError("database is locked"))
