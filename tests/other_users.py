"""For tests in which another user reads or starts what a test made."""

from __future__ import annotations

import os
from pathlib import Path


def open_to_all(folder: Path) -> None:
    """What is in it may be read by everybody; so may the folders that lead to it, as far as they are this user's."""
    for path in (folder, *folder.rglob("*"), *folder.parents):
        if path.stat().st_uid == os.getuid() and path != Path("/"):
            path.chmod(path.stat().st_mode | (0o755 if path.is_dir() else 0o644))
