"""Weights in the forms that the kernels pack: float matrices, and matrices of 4 or 8 bits (engine thread only).

stored.py says how they stand in a file.
"""

from __future__ import annotations

import abc
from collections.abc import Callable
from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    import torch

GROUP = 32
"""Columns that share a scale (and a zero point) where nothing else asks for another number: GGUF's own block."""


@dataclass(frozen=True, slots=True)
class Quantized(abc.ABC):
    """A matrix of few bits: its fields are tensors, each of which has a row for each of the matrix's."""

    @property
    @abc.abstractmethod
    def shape(self) -> tuple[int, int]:
        """(out, in)"""

    @property
    @abc.abstractmethod
    def group(self) -> int:
        """Columns that share a scale."""

    @abc.abstractmethod
    def dequantized(self) -> torch.Tensor:
        """float32 (out, in)"""


@dataclass(frozen=True, slots=True)
class Int4Matrix(Quantized):
    """``w[o, i] = scales[o, i // group] * (q[o, i] - zeros[o, i // group])`` with q in 0..15 and real-valued zeros.

    Attributes:
        q: uint8 (out, in / 2), the even column in the low nibble.
        scales: float32 (out, in / group).
        zeros: float32 (out, in / group).
    """

    q: torch.Tensor
    scales: torch.Tensor
    zeros: torch.Tensor

    @property
    def shape(self) -> tuple[int, int]:
        """(out, in)"""
        return self.q.shape[0], self.q.shape[1] * 2

    @property
    def group(self) -> int:
        """Columns that share a scale and a zero point: 32, 64, or the whole row."""
        return self.shape[1] // int(self.scales.shape[1])

    def dequantized(self) -> torch.Tensor:
        """float32 (out, in)"""
        import torch

        q = torch.stack((self.q & 15, self.q >> 4), dim=-1).view(self.shape[0], -1, self.group).float()
        return q.sub_(self.zeros[..., None]).mul_(self.scales[..., None]).view(self.shape)

    def is_ternary(self) -> bool:
        """Whether all weights are -1, 0 or 1 times their group's scale, as 0, 1 and 2 (see bitnet.py)."""
        return bool((self.zeros == 1).all()) and not bool(((self.q & 15) > 2).any() or (self.q > 0x2F).any())

    def has_equal_scales(self) -> bool:
        """Whether the groups of each row have the same one."""
        return bool((self.scales == self.scales[:, :1]).all())

    def in_int8(self) -> Int8Matrix:
        """In 8 bits, all but without loss: exact where the zero points are whole numbers, as of GGUF's Q4_0.

        A step of 4 bits becomes ``step`` steps of 8 bits, so that only the zero point is rounded; each group takes the
        ``step`` that brings ``step * zero`` nearest to a whole number. Groups far from zero are rounded as floats are.
        """
        import torch

        error = torch.full_like(self.zeros, torch.inf)
        step = torch.ones_like(self.zeros)
        for candidate in range(1, 17):
            zero = self.zeros * candidate
            fits = (zero.round() <= 127) & (15 * candidate - zero.round() <= 127)
            off = (zero - zero.round()).abs().div_(candidate).where(fits, torch.inf)
            step = step.where(off >= error, candidate)
            error = error.minimum(off)
        fits = error.isfinite()
        q = torch.stack((self.q & 15, self.q >> 4), dim=-1).view(self.shape[0], -1, self.group)
        shifted = q * step[..., None] - (self.zeros * step).round_()[..., None]
        if bool(fits.all()):
            return Int8Matrix(shifted.to(torch.int8).view(self.shape), self.scales / step)
        rounded = quantize_int8(self.dequantized(), self.group)
        q = shifted.where(fits[..., None], rounded.q.view(q.shape)).to(torch.int8)
        return Int8Matrix(q.view(self.shape), (self.scales / step).where(fits, rounded.scales))

    def regrouped(self, group: int) -> Int4Matrix:
        """The same values in smaller groups; ``group`` divides the present one."""
        times = self.group // group
        return Int4Matrix(self.q, *(part.repeat_interleave(times, dim=1) for part in (self.scales, self.zeros)))


@dataclass(frozen=True, slots=True)
class SuperMatrix(Int4Matrix):
    """4 bits as GGUF's Q4_K has them: ``w = d s q - e n``, with s and n in 0..63 for 32 columns, d and e for 256.

    Our own kernels read it as that. For everything else it is an Int4Matrix with the very same numbers.

    Attributes:
        steps: uint8 (out, in / 32), s: ``scales = d s``.
        minima: uint8 (out, in / 32), n: ``scales zeros = e n``.
        d, e: float16 (out, in / 256).
    """

    steps: torch.Tensor
    minima: torch.Tensor
    d: torch.Tensor
    e: torch.Tensor


