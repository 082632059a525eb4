"""The forms of weights in the kernels' panels, one entry each, as c/forms.h has them (engine thread only).

The numbers are the kernels' own (c/matrix.h), and what weights files hold. How a panel is made up: c/form_*.h.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import torch

TERNARY, Q4, Q4S, Q6K, Q8, FP4, IQ4, Q4K, Q5K, Q2K, SPLIT, BF16 = 2, 4, 5, 6, 8, 12, 13, 16, 17, 18, 24, 32
FP4_VALUES = (0, 1, 2, 3, 4, 6, 8, 12, 0, -1, -2, -3, -4, -6, -8, -12)
"""What MXFP4's 16 numbers stand for, twice as large, so that they are whole."""
IQ4_VALUES = (-127, -104, -83, -65, -49, -35, -22, -10, 1, 13, 25, 38, 53, 69, 89, 113)
"""The same of IQ4_NL and IQ4_XS, as ggml has them."""
PANEL_ROWS = 16
BLOCK = 32
"""Columns that share a scale of the activations: a matrix's columns, and its groups, are multiples of it."""
SUPER = 256
"""Columns of a super-block (Q2K, Q4K, Q5K, Q6K), which share halves."""
_SIX_GROUP = 16
_SIX_HEAD = SUPER // _SIX_GROUP * PANEL_ROWS
_SIX_BYTES = _SIX_HEAD + SUPER * PANEL_ROWS * 6 // 8
STRETCH_SCALES, STRETCH_GROUPS = 64, 2
"""Bytes of scales before the quants of their groups, and how many groups have halves there (c/matrix.h)."""
_TWO_HEAD = 4 * PANEL_ROWS + SUPER // _SIX_GROUP * PANEL_ROWS
_SUPER_HEAD = 4 * PANEL_ROWS + 3 * 4 * PANEL_ROWS


@dataclass(frozen=True, slots=True)
class PanelForm:
    """One of them.

    Attributes:
        panel_bytes: of (columns, group); -1 where such a matrix cannot be.
        unpacked: of (panels (P, bytes) uint8, columns, group) d, low ends, float32 (P, parts, 16), and quants
            (P, columns / 4, 16, 4): w = d q + low end, for as many columns as there are parts.
    """

    panel_bytes: Callable[[int, int], int]
    unpacked: Callable[[torch.Tensor, int, int], tuple[torch.Tensor, torch.Tensor, torch.Tensor]]


