"""What is written to the file of chats, each within a transaction of its caller (store's thread)."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterable
from dataclasses import dataclass

from llmdesk.services.chats.conversation import Conversation
from llmdesk.services.chats.ids import number_of
from llmdesk.services.chats.kept import ChatInfo
from llmdesk.services.chats.message import Message
from llmdesk.services.chats.storage.codec import details_of, text_for_utf8
from llmdesk.services.chats.storage.search import spaced

KEEP_DELETED_S = 30 * 24 * 3600.0
_IS_OURS = "(owner = ? OR (owner IS NULL AND state = 'interrupted'))"
"""An answer that nobody has taken over; somebody may have thought that its writer was gone."""
TEXT = "pieces"
"""The part of a message that its words go to."""


@dataclass(frozen=True, slots=True)
class MessageRow:
    """A message as it was at a moment: it goes on changing while this waits to be written."""

    id: str
    chat_id: str
    parent_id: str
    role: str
    state: str
    is_chosen: bool
    text: str
    details: str


def row_of(conversation: Conversation, message: Message, chat_id: str = "") -> MessageRow:
    """On the thread of the conversation. ``chat_id``: of the chat, if that is not the conversation's."""
    return MessageRow(
        message.id,
        chat_id or conversation.id,
        message.parent_id,
        message.role,
        message.state,
        conversation.is_chosen(message),
        text_for_utf8(message.text),
        details_of(message),
    )


def add_chat(
    connection: sqlite3.Connection,
    info: ChatInfo,
    options: str,
    draft: str,
    queue: str,
    *,
    words_title: str | None = None,
) -> None:
    """A chat; one that is there already stays as it is, but comes back if it was deleted.

    ``words_title``: the beginning of its first prompt; another title is a model's, if it is not the user's own.
    """
    title_is = "own" if info.is_title_own else "words" if words_title in (None, info.title) else "model"
    connection.execute(
        "INSERT INTO chats (id, title, title_is, created_s, changed_s, is_pinned, folder, is_archived, is_unread) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET deleted_s = NULL",
        (
            info.id, text_for_utf8(info.title), title_is, info.created_s, info.changed_s, info.is_pinned,
            text_for_utf8(info.folder), info.is_archived, info.is_unread,
        ),
    )  # fmt: skip
    connection.execute(
        "INSERT OR IGNORE INTO chat_details (chat_id, draft, options, queue) VALUES (?, ?, ?, ?)",
        (info.id, text_for_utf8(draft), options, queue),
    )


def add_messages(connection: sqlite3.Connection, rows: Iterable[MessageRow], owner_id: str | None) -> None:
    """Messages of one chat, parents before children; those that are there already stay as they are."""
    number = 0
    for row in rows:
        if connection.execute("SELECT 1 FROM messages WHERE id = ?", (row.id,)).fetchone():
            continue
        number = _free_number(connection, max(number_of(row.id), number + 1))
        owner = owner_id if row.state == "running" else None
        connection.execute(
            "INSERT INTO messages (number, id, chat_id, parent_id, role, state, is_chosen, owner, text, details) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                number, row.id, row.chat_id, row.parent_id, row.role, row.state, row.is_chosen, owner, row.text,
                row.details,
            ),
        )  # fmt: skip
        connection.execute("UPDATE chats SET message_count = message_count + 1 WHERE id = ?", (row.chat_id,))
        if row.state != "running":
            _index(connection, number, row.text)


def touch(connection: sqlite3.Connection, chat_id: str, changed_s: float, *, revives: bool = False) -> None:
    """Something was said in a chat. ``revives``: by the user, so it is none of the deleted ones (any more)."""
    connection.execute("UPDATE chats SET changed_s = max(changed_s, ?) WHERE id = ?", (changed_s, chat_id))
    if revives:
        connection.execute("UPDATE chats SET deleted_s = NULL WHERE id = ?", (chat_id,))


def append(connection: sqlite3.Connection, message_id: str, part: str, text: str, owner_id: str) -> None:
    """More words of a running answer, unless another process has taken it over."""
    connection.execute(
        "INSERT INTO pieces (message_id, part, text) SELECT ?, ?, ? "
        f"WHERE EXISTS (SELECT 1 FROM messages WHERE id = ? AND {_IS_OURS})",
        (message_id, part, text_for_utf8(text), message_id, owner_id),
    )


