"""Memory for weights and caches in pages of 2 MB, where the system gives them (engine thread only).

Every token reads all weights once, and the processor's prefetching ends at each page: in pages of 4 KB, which a mapped
file has, reading is about a tenth slower. So the mapped weights are copied once per load.
"""

from __future__ import annotations

import ctypes
import functools
import math
import mmap
from pathlib import Path

import torch  # noqa: TID253  (imported by backends only, on the engine thread)

_HUGE_PAGE_BYTES = 1 << 21
_CHUNK_BYTES = 1 << 26
_ALIGNMENT_BYTES = 64
_SETTING = Path("/sys/kernel/mm/transparent_hugepage/enabled")


class HugePages:
    """Copies of tensors, side by side in large chunks. A chunk is given back when the last of its tensors goes.

    Args:
        library: the kernels, which copy on several threads.
        threads: how many.
    """

    def __init__(self, library: ctypes.CDLL, threads: int) -> None:
        self._library, self._threads = library, threads
        self._chunk = torch.empty(0, dtype=torch.uint8)
        self._used_bytes = 0

    def copy(self, data: torch.Tensor) -> torch.Tensor:
        """uint8 (bytes,), aligned to 64 bytes; the tensor itself where there are no huge pages."""
        if not _offered():
            return data
        size = data.numel() + -data.numel() % _ALIGNMENT_BYTES
        if self._used_bytes + size > self._chunk.numel():
            self._chunk, self._used_bytes = _new_chunk(max(size, _CHUNK_BYTES)), 0
        room = self._chunk[self._used_bytes : self._used_bytes + data.numel()]
        self._used_bytes += size
        self._library.fused_copy(room.data_ptr(), data.data_ptr(), data.numel(), self._threads)
        return room


def room_for_halves(shape: tuple[int, ...]) -> torch.Tensor:
    """float16, uninitialised; the system gives memory to a part when it is written."""
    if not _offered():
        return torch.empty(shape, dtype=torch.float16)
    count = math.prod(shape)
    return _new_chunk(2 * count)[: 2 * count].view(torch.float16).view(shape)


@functools.cache
def _offered() -> bool:
    if not hasattr(mmap, "MADV_HUGEPAGE"):
        return False
    try:
        return "[never]" not in _SETTING.read_text(encoding="utf-8")
    except OSError:
        return False


def _new_chunk(size_bytes: int) -> torch.Tensor:
    whole = size_bytes + -size_bytes % _HUGE_PAGE_BYTES
    try:
        memory = mmap.mmap(-1, whole + _HUGE_PAGE_BYTES, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
    except OSError as error:
        raise MemoryError(f"{whole / 1e9:.1f} GB are not to be had: {error}") from error
    memory.madvise(mmap.MADV_HUGEPAGE)
    chunk = torch.frombuffer(memory, dtype=torch.uint8)
    start = -chunk.data_ptr() % _HUGE_PAGE_BYTES
    return chunk[start : start + whole]
