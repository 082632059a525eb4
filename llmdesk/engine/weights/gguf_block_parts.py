"""What readers of GGUF's blocks share: rows of bytes taken apart (no torch)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

_Array: TypeAlias = "NDArray[Any]"


def block_rows(data: _Array, block_bytes: int) -> _Array:
    """(out, bytes) -> (out, blocks, block_bytes)"""
    return data.reshape(data.shape[0], -1, block_bytes)


def half(block_bytes: _Array) -> _Array:
    """Two bytes per block as float32: (out, blocks, 2) uint8 -> (out, blocks)."""
    return np.ascontiguousarray(block_bytes).view("<f2")[..., 0].astype(np.float32)


def nibbles(quants: _Array) -> _Array:
    """(..., n) bytes, whose low nibbles are the first n columns and whose high ones the next n, to neighbours together.

    Two bytes at a time: of 0xDCBA (a byte BA, a byte DC) the low nibbles A and C make one byte, B and D another.
    """
    pairs = np.ascontiguousarray(quants).view("<u2")
    low = (pairs & 0x0F) | ((pairs >> 4) & 0xF0)
    high = ((pairs >> 4) & 0x0F) | ((pairs >> 8) & 0xF0)
    return np.concatenate((low.astype(np.uint8), high.astype(np.uint8)), axis=-1)
