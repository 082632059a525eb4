"""The file of the index: opened, set aside when it is damaged, begun anew when another version wrote it.

All in it can be made again from the user's files, but for which folders there are: these are carried over where they
can still be read. SQLite comes with ``apsw``, because Python's own module often cannot load the extension for vectors.
"""

from __future__ import annotations

import contextlib
import errno
import logging
import os
import time
from dataclasses import dataclass
from pathlib import Path

import apsw

from llmdesk.error_values import is_disk_full
from llmdesk.errors import CollectionError, LlmdeskError
from llmdesk.services.sqlite_copies import copied
from llmdesk.whole_files import put_in_place
from llmdesk.words import say

log = logging.getLogger(__name__)

VERSION = 1
IN_MEMORY = ":memory:"
_BUSY_MS = 5000
_SCHEMA = (
    "CREATE TABLE collections (number INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT UNIQUE NOT NULL, name TEXT NOT NULL, "
    "scanned_s REAL NOT NULL DEFAULT 0)",
    "CREATE TABLE folders (collection_id TEXT NOT NULL, path TEXT NOT NULL, problem TEXT NOT NULL DEFAULT '', "
    "PRIMARY KEY (collection_id, path))",
    """CREATE TABLE files (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        collection INTEGER NOT NULL,
        path TEXT NOT NULL,
        size INTEGER NOT NULL,
        mtime_ns INTEGER NOT NULL,
        digest BLOB NOT NULL,  -- of what it held when it was read
        problem TEXT NOT NULL,  -- why nothing is known of it
        passages INTEGER NOT NULL,
        text_bytes INTEGER NOT NULL,
        UNIQUE (collection, path)
    )""",
    # Numbers are never used again: a vector that comes late cannot go to another passage.
    """CREATE TABLE passages (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        file_id INTEGER NOT NULL,
        collection INTEGER NOT NULL,
        unit TEXT NOT NULL, first INTEGER NOT NULL, last INTEGER NOT NULL, sheet TEXT NOT NULL,
        heading TEXT NOT NULL,
        text TEXT NOT NULL,
        is_embedded INTEGER NOT NULL DEFAULT 0  -- 1: it has a vector, 2: the model gives none
    )""",
    "CREATE INDEX passages_by_file ON passages (file_id)",
    "CREATE INDEX passages_to_embed ON passages (collection) WHERE is_embedded = 0",
    # The collection is a word, too, so that FTS5 finds those of a few collections by itself.
    """CREATE VIRTUAL TABLE words USING fts5 (
        scope, name, heading, text, content = '', contentless_delete = 1,
        tokenize = 'porter unicode61 remove_diacritics 2'
    )""",
    "CREATE TABLE notes (name TEXT PRIMARY KEY, value TEXT NOT NULL)",  # whose vectors these are
)


@dataclass(frozen=True, slots=True)
class Folders:
    """What has to survive: id, name and folders of each collection."""

    rows: tuple[tuple[str, str, tuple[str, ...]], ...] = ()


@dataclass(frozen=True, slots=True)
class Opened:
    """A connection, and what the user should know: an index was set aside."""

    connection: apsw.Connection
    notice: LlmdeskError | None = None


def open_file(file: Path, *, is_damaged: bool = False) -> Opened:
    """Open the index, made with its folder if there is none. Raises CollectionError: it cannot be opened now.

    Args:
        is_damaged: that was found while it was in use.
    """
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        try:
            if is_damaged and file.exists():
                raise apsw.CorruptError(say("it could not be read"))
            return Opened(_opened(file))
        except (apsw.CorruptError, apsw.NotADBError, _OtherVersion) as error:
            return _begun_anew(file, error)
    except (apsw.Error, OSError) as error:
        raise problem_of(error) from error


def open_in_memory() -> apsw.Connection:
    """An index that is never written."""
    connection = _connected(IN_MEMORY)
    _make(connection)
    return connection


def is_damage(error: BaseException) -> bool:
    """True if SQLite says that the file is not whole."""
    return isinstance(error, apsw.CorruptError | apsw.NotADBError)


def is_of_the_system(error: BaseException) -> bool:
    """True for what may be different the next time: a full disk, a lock, rights."""
    return isinstance(error, apsw.Error | OSError)


def problem_of(error: BaseException) -> CollectionError:
    """In words for the user."""
    if isinstance(error, apsw.FullError) or is_disk_full(error):
        return CollectionError(
            say("The disk is full: folders are not indexed any further."),
            say("Free some space, then look for changes again."),
        )
    if isinstance(error, apsw.BusyError | apsw.LockedError):
        return CollectionError(
            say("The index of folders is in use by another program."), say("Try again in a moment."), str(error)
        )
    if isinstance(error, apsw.ReadOnlyError | apsw.CantOpenError | apsw.PermissionsError | OSError):
        return CollectionError(
            say("The index of folders cannot be written."), say("Look at the rights of the data folder."), str(error)
        )
    return CollectionError(say("The index of folders fails: {error}.", error=error), "", str(error))


