"""Rounding of matrices to 4 bits (engine thread only); what loses nothing stands with the forms in weights.py."""

from __future__ import annotations

from typing import TYPE_CHECKING

from llmdesk.engine.matrices.forms import GROUP, Int4Matrix

if TYPE_CHECKING:
    import torch

_SHARES = (1.0, 0.92, 0.84, 0.76)
"""Ranges from which the search goes out, as shares of the range of a group's numbers."""
_TURNS = 3
PIECE_ELEMENTS = 1 << 17
"""So many numbers at a time stay in the processor's cache: several times as fast as a whole matrix."""


def quantize_int4(weight: torch.Tensor, group: int = GROUP) -> Int4Matrix:
    """Asymmetric, with a scale and a real-valued zero per group that make the squared error small.

    The search goes out from several ranges, and from each in turns: numbers to the nearest of 16 steps, then for these
    steps the line (scale, offset) of least squared error. Each group keeps the best line of all.
    """
    import torch

    out_features, in_features = weight.shape
    groups = out_features * in_features // group
    q = torch.empty(groups, group, dtype=torch.uint8)
    scales, zeros = torch.empty(groups), torch.empty(groups)
    step = max(1, PIECE_ELEMENTS // group)
    grouped = weight.reshape(groups, group)
    for start in range(0, groups, step):
        piece = slice(start, start + step)
        # Groups side by side: sums over a group then run along whole rows.
        columns = grouped[piece].float().t().contiguous()
        scale, offset = best_line(columns)
        q[piece] = steps_of(columns, scale, offset).t().to(torch.uint8)
        scales[piece], zeros[piece] = scale, -offset / scale
    shape = (out_features, in_features // group)
    return Int4Matrix(packed_pairs(q).view(out_features, in_features // 2), scales.view(shape), zeros.view(shape))


def packed_pairs(q: torch.Tensor) -> torch.Tensor:
    """0..15, uint8 (..., n) -> (..., n / 2), the even one in the low nibble."""
    return q[..., 0::2] | (q[..., 1::2] << 4)


def best_line(columns: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """(scale, offset) of each group, float32 (groups,); ``columns`` is float32 (group, groups)."""
    import torch

    size = columns.shape[0]
    ones = torch.ones(1, size)  # a product with it is the fastest way to add up
    mean = (ones @ columns)[0] / size
    centred = columns - mean
    low, high = centred.amin(dim=0), centred.amax(dim=0)
    best_gain = torch.zeros_like(mean)
    best_scale, best_offset = ((high - low) / 15).clamp_min_(1e-12), low.clone()
    product = torch.empty_like(columns)
    for share in _SHARES:
        scale = ((high - low) * (share / 15)).clamp_min_(1e-12)
        offset = low + (high - low) * ((1 - share) / 2)
        for _ in range(_TURNS):
            q = steps_of(centred, scale, offset)
            mean_q = (ones @ q)[0] / size
            with_w = (ones @ torch.mul(q, centred, out=product))[0]
            spread = (ones @ q.square_())[0].sub_(mean_q.square() * size).clamp_min_(1e-6)
            # With numbers whose mean is 0 the line's squared error is their own square sum minus this.
            gain = with_w.square() / spread
            scale = (with_w / spread).clamp_min_(1e-12)
            offset = -scale * mean_q
            better = gain > best_gain
            best_gain = torch.where(better, gain, best_gain)
            best_scale, best_offset = torch.where(better, scale, best_scale), torch.where(better, offset, best_offset)
    return best_scale, best_offset + mean


def steps_of(columns: torch.Tensor, scale: torch.Tensor, offset: torch.Tensor) -> torch.Tensor:
    """The nearest of 0..15, as floats."""
    import torch

    inverse = 1 / scale
    return torch.addcmul(-offset * inverse, columns, inverse).round_().clamp_(0, 15)
