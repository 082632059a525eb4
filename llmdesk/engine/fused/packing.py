"""Matrices in the kernels' layout: panels of 16 rows (c/matmul.h says how; engine thread only)."""

from __future__ import annotations

import ctypes
from dataclasses import dataclass
from typing import TYPE_CHECKING

import torch  # noqa: TID253  (imported by backends only, on the engine thread)

from llmdesk.engine.weights import Int4Matrix, Int8Matrix

if TYPE_CHECKING:
    from llmdesk.engine.weights import Matrix

BLOCK = 32
"""Columns that share a scale of the activations: a matrix's columns, and its groups, are multiples of it."""
_FORM_Q4, _FORM_Q8 = 4, 8
_ALIGNMENT = 64


@dataclass(frozen=True, slots=True)
class PackedMatrix:
    """A matrix of 4 or 8 bits in the kernels' layout. ``data`` is uint8, aligned to 64 bytes."""

    data: torch.Tensor
    form: int
    rows: int
    columns: int
    group: int

    def dequantized(self, library: ctypes.CDLL) -> torch.Tensor:
        """float32 (rows, columns): what the kernels multiply with."""
        out = torch.empty((self.rows, self.columns))
        library.fused_unpack(
            self.data.data_ptr(), self.form, self.rows, self.columns, self.group, 0, self.rows, out.data_ptr()
        )
        return out


def can_pack(matrix: Matrix) -> bool:
    """Whether the kernels can multiply with it."""
    if not isinstance(matrix, Int4Matrix | Int8Matrix):
        return False
    return matrix.shape[1] % BLOCK == 0 and matrix.group % BLOCK == 0


def packed(library: ctypes.CDLL, matrix: Int4Matrix | Int8Matrix) -> PackedMatrix:
    """Bring a matrix into the kernels' layout. Scales are rounded to half precision (2^-11)."""
    (rows, columns), group = matrix.shape, matrix.group
    form = _FORM_Q4 if isinstance(matrix, Int4Matrix) else _FORM_Q8
    data = aligned_bytes(library.fused_packed_bytes(form, rows, columns, group))
    q, scales = matrix.q.contiguous(), matrix.scales.float().contiguous()
    if isinstance(matrix, Int4Matrix):
        zeros = matrix.zeros.float().contiguous()
        library.fused_pack_q4(q.data_ptr(), scales.data_ptr(), zeros.data_ptr(), rows, columns, group, data.data_ptr())
    else:
        library.fused_pack_q8(q.data_ptr(), scales.data_ptr(), rows, columns, group, data.data_ptr())
    return PackedMatrix(data, form, rows, columns, group)


def aligned_bytes(count: int) -> torch.Tensor:
    """Uninitialised uint8 (count,) that begins at a multiple of 64."""
    room = torch.empty(count + _ALIGNMENT, dtype=torch.uint8)
    start = -room.data_ptr() % _ALIGNMENT
    return room[start : start + count]
