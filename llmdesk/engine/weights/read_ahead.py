"""Weights on their way from the disk to memory before they are needed, by a thread of its own (any thread).

A file that was used lately is in the system's memory anyway; after a start of the machine it is not, and the disk has
nothing to do while Python imports and Qt starts.
"""

from __future__ import annotations

import contextlib
import os
import threading
from pathlib import Path

from llmdesk import paths

_PIECE_BYTES = 1 << 24


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
        if not note.exists() or note.read_text(encoding="utf-8") != str(file):
            paths.made(note.parent)
            note.write_text(str(file), encoding="utf-8")


def _note() -> Path:
    return paths.cache_dir() / "last-weights"


def _ask_for_last() -> None:
    with contextlib.suppress(OSError, ValueError):
        _ask_for(Path(_note().read_text(encoding="utf-8")))


def _ask_for(file: Path) -> None:
    """In pieces, since the system may keep the caller waiting while its disk is busy; Python's lock is free then."""
    if not hasattr(os, "posix_fadvise"):
        return
    with contextlib.suppress(OSError), file.open("rb") as opened:
        for start in range(0, os.fstat(opened.fileno()).st_size, _PIECE_BYTES):
            os.posix_fadvise(opened.fileno(), start, _PIECE_BYTES, os.POSIX_FADV_WILLNEED)