def update_message(connection: sqlite3.Connection, row: MessageRow, owner_id: str, *, takes_over: bool = False) -> None:
    """What a message is now, with all its words: an answer has ended, or goes on (``takes_over``: whoever had it)."""
    found = connection.execute(
        "UPDATE messages SET state = ?, owner = ?, text = ?, details = ? "
        f"WHERE id = ? AND (? OR {_IS_OURS}) RETURNING number",
        (
            row.state, owner_id if row.state == "running" else None, row.text, row.details, row.id, takes_over,
            owner_id,
        ),
    ).fetchone()  # fmt: skip
    if found is not None:
        connection.execute("DELETE FROM pieces WHERE message_id = ?", (row.id,))
        _index(connection, found[0], row.text)


def choose(connection: sqlite3.Connection, chat_id: str, parent_id: str, message_id: str) -> None:
    """Which of the versions is shown."""
    connection.execute(
        "UPDATE messages SET is_chosen = (id = ?) WHERE chat_id = ? AND parent_id = ?", (message_id, chat_id, parent_id)
    )


def remove_messages(connection: sqlite3.Connection, message_ids: Iterable[str], removed_s: float | None) -> None:
    """Take messages out of their chat, or (None) put them back."""
    for message_id in message_ids:
        found = connection.execute(
            "UPDATE messages SET removed_s = ? WHERE id = ? AND (removed_s IS NULL) != (? IS NULL) RETURNING chat_id",
            (removed_s, message_id, removed_s),
        ).fetchone()
        if found is not None:
            step = 1 if removed_s is None else -1
            connection.execute("UPDATE chats SET message_count = message_count + ? WHERE id = ?", (step, found[0]))


def bring_back(connection: sqlite3.Connection, chat_id: str, message_ids: Iterable[str]) -> None:
    """Of these messages those that were taken out of this chat."""
    taken = connection.execute("SELECT id FROM messages WHERE chat_id = ? AND removed_s IS NOT NULL", (chat_id,))
    remove_messages(connection, {message_id for (message_id,) in taken.fetchall()}.intersection(message_ids), None)


def set_words_title(connection: sqlite3.Connection, chat_id: str, title: str) -> None:
    """The beginning of the first prompt, unless the chat has a better title."""
    connection.execute(
        "UPDATE chats SET title = ? WHERE id = ? AND title_is = 'words'", (text_for_utf8(title), chat_id)
    )


def set_model_title(connection: sqlite3.Connection, chat_id: str, title: str) -> None:
    """What a model made of the first exchange, unless the user has given one."""
    connection.execute(
        "UPDATE chats SET title = ?, title_is = 'model' WHERE id = ? AND title_is != 'own'",
        (text_for_utf8(title), chat_id),
    )


def set_own_title(connection: sqlite3.Connection, chat_id: str, title: str, words: str | None) -> None:
    """The user's own; an empty one gives way to the words of the first prompt again."""
    if not title and words is None:
        first = connection.execute(
            "SELECT text FROM messages WHERE chat_id = ? AND parent_id = '' AND removed_s IS NULL "
            "ORDER BY is_chosen DESC, number DESC LIMIT 1",
            (chat_id,),
        ).fetchone()
        words = Conversation.title_of(first[0] if first else "")
    connection.execute(
        "UPDATE chats SET title = ?, title_is = ? WHERE id = ?",
        (text_for_utf8(title or words or ""), "own" if title else "words", chat_id),
    )


def set_column(connection: sqlite3.Connection, chat_id: str, column: str, value: str | bool) -> None:
    """One of the chat's plain columns (the name is one of this module's callers, never a user's)."""
    value = text_for_utf8(value) if isinstance(value, str) else value
    connection.execute(f"UPDATE chats SET {column} = ? WHERE id = ?", (value, chat_id))


def set_draft(connection: sqlite3.Connection, chat_id: str, draft: str) -> None:
    """What is being written for a chat."""
    connection.execute("UPDATE chat_details SET draft = ? WHERE chat_id = ?", (text_for_utf8(draft), chat_id))


def set_draft_files(connection: sqlite3.Connection, chat_id: str, files: str) -> None:
    """What is attached to it."""
    connection.execute("UPDATE chat_details SET draft_files = ? WHERE chat_id = ?", (files, chat_id))


def set_queue(connection: sqlite3.Connection, chat_id: str, queue: str) -> None:
    """The prompts that wait in a chat, as JSON."""
    connection.execute("UPDATE chat_details SET queue = ? WHERE chat_id = ?", (queue, chat_id))


