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


def in_panels(library: ctypes.CDLL, matrix: Matrix, per_row_activations: bool) -> Matrix | PanelMatrix:
    """A matrix of 4 or 8 bits in the kernels' layout, if its sizes allow that; anything else as it is.

    Quants are kept. Scales are rounded to half precision (2^-11), those of ternary weights in 2 bits are not.

    Args:
        library: the kernels.
        matrix: any.
        per_row_activations: what it is multiplied with has one scale a row, as in BitNet.
    """
    if not isinstance(matrix, Int4Matrix | Int8Matrix) or matrix.shape[1] % BLOCK or matrix.group % BLOCK:
        return matrix
    rows, columns = matrix.shape
    if isinstance(matrix, Int8Matrix):
        pack, bits, group, parts = library.fused_pack_q8, 8, matrix.group, (matrix.q, matrix.scales)
    elif matrix.is_ternary() and per_row_activations and matrix.has_equal_scales():
        pack, bits, group, parts = library.fused_pack_ternary, 2, columns, (matrix.q, matrix.scales[:, 0])
    else:
        matrix = _spread(matrix) if matrix.is_ternary() else matrix
        pack, bits, group, parts = library.fused_pack_q4, 4, matrix.group, (matrix.q, matrix.scales, matrix.zeros)
    data = _aligned_bytes(library.fused_packed_bytes(bits, rows, columns, group))
    parts = tuple(part.contiguous() for part in parts)
    pack(*(part.data_ptr() for part in parts), rows, columns, group, data.data_ptr())
    return PanelMatrix(data, bits, rows, columns, group)


def _spread(ternary: Int4Matrix) -> Int4Matrix:
    """Quants of 0, 1 and 2 as 0, 7 and 14.

    For prompts the kernels bring what 4 bits can say to 8 bits; of a range that is mostly unused little would be left.
    """
    return Int4Matrix(ternary.q * 7, ternary.scales / 7, ternary.zeros * 7)


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
