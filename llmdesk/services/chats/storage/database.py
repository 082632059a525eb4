"""The file of chats: opened, brought to this version's form, set aside when it is damaged (store's thread).

``synchronous = FULL`` in WAL mode: each commit is on the disk when it returns. NORMAL would keep the file whole, too,
but a power cut could take the last commits along, and with them a prompt that somebody has just sent. The price is one
fsync a commit, and there are few: two a second while an answer is written.
"""

from __future__ import annotations

import contextlib
import logging
import os
import shutil
import sqlite3
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from llmdesk.error_values import is_disk_full
from llmdesk.errors import StoreError
from llmdesk.services.chats.storage.schema import MIGRATIONS, TABLES, Migration
from llmdesk.services.sqlite_copies import copied
from llmdesk.whole_files import put_in_place
from llmdesk.words import say

log = logging.getLogger(__name__)

BUSY_S = 5.0
"""So long a write waits for another process that is writing."""
_LEAST_ROOM_BYTES = 65_536
_DAMAGED = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_FORMAT}
_BUSY = {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}
_OF_THE_SYSTEM = {
    *_BUSY, sqlite3.SQLITE_FULL, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM,
    sqlite3.SQLITE_IOERR, sqlite3.SQLITE_NOMEM, sqlite3.SQLITE_PROTOCOL, sqlite3.SQLITE_NOLFS,
}  # fmt: skip


class Damaged(Exception):
    """The file is not what it should be; ``str`` says what was found."""


@dataclass(frozen=True, slots=True)
class Opened:
    """A connection, and why it can only be read from, if so. ``is_for_good``: trying again later will not help."""

    connection: sqlite3.Connection
    problem: StoreError | None = None
    is_for_good: bool = False


def open_file(file: Path, migrations: Sequence[Migration] = MIGRATIONS) -> Opened:
    """Open the file, made if there is none, in the form of the last migration.

    Raises:
        Damaged: it is no file of chats, or not whole.
        sqlite3.Error: it cannot be opened at all now.
    """
    was_left_open = _size(file.with_name(f"{file.name}-wal")) > 0
    try:
        connection = connect(f"{file.as_uri()}?mode=rwc")
        try:
            return _prepare(connection, file, migrations, was_left_open)
        except BaseException:
            connection.close()
            raise
    except sqlite3.Error as error:
        if is_damage(error):
            raise Damaged(str(error)) from error
        if code_of(error) in _BUSY or not file.exists():
            raise
        is_for_good = not is_of_the_system(error)  # a migration that failed would fail again
        try:
            connection = _open_for_reading(file)
        except sqlite3.Error as unread:
            raise unread if is_damage(unread) else error from None  # what kept it from being made, if it is a new one
        return Opened(connection, problem_of(error, file), is_for_good)


def may_be_written(file: Path) -> bool:
    """False where an attempt would be in vain: it, its folder or their disk is for reading only."""
    return os.access(file, os.W_OK) and os.access(file.parent, os.W_OK)


def is_damage(error: BaseException) -> bool:
    """True if SQLite says that the file is not whole."""
    return isinstance(error, Damaged) or (isinstance(error, sqlite3.Error) and code_of(error) in _DAMAGED)


def is_of_the_system(error: BaseException) -> bool:
    """True for what may be different the next time: a full disk, a lock, rights."""
    return isinstance(error, OSError) or (isinstance(error, sqlite3.Error) and code_of(error) in _OF_THE_SYSTEM)


def code_of(error: sqlite3.Error) -> int:
    """SQLite's primary result code; 0 for what Python's module says by itself."""
    return getattr(error, "sqlite_errorcode", 0) & 0xFF


def problem_of(error: BaseException, file: Path) -> StoreError:
    """In words for the user."""
    again = say("It is tried again by itself. Until then, what you write is held by this window only.")
    code = code_of(error) if isinstance(error, sqlite3.Error) else 0
    if code == sqlite3.SQLITE_FULL or is_disk_full(error) or (code == sqlite3.SQLITE_IOERR and _has_no_room(file)):
        return StoreError(say("The disk is full: chats are not saved."), say("Free some space. {again}", again=again))
    if code in _BUSY:
        message = say("Chats are not saved: another program has locked {file}.", file=file.name)
        return StoreError(message, say("Close it. {again}", again=again))
    if code in (sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM) or isinstance(error, OSError):
        message = say("Chats are not saved: {file} cannot be written.", file=file)
        return StoreError(message, say("Look at the rights of file and folder. {again}", again=again), str(error))
    message = say("Chats are not saved: {error}.", error=error)
    return StoreError(message, again, str(error))


def set_aside(file: Path) -> Path:
    """Move a damaged file out of the way, with what belongs to it. Returns where it is now. Raises OSError."""
    base = f"{file.stem}.damaged-{time.strftime('%Y%m%d-%H%M%S')}"
    place, count = file.with_name(f"{base}{file.suffix}"), 1
    while place.exists():
        count += 1
        place = file.with_name(f"{base}-{count}{file.suffix}")
    put_in_place(file, place)
    for end in ("-wal", "-shm"):
        with contextlib.suppress(FileNotFoundError):
            put_in_place(file.with_name(file.name + end), place.with_name(place.name + end))
    return place


