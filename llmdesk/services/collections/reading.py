"""Files of a folder: which there are, and what they say (any thread but the window's)."""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from llmdesk.errors import CollectionError, FileError
from llmdesk.services.collections.chunks import Piece, pieces_of
from llmdesk.services.collections.index import FileState
from llmdesk.services.files.documents import is_document_name, read_document
from llmdesk.services.files.plain_text import read_text, walk
from llmdesk.words import first_of, is_text, joined, say

MOST_FILES = 20_000
MOST_TEXT_BYTES = 10_000_000
MOST_PIECES = 20_000
_MOST_SEEN = 200_000
_PASSED_OVER = frozenset({"node_modules", "__pycache__", "site-packages", "venv"})
_HEAD_BYTES = 4096
_MARKS_OF_UTF16 = (b"\xff\xfe", b"\xfe\xff")
_BINARY_SUFFIXES = (
    ".png .jpg .jpeg .gif .bmp .ico .webp .tif .tiff .heic .mp3 .mp4 .m4a .wav .flac .ogg .avi .mkv .mov .webm .psd "
    ".zip .gz .xz .bz2 .zst .7z .rar .tar .whl .jar .exe .dll .so .dylib .a .o .obj .pyc .class .bin .iso .img .ttf "
    ".gguf .safetensors .pt .pth .npy .npz .onnx .sqlite .db .otf .woff .woff2 .doc .xls .ppt .pptx .odt .ods .odp"
)
_BINARY = frozenset(_BINARY_SUFFIXES.split())


def check_folder(folder: Path) -> None:
    """Raises CollectionError for what can be no folder of a collection."""
    if not folder.is_dir():
        raise CollectionError(say("There is no folder {folder}.", folder=folder), say("Choose a folder that exists."))
    if not is_text(str(folder)):
        message = say("The name of the folder {folder} is no text in UTF-8.", folder=folder)
        raise CollectionError(message, say("Rename it, or choose another one."))
    if not os.access(folder, os.R_OK | os.X_OK):
        message = say("The folder {folder} may not be read.", folder=folder)
        raise CollectionError(message, say("Look at its rights, or choose another one."))


@dataclass(slots=True)
class Seen:
    """What a look at folders found.

    Attributes:
        files: by path, without what they hold.
        problems: of folders, by the folder that was added.
        missing: folders that are not there now: what is known of their files stays.
    """

    files: dict[str, FileState] = field(default_factory=dict)
    problems: dict[str, str] = field(default_factory=dict)
    missing: tuple[str, ...] = ()


def look_at(folders: tuple[str, ...]) -> Seen:
    """All files below the folders that could be read, with sizes and times; none is opened."""
    seen = Seen()
    for folder in folders:
        if not os.path.isdir(folder):
            seen.missing = (*seen.missing, folder)
            seen.problems[folder] = say("The folder is not there, or may not be read.")
            continue
        closed: list[OSError] = []
        unnamed: list[str] = []
        for path in islice(walk(Path(folder), closed.append, _PASSED_OVER), _MOST_SEEN):
            if len(seen.files) >= MOST_FILES:
                seen.problems[folder] = say(
                    "There are more than {limit:,} files. Only the first ones are searched: choose folders below it.",
                    limit=MOST_FILES,
                )
                break
            if path.suffix.lower() in _BINARY or (state := _state_of(path)) is None:
                continue
            if is_text(str(path)):
                seen.files[str(path)] = state
            else:
                unnamed.append(path.name)
        said = [seen.problems.get(folder, "")]
        if closed:
            names = first_of([str(error.filename) for error in closed])
            said.append(say("There are folders that may not be read: {names}.", names=names))
        if unnamed:
            said.append(say("There are files whose names are no text in UTF-8: {names}.", names=first_of(unnamed)))
        if problem := joined(said):
            seen.problems[folder] = problem
    return seen


@dataclass(frozen=True, slots=True)
class ReadFile:
    """What a file holds: passages, or why there are none; neither of a file that is no text.

    Attributes:
        state: with the digest.
    """

    state: FileState
    pieces: tuple[Piece, ...] = ()
    problem: str = ""
    text_bytes: int = 0


def read_file(path: Path, state: FileState, known_digest: bytes) -> ReadFile | None:
    """Read a file; None if it holds what it held when its digest was ``known_digest``."""
    try:
        digest = _digest(path)
        if digest == known_digest:
            return None
        state = FileState(state.size, state.mtime_ns, digest)
        if state.size == 0 or (not is_document_name(path) and _is_binary(path)):
            return ReadFile(state)
        attachment = read_document(path) if is_document_name(path) else read_text(path, MOST_TEXT_BYTES)
    except FileError as error:
        return ReadFile(state, problem=error.user_message)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        return ReadFile(state, problem=say("{name} cannot be read: {reason}.", name=path.name, reason=reason))
    pieces = tuple(islice(pieces_of(path.name, attachment.text), MOST_PIECES))
    return ReadFile(state, pieces, text_bytes=sum(len(piece.text.encode(errors="replace")) for piece in pieces))


def _state_of(path: Path) -> FileState | None:
    """None for what is no file (a pipe, a device), or is gone again."""
    try:
        found = path.stat()
    except OSError:
        return None
    return FileState(found.st_size, found.st_mtime_ns) if stat.S_ISREG(found.st_mode) else None


def differs(state: FileState, known: FileState) -> bool:
    """True if a file has another size or time, whatever it holds."""
    return (state.size, state.mtime_ns) != (known.size, known.mtime_ns)


def is_still(path: Path, state: FileState) -> bool:
    """True if a file is there, with the size and time that it had."""
    now = _state_of(path)
    return now is not None and not differs(now, state)


def _digest(path: Path) -> bytes:
    """Of the first bytes of a file that is too large to be read anyway, else of all."""
    with path.open("rb") as file:
        digest = hashlib.blake2b(digest_size=16)
        for block in _blocks(file.fileno()):
            digest.update(block)
        return digest.digest()


def _blocks(number: int) -> Iterator[bytes]:
    left = 8 * MOST_TEXT_BYTES
    while left > 0 and (block := os.read(number, min(left, 1 << 20))):
        left -= len(block)
        yield block


def _is_binary(path: Path) -> bool:
    with path.open("rb") as file:
        head = file.read(_HEAD_BYTES)
    return b"\0" in head and not head.startswith(_MARKS_OF_UTF16)
