"""Rounding of matrices to 4.5 bits: super-blocks whose scales and minima have 6 bits (engine thread only)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from llmdesk.engine.matrices.forms import SuperMatrix, super_matrix
from llmdesk.engine.matrices.panel_forms import BLOCK, SUPER
from llmdesk.engine.matrices.quantize import PIECE_ELEMENTS, best_line, packed_pairs, steps_of

if TYPE_CHECKING:
    import torch

_GROUPS = SUPER // BLOCK
_MOST = 63
_TURNS = 2
_MOVES = ((0, 0), (0, 1), (0, -1), (1, 0), (1, 1), (1, -1), (-1, 0), (-1, 1), (-1, -1))
"""Of a group's whole numbers (scale, minimum), tried in each turn."""


def quantize_super(weight: torch.Tensor) -> SuperMatrix:
    """With scales and minima that make the squared error small; columns are a multiple of 256.

    The search goes out from each group's own best line (quantize.py), brings it to 6 bits, and then takes turns: whole
    numbers to the neighbours with the smallest error, then for these the two halves of least squared error. A
    super-block that the plain way (smallest to largest number in 15 steps) rounds better is rounded that way.
    """
    import torch

    out_features, in_features = weight.shape
    groups = out_features * in_features // BLOCK
    q = torch.empty(groups, BLOCK, dtype=torch.uint8)
    steps, minima = (torch.empty(groups, dtype=torch.uint8) for _ in range(2))
    d, e = (torch.empty(groups // _GROUPS, dtype=torch.float16) for _ in range(2))
    piece_groups = max(1, PIECE_ELEMENTS // SUPER) * _GROUPS
    grouped = weight.reshape(groups, BLOCK)
    for start in range(0, groups, piece_groups):
        piece = slice(start, start + piece_groups)
        supers = slice(start // _GROUPS, (start + piece_groups) // _GROUPS)
        # Groups side by side: sums over a group then run along whole rows.
        columns = grouped[piece].float().t().contiguous()
        found = _better(_searched(columns), _plain(columns))
        q[piece] = found.steps_of(columns).t().to(torch.uint8)
        steps[piece], minima[piece] = found.s, found.n
        d[supers], e[supers] = found.d[::_GROUPS], found.e[::_GROUPS]
    by_row = [part.view(out_features, -1) for part in (steps, minima, d, e)]
    return super_matrix(packed_pairs(q).view(out_features, -1), *by_row)


class _Factors:
    """Of some groups, each float32 (groups,): whole numbers s and n, and the halves d and e of their super-block.

    Attributes:
        error: squared, of each group.
    """

    def __init__(
        self, columns: torch.Tensor, d: torch.Tensor, e: torch.Tensor, s: torch.Tensor, n: torch.Tensor
    ) -> None:
        self.d, self.e, self.s, self.n = d, e, s, n
        self.error = self._errors(columns)

    def steps_of(self, columns: torch.Tensor) -> torch.Tensor:
        """0..15, as floats (32, groups)."""
        return steps_of(columns, (self.d * self.s).clamp_min(1e-12), -self.e * self.n)

    def _errors(self, columns: torch.Tensor) -> torch.Tensor:
        import torch

        rest = self.steps_of(columns).mul_(self.d * self.s).sub_(self.e * self.n).sub_(columns)
        return (torch.ones(1, BLOCK) @ rest.square_())[0]


def _six_bits(columns: torch.Tensor, scale: torch.Tensor, offset: torch.Tensor) -> _Factors:
    """Lines in 6 bits. A minimum is never above 0: there a group begins at 0."""
    above = offset > 0
    scale = scale.where(~above, columns.amax(dim=0).clamp_min(0) / 15)
    minimum = -offset.where(~above, 0)
    d, e = (_halves(part.view(-1, _GROUPS).amax(dim=1) / _MOST) for part in (scale, minimum))
    s, n = ((part / half.clamp_min(1e-12)).round_().clamp_(0, _MOST) for part, half in ((scale, d), (minimum, e)))
    return _Factors(columns, d, e, s, n)


def _halves(values: torch.Tensor) -> torch.Tensor:
    """Of each super-block, as half precision has them, for each of its groups."""
    return values.half().float().repeat_interleave(_GROUPS)


def _plain(columns: torch.Tensor) -> _Factors:
    low, high = columns.amin(dim=0), columns.amax(dim=0)
    return _six_bits(columns, (high - low) / 15, low)


def _searched(columns: torch.Tensor) -> _Factors:
    best = _six_bits(columns, *best_line(columns))
    for _ in range(_TURNS):
        best = _neighbours(columns, best)
        best = _better(best, _refitted(columns, best))
    return best


def _neighbours(columns: torch.Tensor, start: _Factors) -> _Factors:
    """Each group's best whole numbers near these."""
    best = start
    for move_s, move_n in _MOVES[1:]:
        s, n = (start.s + move_s).clamp_(0, _MOST), (start.n + move_n).clamp_(0, _MOST)
        tried = _Factors(columns, start.d, start.e, s, n)
        best = _where(tried.error < best.error, tried, best)
    return best


def _refitted(columns: torch.Tensor, old: _Factors) -> _Factors:
    """The halves of least squared error for these whole numbers and their quants: two equations a super-block."""
    import torch

    q = old.steps_of(columns)
    ones = torch.ones(1, BLOCK)

    def total(of_groups: torch.Tensor) -> torch.Tensor:
        return of_groups.view(-1, _GROUPS).sum(dim=1)

    sum_q, sum_w = (ones @ q)[0], (ones @ columns)[0]
    squares, with_w = (ones @ q.square())[0], (ones @ q.mul_(columns))[0]
    aa, ab, bb = total(old.s.square() * squares), total(old.s * old.n * sum_q), total(old.n.square() * BLOCK)
    aw, bw = total(old.s * with_w), total(old.n * sum_w)
    determinant = (aa * bb - ab * ab).clamp_min(1e-12)
    d, e = (aw * bb - ab * bw) / determinant, (ab * aw - aa * bw) / determinant
    return _Factors(columns, _halves(d.clamp_min_(0)), _halves(e.clamp_min_(0)), old.s, old.n)


def _better(a: _Factors, b: _Factors) -> _Factors:
    """The one with the smaller error in each super-block."""
    a_error, b_error = (found.error.view(-1, _GROUPS).sum(dim=1) for found in (a, b))
    return _where((b_error < a_error).repeat_interleave(_GROUPS), b, a)


def _where(condition: torch.Tensor, a: _Factors, b: _Factors) -> _Factors:
    made = _Factors.__new__(_Factors)
    for name in ("d", "e", "s", "n", "error"):
        setattr(made, name, getattr(a, name).where(condition, getattr(b, name)))
    return made
