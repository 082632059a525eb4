"""Takes over into a new file what can still be read of a damaged one (store's thread)."""

from __future__ import annotations

import contextlib
import logging
import sqlite3
from collections.abc import Iterator
from pathlib import Path

from llmdesk.services.chats.conversation import Conversation
from llmdesk.services.chats.ids import time_of
from llmdesk.services.chats.storage.database import connect
from llmdesk.services.chats.storage.schema import TABLES
from llmdesk.services.chats.storage.search import spaced

log = logging.getLogger(__name__)


def salvage(damaged: Path, connection: sqlite3.Connection) -> int:
    """Returns how many chats that are. Raises sqlite3.Error if the new file cannot be written."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        with contextlib.suppress(sqlite3.Error), contextlib.closing(connect(f"{damaged.as_uri()}?mode=ro")) as source:
            for table in TABLES:
                for names, row in _readable_rows(source, table):
                    _insert(connection, table, names, row)
        _complete(connection)
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise
    return int(connection.execute("SELECT count(*) FROM chats WHERE message_count > 0").fetchone()[0])


def _readable_rows(source: sqlite3.Connection, table: str) -> Iterator[tuple[list[str], tuple[object, ...]]]:
    """From both ends, since what lies behind a damaged page can only be reached from the other side."""
    for order in ("", "DESC"):
        try:
            cursor = source.execute(f"SELECT * FROM {table} ORDER BY rowid {order}")
            names = [column[0] for column in cursor.description]
            for row in cursor:
                yield names, row
            return
        except sqlite3.Error:
            log.info("a part of %s cannot be read", table)


def _insert(connection: sqlite3.Connection, table: str, names: list[str], row: tuple[object, ...]) -> None:
    statement = f"INSERT OR IGNORE INTO {table} ({', '.join(names)}) VALUES ({', '.join('?' * len(row))})"
    # A damaged row may hold what no row can, or a column that nobody knows.
    with contextlib.suppress(sqlite3.OperationalError, sqlite3.IntegrityError, UnicodeEncodeError):
        connection.execute(statement, row)


def _complete(connection: sqlite3.Connection) -> None:
    """Chats of which there are only messages, their counts, and the index."""
    orphans = connection.execute(
        "SELECT chat_id, id, text FROM messages WHERE chat_id NOT IN (SELECT id FROM chats) ORDER BY number DESC"
    ).fetchall()
    for chat_id, message_id, text in orphans:  # of each chat the first message is the last one here
        created_s = time_of(message_id)
        connection.execute(
            "INSERT INTO chats (id, title, created_s, changed_s) VALUES (?, ?, ?, ?) "
            "ON CONFLICT (id) DO UPDATE SET title = excluded.title, created_s = excluded.created_s",
            (chat_id, Conversation.title_of(str(text)), created_s, created_s),
        )
    # Drafts, options and what waits are written into a row that is there.
    connection.execute("INSERT OR IGNORE INTO chat_details (chat_id) SELECT id FROM chats")
    connection.execute(
        "UPDATE chats SET message_count = "
        "(SELECT count(*) FROM messages WHERE chat_id = chats.id AND removed_s IS NULL)"
    )
    for number, text in connection.execute("SELECT number, text FROM messages").fetchall():
        connection.execute("INSERT OR REPLACE INTO words (rowid, text) VALUES (?, ?)", (number, spaced(str(text))))