def panel_bytes(form: int, rows: int, columns: int, group: int) -> int:
    """Bytes of all panels of such a matrix; -1 if there is none."""
    if form not in FORMS or min(rows, columns, group) < 1 or columns % BLOCK or columns % group or group % BLOCK:
        return -1
    panel = FORMS[form].panel_bytes(columns, group)
    return -1 if panel < 0 else -(-rows // PANEL_ROWS) * panel


def unpacked(form: int, data: torch.Tensor, rows: int, columns: int, group: int) -> torch.Tensor:
    """float32 (rows, columns) of all panels, uint8 (bytes)."""
    panels = data.view(-(-rows // PANEL_ROWS), -1)
    d, low_end, q = FORMS[form].unpacked(panels, columns, group)
    q = q.transpose(1, 2).reshape(len(panels), PANEL_ROWS, d.shape[1], -1).float()
    w = q * d.transpose(1, 2)[..., None] + low_end.transpose(1, 2)[..., None]
    return w.view(-1, columns)[:rows]


def bfloat16_of(data: torch.Tensor, rows: int, columns: int) -> torch.Tensor:
    """bfloat16 (rows, columns) of panels that hold such numbers, uint8 (bytes)."""
    import torch

    pairs = data.view(torch.bfloat16).view(-(-rows // PANEL_ROWS), columns // 2, PANEL_ROWS, 2)
    return pairs.transpose(1, 2).reshape(-1, columns)[:rows]


def _ternary_bytes(columns: int, group: int) -> int:
    return 4 * PANEL_ROWS + columns * PANEL_ROWS // 4 if group == columns else -1


def _ternary(panels: torch.Tensor, columns: int, group: int) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """w = d (q - 1), with one d a row."""
    import torch

    d = panels[:, None, : 4 * PANEL_ROWS].contiguous().view(torch.float32)
    vectors = panels[:, 4 * PANEL_ROWS :].reshape(len(panels), -1, PANEL_ROWS, 4)
    q = torch.stack([vectors >> bits & 3 for bits in (0, 2, 4, 6)], dim=2)
    return d, -d, q.view(len(panels), -1, PANEL_ROWS, 4)


def _q4_bytes(columns: int, group: int) -> int:
    return columns // group * 4 * PANEL_ROWS + columns * PANEL_ROWS // 2


def _q4(panels: torch.Tensor, columns: int, group: int) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    groups, halves_bytes = panels.view(len(panels), columns // group, -1), 2 * PANEL_ROWS
    d, low_end = (_halves(groups[..., start : start + halves_bytes]) for start in (0, halves_bytes))
    return d, low_end, _nibbles(groups[..., 2 * halves_bytes :])


def _scale_bytes(columns: int, group: int) -> int:
    """Of a half for each group, for 16 rows."""
    return -(-columns // group * 2 * PANEL_ROWS // STRETCH_SCALES) * STRETCH_SCALES


def _q8_bytes(columns: int, group: int) -> int:
    return _scale_bytes(columns, group) + columns * PANEL_ROWS


def _q8(panels: torch.Tensor, columns: int, group: int) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """w = d (q - 128)"""
    scales, q = _stretches(panels, columns // group, 2 * PANEL_ROWS, group * PANEL_ROWS)
    d = _halves(scales)
    return d, -128 * d, q.reshape(len(panels), -1, PANEL_ROWS, 4)


def _q4s_bytes(columns: int, group: int) -> int:
    return _scale_bytes(columns, group) + columns * PANEL_ROWS // 2


def _q4s(panels: torch.Tensor, columns: int, group: int) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """w = d (q - 8)"""
    scales, q = _stretches(panels, columns // group, 2 * PANEL_ROWS, group * PANEL_ROWS // 2)
    d = _halves(scales)
    return d, -8 * d, _nibbles(q)


def _k_bytes(columns: int, group: int, bits: int) -> int:
    super_bytes = _SUPER_HEAD + SUPER * PANEL_ROWS * bits // 8
    return columns // SUPER * super_bytes if columns % SUPER == 0 and group == BLOCK else -1


def _k(
    panels: torch.Tensor, columns: int, group: int, quants: Callable[[torch.Tensor], torch.Tensor]
) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """w = d s q - e n, s and n of 6 bits for 32 columns, d and e for 256."""
    supers = panels.view(len(panels), columns // SUPER, -1)
    d, e = (_halves(supers[..., start : start + 2 * PANEL_ROWS]) for start in (0, 2 * PANEL_ROWS))
    numbers = _six_bits(supers[..., 4 * PANEL_ROWS : _SUPER_HEAD])[:, :, 0]  # (P, supers, 4, 16, 4)
    scales, minima = (numbers[:, :, i : i + 2].transpose(2, 3).flatten(-2) for i in (0, 2))
    steps, low_ends = (
        (half[..., None] * sixth).transpose(2, 3).reshape(len(panels), -1, PANEL_ROWS)
        for half, sixth in ((d, scales), (-e, minima))
    )
    return steps, low_ends, quants(supers[..., _SUPER_HEAD:])


def _q6k_bytes(columns: int, group: int) -> int:
    return _scale_bytes(columns, group) + columns // SUPER * _SIX_BYTES if group == SUPER else -1


def _q6k(panels: torch.Tensor, columns: int, group: int) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """w = d s (q - 32), s signed for 16 columns, d for 256."""
    import torch

    count, supers = len(panels), columns // SUPER
    blocks = panels[:, -supers * _SIX_BYTES :].reshape(count, supers, -1)
    s = blocks[..., :_SIX_HEAD].reshape(count, supers, 4, PANEL_ROWS, 4).contiguous().view(torch.int8).float()
    d = _first_halves(panels, supers)[:, :, None, None] * s.transpose(3, 4).reshape(count, supers, -1, 1, PANEL_ROWS)
    d = d.reshape(count, -1, PANEL_ROWS)
    q = _six_bits(blocks[..., _SIX_HEAD:])  # (P, supers, 16, 4, 16, 4)
    return d, -32 * d, q.reshape(count, -1, PANEL_ROWS, 4)


def _q2k_bytes(columns: int, group: int) -> int:
    return columns // SUPER * (_TWO_HEAD + SUPER * PANEL_ROWS // 4) if group == SUPER else -1


def _q2k(panels: torch.Tensor, columns: int, group: int) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """w = d s q - e n, s and n of 4 bits for 16 columns, d and e for 256."""
    import torch

    count, supers = len(panels), columns // SUPER
    blocks = panels.view(count, supers, -1)
    halves = [_halves(blocks[..., start : start + 2 * PANEL_ROWS]) for start in (0, 2 * PANEL_ROWS)]
    both = blocks[..., 4 * PANEL_ROWS : _TWO_HEAD].reshape(count, supers, 4, PANEL_ROWS, 4)
    both = both.transpose(3, 4).reshape(count, supers, -1, PANEL_ROWS)
    d, e = (
        (half[:, :, None] * whole).reshape(count, -1, PANEL_ROWS)
        for half, whole in zip(halves, (both & 15, both >> 4), strict=True)
    )
    vectors = blocks[..., _TWO_HEAD:].reshape(count, -1, PANEL_ROWS, 4)
    q = torch.stack([vectors >> bits & 3 for bits in (0, 2, 4, 6)], dim=2)
    return d, -e, q.view(count, -1, PANEL_ROWS, 4)


def _iq4_bytes(columns: int, group: int) -> int:
    return _q4s_bytes(columns, group) if group == BLOCK else -1


def _iq4(panels: torch.Tensor, columns: int, group: int) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """w = d v, v by its number in IQ4_VALUES."""
    import torch

    scales, q = _stretches(panels, columns // BLOCK, 2 * PANEL_ROWS, BLOCK * PANEL_ROWS // 2)
    d = _halves(scales)
    return d, torch.zeros_like(d), torch.tensor(IQ4_VALUES, dtype=torch.float32)[_nibbles(q).int()]


def _fp4_bytes(columns: int, group: int) -> int:
    scales = -(-columns // BLOCK * PANEL_ROWS // STRETCH_SCALES) * STRETCH_SCALES
    return scales + columns * PANEL_ROWS // 2 if group == BLOCK else -1


def _fp4(panels: torch.Tensor, columns: int, group: int) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """w = d v, v by its number in FP4_VALUES, d a power of 2 of which there is a float's exponent."""
    import torch

    exponents, q = _stretches(panels, columns // BLOCK, PANEL_ROWS, BLOCK * PANEL_ROWS // 2)
    d = (exponents.int() << 23).view(torch.float32)
    return d, torch.zeros_like(d), torch.tensor(FP4_VALUES, dtype=torch.float32)[_nibbles(q).int()]


def _bf16_bytes(columns: int, group: int) -> int:
    return columns * PANEL_ROWS * 2 if group == BLOCK else -1


def _bf16(panels: torch.Tensor, columns: int, group: int) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """w = q"""
    import torch

    count = len(panels)
    whole = bfloat16_of(panels.reshape(-1), count * PANEL_ROWS, columns).view(count, PANEL_ROWS, -1, 4)
    ones = torch.ones(count, 1, PANEL_ROWS)
    return ones, torch.zeros_like(ones), whole.transpose(1, 2)


def _six_bits(vectors: torch.Tensor) -> torch.Tensor:
    """16 numbers a row of each three vectors of 64 bytes: (..., bytes) -> (..., n, 4, 16, 4)"""
    import torch

    parts = vectors.reshape(*vectors.shape[:-1], -1, 3, PANEL_ROWS, 4)
    two = parts >> 6
    others = two[..., 0, :, :] | two[..., 1, :, :] << 2 | two[..., 2, :, :] << 4
    return torch.cat((parts & 63, others.unsqueeze(-3)), dim=-3)


def _five_bits(vectors: torch.Tensor) -> torch.Tensor:
    """(P, n, bytes) of five vectors for each 32 columns -> (P, columns / 4, 16, 4); see c/form_q5k.h."""
    import torch

    q = vectors.reshape(len(vectors), -1, 5, PANEL_ROWS, 4)
    first, second, third, fourth, fifth = (q[:, :, vector] >> 5 for vector in range(5))
    others = [
        first | (second & 3) << 3,
        third | (fourth & 3) << 3,
        fifth | (second >> 2) << 3 | (fourth >> 2) << 4,
    ]
    return torch.cat((q & 31, torch.stack(others, dim=2)), dim=2).view(len(vectors), -1, PANEL_ROWS, 4)


def _nibbles(vectors: torch.Tensor) -> torch.Tensor:
    """(P, n, bytes) of whole vectors of 64 -> (P, columns / 4, 16, 4)"""
    import torch

    q = vectors.reshape(len(vectors), -1, PANEL_ROWS, 4)
    return torch.stack((q & 15, q >> 4), dim=2).view(len(vectors), -1, PANEL_ROWS, 4)


def _stretches(panels: torch.Tensor, groups: int, scales: int, quants: int) -> tuple[torch.Tensor, torch.Tensor]:
    """(P, bytes), 64 bytes of scales before the quants of their groups -> (P, groups, scales), (P, groups, quants)."""
    import torch

    each, found = STRETCH_SCALES // scales, []
    bounds = range(0, groups, each)
    for first, stretch in zip(bounds, panels.split(STRETCH_SCALES + each * quants, dim=1), strict=True):
        count = min(each, groups - first)
        found.append(
            (
                stretch[:, : count * scales].reshape(len(panels), count, scales),
                stretch[:, STRETCH_SCALES:].reshape(len(panels), count, quants),
            )
        )
    return torch.cat([of for of, _ in found], dim=1), torch.cat([of for _, of in found], dim=1)


def _first_halves(panels: torch.Tensor, groups: int) -> torch.Tensor:
    """float32 (P, groups, 16)"""
    return _halves(panels[:, : groups * 2 * PANEL_ROWS].reshape(len(panels), groups, -1))


def _halves(data: torch.Tensor) -> torch.Tensor:
    """(..., 2 n) bytes -> (..., n) float32"""
    import torch

    return data.contiguous().view(torch.float16).float()


FORMS = {
    TERNARY: PanelForm(_ternary_bytes, _ternary),
    Q4: PanelForm(_q4_bytes, _q4),
    Q4S: PanelForm(_q4s_bytes, _q4s),
    Q6K: PanelForm(_q6k_bytes, _q6k),
    Q8: PanelForm(_q8_bytes, _q8),
    SPLIT: PanelForm(_q8_bytes, _q8),  # joined first (PanelMatrix)
    Q2K: PanelForm(_q2k_bytes, _q2k),
    Q4K: PanelForm(partial(_k_bytes, bits=4), partial(_k, quants=_nibbles)),
    Q5K: PanelForm(partial(_k_bytes, bits=5), partial(_k, quants=_five_bits)),
    FP4: PanelForm(_fp4_bytes, _fp4),
    IQ4: PanelForm(_iq4_bytes, _iq4),
    BF16: PanelForm(_bf16_bytes, _bf16),
}
