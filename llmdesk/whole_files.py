"""Writing files that are there whole or not at all (any thread)."""

from __future__ import annotations

import errno
import os
import secrets
import shutil
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

OWN, FOR_OTHERS = 0o600, 0o666
"""The mode of new files with chats or settings in them, and of what is made to be shown (reports, pictures, races):
that of any program's new file, less what the user's umask takes away."""
_PATIENCE_S, _PAUSE_S = 2.0, 0.05


@contextmanager
def writing(file: Path, mode: int = OWN, *, replaces: bool = True) -> Iterator[BinaryIO]:
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
    handle, name = _new(file, OWN if file.exists() else mode)
    try:
        with os.fdopen(handle, "w+b") as new:
            yield new
            new.flush()
            os.fsync(new.fileno())
        if file.exists():
            if not replaces:
                raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST))
            shutil.copymode(file, name)
        put_in_place(Path(name), file)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def _new(file: Path, mode: int) -> tuple[int, str]:
    """Beside it: a handle, and the name. Its mode is the system's to make: asking for the umask would change it."""
    flags = os.O_RDWR | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0) | getattr(os, "O_NOFOLLOW", 0)
    name = file.with_name(f".{file.stem[:40]}-{secrets.token_urlsafe(6)}{file.suffix[:20]}")
    return os.open(name, flags, mode), str(name)


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
