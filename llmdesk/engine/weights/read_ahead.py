"""Weights on their way from the disk to memory before they are needed, by a thread of its own (any thread).

A file that was used lately is in the system's memory anyway; after a start of the machine it is not, and the disk has
nothing to do while Python imports and Qt starts.
"""

from __future__ import annotations

import contextlib
import ctypes
import mmap
import os
import threading
from pathlib import Path

from llmdesk import paths
from llmdesk.engine.matrices.mapping import mapped

_PIECE_BYTES = 1 << 24
_POPULATE_READ = 22  # MADV_POPULATE_READ, since Linux 5.14


def read_ahead(file: Path) -> None:
    """Ask the system to read a file, and return at once."""
    threading.Thread(target=_ask_for, args=(file,), name="read-ahead", daemon=True).start()


def read_last_ahead() -> None:
    """The file that ``note_last`` has named, if it is still there: what the window will most likely load."""
    threading.Thread(target=_ask_for_last, name="read-ahead", daemon=True).start()


def note_last(file: Path) -> None:
    """These weights were loaded. A disk that cannot be written costs only time."""
    note = _note()
    with contextlib.suppress(OSError):
        if not note.exists() or note.read_bytes() != os.fsencode(file):
            paths.made(note.parent)
            note.write_bytes(os.fsencode(file))


def _note() -> Path:
    return paths.cache_dir() / "last-weights"


def _ask_for_last() -> None:
    with contextlib.suppress(OSError, ValueError):
        _ask_for(Path(os.fsdecode(_note().read_bytes())))


def _ask_for(file: Path) -> None:
    """In pieces: the system may keep the caller waiting while its disk is busy, and Python's lock is free then.

    Through a mapping, so that it is read in the pages in which it is mapped later; older systems only take note.
    """
    if not hasattr(os, "posix_fadvise"):
        return
    with (
        contextlib.suppress(OSError, ValueError),
        file.open("rb") as opened,
        contextlib.closing(mapped(opened)) as whole,
    ):
        for start in range(0, len(whole), _PIECE_BYTES):
            size = min(_PIECE_BYTES, len(whole) - start)
            if _read(whole, start, size):
                whole.madvise(mmap.MADV_DONTNEED, start, size)  # it stays in memory, and is not counted as ours
            else:
                os.posix_fadvise(opened.fileno(), start, size, os.POSIX_FADV_WILLNEED)


def _read(whole: mmap.mmap, start: int, size: int) -> bool:
    """False where the system cannot be asked for that. The mapping's own ``madvise`` would keep Python's lock."""
    first = ctypes.c_char.from_buffer(whole, start)
    return not ctypes.CDLL(None).madvise(
        ctypes.c_void_p(ctypes.addressof(first)), ctypes.c_size_t(size), _POPULATE_READ
    )
