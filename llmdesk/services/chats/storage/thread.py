"""The one thread that touches the file of chats: carries out writes in order, and reads between them.

What cannot be written now (full disk, lock, rights) waits in memory, in order, and is tried again every few seconds.
A damaged file is set aside, and a new one is begun with what can still be read of it.
"""

from __future__ import annotations

import contextlib
import logging
import sqlite3
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from functools import partial
from pathlib import Path
from typing import TypeVar

from llmdesk.errors import LlmdeskError, StoreError
from llmdesk.services.chats.storage import database
from llmdesk.services.chats.storage.inbox import Call, Inbox, Write
from llmdesk.services.chats.storage.salvage import salvage
from llmdesk.words import say

log = logging.getLogger(__name__)
T = TypeVar("T")

RETRY_S = 5.0


class StoreThread:
    """See the module. It starts at once; ``close`` ends it.

    Args:
        prepare: called with each connection that can be written, before anything else is done with it.
        written: called after each commit, with the ids of the chats that changed.
        problem_changed: something keeps chats from being written (or was lost), or, with None, nothing does any more.

    Both are called on the store's thread.
    """

    def __init__(
        self,
        file: Path,
        prepare: Callable[[sqlite3.Connection], None],
        written: Callable[[frozenset[str]], None],
        problem_changed: Callable[[StoreError | None], None],
    ) -> None:
        self.file = file
        self.inbox = Inbox()
        self.problem: StoreError | None = None
        self.is_read_only = False
        self.damages = 0
        """How often a new file was begun: what had been written before may be missing from it."""
        self._prepare, self._written, self._tell_problem = prepare, written, problem_changed
        self._connection: sqlite3.Connection | None = None
        self._may_open_again = True
        self._problem_lasts = False
        self._unwritten: list[Write] = []
        self._next_try_s = 0.0
        self._thread = threading.Thread(target=self._run, name="chats", daemon=True)
        self._thread.start()

    @property
    def is_read_only_for_good(self) -> bool:
        """True where it is not tried again: a newer version's file, or one whose migration failed."""
        return self.is_read_only and not self._may_open_again

    def read(self, work: Callable[[sqlite3.Connection], T], timeout_s: float = 60.0) -> T:
        """Carry out a read after all writes that were asked for before, and wait for it. Not on the GUI thread.

        Raises:
            StoreError: the file cannot be read, or the store is closed.
        """
        future: Future[T] = Future()
        if not self.inbox.put(Call(partial(self._answer, future, work))):
            raise StoreError(say("The chats are closed: the program is ending."))
        try:
            return future.result(timeout_s)
        except TimeoutError:
            raise StoreError(say("The disk does not answer."), say("Try again in a moment.")) from None

    def close(self, timeout_s: float) -> bool:
        """Write what waits and end. False if that takes longer. Idempotent."""
        self.inbox.close()
        self._thread.join(timeout_s)
        return not self._thread.is_alive()

    @property
    def is_behind(self) -> bool:
        """True while something could not be written."""
        return bool(self._unwritten)

    # -- on the thread ------------------------------------------------------------------------------------------------

    def _run(self) -> None:
        self._open()
        while True:
            items = self.inbox.take(self._retry_in_s())
            if items is None:
                break
            for item in items:
                if isinstance(item, Call):
                    self._write()
                    item.function()
                else:
                    self._unwritten.append(item if isinstance(item, Write) else item.write())
            self._write()
        self._next_try_s = 0.0
        self._write()
        if self._unwritten and not self.is_read_only:
            log.warning("%d changes of chats could not be written", len(self._unwritten))
        self._close_connection()

    def _retry_in_s(self) -> float | None:
        if self._may_open_again and (self._unwritten or self._connection is None or self.is_read_only):
            return max(0.0, self._next_try_s - time.monotonic())
        return None

    def _answer(self, future: Future[T], work: Callable[[sqlite3.Connection], T]) -> None:
        try:
            if self._connection is None:
                raise self.problem or StoreError(say("The file of chats cannot be opened."))
            future.set_result(work(self._connection))
        except Exception as error:
            if database.is_damage(error):
                self._replace_damaged(error)
            future.set_exception(error if isinstance(error, LlmdeskError) else self._as_problem(error))

    def _as_problem(self, error: Exception) -> StoreError:
        if not isinstance(error, sqlite3.Error | OSError):
            log.error("a read of chats failed", exc_info=error)
        return StoreError(say("The chats cannot be read: {error}.", error=error), "", repr(error))

    def _write(self) -> None:
        """All that waits, unless that failed a moment ago."""
        is_open = self._connection is not None and not self.is_read_only
        if (is_open and not self._unwritten) or time.monotonic() < self._next_try_s:
            return
        if not is_open:
            self._open()
            if self._connection is None or self.is_read_only:
                return
        try:
            self._commit(self._unwritten)
        except Exception as error:
            self._on_failure(error)
            return
        self._done(self._unwritten)

    def _commit(self, writes: list[Write]) -> None:
        connection = self._connection
        assert connection is not None
        if not writes:
            return
        try:
            connection.execute("BEGIN IMMEDIATE")
            for write in writes:
                write.work(connection)
            connection.execute("COMMIT")
        except BaseException:
            if connection.in_transaction:
                with contextlib.suppress(sqlite3.Error):
                    connection.execute("ROLLBACK")
            raise

    def _done(self, writes: list[Write]) -> None:
        chat_ids = frozenset().union(*(write.chat_ids for write in writes))
        self._unwritten = []
        self._next_try_s = 0.0
        self._solve()
        if chat_ids:
            self._written(chat_ids)

    def _on_failure(self, error: Exception) -> None:
        if database.is_damage(error):
            self._replace_damaged(error)
        elif database.is_of_the_system(error):
            self._next_try_s = time.monotonic() + RETRY_S
            self._set_problem(database.problem_of(error, self.file))
        else:
            self._write_one_by_one()

    def _write_one_by_one(self) -> None:
        """One of them is a bug: it must not keep the others from being written."""
        writes, self._unwritten = self._unwritten, []
        for place, write in enumerate(writes):
            try:
                self._commit([write])
            except Exception as error:
                if database.is_damage(error) or database.is_of_the_system(error):
                    self._unwritten = writes[place:]
                    self._on_failure(error)
                    return
                log.exception("a change of a chat could not be written")
            else:
                self._written(write.chat_ids)

    # -- the file -----------------------------------------------------------------------------------------------------

    def _open(self) -> None:
        if not self._may_open_again:
            self._unwritten = []
            return
        self._next_try_s = time.monotonic() + RETRY_S
        if self._connection is not None and self.is_read_only and not database.may_be_written(self.file):
            return  # it may be a copy, which is not made every few seconds
        self._close_connection()
        try:
            opened = database.open_file(self.file)
        except Exception as error:
            if database.is_damage(error):
                self._replace_damaged(error)
            else:
                self._set_problem(database.problem_of(error, self.file))
            return
        self._connection, self._may_open_again = opened.connection, not opened.is_for_good
        problem = opened.problem or self._prepared(opened.connection)
        self.is_read_only = problem is not None
        if problem is not None:
            self._set_problem(problem)
        else:
            self._next_try_s = 0.0
            self._solve()

    def _prepared(self, connection: sqlite3.Connection) -> StoreError | None:
        """What keeps the file from being written."""
        try:
            self._prepare(connection)
        except (sqlite3.Error, OSError) as error:
            return database.problem_of(error, self.file)
        return None

    def _replace_damaged(self, error: Exception) -> None:
        log.warning("the file of chats is damaged: %s", error)
        self._close_connection()
        self._next_try_s = time.monotonic() + RETRY_S
        try:
            place = database.set_aside(self.file)
            connection = database.open_file(self.file).connection
            count = salvage(place, connection)
            self._prepare(connection)
        except Exception as failure:
            log.exception("no new file of chats could be begun")
            self._set_problem(database.problem_of(failure, self.file))
            return
        self._connection, self.is_read_only, self._next_try_s = connection, False, 0.0
        self.damages += 1
        self._set_problem(
            StoreError(
                say("The file of your chats was damaged. A new one was begun, with all that could be read."),
                say("Chats saved from it: {count}. The old file is kept as {place}.", count=count, place=place),
                str(error),
            ),
            lasts=True,
        )

    def _close_connection(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            with contextlib.suppress(sqlite3.Error):
                connection.close()

    def _set_problem(self, problem: StoreError | None, *, lasts: bool = False) -> None:
        """``lasts``: it is a loss, which no later success makes good."""
        if (problem and problem.user_message) != (self.problem and self.problem.user_message):
            self.problem, self._problem_lasts = problem, lasts
            self._tell_problem(problem)

    def _solve(self) -> None:
        if self.problem is not None and not self._problem_lasts:
            self._set_problem(None)
