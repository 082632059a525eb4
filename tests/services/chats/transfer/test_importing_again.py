"""What is imported a second time: nothing that is here is lost, and what was deleted comes back."""

from __future__ import annotations

import sqlite3
import time
from pathlib import Path

import pytest

from llmdesk.services.chats.storage import writing
from llmdesk.services.chats.store import ChatStore
from llmdesk.services.chats.transfer.exporting import ChatExport
from llmdesk.services.chats.transfer.importing import import_chats
from tests.services.chats.kept import chat, opened, texts


@pytest.fixture
def exported(tmp_path: Path) -> Path:
    kept = chat(("one", "first"), ("two", "second"))
    with opened(tmp_path / "other.sqlite") as store:
        store.add(kept)
        store.set_model_title(kept.info.id, "Counting")
        assert store.flush()
        ChatExport([kept.info.id], store.load).to_json(tmp_path / "chats.json")
    return tmp_path / "chats.json"


def without_the_last_turn(store: ChatStore, chat_id: str) -> None:
    """As the window takes it out."""
    last = [message.id for message in store.load(chat_id).conversation.path[2:]]
    store._write([chat_id], lambda connection: writing.remove_messages(connection, last, time.time()))
    assert store.flush()


def move_away(connection: sqlite3.Connection, message_id: str) -> None:
    connection.execute("UPDATE messages SET chat_id = 'x' WHERE id = ?", (message_id,))
    connection.execute("UPDATE chats SET message_count = 3")


def test_a_deleted_chat_comes_back_with_all_that_the_file_has(exported: Path, tmp_path: Path) -> None:
    with opened(tmp_path / "chats.sqlite") as store:
        (info,) = import_chats([exported], store).added
        without_the_last_turn(store, info.id)
        store.delete([info.id])
        assert store.flush()
        made = import_chats([exported], store)
        assert (len(made.added), made.failed) == (1, [])
        assert texts(store.load(info.id)) == ["one", "first", "two", "second"]


def test_a_chat_that_was_here_is_never_purged(exported: Path, tmp_path: Path) -> None:
    """Not even if its messages have come into another chat meanwhile."""
    with opened(tmp_path / "chats.sqlite") as store:
        (info,) = import_chats([exported], store).added
        last = store.load(info.id).conversation.path[-1].id
        store._write([], lambda connection: move_away(connection, last))
        store.delete([info.id])
        assert store.flush()
        assert len(import_chats([exported], store).failed) == 1
        store.restore([info.id])
        assert store.flush()
        assert texts(store.load(info.id))[:3] == ["one", "first", "two"]


def test_a_title_that_a_model_made_goes_around(exported: Path, tmp_path: Path) -> None:
    with opened(tmp_path / "chats.sqlite") as store:
        (info,) = import_chats([exported], store).added
        kept = store.load(info.id)
        assert (kept.info.title, kept.conversation.title, kept.info.is_title_own) == ("Counting", "Counting", False)
        store._write([], lambda connection: writing.set_words_title(connection, info.id, "one"))
        assert store.flush()
        assert store.load(info.id).info.title == "Counting"
