"""``llmdesk backup``: all that cannot be made again, in one file. Beside a running window; any thread but the GUI's."""

from __future__ import annotations

import contextlib
import errno
import hashlib
import os
import shutil
import sqlite3
import tempfile
import time
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from llmdesk import __version__, paths
from llmdesk.errors import BackupError, ChatsDamaged
from llmdesk.file_errors import said_of_writing
from llmdesk.models.catalogue import Catalogue
from llmdesk.services.backup import contents
from llmdesk.services.backup.archive import FORMAT, LIST, PIECE_BYTES, VERSION, BackupList, NamedModel, Part
from llmdesk.services.backup.contents import CHATS_PART, COLLECTIONS_PART, place_of
from llmdesk.services.chats.storage import database as chats_database
from llmdesk.services.collections import database as collections_database
from llmdesk.services.sqlite_copies import copied
from llmdesk.whole_files import writing
from llmdesk.words import say

Tell = Callable[[str, int], None]
"""What is being written, and how many bytes of it so far."""
_PREFIX = ".llmdesk-backup-"  # nobody else's: what is old of it is removed
_SPARE_BYTES = 64 << 20
_ABANDONED_S = 86_400.0


@dataclass(frozen=True, slots=True)
class Written:
    """A backup that is there: how many files are in it, and their bytes unpacked.

    ``left_out``: files of the user's that are not in it for their names (contents.py).
    """

    parts: int
    size_bytes: int
    models: tuple[NamedModel, ...]
    left_out: tuple[Path, ...] = ()


def write_backup(
    target: Path,
    *,
    with_models: bool = False,
    with_chats: bool = True,
    tell: Tell = lambda part, done_bytes: None,
) -> Written:
    """Write a backup; the file is there whole or not at all, and for this user's eyes only.

    Chats are copied as they are at one moment, whoever writes them meanwhile. Of collections their folders are kept:
    the index is made anew from them. Models are named, or with ``with_models`` the fetched ones are in it.

    Raises:
        ChatsDamaged: their file is not whole.
        BackupError: the chats cannot be read now, or the file cannot be written.
        NotEnoughDisk
    """
    models = _named_models()
    with (
        said_of_writing(target, BackupError),
        _room_for_copies(target) as staging,
    ):
        sources = {part: place_of(part) for part in contents.small_parts()}
        sources |= _databases(staging, with_chats)
        if with_models:
            sources |= {part: place_of(part) for part in contents.model_parts()}
        with writing(target) as out, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, strict_timestamps=False) as file:
            parts = {part: _add(file, part, source, tell) for part, source in sources.items()}
            found = BackupList(
                format=FORMAT,
                version=VERSION,
                written_by=f"llmdesk {__version__}",
                created=time.strftime("%Y-%m-%dT%H:%M:%S%z"),
                models=models,
                parts=parts,
            )
            file.writestr(LIST, found.model_dump_json(indent=1))
    return Written(len(parts), found.size_bytes, models, contents.left_out())


@contextlib.contextmanager
def _room_for_copies(target: Path) -> Iterator[Path]:
    """A folder at home, where SQLite's locks work and nobody else looks; beside the target if there is no room at home.

    A stick or a share may know no locks, and what a killed run leaves there goes where the stick goes. For a target
    that is a pipe or a device the other place is where the system has such files.
    """
    aside = None if target.exists() and not target.is_file() else target.resolve().parent
    with contextlib.ExitStack() as stack:
        try:
            home = paths.made(paths.cache_dir())
            has_room = shutil.disk_usage(home).free > _most_bytes() + _SPARE_BYTES
            place = _folder_in(home, stack) if has_room else None
        except OSError:  # it cannot be written there
            place = None
        yield _folder_in(aside, stack) if place is None else place


def _folder_in(parent: Path | None, stack: contextlib.ExitStack) -> Path:
    """Gone at the end; those of runs that were killed are cleared away. Raises OSError."""
    for old in parent.glob(f"{_PREFIX}*") if parent is not None else ():
        with contextlib.suppress(OSError):
            if old.is_dir() and not old.is_symlink() and time.time() - old.stat().st_mtime > _ABANDONED_S:
                shutil.rmtree(old, ignore_errors=True)
    return Path(stack.enter_context(tempfile.TemporaryDirectory(prefix=_PREFIX, dir=parent)))


