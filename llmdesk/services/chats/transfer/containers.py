"""Opens what a user gives to be imported: a file, a folder or a ZIP. Nothing that a file names is ever opened.

Threads: any but the GUI thread; reads files.
"""

from __future__ import annotations

import lzma
import os
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path, PurePosixPath

from llmdesk.services.chats.transfer.values import UnreadableFile
from llmdesk.words import say

MAX_FILE_BYTES = 512_000_000
"""Of one file; read as a whole it takes several times as much memory."""
MAX_TOTAL_BYTES = 4_000_000_000
"""Of all that is read out of one folder or ZIP, unpacked."""
MAX_ENTRIES = 200_000
_KINDS = (".json", ".jsonl")
THREAD, MESSAGES = "thread.json", "messages.jsonl"  # Jan's two files of one chat


@dataclass(frozen=True, slots=True)
class Entry:
    """A file that may hold chats. ``read`` returns its bytes or raises UnreadableFile."""

    folder: str
    name: str
    read: Callable[[], bytes]


def entries(path: Path) -> Iterator[Entry]:
    """The JSON files in what was given, folder by folder. The generator holds a ZIP open while it runs.

    Raises:
        UnreadableFile: it is not there, cannot be read, is damaged or too large.
    """
    try:
        if path.is_dir():
            yield from _in_folder(path)
        elif not path.is_file():
            text = "{name} is not there." if not path.exists() else "{name} is no file."
            raise UnreadableFile(say(text, name=path.name), say("Give a file, a folder or a ZIP."))
        elif zipfile.is_zipfile(path):
            yield from _in_zip(path)
        else:
            yield from (_of_disk(each, _Budget()) for each in _with_sibling(path))
    except OSError as error:
        raise _unreadable(path.name, error) from error


def _with_sibling(path: Path) -> list[Path]:
    """The file, and the other one of the two that Jan keeps a chat in."""
    if path.name in (THREAD, MESSAGES):
        return [each for each in (path.with_name(THREAD), path.with_name(MESSAGES)) if each.is_file()]
    return [path]


class _Budget:
    """What may still be read."""

    def __init__(self) -> None:
        self._left_bytes = MAX_TOTAL_BYTES

    def allowed_bytes(self) -> int:
        return min(MAX_FILE_BYTES, self._left_bytes)

    def spend(self, raw: bytes, name: str) -> bytes:
        """Raises UnreadableFile if that was too much: then ``raw`` is one byte longer than it may be."""
        if len(raw) > self.allowed_bytes():
            text = say("{name} is too large: more than {mb} MB.", name=name, mb=MAX_FILE_BYTES // 1_000_000)
            raise UnreadableFile(text, say("Import its parts one by one."))
        self._left_bytes -= len(raw)
        return raw


def _in_folder(path: Path) -> Iterator[Entry]:
    budget = _Budget()
    count = 0
    for folder, folders, names in os.walk(path):
        folders.sort()
        for name in sorted(names):
            count += 1
            if count > MAX_ENTRIES:
                raise UnreadableFile(say("{name} holds too many files.", name=path.name or str(path)))
            file = Path(folder, name)
            if file.suffix.lower() in _KINDS and file.is_file() and not file.is_symlink():
                yield _of_disk(file, budget)


def _of_disk(file: Path, budget: _Budget) -> Entry:
    def read() -> bytes:
        try:
            with file.open("rb") as opened:
                return budget.spend(opened.read(budget.allowed_bytes() + 1), file.name)
        except OSError as error:
            raise _unreadable(file.name, error) from error

    return Entry(str(file.parent), file.name, read)


def _in_zip(path: Path) -> Iterator[Entry]:
    budget = _Budget()
    try:
        with zipfile.ZipFile(path) as archive:
            found = archive.infolist()
            if len(found) > MAX_ENTRIES:
                raise UnreadableFile(say("{name} holds too many files.", name=path.name or str(path)))
            for info in sorted(found, key=lambda each: each.filename):
                name = PurePosixPath(info.filename)
                if name.suffix.lower() in _KINDS and not info.is_dir() and "__MACOSX" not in name.parts:
                    yield Entry(str(name.parent), name.name, partial(_unpacked, archive, info, budget))
    except (zipfile.BadZipFile, NotImplementedError, ValueError) as error:
        raise _damaged(path.name) from error


def _unpacked(archive: zipfile.ZipFile, info: zipfile.ZipInfo, budget: _Budget) -> bytes:
    """What the ZIP says of sizes is not believed: a bomb is noticed while it is unpacked."""
    name = PurePosixPath(info.filename).name
    if info.flag_bits & 1:
        text = say("{name} is locked with a password.", name=name)
        raise UnreadableFile(text, say("Unpack the ZIP, then import the files."))
    try:
        with archive.open(info) as opened:
            return budget.spend(opened.read(budget.allowed_bytes() + 1), name)
    except (
        zipfile.BadZipFile,
        zlib.error,
        lzma.LZMAError,
        EOFError,
        NotImplementedError,
        ValueError,
        OSError,
    ) as error:
        raise _damaged(name) from error


def _damaged(name: str) -> UnreadableFile:
    return UnreadableFile(say("{name} is damaged.", name=name), say("Get the file once more."))


def _unreadable(name: str, error: OSError) -> UnreadableFile:
    reason = error.strerror or str(error)
    return UnreadableFile(say("{name} cannot be read: {reason}.", name=name, reason=reason), "")
