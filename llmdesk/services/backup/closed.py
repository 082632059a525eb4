"""That nothing of llmdesk is open while its files are replaced or deleted, and that no window opens meanwhile.

Any thread but the GUI's.
"""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

from llmdesk import paths
from llmdesk.errors import BackupError
from llmdesk.services.backup.contents import CHATS_PART, place_of
from llmdesk.services.chats.storage.owner import Owner, try_lock
from llmdesk.words import say


@contextlib.contextmanager
def kept_closed() -> Iterator[Callable[[], None]]:
    """As long as the block lasts, this process counts as who has the chats open, and as the window.

    Their folders are made if need be. Gives what looks again, for right before anything is changed: a command may have
    opened the chats meanwhile. Raises BackupError: something is open; OSError.
    """
    owner = Owner(place_of(CHATS_PART))

    def refuse_others() -> None:
        if owner.others_live():
            raise _open()

    paths.made(paths.data_dir())
    with owner.held():
        refuse_others()
        with _as_the_window(paths.made(paths.config_dir()) / "window.lock"):
            yield refuse_others


def refuse_while_open() -> None:
    """Raises BackupError: the window or a server is open, or another process has the chats; OSError."""
    if paths.config_dir().exists() or paths.data_dir().exists():
        with kept_closed():
            pass


@contextlib.contextmanager
def _as_the_window(file: Path) -> Iterator[None]:
    """Qt locks its file as well as writing a number into it: a lock ends with its process, numbers are given again."""
    try:
        held = file.open("a+b")
    except PermissionError:
        if sys.platform == "win32":  # a window's file is open for that window only
            raise _open() from None
        raise
    with held:
        if not try_lock(held):
            raise _open()
        held.truncate(0)
        held.write(f"{os.getpid()}\n{Path(sys.executable).name}\n\n".encode())  # if this process is killed, Qt sees it
        held.flush()
        try:
            yield
        finally:
            if sys.platform != "win32":  # while it is held: afterwards it may be a window's
                file.unlink(missing_ok=True)
    if sys.platform == "win32":
        with contextlib.suppress(OSError):
            file.unlink(missing_ok=True)


def _open() -> BackupError:
    return BackupError(say("llmdesk is open."), say("Close its window and its server, then try again."))
