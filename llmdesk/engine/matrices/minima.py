"""Few bits with scales and minima in super-blocks, as GGUF's Q5_K and Q2_K have them (engine thread only)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from llmdesk.engine.matrices.forms import Quantized

if TYPE_CHECKING:
    import torch


@dataclass(frozen=True, slots=True)
class MinimaMatrix(Quantized):
    """``w = d s q - e n`` with whole q, s and n; s and n for a group of columns, d and e for 256.

    Our own kernels read it as that; for everything else it is rounded anew, since 8 bits have no minima.

    Attributes:
        q: uint8 (out, in), 0..31 in groups of 32 (Q5_K), 0..3 in groups of 16 (Q2_K).
        s, n: uint8 (out, in / group), 0..63 (Q2_K: 15).
        d, e: float16 (out, in / 256).
    """

    q: torch.Tensor
    s: torch.Tensor
    n: torch.Tensor
    d: torch.Tensor
    e: torch.Tensor

    @property
    def shape(self) -> tuple[int, int]:
        """(out, in)"""
        return self.q.shape[0], self.q.shape[1]

    @property
    def group(self) -> int:
        """Columns that share a scale."""
        return self.shape[1] // int(self.s.shape[1])

    @property
    def has_two_bits(self) -> bool:
        """Q2_K, else Q5_K."""
        return self.group == 16

    def dequantized(self) -> torch.Tensor:
        """float32 (out, in); both products of a half and a few bits are exact."""
        times = self.s.shape[1] // self.d.shape[1]
        scales, offsets = (
            half.float().repeat_interleave(times, dim=1) * whole for half, whole in ((self.d, self.s), (self.e, self.n))
        )
        grouped = self.q.view(self.shape[0], -1, self.group).float()
        return grouped.mul_(scales[..., None]).sub_(offsets[..., None]).view(self.shape)