def set_options(connection: sqlite3.Connection, chat_id: str, options: str) -> None:
    """What the next request of a chat is made with."""
    connection.execute("UPDATE chat_details SET options = ? WHERE chat_id = ?", (options, chat_id))


def set_deleted(connection: sqlite3.Connection, chat_ids: Iterable[str], deleted_s: float | None) -> None:
    """Delete chats so that they can come back, or (None) bring them back."""
    connection.executemany("UPDATE chats SET deleted_s = ? WHERE id = ?", [(deleted_s, each) for each in chat_ids])


def drop_if_empty(connection: sqlite3.Connection, chat_id: str) -> None:
    """A chat without messages that was left: its draft has gone on to another one."""
    if not connection.execute("SELECT 1 FROM messages WHERE chat_id = ?", (chat_id,)).fetchone():
        _drop(connection, chat_id)


def purge(connection: sqlite3.Connection, chat_ids: Iterable[str]) -> None:
    """Remove chats for good."""
    for chat_id in chat_ids:
        _purge_messages(connection, "chat_id = ?", chat_id)
        _drop(connection, chat_id)


def purge_old(connection: sqlite3.Connection, open_chat_id: str) -> None:
    """What was deleted long ago, and chats that never got a message but the one that is open."""
    before_s = time.time() - KEEP_DELETED_S
    old = connection.execute("SELECT id FROM chats WHERE deleted_s < ?", (before_s,)).fetchall()
    purge(connection, [chat_id for (chat_id,) in old])
    _purge_messages(connection, "removed_s IS NOT NULL AND removed_s < ?", before_s)
    empty = connection.execute(
        "SELECT id FROM chats WHERE message_count = 0 AND id != ? AND changed_s < ?",
        (open_chat_id, time.time() - 24 * 3600),
    ).fetchall()
    for (chat_id,) in empty:
        drop_if_empty(connection, chat_id)


def interrupt(connection: sqlite3.Connection, message_id: str) -> None:
    """The process that wrote this answer is gone: join its pieces, and say so."""
    number, text = connection.execute("SELECT number, text FROM messages WHERE id = ?", (message_id,)).fetchone()
    parts = joined_pieces(connection, message_id)
    text += parts.pop(TEXT, "")
    connection.execute(
        "UPDATE messages SET state = 'interrupted', owner = NULL, text = ? WHERE id = ?", (text, message_id)
    )
    connection.execute("DELETE FROM pieces WHERE message_id = ? AND part = ?", (message_id, TEXT))
    _index(connection, number, text)


def joined_pieces(connection: sqlite3.Connection, message_id: str) -> dict[str, str]:
    """What came since an answer began or went on, by part."""
    parts: dict[str, str] = {}
    rows = connection.execute("SELECT part, text FROM pieces WHERE message_id = ? ORDER BY number", (message_id,))
    for part, text in rows:
        parts[part] = parts.get(part, "") + text
    return parts


def note(connection: sqlite3.Connection, name: str, value: str) -> None:
    """Remember something by name."""
    connection.execute("INSERT OR REPLACE INTO notes (name, value) VALUES (?, ?)", (name, value))


def _purge_messages(connection: sqlite3.Connection, where: str, value: object) -> None:
    for table, column in (("words", "rowid"), ("pieces", "message_id")):
        what = "number" if column == "rowid" else "id"
        connection.execute(
            f"DELETE FROM {table} WHERE {column} IN (SELECT {what} FROM messages WHERE {where})", (value,)
        )
    connection.execute(f"DELETE FROM messages WHERE {where}", (value,))


def _drop(connection: sqlite3.Connection, chat_id: str) -> None:
    connection.execute("DELETE FROM chats WHERE id = ?", (chat_id,))
    connection.execute("DELETE FROM chat_details WHERE chat_id = ?", (chat_id,))


def _free_number(connection: sqlite3.Connection, number: int) -> int:
    while connection.execute("SELECT 1 FROM messages WHERE number = ?", (number,)).fetchone():
        number += 1
    return number


def _index(connection: sqlite3.Connection, number: int, text: str) -> None:
    connection.execute("DELETE FROM words WHERE rowid = ?", (number,))
    if text.strip():
        connection.execute("INSERT INTO words (rowid, text) VALUES (?, ?)", (number, spaced(text)))
