"""Writing files that are there whole or not at all (any thread)."""

from __future__ import annotations

import errno
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

FOR_OTHERS = 0o644
"""The mode of reports and pictures."""
_PATIENCE_S, _PAUSE_S = 2.0, 0.05


@contextmanager
def writing(file: Path, mode: int = 0o600, *, replaces: bool = True) -> Iterator[BinaryIO]:
    """What is written takes the file's place at the end of the block; a link stays one, a pipe or device is written to.

    ``mode``: of a file that was not there: the user's own, unless it is made to be shown to others.
    ``replaces``: a file that is there at the end; else that stays, and FileExistsError is raised.
    Raises OSError, and whatever the block raises; then nothing has changed.
    """
    if file.exists() and not file.is_file():
        with file.open("wb") as new:
            yield new
        return
    file = file.resolve()
    handle, name = tempfile.mkstemp(dir=file.parent, prefix=f".{file.stem[:40]}-", suffix=file.suffix[:20])
    try:
        with os.fdopen(handle, "w+b") as new:
            yield new
            new.flush()
            os.fsync(new.fileno())
        if file.exists():
            if not replaces:
                raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST))
            shutil.copymode(file, name)
        else:
            Path(name).chmod(mode)
        put_in_place(Path(name), file)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def put_in_place(new: Path, file: Path) -> None:
    """Let a finished file or folder take another name, whole or not at all; a file may have it now. Raises OSError.

    On Windows a virus scanner, or what copies folders to the network, may have either of them open for a moment, and
    nobody can take its name meanwhile: so for two seconds it is tried again.
    """
    deadline_s = time.monotonic() + (_PATIENCE_S if sys.platform == "win32" else 0.0)
    while True:
        try:
            os.replace(new, file)
            return
        except PermissionError:
            if time.monotonic() >= deadline_s:
                raise
        time.sleep(_PAUSE_S)
