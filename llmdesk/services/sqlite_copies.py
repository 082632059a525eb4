"""SQLite files on a disk that is mounted for reading only (any thread but the GUI's).

There SQLite opens no file with a journal (it would have to write one of shared memory), and told that the file never
changes it leaves out what is in the journal. A copy can be opened.
"""

from __future__ import annotations

import shutil
from pathlib import Path


def copied(file: Path, folder: Path) -> Path:
    """A copy with the journal, in this folder. Raises OSError. Nobody may be writing the file meanwhile."""
    copy = folder / f"copy-of-{file.name}"
    for end in ("", "-wal"):
        source = file.with_name(file.name + end)
        if source.exists():
            shutil.copyfile(source, copy.with_name(copy.name + end))
    return copy
