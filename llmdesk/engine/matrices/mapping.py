"""Weights files as memory (any thread; no numpy)."""

from __future__ import annotations

import contextlib
import mmap
import sys
from typing import BinaryIO

# Pages of this program's own as soon as it writes to them, which it does not: torch wants tensors that could be written
# to. Windows would have to promise memory for all of them at once; there torch says once in the log that it minds.
_ACCESS = mmap.ACCESS_READ if sys.platform == "win32" else mmap.ACCESS_COPY


def mapped(file: BinaryIO) -> mmap.mmap:
    """The whole file, in large pages where the system has some for files; nothing is read yet.

    Raises OSError, ValueError.

    The processor fetches what follows by itself, and stops where a page ends. What the system keeps of a file already
    stays in the pages in which it was read (docs/decisions/0078).
    """
    whole = mmap.mmap(file.fileno(), 0, access=_ACCESS)
    if hasattr(mmap, "MADV_HUGEPAGE"):
        with contextlib.suppress(OSError):  # a system without large pages
            whole.madvise(mmap.MADV_HUGEPAGE)
    return whole
