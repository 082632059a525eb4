"""The form of the file of chats, and the way from each older form to it (``PRAGMA user_version`` counts them).

A form that an older version would misread or lose parts of takes a migration, even one without a statement: older
versions then open the file for reading only.
"""

from __future__ import annotations

Migration = tuple[str, ...]

_BEGINNING: Migration = (
    """CREATE TABLE chats (
        id TEXT PRIMARY KEY,
        title TEXT NOT NULL DEFAULT '',
        title_is TEXT NOT NULL DEFAULT 'words',  -- 'words' of the first prompt, of the 'model', or the user's 'own'
        created_s REAL NOT NULL,
        changed_s REAL NOT NULL,
        is_pinned INTEGER NOT NULL DEFAULT 0,
        folder TEXT NOT NULL DEFAULT '',
        is_archived INTEGER NOT NULL DEFAULT 0,
        is_unread INTEGER NOT NULL DEFAULT 0,
        message_count INTEGER NOT NULL DEFAULT 0,
        deleted_s REAL  -- when it was deleted; it can be restored until it is purged
    )""",
    # In the order of the list, with all that it shows: it is read without a look at the table.
    """CREATE INDEX chats_listed ON chats (
        changed_s DESC, is_archived, id, title, title_is, created_s, is_pinned, folder, is_unread, message_count
    ) WHERE deleted_s IS NULL""",
    # Apart, so that the list of all chats is read out of few pages.
    """CREATE TABLE chat_details (
        chat_id TEXT PRIMARY KEY,
        draft TEXT NOT NULL DEFAULT '',
        options TEXT NOT NULL DEFAULT '{}'
    )""",
    """CREATE TABLE messages (
        number INTEGER PRIMARY KEY,  -- in order of time: the milliseconds and the counter of its id
        id TEXT NOT NULL UNIQUE,
        chat_id TEXT NOT NULL,
        parent_id TEXT NOT NULL,
        role TEXT NOT NULL,
        state TEXT NOT NULL,
        is_chosen INTEGER NOT NULL,
        removed_s REAL,  -- when it was taken out of the chat; it can come back until it is purged
        owner TEXT,  -- the process that writes this answer, while it runs
        text TEXT NOT NULL,  -- of a running answer only what it began with: the rest are pieces
        details TEXT NOT NULL
    )""",
    "CREATE INDEX messages_by_parent ON messages (chat_id, parent_id)",
    "CREATE INDEX messages_running ON messages (state) WHERE state = 'running'",
    "CREATE INDEX messages_removed ON messages (removed_s) WHERE removed_s IS NOT NULL",
    """CREATE TABLE pieces (
        number INTEGER PRIMARY KEY AUTOINCREMENT,
        message_id TEXT NOT NULL,
        part TEXT NOT NULL,  -- which list of the message it goes to
        text TEXT NOT NULL
    )""",
    "CREATE INDEX pieces_by_message ON pieces (message_id)",
    # What can be searched, under the numbers of the messages. It holds words as search.py writes them, not the texts.
    """CREATE VIRTUAL TABLE words USING fts5 (
        text, tokenize = "unicode61 remove_diacritics 2 categories 'L* N* Co So'", prefix = '2 3', columnsize = 0
    )""",
    "CREATE TABLE notes (name TEXT PRIMARY KEY, value TEXT NOT NULL)",  # which chat was open last
)

_ATTACHMENTS: Migration = (
    # Messages have attachments in their details, too, which an older version would lose.
    "ALTER TABLE chat_details ADD COLUMN draft_files TEXT NOT NULL DEFAULT '[]'",
)


_QUEUE: Migration = (
    "ALTER TABLE chat_details ADD COLUMN queue TEXT NOT NULL DEFAULT '[]'",  # prompts that wait, as JSON
)

# Messages have sources, and chats collections, in their details, which an older version would lose.
_SOURCES: Migration = ()

MIGRATIONS: tuple[Migration, ...] = (_BEGINNING, _QUEUE, _ATTACHMENTS, _SOURCES)
TABLES = ("chats", "chat_details", "messages", "pieces", "notes")