def backup_place(file: Path, version: int) -> Path:
    """Where the file is kept as it was before it left this version's form."""
    return file.with_name(f"{file.stem}.version-{version}{file.suffix}")


def connect(uri: str) -> sqlite3.Connection:
    """A connection without transactions of its own."""
    return sqlite3.connect(uri, uri=True, timeout=BUSY_S, isolation_level=None)


def _prepare(
    connection: sqlite3.Connection, file: Path, migrations: Sequence[Migration], was_left_open: bool
) -> Opened:
    version, parts = _version_and_parts(connection)
    if version > len(migrations):
        connection.execute("PRAGMA query_only = ON")
        return Opened(connection, _newer(), is_for_good=True)
    if version == 0 and parts:
        raise Damaged(say("it holds something else than chats"))
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    if version < len(migrations):
        _migrate(connection, file, version, migrations)
    if was_left_open:  # by a crash, or by another process that has it open now
        found = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
        if found != "ok":
            raise Damaged(str(found))
    for table in TABLES:
        connection.execute(f"SELECT 1 FROM {table} LIMIT 1").fetchone()
    connection.execute("SELECT 1 FROM words LIMIT 1").fetchone()
    return Opened(connection)


def _migrate(connection: sqlite3.Connection, file: Path, version: int, migrations: Sequence[Migration]) -> None:
    if version:
        copy_to(connection, backup_place(file, version))
    connection.execute("BEGIN IMMEDIATE")
    try:
        version = _version(connection)  # another process may have been faster
        for migration in migrations[version:]:
            for statement in migration:
                connection.execute(statement)
        connection.execute(f"PRAGMA user_version = {len(migrations)}")
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise
    log.info("the chats' file has form %d now, it had %d", len(migrations), version)


def copy_to(connection: sqlite3.Connection, place: Path) -> None:
    """A whole copy, under its name only once it is complete."""
    unfinished = place.with_name(f"{place.name}.part")
    unfinished.unlink(missing_ok=True)
    with contextlib.closing(sqlite3.connect(unfinished, timeout=BUSY_S)) as copy:
        copy_into(copy, connection)
        copy.execute("PRAGMA journal_mode = DELETE")
    put_in_place(unfinished, place)


def copy_into(copy: sqlite3.Connection, connection: sqlite3.Connection) -> None:
    """All of it. A lock is waited for as long as by a write: Python would wait without end. Raises sqlite3.Error."""
    deadline_s = time.monotonic() + BUSY_S

    def step(status: int, _remaining: int, _total: int) -> None:
        if status & 0xFF in _BUSY and time.monotonic() >= deadline_s:
            error = sqlite3.OperationalError("database is locked")
            error.sqlite_errorcode = status
            raise error

    connection.backup(copy, progress=step)


def _open_for_reading(file: Path) -> sqlite3.Connection:
    """Of a file that cannot be written, perhaps in a folder that cannot be written either.

    There its journal, which has the newest answers, is read out of a copy. Raises sqlite3.Error, OSError.
    """
    try:
        return _readable(f"{file.as_uri()}?mode=ro")
    except sqlite3.Error as error:
        if code_of(error) not in (sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY):
            raise
    if not _size(file.with_name(f"{file.name}-wal")):
        return _readable(f"{file.as_uri()}?immutable=1")
    with tempfile.TemporaryDirectory(prefix="llmdesk-") as folder:
        copy = copied(file, Path(folder))
        with contextlib.closing(_readable(f"{copy.as_uri()}?mode=rw")) as whole:
            whole.execute("PRAGMA journal_mode = DELETE")
            connection = connect("")  # a file of SQLite's own, gone with the connection
            try:
                copy_into(connection, whole)
            except BaseException:
                connection.close()
                raise
    return connection


def _readable(uri: str) -> sqlite3.Connection:
    connection = connect(uri)
    try:
        connection.execute("SELECT 1 FROM chats LIMIT 1").fetchone()
    except BaseException:
        connection.close()
        raise
    return connection


def _version_and_parts(connection: sqlite3.Connection) -> tuple[int, int]:
    """Of one moment: another process may be making the file's tables."""
    connection.execute("BEGIN")
    try:
        return _version(connection), int(connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0])
    finally:
        if connection.in_transaction:
            connection.execute("COMMIT")


def _version(connection: sqlite3.Connection) -> int:
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


def _newer() -> StoreError:
    return StoreError(
        say("Your chats were written by a newer version of llmdesk: here they can be read, but not changed."),
        say("Update llmdesk. Until then, what you write is held by this window only."),
    )


def _has_no_room(file: Path) -> bool:
    """A full disk is an error of input and output where SQLite makes its file of shared memory larger."""
    try:
        return shutil.disk_usage(file.parent).free < _LEAST_ROOM_BYTES
    except OSError:
        return False


def _size(file: Path) -> int:
    try:
        return file.stat().st_size
    except OSError:
        return 0
