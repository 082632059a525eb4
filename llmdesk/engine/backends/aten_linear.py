"""Products of plain torch: aten's own 4-bit and 8-bit kernels, and dense ones (engine thread only)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch  # noqa: TID253  (imported by backends only)
from torch.nn import functional as F  # noqa: TID253

from llmdesk.engine.matrices.forms import Int4Matrix, Int8Matrix, dequantized, quantize_int8

if TYPE_CHECKING:
    from llmdesk.engine.matrices.forms import Matrix
    from llmdesk.engine.networks.linear import PackedLinear


_KERNEL_GROUPS = (256, 128, 64, 32)
_AT_ONCE = 16
"""Columns of 8 bits, and rows of 4 bits, that aten's kernels take together."""


class _Dense:
    def __init__(self, weight: torch.Tensor, bias: torch.Tensor | None) -> None:
        self._weight, self._bias = weight, bias

    def __call__(self, x: torch.Tensor) -> torch.Tensor:
        return F.linear(x, self._weight, self._bias)

    def add(self, x: torch.Tensor, residual: torch.Tensor) -> torch.Tensor:
        return residual + self(x)


class _Quantized:
    """Shared by the 4-bit and the 8-bit product; a subclass says how to multiply."""

    def __init__(self, bias: torch.Tensor | None) -> None:
        self._bias = bias

    def multiply(self, x: torch.Tensor) -> torch.Tensor:
        raise NotImplementedError

    def __call__(self, x: torch.Tensor) -> torch.Tensor:
        y = self.multiply(x.contiguous())  # aten's kernels take nothing else
        return y if self._bias is None else y + self._bias

    def add(self, x: torch.Tensor, residual: torch.Tensor) -> torch.Tensor:
        return residual + self(x)


class _Int8(_Quantized):
    """aten knows one scale per row only, so finer groups are rounded once more.

    Its kernel reads 16 columns at a time, beyond the end of a matrix of another number; such a one is filled up.
    """

    def __init__(self, matrix: Int8Matrix, bias: torch.Tensor | None) -> None:
        super().__init__(bias)
        whole = per_row(matrix)
        self._missing = -matrix.shape[1] % _AT_ONCE
        self._q, self._scales = _aligned(F.pad(whole.q, (0, self._missing))), whole.scales[:, 0].to(torch.bfloat16)

    def multiply(self, x: torch.Tensor) -> torch.Tensor:
        filled = F.pad(x, (0, self._missing)) if self._missing else x
        return torch._weight_int8pack_mm(filled, self._q, self._scales)


class _Int4(_Quantized):
    """aten computes ``scale * (q - 8) + zero``, so its zero is ``scale * (8 - zeros)``.

    Its kernel knows multiples of 16 rows only; others are filled up, and what comes of that is cut off.
    """

    def __init__(self, matrix: Int4Matrix, bias: torch.Tensor | None) -> None:
        super().__init__(bias)
        self._group, self._rows = matrix.group, matrix.shape[0]
        if missing := -self._rows % _AT_ONCE:
            matrix = Int4Matrix(*(F.pad(part, (0, 0, 0, missing)) for part in (matrix.q, matrix.scales, matrix.zeros)))
        q = torch.stack((matrix.q & 15, matrix.q >> 4), dim=-1).view(matrix.shape)
        self._packed = torch.ops.aten._convert_weight_to_int4pack_for_cpu(q.int(), 1)
        offsets = matrix.scales * (8 - matrix.zeros)
        pairs = torch.stack((matrix.scales, offsets), dim=-1)
        self._scales_and_zeros = pairs.transpose(0, 1).contiguous().to(torch.bfloat16)

    def multiply(self, x: torch.Tensor) -> torch.Tensor:
        y: torch.Tensor = torch.ops.aten._weight_int4pack_mm_for_cpu(
            x, self._packed, self._group, self._scales_and_zeros
        )
        return y[:, : self._rows]


def _aligned(tensor: torch.Tensor) -> torch.Tensor:
    """A copy at a multiple of 64 bytes: a tensor in a mapped file stands anywhere, and aten's 8-bit kernel crashes."""
    return tensor.clone(memory_format=torch.contiguous_format)


def per_row(matrix: Int8Matrix) -> Int8Matrix:
    """With one scale per row, for kernels that know nothing else."""
    return matrix if matrix.scales.shape[1] == 1 else quantize_int8(matrix.dequantized(), matrix.shape[1])


def in_kernel_groups(matrix: Int4Matrix) -> Int4Matrix | None:
    """With groups that the 4-bit kernels know, or None if they do not divide the present ones."""
    fitting = [group for group in _KERNEL_GROUPS if matrix.group % group == 0]
    if matrix.group in fitting or not fitting:
        return matrix if fitting else None
    return matrix.regrouped(fitting[0])


def pack_for_aten(matrix: Matrix, bias: torch.Tensor | None, dtype: torch.dtype) -> PackedLinear:
    """A matrix in the layout of aten's kernels; ``dtype`` is that of the products' inputs."""
    if isinstance(matrix, Int8Matrix):
        return _Int8(matrix, bias)
    if isinstance(matrix, Int4Matrix):
        grouped = in_kernel_groups(matrix)
        if grouped is not None:
            return _Int4(grouped, bias)
        matrix = matrix.dequantized()
    return _Dense(_aligned(dequantized(matrix).to(dtype)), bias)
