"""Memory for numbers that our own kernels read, and its addresses (any thread; no torch)."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import numpy.typing as npt

_ALIGNMENT = 64  # a line of the processor's caches, and the widest register


def aligned_empty(shape: int | tuple[int, ...], dtype: npt.DTypeLike) -> npt.NDArray[Any]:
    """Uninitialised, beginning at a multiple of 64 bytes."""
    kind = np.dtype(dtype)
    count = shape if isinstance(shape, int) else math.prod(shape)
    size_bytes = count * kind.itemsize
    room = np.empty(size_bytes + _ALIGNMENT, dtype=np.uint8)
    start = -address_of(room) % _ALIGNMENT
    return room[start : start + size_bytes].view(kind).reshape(shape)


def aligned_copy(values: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """The same numbers, contiguous."""
    made = aligned_empty(values.shape, values.dtype)
    made[...] = values
    return made


def address_of(values: npt.NDArray[Any]) -> int:
    """Where the first number is."""
    return int(values.__array_interface__["data"][0])
