"""Weights in the forms that the kernels pack: float matrices, and matrices of 4 or 8 bits (engine thread only).

stored.py says how they stand in a file.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt
    import torch

GROUP = 32
"""Columns that share a scale (and a zero point) where nothing else asks for another number: GGUF's own block."""


@dataclass(frozen=True, slots=True)
class Int4Matrix:
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
class Int8Matrix:
    """``w[o, i] = scales[o, i // group] * q[o, i]``; q int8 (out, in), scales float32 (out, in / group)."""

    q: torch.Tensor
    scales: torch.Tensor

    @property
    def shape(self) -> tuple[int, int]:
        """(out, in)"""
        return self.q.shape[0], self.q.shape[1]

    @property
    def group(self) -> int:
        """Columns that share a scale: 32, or the whole row where 32 does not divide it."""
        return self.shape[1] // int(self.scales.shape[1])

    def dequantized(self) -> torch.Tensor:
        """float32 (out, in)"""
        grouped = self.q.view(self.shape[0], -1, self.group).float()
        return grouped.mul_(self.scales[..., None]).view(self.shape)


@dataclass(frozen=True, slots=True)
class PanelMatrix:
    """A matrix of 2, 4 or 8 bits as our own kernels read it: panels of 16 rows (see fused/c/matmul.h).

    Attributes:
        data: all panels; numpy's, since the kernels' way is free of torch.
        bits: 2 (-1, 0 and 1 times a scale), 4 or 8; IN_PLANES: 8 whose upper and lower halves lie apart.
        rows, columns: of the matrix.
        group: columns that share a scale.
    """

    data: npt.NDArray[np.uint8]
    bits: int
    rows: int
    columns: int
    group: int

    @property
    def shape(self) -> tuple[int, int]:
        """(out, in)"""
        return self.rows, self.columns

    def dequantized(self) -> torch.Tensor:
        """float32 (out, in)"""
        import torch

        if self.bits == IN_PLANES:
            return self.joined().dequantized()
        panels = torch.from_numpy(self.data).view(-(-self.rows // _PANEL_ROWS), -1)
        groups = self.columns // self.group
        scale_bytes = 2 * _PANEL_ROWS
        if self.bits == 2:  # w = d (q - 1)
            d = panels[:, None, : 4 * _PANEL_ROWS].contiguous().view(torch.float32)
            low_end = -d
            q = panels[:, 4 * _PANEL_ROWS :].reshape(len(panels), -1, _PANEL_ROWS, 4)
            q = torch.stack([q >> bits & 3 for bits in (0, 2, 4, 6)], dim=2).view(len(panels), -1, _PANEL_ROWS, 4)
        elif self.bits == 4:  # w = d q + m
            panels = panels.view(len(panels), groups, -1)
            d, low_end = (_halves(panels[..., start : start + scale_bytes]) for start in (0, scale_bytes))
            q = panels[..., 2 * scale_bytes :].reshape(len(panels), -1, _PANEL_ROWS, 4)
            q = torch.stack((q & 15, q >> 4), dim=2).view(len(panels), -1, _PANEL_ROWS, 4)
        else:  # w = d (q - 128)
            d = _halves(panels[:, : groups * scale_bytes].reshape(len(panels), groups, -1))
            low_end = -128 * d
            q = panels[:, -self.columns * _PANEL_ROWS :].reshape(len(panels), -1, _PANEL_ROWS, 4)
        q = q.transpose(1, 2).reshape(len(panels), _PANEL_ROWS, groups, self.group).float()
        w = q * d.transpose(1, 2)[..., None] + low_end.transpose(1, 2)[..., None]
        return w.view(-1, self.columns)[: self.rows]

    def joined(self) -> PanelMatrix:
        """One of IN_PLANES with its 8 bits together, a copy."""
        import numpy as np  # the window is painted without it

        panels, halves = -(-self.rows // _PANEL_ROWS), self.columns * _PANEL_ROWS // 2
        first = self.data[: -panels * halves].reshape(panels, -1)
        scales = first[:, :-halves]
        upper = first[:, -halves:].reshape(panels, -1, 64)
        lower = self.data[-panels * halves :].reshape(panels, -1, 64)
        quants = np.stack(((upper & 15) << 4 | lower & 15, upper & 0xF0 | lower >> 4), axis=2).reshape(panels, -1)
        return PanelMatrix(np.concatenate((scales, quants), axis=1).ravel(), 8, self.rows, self.columns, self.group)


IN_PLANES = 24
"""Of a PanelMatrix: see fused/c/head.h."""
_PANEL_ROWS = 16
_COLUMNS_AT_ONCE = 32
_ALIGNMENT = 64


def panel_bytes(bits: int, rows: int, columns: int, group: int) -> int:
    """Bytes of all panels of such a matrix (see fused/c/matmul.h); -1 if there is none."""
    if min(rows, columns, group) < 1 or columns % _COLUMNS_AT_ONCE or columns % group or group % _COLUMNS_AT_ONCE:
        return -1
    groups = columns // group
    if bits == 2:
        panel = 4 * _PANEL_ROWS + columns * _PANEL_ROWS // 4 if groups == 1 else -1
    elif bits == 4:
        panel = groups * 4 * _PANEL_ROWS + columns * _PANEL_ROWS // 2
    else:
        scales = -(-groups * 2 * _PANEL_ROWS // _ALIGNMENT) * _ALIGNMENT
        panel = scales + columns * _PANEL_ROWS if bits in (8, IN_PLANES) else -1
    return -(-rows // _PANEL_ROWS) * panel


def _halves(data: torch.Tensor) -> torch.Tensor:
    """(..., 2 n) bytes -> (..., n) float32"""
    import torch

    return data.contiguous().view(torch.float16).float()


if TYPE_CHECKING:
    from typing import TypeAlias

    Matrix: TypeAlias = torch.Tensor | Int4Matrix | Int8Matrix


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
    if isinstance(matrix, Int4Matrix | Int8Matrix):
        return matrix.dequantized()
    return matrix


def rows(matrix: Matrix, ids: torch.Tensor) -> torch.Tensor:
    """The rows of these numbers, float (T, in): an embedding is looked up without being taken apart whole."""
    if isinstance(matrix, Int4Matrix):
        return Int4Matrix(matrix.q[ids], matrix.scales[ids], matrix.zeros[ids]).dequantized()
    if isinstance(matrix, Int8Matrix):
        return Int8Matrix(matrix.q[ids], matrix.scales[ids]).dequantized()
    return matrix[ids]


def row_range(matrix: Matrix, start: int, end: int) -> Matrix:
    """The rows from ``start`` to before ``end``, of the same form; a view."""
    if isinstance(matrix, Int4Matrix):
        return Int4Matrix(*(part[start:end] for part in (matrix.q, matrix.scales, matrix.zeros)))
    if isinstance(matrix, Int8Matrix):
        return Int8Matrix(matrix.q[start:end], matrix.scales[start:end])
    return matrix[start:end]


def concatenated(matrices: list[Matrix]) -> Matrix:
    """Several matrices of one input as one of more rows; all must be of the same form."""
    import torch

    first = matrices[0]
    if isinstance(first, Int4Matrix):
        same4 = [m for m in matrices if isinstance(m, Int4Matrix)]
        return Int4Matrix(*(torch.cat([getattr(m, part) for m in same4]) for part in ("q", "scales", "zeros")))
    if isinstance(first, Int8Matrix):
        same8 = [m for m in matrices if isinstance(m, Int8Matrix)]
        return Int8Matrix(*(torch.cat([getattr(m, part) for m in same8]) for part in ("q", "scales")))
    return torch.cat([dequantized(m) for m in matrices])


def size_bytes(matrix: Matrix) -> int:
    """Bytes of the stored form."""
    if isinstance(matrix, Int4Matrix):
        return int(matrix.q.nbytes + matrix.scales.nbytes + matrix.zeros.nbytes)
    if isinstance(matrix, Int8Matrix):
        return int(matrix.q.nbytes + matrix.scales.nbytes)
    return int(matrix.nbytes)