def super_matrix(
    q: torch.Tensor, steps: torch.Tensor, minima: torch.Tensor, d: torch.Tensor, e: torch.Tensor
) -> SuperMatrix:
    """Out of what a super-block holds. A scale of 0 would have no zero point, so there 1 with q = 0 is put."""
    times = steps.shape[1] // d.shape[1]
    scales = d.float().repeat_interleave(times, dim=1) * steps
    offsets = e.float().repeat_interleave(times, dim=1) * minima
    flat = scales == 0
    if bool(flat.any()):
        q = q.masked_fill(flat.repeat_interleave(GROUP // 2, dim=1), 0)
        scales = scales.masked_fill(flat, 1)
    return SuperMatrix(q, scales, offsets / scales, steps, minima, d, e)


@dataclass(frozen=True, slots=True)
class Int8Matrix(Quantized):
    """``w[o, i] = scales[o, i // group] * q[o, i]``; q int8 (out, in), scales float32 (out, in / group)."""

    q: torch.Tensor
    scales: torch.Tensor

    @property
    def shape(self) -> tuple[int, int]:
        """(out, in)"""
        return self.q.shape[0], self.q.shape[1]

    @property
    def group(self) -> int:
        """Columns that share a scale: 32, or the whole row where 32 does not divide it (of six bits: 16)."""
        return self.shape[1] // int(self.scales.shape[1])

    def dequantized(self) -> torch.Tensor:
        """float32 (out, in)"""
        grouped = self.q.view(self.shape[0], -1, self.group).float()
        return grouped.mul_(self.scales[..., None]).view(self.shape)


@dataclass(frozen=True, slots=True)
class SixBitMatrix(Int8Matrix):
    """6 bits as GGUF's Q6_K has them: ``w = d s q`` with q in -32..31, s for 16 columns, d for 256.

    Our own kernels read it as that; ``scales`` is d s.

    Attributes:
        s: int8 (out, in / 16).
        d: float16 (out, in / 256).
    """

    s: torch.Tensor
    d: torch.Tensor


if TYPE_CHECKING:
    Matrix: TypeAlias = torch.Tensor | Quantized


def quantize_int8(weight: torch.Tensor, group: int = GROUP) -> Int8Matrix:
    """Symmetric, rounded to nearest, a scale per group (per row where the group does not divide it)."""
    import torch

    out_features, in_features = weight.shape
    size = group if in_features % group == 0 else in_features
    grouped = weight.float().view(out_features, -1, size)
    scales = grouped.abs().amax(dim=-1).clamp_min(1e-12) / 127
    q = (grouped / scales[..., None]).round_().clamp_(-127, 127).to(torch.int8)
    return Int8Matrix(q.view(out_features, in_features), scales)


def dequantized(matrix: Matrix) -> torch.Tensor:
    """float (out, in), whatever the form."""
    return matrix.dequantized() if isinstance(matrix, Quantized) else matrix


def form_of(matrix: Matrix) -> tuple[type, int]:
    """Its class, and how many columns share a scale (0: floats): what has the same can be one matrix."""
    return type(matrix), matrix.group if isinstance(matrix, Quantized) else 0


def parts(matrix: Matrix) -> tuple[torch.Tensor, ...]:
    """The tensors that make it up, in the order of its fields; each has a row for each of the matrix's."""
    if isinstance(matrix, Quantized):
        return tuple(getattr(matrix, field.name) for field in fields(matrix))
    return (matrix,)


def each_part(matrix: Matrix, change: Callable[[torch.Tensor], torch.Tensor]) -> Matrix:
    """A matrix of the same form out of its changed parts."""
    if isinstance(matrix, Quantized):
        return replace(matrix, **{field.name: change(getattr(matrix, field.name)) for field in fields(matrix)})
    return change(matrix)


def rows(matrix: Matrix, ids: torch.Tensor) -> torch.Tensor:
    """The rows of these numbers, float (T, in): an embedding is looked up without being taken apart whole."""
    return dequantized(each_part(matrix, lambda part: part[ids]))


def row_range(matrix: Matrix, start: int, end: int) -> Matrix:
    """The rows from ``start`` to before ``end``, of the same form; a view."""
    return each_part(matrix, lambda part: part[start:end])


def each_of(matrix: Matrix, count: int) -> list[Matrix]:
    """That many matrices of equal shape whose rows stand one after the other in a tall one; views."""
    rows_each = matrix.shape[0] // count
    return [row_range(matrix, start, start + rows_each) for start in range(0, matrix.shape[0], rows_each)]


def concatenated(matrices: list[Matrix]) -> Matrix:
    """Several matrices of one input as one of more rows, of the same form if they all have it, else in floats."""
    import torch

    first = matrices[0]
    if isinstance(first, Quantized) and len(set(map(form_of, matrices))) == 1:
        joined = (torch.cat(same) for same in zip(*map(parts, matrices), strict=True))
        return replace(first, **dict(zip((field.name for field in fields(first)), joined, strict=True)))
    return torch.cat([dequantized(m) for m in matrices])


def size_bytes(matrix: Matrix) -> int:
    """Bytes of the stored form."""
    return sum(int(part.nbytes) for part in parts(matrix))
