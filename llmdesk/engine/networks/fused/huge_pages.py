"""Memory for caches in pages of 2 MB, where the system gives them (engine thread only).

A long chat's keys and values are read whole for every token, and fewer pages mean fewer searches for an address. The
weights stay in the mapped file, which has large pages of its own where the system can do that (matrices/mapping.py): a
copy takes seconds of each load (docs/decisions/0078).
"""

from __future__ import annotations

import functools
import mmap
from pathlib import Path

import numpy as np
import numpy.typing as npt

from llmdesk.engine.matrices.aligned import address_of, aligned_empty

_HUGE_PAGE_BYTES = 1 << 21
_SETTING = Path("/sys/kernel/mm/transparent_hugepage/enabled")


def room_of(size_bytes: int) -> npt.NDArray[np.uint8]:
    """Uninitialised; the system gives memory to a part when it is written."""
    if not _offered() or size_bytes < _HUGE_PAGE_BYTES:
        return aligned_empty(size_bytes, np.uint8)
    return _new_chunk(size_bytes)[:size_bytes]


@functools.cache
def _offered() -> bool:
    if not hasattr(mmap, "MADV_HUGEPAGE"):
        return False
    try:
        return "[never]" not in _SETTING.read_text(encoding="utf-8")
    except OSError:
        return False


def _new_chunk(size_bytes: int) -> npt.NDArray[np.uint8]:
    whole = size_bytes + -size_bytes % _HUGE_PAGE_BYTES
    try:
        memory = mmap.mmap(-1, whole + _HUGE_PAGE_BYTES, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
    except OSError as error:
        raise MemoryError(f"{whole / 1e9:.1f} GB are not to be had: {error}") from error
    memory.madvise(mmap.MADV_HUGEPAGE)
    chunk = np.frombuffer(memory, dtype=np.uint8)
    start = -address_of(chunk) % _HUGE_PAGE_BYTES
    return chunk[start : start + whole]
