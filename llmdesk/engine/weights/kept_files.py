"""The small files that a conversion leaves beside the weights: trusted only as they were written (any thread)."""

from __future__ import annotations

import json
import logging
import zlib
from pathlib import Path

log = logging.getLogger(__name__)

CHECKSUMS = "checksums.json"


def write_checksums(folder: Path) -> None:
    """Of all files in a folder, in one more."""
    sums = {file.name: zlib.crc32(file.read_bytes()) for file in sorted(folder.iterdir())}
    (folder / CHECKSUMS).write_text(json.dumps(sums), encoding="utf-8")


def kept_files_are_whole(folder: Path) -> bool:
    """Whether all files are there, as they were written (a few milliseconds: a tokenizer has some megabytes)."""
    try:
        sums = json.loads((folder / CHECKSUMS).read_text(encoding="utf-8"))
        changed = [name for name, crc32 in sums.items() if zlib.crc32((folder / name).read_bytes()) != crc32]
    except FileNotFoundError:
        return False
    except (OSError, ValueError, AttributeError, TypeError, RecursionError) as error:
        changed = [f"{CHECKSUMS} ({error})"]
    if changed:
        log.warning("%s in %s is not what was written there, so it is made again", ", ".join(changed), folder)
    return not changed
