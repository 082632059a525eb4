"""Files that a command is to write: looked at before the work, for minutes later would be too late."""

from __future__ import annotations

from pathlib import Path


def wrong_place(file: Path, may_replace: bool) -> str:
    """Why nothing is written there; empty if nothing is known against it: a pipe or device is written to.

    ``may_replace``: --force was given.
    """
    if file.is_dir():
        return f"{file} is a folder; give the name of a file in it."
    if not file.parent.is_dir():
        return f"There is no folder {file.parent}."
    if file.is_file() and not may_replace:
        return f"{file} is there already; --force replaces it."
    return ""
