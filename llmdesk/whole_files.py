"""Writing files that are there whole or not at all (any thread)."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO


@contextmanager
def writing(file: Path) -> Iterator[BinaryIO]:
    """What is written takes the file's place at the end of the block; a link stays one.

    Raises OSError, and whatever the block raises; then nothing has changed.
    """
    file = file.resolve()
    handle, name = tempfile.mkstemp(dir=file.parent, prefix=f".{file.stem[:40]}-", suffix=file.suffix[:20])
    try:
        with os.fdopen(handle, "w+b") as new:
            yield new
            new.flush()
            os.fsync(new.fileno())
        if file.exists():
            shutil.copymode(file, name)
        os.replace(name, file)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
