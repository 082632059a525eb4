"""Whether something on disk can be read like a file: who opens a pipe or a device may wait for ever (any thread)."""

from __future__ import annotations

import stat
from pathlib import Path

from llmdesk.errors import ModelDamaged, UnsupportedModel
from llmdesk.words import say

_KINDS = (
    (stat.S_ISFIFO, say("a named pipe")),
    (stat.S_ISSOCK, say("a socket")),
    (stat.S_ISCHR, say("a device")),
    (stat.S_ISBLK, say("a device")),
    (stat.S_ISDIR, say("a folder")),
)


def check_file(path: Path) -> int:
    """The size of a file in bytes.

    Raises:
        ModelDamaged: it is not there, or empty.
        UnsupportedModel: it is something else than a file.
        OSError: one may not look.
    """
    try:
        found = path.stat()
    except FileNotFoundError as error:
        text = "{name} is a link to a file that is not there." if path.is_symlink() else "{name} is not there."
        raise ModelDamaged(say(text, name=path.name)) from error
    if not stat.S_ISREG(found.st_mode):
        kind = next((kind for is_kind, kind in _KINDS if is_kind(found.st_mode)), say("something else"))
        raise UnsupportedModel(
            say("{name} is no file but {kind}.", name=path.name, kind=kind), say("Give a file or folder on a disk.")
        )
    if found.st_size == 0:
        raise ModelDamaged(say("{name} is empty (0 bytes).", name=path.name))
    return found.st_size


def is_other_than_a_file(path: Path) -> bool:
    """A pipe, a socket or a device. Raises PermissionError if one may not look."""
    try:
        mode = path.stat().st_mode
    except PermissionError:
        raise
    except OSError:  # links to nothing, or in a circle
        return False
    return not (stat.S_ISREG(mode) or stat.S_ISDIR(mode))