class _OtherVersion(Exception):
    """Another version of llmdesk wrote it."""


def _connected(name: str) -> apsw.Connection:
    connection = apsw.Connection(name)
    connection.set_busy_timeout(_BUSY_MS)
    connection.enable_load_extension(True)
    import sqlite_vec  # with numpy, for which the first painting of the window must not wait

    connection.load_extension(sqlite_vec.loadable_path())
    connection.enable_load_extension(False)
    return connection


def _opened(file: Path) -> apsw.Connection:
    was_left_open = _size(file.with_name(f"{file.name}-wal")) > 0
    connection = _connected(str(file))
    try:
        version = int(connection.pragma("user_version"))
        if version == 0 and not connection.execute("SELECT count(*) FROM sqlite_master").get:
            connection.pragma("journal_mode", "wal")
            _make(connection)
        elif version != VERSION:
            raise _OtherVersion
        connection.pragma("journal_mode", "wal")
        connection.pragma("synchronous", 1)  # a power cut may take the last files along, which are read again then
        if was_left_open and (found := connection.execute("PRAGMA quick_check(1)").get) != "ok":
            raise apsw.CorruptError(str(found))
        for table in ("collections", "folders", "files", "passages", "notes", "words"):
            connection.execute(f"SELECT 1 FROM {table} LIMIT 1").fetchall()
    except BaseException:
        connection.close()
        raise
    return connection


def _make(connection: apsw.Connection) -> None:
    connection.execute("BEGIN IMMEDIATE")
    try:
        if not connection.execute("SELECT count(*) FROM sqlite_master").get:  # another process may have been faster
            for statement in _SCHEMA:
                connection.execute(statement)
            connection.execute(f"PRAGMA user_version = {VERSION}")
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


def _begun_anew(file: Path, error: Exception) -> Opened:
    folders = folders_in(file)
    notice = None
    if isinstance(error, _OtherVersion):
        log.info("the index of folders is of another version and is made anew")
        _remove(file)
    else:
        place = _set_aside(file)
        log.warning("the index of folders is damaged (%s) and was moved to %s", error, place)
        hint = say("The folders are indexed anew.") if folders.rows else say("Add the folders again.")
        notice = CollectionError(
            say("The index of folders was damaged. It is kept as {name}.", name=place.name), hint, str(error)
        )
    connection = _opened(file)
    _put(connection, folders)
    return Opened(connection, notice)


def make_file(file: Path, folders: Folders) -> None:
    """A new index in which nothing but folders is known: they are read when it is used. Raises CollectionError."""
    connection = open_file(file).connection
    try:
        _put(connection, folders)
        connection.pragma("journal_mode", "delete")  # one file, which can be moved
    except apsw.Error as error:
        raise problem_of(error) from error
    finally:
        connection.close()


def _put(connection: apsw.Connection, folders: Folders) -> None:
    for collection_id, name, paths in folders.rows:
        connection.execute("INSERT INTO collections (id, name) VALUES (?, ?)", (collection_id, name))
        rows = [(collection_id, path) for path in paths]
        connection.executemany("INSERT INTO folders (collection_id, path) VALUES (?, ?)", rows)


def folders_in(file: Path, room: Path | None = None) -> Folders:
    """As far as they can be read.

    ``room``: a folder for a copy, made if the file lies on a disk for reading only. Raises OSError: it has no room.
    """
    with contextlib.suppress(apsw.Error, ValueError, TypeError):
        try:
            return _folders_in(file)
        except (apsw.CantOpenError, apsw.ReadOnlyError):
            if room is None:
                raise
        try:
            return _folders_in(copied(file, room))
        except apsw.FullError as error:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC)) from error
    return Folders()


def _folders_in(file: Path) -> Folders:
    connection = _connected(str(file))
    try:
        rows = connection.execute("SELECT id, name FROM collections").fetchall()
        found = []
        for collection_id, name in rows:
            query = "SELECT path FROM folders WHERE collection_id = ?"
            paths = tuple(str(path) for (path,) in connection.execute(query, (collection_id,)))
            found.append((str(collection_id), str(name), paths))
        return Folders(tuple(found))
    finally:
        connection.close()


def _set_aside(file: Path) -> Path:
    place = file.with_name(f"{file.stem}.damaged-{time.strftime('%Y%m%d-%H%M%S')}{file.suffix}")
    put_in_place(file, place)
    for end in ("-wal", "-shm"):
        with contextlib.suppress(FileNotFoundError):
            put_in_place(file.with_name(file.name + end), place.with_name(place.name + end))
    return place


def _remove(file: Path) -> None:
    for end in ("", "-wal", "-shm"):
        file.with_name(file.name + end).unlink(missing_ok=True)


def _size(file: Path) -> int:
    try:
        return file.stat().st_size
    except OSError:
        return 0
