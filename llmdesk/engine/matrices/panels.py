"""Matrices in the kernels' layout: panels of 16 rows (c/matmul.h says how; engine thread only)."""

from __future__ import annotations

import ctypes
from typing import TYPE_CHECKING

import numpy as np

from llmdesk.engine.matrices.aligned import address_of, aligned_empty
from llmdesk.engine.matrices.forms import IN_PLANES, Int4Matrix, Int8Matrix, PanelMatrix

if TYPE_CHECKING:
    import torch

    from llmdesk.engine.matrices.forms import Matrix

_MOST_BIASED = 0.01
BLOCK = 32
"""Columns that share a scale of the activations: a matrix's columns, and its groups, are multiples of it."""


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
    form, bits, group, parts = _form(matrix, per_row_activations)
    data = aligned_empty(library.fused_packed_bytes(bits, rows, columns, group), np.uint8)
    parts = [part.contiguous() for part in parts]
    pack = getattr(library, f"fused_pack_{form}")
    pack(*(part.data_ptr() for part in parts), rows, columns, group, address_of(data))
    return PanelMatrix(data, bits, rows, columns, group)


def in_planes(library: ctypes.CDLL, matrix: Matrix | PanelMatrix) -> Matrix | PanelMatrix:
    """An output layer of 8 bits in two planes, so that not all of it is read for each token; any other as it is.

    So is one whose quants had fewer bits before: what their lower halves come to in a product is not as good as random,
    and the first pass over the upper ones could not tell how far off it is (docs/decisions/0047).
    """
    if not isinstance(matrix, PanelMatrix) or matrix.bits != 8:
        return matrix
    data = aligned_empty(matrix.data.size, np.uint8)
    sizes = (matrix.rows, matrix.columns, matrix.group)
    biased = library.fused_split_q8(address_of(matrix.data), *sizes, address_of(data))
    if biased > _MOST_BIASED * matrix.rows * (matrix.columns // BLOCK):
        return matrix
    return PanelMatrix(data, IN_PLANES, *sizes)


def _form(matrix: Int4Matrix | Int8Matrix, per_row_activations: bool) -> tuple[str, int, int, list[torch.Tensor]]:
    """(the kernels' name of it, bits, columns that share a scale, what is packed)"""
    q, scales = matrix.q, matrix.scales.float()
    if isinstance(matrix, Int8Matrix):
        return "q8", 8, matrix.group, [q, scales]
    zeros = matrix.zeros.float()
    if not matrix.is_ternary():
        return "q4", 4, matrix.group, [q, scales, zeros]
    if per_row_activations and matrix.has_equal_scales():
        return "ternary", 2, matrix.shape[1], [q, scales[:, 0]]
    # 0, 1 and 2 as 0, 7 and 14. For prompts the kernels bring what 4 bits can say to 8 bits; of a range that is mostly
    # unused little would be left.
    return "q4", 4, matrix.group, [q * 7, scales / 7, zeros * 7]


def panel_rows(matrix: PanelMatrix, start: int, end: int) -> PanelMatrix:
    """Some rows of a matrix; both numbers are multiples of 16, or the end is the matrix's own."""
    panels = -(-matrix.rows // 16)
    size = matrix.data.size // panels
    return PanelMatrix(
        matrix.data[start // 16 * size : -(-end // 16) * size], matrix.bits, end - start, matrix.columns, matrix.group
    )
