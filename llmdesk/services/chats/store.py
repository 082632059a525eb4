"""The chats that are kept: one SQLite file, one thread that touches it (storage/), one object per process.

Threads: reads wait for the store's thread, milliseconds; any thread may ask but the window's. Writes return at once and
are carried out in order; a read that comes after a write sees it. Listeners are called on the store's thread unless
they say otherwise (``run``).
"""

from __future__ import annotations

import contextlib
import sqlite3
import threading
import time
from collections.abc import Callable, Collection, Iterable
from functools import partial
from pathlib import Path

from llmdesk import paths
from llmdesk.errors import StoreError
from llmdesk.listeners import Listeners, Unsubscribe
from llmdesk.services.chats.following import Follower
from llmdesk.services.chats.ids import new_id
from llmdesk.services.chats.kept import ChatInfo, ChatsChanged, Hit, KeptChat
from llmdesk.services.chats.session import Session
from llmdesk.services.chats.storage import reading, search, writing
from llmdesk.services.chats.storage.codec import to_json
from llmdesk.services.chats.storage.inbox import Call, Write
from llmdesk.services.chats.storage.owner import Owner
from llmdesk.services.chats.storage.thread import StoreThread
from llmdesk.services.chats.storage.writing import row_of
from llmdesk.services.usage import usage
from llmdesk.services.usage.usage import UsageRow

FILE_NAME = "chats.sqlite"
SAVE_WAIT_S = 1.0
"""So long a request waits at most for its prompt to be written: on a disk that hangs, people still get their answer."""
_CLOSE_S = 10.0
_OPEN_CHAT = "open chat"

Run = Callable[[Callable[[], None]], None]
"""Carries a listener's call over to another thread (the window: ``EventBridge.run``)."""


def _here(function: Callable[[], None]) -> None:
    function()


