"""Rows of tables of 4 or 8 bits that stay in their file: of a mapped one only what is asked for is read (no torch)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray


def table_rows(parts: Mapping[str, NDArray[Any]], ids: Sequence[int]) -> NDArray[np.float32]:
    """float32 (T, in) of the rows of these numbers.

    Args:
        parts: of a matrix as stored.py keeps it: ``q8`` and ``scales``, or ``q4``, ``scales`` and ``zeros``.
        ids: T numbers, all of them rows that there are.
    """
    index = np.asarray(ids, dtype=np.int64)
    scales: NDArray[np.float32] = parts["scales"][index]
    if "q8" in parts:
        grouped = parts["q8"][index].reshape(*scales.shape, -1).astype(np.float32)
    else:
        pairs = parts["q4"][index]
        grouped = np.stack((pairs & 15, pairs >> 4), axis=-1).reshape(*scales.shape, -1).astype(np.float32)
        grouped -= parts["zeros"][index][..., None]
    grouped *= scales[..., None]
    return grouped.reshape(len(index), -1)
