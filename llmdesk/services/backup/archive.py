"""The form of a backup: a ZIP with parts (contents.py) and a list of them (any thread; reads and writes files).

Whatever an archive says is checked before anything of it is put anywhere: it may come from anybody.
"""

from __future__ import annotations

import contextlib
import hashlib
import lzma
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from llmdesk.errors import BackupError
from llmdesk.services.backup import contents
from llmdesk.words import say

LIST = "llmdesk-backup.json"
FORMAT, VERSION = "llmdesk-backup", 1
PIECE_BYTES = 1 << 20
_MOST_LIST_BYTES = 16_000_000
_MOST_PARTS = 200_000
_MOST_RATIO = 500
"""Not even chats of one letter over and over shrink so much: their file has page after page."""
_FREE_OF_RATIO_BYTES = 16_000_000
_UNREADABLE = (zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, NotImplementedError, ValueError, RuntimeError)
_DAMAGED_HINT = say("Take another copy of it. Nothing was changed.")


class _Form(BaseModel):
    model_config = ConfigDict(extra="ignore", strict=True, frozen=True)


class Part(_Form):
    """A file of the backup. ``sha256``: of what it holds, in hexadecimal."""

    size_bytes: int = Field(ge=0, le=1 << 50)
    sha256: str = Field(pattern="^[0-9a-f]{64}$")


class NamedModel(_Form):
    """A model that was there; ``location`` is where it came from, or lies."""

    id: str = Field(max_length=1000)
    title: str = Field(max_length=1000)
    source: str = Field(max_length=100)
    location: str = Field(max_length=10_000)


class BackupList(_Form):
    """What stands in LIST. ``created``: when, as ISO 8601; ``written_by``: the version of llmdesk."""

    format: str
    version: int
    written_by: str = Field(max_length=200)
    created: str = Field(max_length=100)
    models: tuple[NamedModel, ...] = Field(max_length=100_000)
    parts: dict[str, Part]

    @property
    def size_bytes(self) -> int:
        """Of all parts, unpacked."""
        return sum(part.size_bytes for part in self.parts.values())


class Archive:
    """A backup that is open for reading, with a list that fits what is in it."""

    def __init__(self, archive: zipfile.ZipFile, found: BackupList, name: str) -> None:
        self._archive, self.list, self._name = archive, found, name

    def unpack(self, part: str, target: Path) -> None:
        """Write a part to a file. Raises BackupError: it is not what the list says; OSError."""
        expected = self.list.parts[part]
        digest, left_bytes = hashlib.sha256(), expected.size_bytes
        target.parent.mkdir(parents=True, exist_ok=True)
        with _readable(self._name), self._archive.open(part) as source, target.open("xb") as out:
            target.chmod(0o600)
            while piece := source.read(PIECE_BYTES):
                left_bytes -= len(piece)
                if left_bytes < 0:  # a bomb says less than it holds
                    raise damaged(self._name)
                digest.update(piece)
                out.write(piece)
        if left_bytes or digest.hexdigest() != expected.sha256:
            raise damaged(self._name)


@contextlib.contextmanager
def opened(file: Path) -> Iterator[Archive]:
    """Raises BackupError: it is not there, no backup, damaged, of a newer version, or holds what does not belong."""
    name = file.name or str(file)
    with contextlib.ExitStack() as stack:
        try:
            with _readable(name):
                archive = stack.enter_context(zipfile.ZipFile(file))
                found = _list_of(archive, name)
                _check(archive, found, name)
        except OSError as error:
            reason = error.strerror or str(error)
            raise BackupError(say("{name} cannot be read: {reason}.", name=name, reason=reason)) from error
        yield Archive(archive, found, name)


def damaged(name: str) -> BackupError:
    """For an archive that is not what its list says."""
    return BackupError(say("{name} is damaged.", name=name), _DAMAGED_HINT)


def _list_of(archive: zipfile.ZipFile, name: str) -> BackupList:
    try:
        with archive.open(LIST) as opened_list:
            text = opened_list.read(_MOST_LIST_BYTES + 1)
    except KeyError as error:
        raise BackupError(say("{name} is no backup of llmdesk.", name=name)) from error
    if len(text) > _MOST_LIST_BYTES:
        raise damaged(name)
    try:
        found = BackupList.model_validate_json(text)
    except ValidationError as error:
        raise BackupError(damaged(name).user_message, _DAMAGED_HINT, str(error)[:1000]) from error
    if found.format != FORMAT:
        raise BackupError(say("{name} is no backup of llmdesk.", name=name))
    if found.version > VERSION:
        by = found.written_by
        raise BackupError(
            say("{name} was written by a newer version of llmdesk ({by}).", name=name, by=by), say("Update llmdesk.")
        )
    return found


def _check(archive: zipfile.ZipFile, found: BackupList, name: str) -> None:
    """That it holds what the list says, each once, and nothing that could go anywhere else or grow without end."""
    infos = archive.infolist()
    names = [info.filename for info in infos if info.filename != LIST]
    if len(names) > _MOST_PARTS or len(names) != len(infos) - 1 or len(set(names)) != len(names):
        raise damaged(name)
    for each in (*names, *found.parts):
        if not contents.belongs(each):
            words = say(
                "{name} holds something that is no part of a backup: {part}.", name=name, part=ascii(each)[:200]
            )
            raise BackupError(words, say("Nothing was changed. Do not trust this file."))
    if set(names) != set(found.parts):
        raise damaged(name)
    for info in infos:
        grows_to = found.parts[info.filename].size_bytes if info.filename != LIST else info.file_size
        if grows_to > _FREE_OF_RATIO_BYTES and grows_to > _MOST_RATIO * info.compress_size:
            raise BackupError(
                say("{name} would grow beyond all measure: it is no backup of llmdesk's making.", name=name),
                say("Nothing was changed. Do not trust this file."),
            )


@contextlib.contextmanager
def _readable(name: str) -> Iterator[None]:
    """What ZIP's reader finds wrong is said of the file."""
    try:
        yield
    except _UNREADABLE as error:
        raise BackupError(damaged(name).user_message, _DAMAGED_HINT, str(error)) from error
