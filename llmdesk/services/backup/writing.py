"""``llmdesk backup``: all that cannot be made again, in one file. Beside a running window; any thread but the GUI's."""

from __future__ import annotations

import contextlib
import errno
import hashlib
import os
import sqlite3
import tempfile
import time
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

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


@dataclass(frozen=True, slots=True)
class Written:
    """A backup that is there: how many files are in it, and their bytes unpacked."""

    parts: int
    size_bytes: int
    models: tuple[NamedModel, ...]


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
        tempfile.TemporaryDirectory(prefix=".backup-", dir=_beside(target)) as staging,
    ):
        sources = {part: place_of(part) for part in contents.small_parts()}
        sources |= _databases(Path(staging), with_chats)
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
    return Written(len(parts), found.size_bytes, models)


def _beside(target: Path) -> Path | None:
    """Where copies are made: where there must be room anyway, since the home's disk may be full, or not to be written.

    None: where the system has such files, for a target that is a pipe or a device.
    """
    return None if target.exists() and not target.is_file() else target.resolve().parent


def _databases(staging: Path, with_chats: bool) -> dict[str, Path]:
    """Copies of chats and collections, as files that nobody writes."""
    found: dict[str, Path] = {}
    chats, collections = place_of(CHATS_PART), place_of(COLLECTIONS_PART)
    if with_chats and chats.exists():
        found[CHATS_PART] = staging / chats.name
        try:
            with contextlib.closing(_readable(chats, staging)) as connection:
                chats_database.copy_to(connection, found[CHATS_PART])
        except sqlite3.Error as error:
            if chats_database.code_of(error) == sqlite3.SQLITE_FULL:
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC)) from error
            kind = ChatsDamaged if chats_database.is_damage(error) else BackupError
            raise kind(
                say("The chats cannot be read: {error}.", error=error),
                say("Close llmdesk and try again; a damaged file is mended when the window opens."),
            ) from error
    if collections.exists() and (folders := collections_database.folders_in(collections)).rows:
        found[COLLECTIONS_PART] = staging / collections.name
        collections_database.make_file(found[COLLECTIONS_PART], folders)
    return found


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
        if chats_database.code_of(error) != sqlite3.SQLITE_CANTOPEN:
            raise
    return chats_database.connect(f"{copied(chats, staging).as_uri()}?mode=rw")


def _add(file: zipfile.ZipFile, part: str, source: Path, tell: Tell) -> Part:
    """Of what a file holds while it is read: it may be written meanwhile."""
    info = zipfile.ZipInfo(part, time.localtime(max(source.stat().st_mtime, 315_619_200.0))[:6])
    info.compress_type = zipfile.ZIP_STORED if contents.is_of_models(part) else zipfile.ZIP_DEFLATED
    info.external_attr = 0o600 << 16
    digest, done_bytes = hashlib.sha256(), 0
    with source.open("rb") as read, file.open(info, "w", force_zip64=True) as out:
        while piece := read.read(PIECE_BYTES):
            digest.update(piece)
            out.write(piece)
            done_bytes += len(piece)
            tell(part, done_bytes)
    return Part(size_bytes=done_bytes, sha256=digest.hexdigest())


def _named_models() -> tuple[NamedModel, ...]:
    """Those that are here and did not come with llmdesk, so that they can be brought back."""
    catalogue = Catalogue.load()
    return tuple(
        NamedModel(id=spec.id, title=spec.title, source=spec.source.kind, location=spec.source.location)
        for spec in catalogue.specs()
        if spec.added_by_user or (paths.models_dir() / spec.id).exists()
    )
