"""What is there of a file that is being fetched: its pieces, and the note beside it of how much of each has arrived."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path

_MODULE = re.compile(r"[0-9]{1,2}_[A-Za-z]+/config\.json")
_PARTIAL_SUFFIX, _NOTE_SUFFIX = ".part", ".done"


@dataclass(frozen=True, slots=True)
class RemoteFile:
    """A file of the repository. ``digest`` is SHA-256 for large files, git's SHA-1 for small ones."""

    name: str
    size_bytes: int
    digest: str

    @property
    def place(self) -> Path:
        """Where it goes below the model's folder: to its top, whatever folder it has on the hub, but for an embedding
        model's modules."""
        return Path(self.name) if is_of_module(self.name) else Path(Path(self.name).name)


def is_of_module(name: str) -> bool:
    """True for the configuration of one of sentence-transformers' modules, as ``1_Pooling/config.json``."""
    return _MODULE.fullmatch(name) is not None


@dataclass(slots=True)
class Piece:
    """A part of a file. ``done_bytes`` of it are in the file."""

    begin: int
    size_bytes: int
    done_bytes: int = 0


def bytes_there(folder: Path, file: RemoteFile, piece_bytes: int) -> int:
    """How much of a file earlier runs have brought."""
    target = folder / file.place
    if target.exists():
        return file.size_bytes
    return sum(piece.done_bytes for piece in pieces_of(partial_of(target), file, piece_bytes))


def pieces_of(partial: Path, file: RemoteFile, piece_bytes: int) -> list[Piece]:
    """As an earlier run has left them. What it brought over one connection is the beginning of the file."""
    size = file.size_bytes
    begins = range(0, size, piece_bytes) if size > piece_bytes else range(1)
    pieces = [Piece(begin, min(piece_bytes, size - begin) if len(begins) > 1 else size) for begin in begins]
    there = partial.stat().st_size if partial.exists() else 0
    if not 0 < there <= size:
        return pieces
    done = [there - piece.begin for piece in pieces]
    if len(pieces) > 1 and note_of(partial).exists():
        done = _noted(note_of(partial), piece_bytes)
    for piece, done_bytes in zip(pieces, done, strict=False):
        piece.done_bytes = max(0, min(done_bytes, piece.size_bytes))
    return pieces


def partial_of(target: Path) -> Path:
    """The file under the name that it has until it is whole."""
    return target.with_name(target.name + _PARTIAL_SUFFIX)


def note_of(partial: Path) -> Path:
    """Beside a file that comes in pieces."""
    return partial.with_name(partial.name + _NOTE_SUFFIX)


def _noted(note: Path, piece_bytes: int) -> list[int]:
    """Bytes of each piece; nothing if they were of another size, or the note was lost with the power."""
    try:
        noted = json.loads(note.read_bytes())
        return [int(each) for each in noted["done"]] if noted["piece_bytes"] == piece_bytes else []
    except (ValueError, TypeError, KeyError):
        return []
