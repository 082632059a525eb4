"""Matrices in the kernels' layout: panels of 16 rows (c/matrix.h says how; engine thread only)."""

from __future__ import annotations

import ctypes
from typing import TYPE_CHECKING

import numpy as np

from llmdesk.engine.matrices.aligned import address_of, aligned_empty
from llmdesk.engine.matrices.forms import Int4Matrix, Int8Matrix, Quantized, SixBitMatrix, SuperMatrix
from llmdesk.engine.matrices.minima import MinimaMatrix
from llmdesk.engine.matrices.panel_forms import (
    BF16,
    BLOCK,
    FP4,
    IQ4,
    PANEL_ROWS,
    Q2K,
    Q4,
    Q4K,
    Q4S,
    Q5K,
    Q6K,
    Q8,
    SPLIT,
    SUPER,
    TERNARY,
)
from llmdesk.engine.matrices.panel_matrix import PanelMatrix
from llmdesk.engine.matrices.table_matrix import Fp4Matrix, TableMatrix

if TYPE_CHECKING:
    import torch

    from llmdesk.engine.matrices.forms import Matrix

_MIDDLE = 8
"""The zero point of symmetric 4 bits (GGUF's Q4_0): it need not be stored."""
_MOST_BIASED = 0.01


def in_panels(library: ctypes.CDLL, matrix: Matrix, per_row_activations: bool) -> Matrix | PanelMatrix:
    """A matrix of 4 or 8 bits in the kernels' layout, if its sizes allow that; anything else as it is.

    Quants are kept. Scales are rounded to half precision (2^-11) where they are not halves already; those of ternary
    weights in 2 bits and of super-blocks are not.

    Args:
        library: the kernels.
        matrix: any.
        per_row_activations: what it is multiplied with has one scale a row, as in BitNet.
    """
    if not isinstance(matrix, Quantized) or matrix.shape[1] % BLOCK:
        return matrix
    if matrix.group % BLOCK and not isinstance(matrix, SixBitMatrix | MinimaMatrix):
        return matrix
    return _in_panels(library, *_packed(matrix, per_row_activations), *matrix.shape)


def floats_in_panels(library: ctypes.CDLL, matrix: Matrix | PanelMatrix) -> Matrix | PanelMatrix:
    """A matrix of floats as bfloat16 in the kernels' layout, if its sizes allow that; any other as it is."""
    import torch

    if not isinstance(matrix, torch.Tensor) or matrix.shape[1] % BLOCK:
        return matrix
    return _in_panels(library, BF16, BLOCK, [matrix.to(torch.bfloat16)], *matrix.shape)


def _in_panels(
    library: ctypes.CDLL, form: int, group: int, parts: list[torch.Tensor], rows: int, columns: int
) -> PanelMatrix:
    data = aligned_empty(library.fused_packed_bytes(form, rows, columns, group), np.uint8)
    parts = [part.contiguous() for part in parts]
    addresses = (ctypes.c_void_p * len(parts))(*(part.data_ptr() for part in parts))
    library.fused_pack(form, addresses, rows, columns, group, address_of(data))
    return PanelMatrix(data, form, rows, columns, group)


def in_planes(library: ctypes.CDLL, matrix: Matrix | PanelMatrix) -> Matrix | PanelMatrix:
    """An output layer of 8 bits in two planes, so that not all of it is read for each token; any other as it is.

    So is one whose quants had fewer bits before: what their lower halves come to in a product is not as good as random,
    and the first pass over the upper ones could not tell how far off it is (docs/decisions/0047).
    """
    if not isinstance(matrix, PanelMatrix) or matrix.form != Q8:
        return matrix
    data = aligned_empty(matrix.data.size, np.uint8)
    data[:] = 0  # a last stretch's room for scales may be half empty, and goes into files
    sizes = (matrix.rows, matrix.columns, matrix.group)
    biased = library.fused_split_q8(address_of(matrix.data), *sizes, address_of(data))
    if biased > _MOST_BIASED * matrix.rows * (matrix.columns // BLOCK):
        return matrix
    return PanelMatrix(data, SPLIT, *sizes)


def _packed(matrix: Quantized, per_row_activations: bool) -> tuple[int, int, list[torch.Tensor]]:
    """(the form, columns that share a scale, what the kernels' ``pack`` of that form takes)"""
    if isinstance(matrix, MinimaMatrix):
        form, group = (Q2K, SUPER) if matrix.has_two_bits else (Q5K, BLOCK)
        return form, group, [matrix.q, matrix.s, matrix.n, matrix.d, matrix.e]
    assert isinstance(matrix, Int4Matrix | Int8Matrix)
    q, scales = matrix.q, matrix.scales.float()
    if isinstance(matrix, SixBitMatrix):
        return Q6K, SUPER, [q, matrix.s, matrix.d]
    if isinstance(matrix, TableMatrix):
        return FP4 if isinstance(matrix, Fp4Matrix) else IQ4, BLOCK, [q, scales]
    if isinstance(matrix, Int8Matrix):
        return Q8, matrix.group, [q, scales]
    if isinstance(matrix, SuperMatrix):
        return Q4K, BLOCK, [q, matrix.steps, matrix.minima, matrix.d, matrix.e]
    zeros = matrix.zeros.float()
    if bool((zeros == _MIDDLE).all()):
        return Q4S, matrix.group, [q, scales]
    if not matrix.is_ternary():
        return Q4, matrix.group, [q, scales, zeros]
    if per_row_activations and matrix.has_equal_scales():
        return TERNARY, matrix.shape[1], [q, scales[:, 0]]
    # 0, 1 and 2 as 4, 8 and 12: a quarter of a scale is exact, and the kernels, which for prompts bring what 4 bits can
    # say to wider numbers, find half of that range in use.
    return Q4S, matrix.group, [q * 4 + 0x44, scales / 4]


def panel_rows(matrix: PanelMatrix, start: int, end: int) -> PanelMatrix:
    """Some rows of a matrix; both numbers are multiples of 16, or the end is the matrix's own."""
    panels = -(-matrix.rows // PANEL_ROWS)
    size = matrix.data.size // panels
    return PanelMatrix(
        matrix.data[start // PANEL_ROWS * size : -(-end // PANEL_ROWS) * size],
        matrix.form,
        end - start,
        matrix.columns,
        matrix.group,
    )
