"""Which of the processes that use the same file still lives: each holds a lock as long as it does (any thread).

The system lets go of a lock when its process ends, however it ends. So a chat that another window or a server is
writing is never taken for one that was interrupted, and nothing has to be written every few seconds to show life.
"""

from __future__ import annotations

import contextlib
import logging
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from llmdesk.services.chats.ids import new_id

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

log = logging.getLogger(__name__)
_SUFFIX = ".owner"
_LOCKED_BYTE = 1 << 30


class Owner:
    """This process, as the writer of answers.

    Args:
        file: that of the chats; the locks are files beside it.
    """

    def __init__(self, file: Path) -> None:
        self.id = new_id()
        self._file = file
        self._lock: IO[bytes] | None = None

    def acquire(self) -> None:
        """Hold the lock. Raises OSError where there can be none. Idempotent."""
        while self._lock is None:
            path = self._path(self.id)
            held = path.open("ab")
            # Another process may have come between, and cleaned up what it took for a dead one's lock.
            if try_lock(held) and path.exists() and path.stat().st_ino == os.fstat(held.fileno()).st_ino:
                self._lock = held
            else:
                held.close()

    def release(self) -> None:
        """Let go. Idempotent."""
        if self._lock is not None:
            self._lock.close()
            self._lock = None
            self._path(self.id).unlink(missing_ok=True)

    @contextlib.contextmanager
    def held(self) -> Iterator[None]:
        """Hold the lock as long as the block lasts. Raises OSError where there can be none."""
        self.acquire()
        try:
            yield
        finally:
            self.release()

    def lives(self, owner_id: str) -> bool:
        """Whether the process with this id still runs."""
        if owner_id == self.id:
            return True
        try:
            with self._path(owner_id).open("r+b") as lock:
                return not try_lock(lock)
        except OSError:
            return False

    def others_live(self) -> bool:
        """Whether another process has the chats open now."""
        return any(owner_id != self.id and self.lives(owner_id) for owner_id, _ in self._locks())

    def clean_up(self) -> None:
        """Remove the lock files of processes that are gone."""
        for owner_id, path in self._locks():
            if not self.lives(owner_id):
                path.unlink(missing_ok=True)

    def _locks(self) -> list[tuple[str, Path]]:
        found = self._file.parent.glob(f"{self._file.name}.*{_SUFFIX}")
        return [(path.name[len(self._file.name) + 1 : -len(_SUFFIX)], path) for path in found]

    def _path(self, owner_id: str) -> Path:
        return self._file.with_name(f"{self._file.name}.{owner_id}{_SUFFIX}")


def try_lock(file: IO[bytes]) -> bool:
    """Lock an open file until it is closed. True if nobody else holds it."""
    try:
        if sys.platform == "win32":
            # It locks bytes from where the file stands, and nobody may read them meanwhile: beyond every end, the same.
            place = file.tell()
            file.seek(_LOCKED_BYTE)
            try:
                msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
            finally:
                file.seek(place)
        else:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError as error:
        if sys.platform == "win32":
            return False
        log.info("no locks here: %s", error)
    return True
