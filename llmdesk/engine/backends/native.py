"""Plain torch: every platform. Products of 4 and 8 bits by aten's kernels, the rest in bf16 (engine thread only)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch  # noqa: TID253  (imported by stacks.operators, on the engine thread)

from llmdesk.engine.backends.activations import gated
from llmdesk.engine.backends.aten_linear import pack_for_aten
from llmdesk.engine.matrices.forms import dequantized

if TYPE_CHECKING:
    from llmdesk.engine.matrices.forms import Matrix
    from llmdesk.engine.networks.linear import PackedLinear
    from llmdesk.own_decoders import Activation


class NativeKernels:
    """See decoder.Kernels. ``dtype`` float32 is for comparisons in tests.

    On another ``device`` than the processor aten's packed products do not exist, so matrices stay whole there.
    """

    def __init__(self, dtype: torch.dtype = torch.bfloat16, device: torch.device | None = None) -> None:
        self.dtype, self._device = dtype, device

    def pack(self, matrix: Matrix, bias: torch.Tensor | None) -> PackedLinear:
        """See decoder.Kernels."""
        if self._device is not None:
            matrix = dequantized(matrix).to(self._device)
        return pack_for_aten(matrix, bias, self.dtype)

    def rms_norm(self, x: torch.Tensor, weight: torch.Tensor, eps: float) -> torch.Tensor:
        """In float32, rounded to the weight's type before it multiplies, as transformers does it."""
        wide = x.float()
        normed = wide * torch.rsqrt(wide.square().mean(-1, keepdim=True) + eps)
        return (weight * normed.to(weight.dtype)).to(x.dtype)

    def rotate(self, x: torch.Tensor, table: torch.Tensor, start: int) -> torch.Tensor:
        """See decoder.Kernels."""
        half = table.shape[1] // 2
        angles = table[start : start + x.shape[0], None].to(x.dtype)
        sin, cos = angles[..., :half], angles[..., half:]
        first, second, rest = x[..., :half], x[..., half : 2 * half], x[..., 2 * half :]
        return torch.cat((first * cos - second * sin, second * cos + first * sin, rest), dim=-1)

    def gated(self, gate_up: torch.Tensor, activation: Activation) -> torch.Tensor:
        """See decoder.Kernels."""
        return gated(gate_up, activation)
