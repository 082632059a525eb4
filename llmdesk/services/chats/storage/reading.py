"""What is read out of the file of chats (store's thread)."""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Collection, Iterator

from llmdesk.errors import StoreError
from llmdesk.services.chats.chat_options import ChatOptions
from llmdesk.services.chats.conversation import Conversation
from llmdesk.services.chats.kept import ChatInfo, KeptChat
from llmdesk.services.chats.message import Message
from llmdesk.services.chats.prompt_queue import QueuedPrompt
from llmdesk.services.chats.storage.codec import from_json, message_of
from llmdesk.services.chats.storage.writing import joined_pieces
from llmdesk.services.files.attachment import Attachment
from llmdesk.words import say

log = logging.getLogger(__name__)

_INFO = "id, title, title_is = 'own', created_s, changed_s, is_pinned, folder, is_archived, is_unread, message_count"


def chats(connection: sqlite3.Connection, *, archived: bool) -> tuple[ChatInfo, ...]:
    """Chats with messages, the newest first."""
    rows = connection.execute(
        f"SELECT {_INFO} FROM chats WHERE deleted_s IS NULL AND message_count > 0 AND is_archived = ? "
        "ORDER BY changed_s DESC",
        (archived,),
    )
    return tuple(_info(row) for row in rows)


def infos(connection: sqlite3.Connection, chat_ids: Collection[str]) -> tuple[ChatInfo, ...]:
    """Those of these chats that are there, archived or not."""
    found = []
    for chat_id in chat_ids:
        row = connection.execute(
            f"SELECT {_INFO} FROM chats WHERE id = ? AND deleted_s IS NULL AND message_count > 0", (chat_id,)
        ).fetchone()
        found += [_info(row)] if row else []
    return tuple(found)


def ids_here(connection: sqlite3.Connection, chat_ids: Collection[str]) -> frozenset[str]:
    """Those of these chats that there are, whatever was done to them."""
    found = (connection.execute("SELECT id FROM chats WHERE id = ?", (chat_id,)).fetchone() for chat_id in chat_ids)
    return frozenset(row[0] for row in found if row)


def folders(connection: sqlite3.Connection) -> tuple[str, ...]:
    """Names of folders that have a chat, in the order of the alphabet."""
    rows = connection.execute("SELECT DISTINCT folder FROM chats WHERE deleted_s IS NULL AND folder != ''")
    return tuple(sorted((folder for (folder,) in rows), key=str.casefold))


def load(connection: sqlite3.Connection, chat_id: str, owner_id: str) -> KeptChat:
    """All of a chat. An answer that another process is writing comes as interrupted.

    Raises:
        StoreError: there is none, or it was deleted.
    """
    row = connection.execute(
        f"SELECT {_INFO}, title_is = 'words', options, draft, queue, draft_files "
        "FROM chats LEFT JOIN chat_details ON chat_id = id WHERE id = ? AND deleted_s IS NULL",
        (chat_id,),
    ).fetchone()
    if row is None:
        raise StoreError(say("There is no such chat any more."), say("It may have been deleted in another window."))
    info = _info(row[:10])
    has_words_title, options, draft, queue, files = row[10:]
    chosen: set[str] = set()
    messages = list(_messages(connection, chat_id, owner_id, chosen))
    name = "" if has_words_title else info.title
    conversation = Conversation.of(chat_id, messages, chosen, name)
    draft_files = _draft_files(files or "[]")
    return KeptChat(info, conversation, _options(options), draft or "", _queue(queue), draft_files)


def _queue(text: str | None) -> tuple[QueuedPrompt, ...]:
    try:
        return from_json(tuple[QueuedPrompt, ...], text or "[]")
    except (ValueError, TypeError, KeyError):
        log.warning("the prompts that waited in a chat cannot be read")
        return ()


def has_chat(connection: sqlite3.Connection, chat_id: str) -> bool:
    """False if there never was one, or it was deleted."""
    return bool(connection.execute("SELECT 1 FROM chats WHERE id = ? AND deleted_s IS NULL", (chat_id,)).fetchone())


def note(connection: sqlite3.Connection, name: str) -> str:
    """What was remembered under a name; empty if nothing was."""
    row = connection.execute("SELECT value FROM notes WHERE name = ?", (name,)).fetchone()
    return str(row[0]) if row else ""


def owners_of_running(connection: sqlite3.Connection) -> list[tuple[str, str]]:
    """Answers that run, and the process that writes each."""
    return connection.execute("SELECT id, coalesce(owner, '') FROM messages WHERE state = 'running'").fetchall()


def _messages(connection: sqlite3.Connection, chat_id: str, owner_id: str, chosen: set[str]) -> Iterator[Message]:
    rows = connection.execute(
        "SELECT id, parent_id, role, state, is_chosen, owner, text, details FROM messages "
        "WHERE chat_id = ? AND removed_s IS NULL ORDER BY number",
        (chat_id,),
    ).fetchall()
    with_pieces = {
        message_id
        for (message_id,) in connection.execute(
            "SELECT DISTINCT message_id FROM pieces WHERE message_id IN (SELECT id FROM messages WHERE chat_id = ?)",
            (chat_id,),
        )
    }
    for message_id, parent_id, role, state, is_chosen, owner, text, details in rows:
        if is_chosen:
            chosen.add(message_id)
        if state == "running" and owner != owner_id:
            state = "interrupted"
        columns = {"id": message_id, "parent_id": parent_id, "role": role, "state": state}
        message = message_of(columns, text, details)
        for part, more in (joined_pieces(connection, message_id) if message_id in with_pieces else {}).items():
            if hasattr(message, part):
                getattr(message, part).append(more)
        yield message


def _options(text: str | None) -> ChatOptions:
    """Those that a chat was left with; the usual ones if they are lost."""
    try:
        return from_json(ChatOptions, text or "{}")
    except (ValueError, TypeError, KeyError):
        log.warning("the options of a chat cannot be read")
        return ChatOptions()


def _info(row: tuple[str, str, int, float, float, int, str, int, int, int]) -> ChatInfo:
    chat_id, title, is_own, created_s, changed_s, is_pinned, folder, is_archived, is_unread, count = row
    return ChatInfo(
        chat_id, title, bool(is_own), created_s, changed_s, bool(is_pinned), folder, bool(is_archived),
        bool(is_unread), count,
    )  # fmt: skip


def _draft_files(text: str) -> tuple[Attachment, ...]:
    """Damaged ones are none: the words that were typed are worth more."""
    try:
        return from_json(tuple[Attachment, ...], text)
    except (ValueError, TypeError, KeyError, AttributeError):
        return ()
