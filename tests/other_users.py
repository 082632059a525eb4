"""For tests in which another user reads or starts what a test made."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest


def open_to_all(folder: Path) -> None:
    """What is in it may be read by everybody; so may the folders that lead to it, as far as they are this user's."""
    for path in (folder, *folder.rglob("*"), *folder.parents):
        if path.stat().st_uid == os.getuid() and path != Path("/"):
            path.chmod(path.stat().st_mode | (0o755 if path.is_dir() else 0o644))


def skip_where_python_is_closed() -> None:
    """Where this user is root, and nobody else reaches the environment that runs the tests, none can run llmdesk."""
    closed = [path for path in Path(sys.prefix).parents if not path.stat().st_mode & 0o001]
    if os.geteuid() == 0 and closed:
        pytest.skip(f"no other user gets into {closed[0]}")