def _most_bytes() -> int:
    """Of the copies: the file as it is, where it can only be read so, and one without a journal."""
    files = (place_of(part).with_name(place_of(part).name + end)
             for part in (CHATS_PART, COLLECTIONS_PART) for end in ("", "-wal"))  # fmt: skip
    return 2 * sum(file.stat().st_size for file in files if file.exists())


def _databases(staging: Path, with_chats: bool) -> dict[str, Path]:
    """Copies of chats and collections, as files that nobody writes."""
    found: dict[str, Path] = {}
    chats, collections = place_of(CHATS_PART), place_of(COLLECTIONS_PART)
    if with_chats and chats.exists():
        found[CHATS_PART] = staging / chats.name
        try:
            with contextlib.closing(_readable(chats, staging)) as connection:
                _copy(connection, found[CHATS_PART])
        except sqlite3.Error as error:
            kind = ChatsDamaged if chats_database.is_damage(error) else BackupError
            raise kind(
                say("The chats cannot be read: {error}.", error=error),
                say("Close llmdesk and try again; a damaged file is mended when the window opens."),
            ) from error
    if collections.exists() and (folders := collections_database.folders_in(collections, staging)).rows:
        found[COLLECTIONS_PART] = staging / collections.name
        collections_database.make_file(found[COLLECTIONS_PART], folders)
    return found


def _copy(connection: sqlite3.Connection, place: Path) -> None:
    """Raises sqlite3.Error: these chats cannot be read; OSError: the copy cannot be written."""
    connection.execute("BEGIN")
    connection.execute("SELECT 1 FROM sqlite_master").fetchone()  # from here on no lock but the copy's is in the way
    try:
        chats_database.copy_to(connection, place)
    except sqlite3.Error as error:
        is_read = getattr(error, "sqlite_errorcode", 0) == sqlite3.SQLITE_IOERR_READ
        if chats_database.is_damage(error) or is_read:
            raise
        if chats_database.code_of(error) == sqlite3.SQLITE_FULL:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC)) from error
        raise OSError(errno.EIO, f"{place.parent.parent}: {error}") from error


def _readable(chats: Path, staging: Path) -> sqlite3.Connection:
    """A connection that reads all of it. Raises sqlite3.Error, OSError."""
    try:
        connection = chats_database.connect(f"{chats.as_uri()}?mode=ro")
        try:
            connection.execute("SELECT 1 FROM sqlite_master").fetchone()  # a copy would wait without end for a lock
            return connection
        except sqlite3.Error:
            connection.close()
            raise
    except sqlite3.Error as error:
        if chats_database.code_of(error) not in (sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY):
            raise
    return chats_database.connect(f"{copied(chats, staging).as_uri()}?mode=rw")


def _add(file: zipfile.ZipFile, part: str, source: Path, tell: Tell) -> Part:
    """Of what a file holds while it is read: it may be written meanwhile."""
    with _said_of_reading(source):
        changed_s = source.stat().st_mtime
        read = source.open("rb")
    info = zipfile.ZipInfo(part, time.localtime(max(changed_s, 315_619_200.0))[:6])
    info.compress_type = zipfile.ZIP_STORED if contents.is_of_models(part) else zipfile.ZIP_DEFLATED
    info.external_attr = 0o600 << 16
    digest, done_bytes = hashlib.sha256(), 0
    with read, file.open(info, "w", force_zip64=True) as out:
        while piece := _piece(read, source):
            digest.update(piece)
            out.write(piece)
            done_bytes += len(piece)
            tell(part, done_bytes)
    return Part(size_bytes=done_bytes, sha256=digest.hexdigest())


def _piece(read: BinaryIO, source: Path) -> bytes:
    with _said_of_reading(source):
        return read.read(PIECE_BYTES)


@contextlib.contextmanager
def _said_of_reading(source: Path) -> Iterator[None]:
    """It is no word about the file that is written."""
    try:
        yield
    except OSError as error:
        reason = error.strerror or str(error)
        raise BackupError(say("{name} cannot be read: {reason}.", name=source, reason=reason)) from error


def _named_models() -> tuple[NamedModel, ...]:
    """Those that are here and did not come with llmdesk, so that they can be brought back."""
    catalogue = Catalogue.load()
    return tuple(
        NamedModel(id=spec.id, title=spec.title, source=spec.source.kind, location=spec.source.location)
        for spec in catalogue.specs()
        if spec.added_by_user or (paths.models_dir() / spec.id).exists()
    )