class ChatStore:
    """See the module. ``close`` once at the end."""

    def __init__(self, file: Path | None = None) -> None:
        if file is None:
            file = paths.data_dir() / FILE_NAME
            with contextlib.suppress(OSError):  # told when the file is opened; once only: a disk may be unplugged later
                paths.made(file.parent)
        file = file.absolute()
        self._owner = Owner(file)
        self.owner_id = self._owner.id
        self._changes = Listeners[ChatsChanged]()
        self._problems = Listeners[StoreError | None]()
        self._known: set[str] = set()
        self._known_at = 0  # how often the file had been replaced then
        self._followers: dict[str, Session] = {}
        self._thread = StoreThread(file, self._prepare, self._on_written, self._problems.tell)
        self.inbox = self._thread.inbox

    @property
    def file(self) -> Path:
        """Where the chats are."""
        return self._thread.file

    @property
    def problem(self) -> StoreError | None:
        """What keeps chats from being written now, or what was lost when the file was opened; None: nothing."""
        return self._thread.problem

    @property
    def is_read_only(self) -> bool:
        """True while the file can be read and not written (a newer version's, or no rights)."""
        return self._thread.is_read_only

    # -- reads: not on the GUI thread ---------------------------------------------------------------------------------

    def chats(self, *, archived: bool = False) -> tuple[ChatInfo, ...]:
        """Chats that have messages, the newest first: those in the list, or those in the archive. Raises StoreError."""
        return self._thread.read(lambda connection: reading.chats(connection, archived=archived))

    def infos(self, chat_ids: Collection[str]) -> tuple[ChatInfo, ...]:
        """The same of single chats, in any order; deleted ones and those without messages are left out."""
        return self._thread.read(lambda connection: reading.infos(connection, chat_ids))

    def ids_here(self, chat_ids: Collection[str]) -> frozenset[str]:
        """Those of these chats that are in the file, also deleted or empty ones. Raises StoreError."""
        return self._thread.read(lambda connection: reading.ids_here(connection, chat_ids))

    def folders(self) -> tuple[str, ...]:
        """The folders that have a chat, in the order of the alphabet. Raises StoreError."""
        return self._thread.read(reading.folders)

    def load(self, chat_id: str) -> KeptChat:
        """All of a chat. Raises StoreError: there is none (any more), or it cannot be read."""
        kept = self._thread.read(lambda connection: reading.load(connection, chat_id, self.owner_id))
        self.note_known(chat_id)
        return kept

    def last_open(self) -> KeptChat | None:
        """The chat that was shown last, with its draft. Raises StoreError."""
        chat_id = self._thread.read(lambda connection: reading.note(connection, _OPEN_CHAT))
        if not chat_id or not self._thread.read(lambda connection: reading.has_chat(connection, chat_id)):
            return None
        return self.load(chat_id)

    def search(self, words: str, limit: int = 100) -> tuple[Hit, ...]:
        """Messages in which all the words occur (or words that begin so), the newest first, after chats with such a
        title. Any text may be asked for. Raises StoreError."""
        return self._thread.read(lambda connection: search.search(connection, words, limit))

    def usage(self) -> tuple[UsageRow, ...]:
        """What was written here, by day and model, the newest first. Raises StoreError."""
        return self._thread.read(usage.usage)

    # -- writes: return at once ---------------------------------------------------------------------------------------

    def rename(self, chat_id: str, title: str) -> None:
        """The user's own title; an empty one brings back the words of the first prompt."""
        title = " ".join(title.split())
        words = None
        if session := self._followers.get(chat_id):
            session.conversation.name = title
            words = session.conversation.title
        self._write([chat_id], lambda connection: writing.set_own_title(connection, chat_id, title, words))

    def set_model_title(self, chat_id: str, title: str) -> None:
        """A title that a model made; the user's own stays."""
        if (session := self._followers.get(chat_id)) and not session.conversation.name:
            session.conversation.name = title
        self._write([chat_id], lambda connection: writing.set_model_title(connection, chat_id, title))

    def set_pinned(self, chat_id: str, on: bool) -> None:
        """Keep a chat at the top of the list."""
        self._set(chat_id, "is_pinned", on)

    def set_archived(self, chat_id: str, on: bool) -> None:
        """Out of the list, into the archive."""
        self._set(chat_id, "is_archived", on)

    def move(self, chat_id: str, folder: str) -> None:
        """Into a folder; empty: into none."""
        self._set(chat_id, "folder", " ".join(folder.split()))

    def mark_unread(self, chat_id: str) -> None:
        """An answer ended that nobody saw."""
        self._set(chat_id, "is_unread", True)

    def mark_read(self, chat_id: str) -> None:
        """Somebody looks at the chat."""
        self._set(chat_id, "is_unread", False)

    def set_open(self, chat_id: str) -> None:
        """This chat is the one shown, and will be at the next start."""
        self._write([], lambda connection: writing.note(connection, _OPEN_CHAT, chat_id))

    def erase_usage(self) -> None:
        """What was answered until now counts no more; the chats stay. ``restore_usage`` undoes it."""
        mark_id = new_id()
        self._write([], lambda connection: usage.erase(connection, mark_id))

    def restore_usage(self) -> None:
        """Undo the last ``erase_usage``."""
        self._write([], usage.restore)

    def delete(self, chat_ids: Iterable[str]) -> None:
        """Delete chats; ``restore`` brings them back within 30 days."""
        ids, now_s = list(chat_ids), time.time()
        self._write(ids, lambda connection: writing.set_deleted(connection, ids, now_s))

    def restore(self, chat_ids: Iterable[str]) -> None:
        """Undo ``delete``."""
        ids = list(chat_ids)
        self._write(ids, lambda connection: writing.set_deleted(connection, ids, None))

    def purge(self, chat_ids: Iterable[str]) -> None:
        """Delete chats for good, at once."""
        ids = list(chat_ids)
        self._known.difference_update(ids)
        self._write(ids, lambda connection: writing.purge(connection, ids))

    def add(self, kept: KeptChat) -> None:
        """A chat from elsewhere (imported). Of one that is here, what is missing, or was taken out, comes (back)."""
        conversation = kept.conversation
        rows = [row_of(conversation, message, kept.info.id) for message in conversation.messages]
        info, options, draft, queue = kept.info, to_json(kept.options), kept.draft, to_json(kept.queue)
        if not info.title:
            info = ChatInfo(info.id, conversation.title, False, info.created_s, info.changed_s)

        def write(connection: sqlite3.Connection) -> None:
            writing.add_chat(connection, info, options, draft, queue, words_title=conversation.words_title)
            if kept.draft_files:
                writing.set_draft_files(connection, info.id, to_json(kept.draft_files))
            writing.add_messages(connection, rows, None)
            writing.bring_back(connection, info.id, [row.id for row in rows])

        self._write([info.id], write)

    # -- following ----------------------------------------------------------------------------------------------------

    def follow(self, session: Session) -> Unsubscribe:
        """Keep this chat from now on, with its options and its draft, on the thread of the session.

        A private one is not kept, and none is where nothing will ever be written: the window holds it then. One that is
        followed already goes on being followed.
        """
        chat_id = session.conversation.id
        if self._thread.is_read_only_for_good and session.conversation.is_empty:
            self._known.discard(chat_id)  # a draft was all that the file has of it, and is in no list
        if session.is_private or session.keeper is not None or self._thread.is_read_only_for_good:
            return lambda: None
        follower = Follower(session, self)
        self._followers[chat_id] = session

        def end() -> None:
            follower.end()
            if self._followers.get(chat_id) is session:
                del self._followers[chat_id]

        return end

    def knows(self, chat_id: str) -> bool:
        """True if the file has the chat as it was when it was last loaded or followed (for followers)."""
        if self._known_at != self._thread.damages:
            self._known_at = self._thread.damages
            self._known.clear()
        return chat_id in self._known

    def note_known(self, chat_id: str) -> None:
        """See ``knows``."""
        self._known.add(chat_id)

    def when_written(self, call: Callable[[], None]) -> None:
        """See submission.Keeper: the call comes on the store's thread, after ``SAVE_WAIT_S`` at most on another."""
        timer = threading.Timer(SAVE_WAIT_S, call)
        timer.daemon = True

        def written() -> None:
            timer.cancel()
            call()

        timer.start()
        if not self.inbox.put(Call(written)):
            written()

    # -- the whole ----------------------------------------------------------------------------------------------------

    def subscribe(self, listener: Callable[[ChatsChanged], None], run: Run = _here) -> Unsubscribe:
        """Hear of chats that have changed, once that is written."""
        return self._changes.add(lambda change: run(partial(listener, change)))

    def subscribe_problems(self, listener: Callable[[StoreError | None], None], run: Run = _here) -> Unsubscribe:
        """Hear of what keeps chats from being written, or was lost; None: nothing does any more."""
        return self._problems.add(lambda problem: run(partial(listener, problem)))

    def flush(self, timeout_s: float = _CLOSE_S) -> bool:
        """Wait until everything so far is written. False if it cannot be, or takes longer. Not on the GUI thread."""
        done = threading.Event()
        if not self.inbox.put(Call(done.set)):
            return False
        return done.wait(timeout_s) and not self._thread.is_behind

    def close(self) -> bool:
        """Write what waits and end the thread; seconds at most. False if it did not end. Idempotent."""
        ended = self._thread.close(_CLOSE_S)
        self._owner.release()
        return ended

    # -- helpers ------------------------------------------------------------------------------------------------------

    def _set(self, chat_id: str, column: str, value: str | bool) -> None:
        self._write([chat_id], lambda connection: writing.set_column(connection, chat_id, column, value))

    def _write(self, chat_ids: Iterable[str], work: Callable[[sqlite3.Connection], object]) -> None:
        self.inbox.put(Write(work, frozenset(chat_ids)))

    def _on_written(self, chat_ids: frozenset[str]) -> None:
        self._changes.tell(ChatsChanged(chat_ids))

    def _prepare(self, connection: sqlite3.Connection) -> None:
        """Store's thread, at each opening: mark what other processes left unfinished, and tidy up."""
        self._owner.acquire()
        connection.execute("BEGIN IMMEDIATE")
        try:
            for message_id, owner_id in reading.owners_of_running(connection):
                if not self._owner.lives(owner_id):
                    writing.interrupt(connection, message_id)
            writing.purge_old(connection, reading.note(connection, _OPEN_CHAT))
            connection.execute("COMMIT")
        except BaseException:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            raise
        self._owner.clean_up()
