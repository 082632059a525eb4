"""Matrices in the kernels' layout: panels of 16 rows (c/matmul.h says how; engine thread only)."""

from __future__ import annotations

import ctypes
from typing import TYPE_CHECKING

import torch  # noqa: TID253  (imported by backends only, on the engine thread)

from llmdesk.engine.weights import Int4Matrix, Int8Matrix, PanelMatrix

if TYPE_CHECKING:
    from llmdesk.engine.weights import Matrix

BLOCK = 32
"""Columns that share a scale of the activations: a matrix's columns, and its groups, are multiples of it."""
_ALIGNMENT = 64


def in_panels(library: ctypes.CDLL, matrix: Matrix) -> Matrix | PanelMatrix:
    """A matrix of 4 or 8 bits in the kernels' layout, if its sizes allow that; anything else as it is.

    Scales are rounded to half precision (2^-11), quants are kept.
    """
    if not isinstance(matrix, Int4Matrix | Int8Matrix) or matrix.shape[1] % BLOCK or matrix.group % BLOCK:
        return matrix
    matrix = _spread(matrix) if isinstance(matrix, Int4Matrix) else matrix
    (rows, columns), group = matrix.shape, matrix.group
    bits = 4 if isinstance(matrix, Int4Matrix) else 8
    data = _aligned_bytes(library.fused_packed_bytes(bits, rows, columns, group))
    q, scales = matrix.q.contiguous(), matrix.scales.float().contiguous()
    if isinstance(matrix, Int4Matrix):
        zeros = matrix.zeros.float().contiguous()
        library.fused_pack_q4(q.data_ptr(), scales.data_ptr(), zeros.data_ptr(), rows, columns, group, data.data_ptr())
    else:
        library.fused_pack_q8(q.data_ptr(), scales.data_ptr(), rows, columns, group, data.data_ptr())
    return PanelMatrix(data, bits, rows, columns, group)


def _spread(matrix: Int4Matrix) -> Int4Matrix:
    """Quants of 0, 1 and 2 only (ternary weights) as 0, 7 and 14.

    For prompts the kernels bring what 4 bits can say to 8 bits; of a range that is mostly unused little would be left.
    """
    q = matrix.q
    if bool(((q & 15) > 2).any()) or bool((q >> 4 > 2).any()):
        return matrix
    return Int4Matrix(q * 7, matrix.scales / 7, matrix.zeros * 7)


def panel_rows(matrix: PanelMatrix, start: int, end: int) -> PanelMatrix:
    """Some rows of a matrix; both numbers are multiples of 16, or the end is the matrix's own."""
    panels = -(-matrix.rows // 16)
    size = matrix.data.numel() // panels
    return PanelMatrix(
        matrix.data[start // 16 * size : -(-end // 16) * size], matrix.bits, end - start, matrix.columns, matrix.group
    )


def _aligned_bytes(count: int) -> torch.Tensor:
    """Uninitialised uint8 (count,) that begins at a multiple of 64."""
    room = torch.empty(count + _ALIGNMENT, dtype=torch.uint8)
    start = -room.data_ptr() % _ALIGNMENT
    return room[start : start + count]
