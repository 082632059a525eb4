"""Plain torch: every platform. 4-bit and 8-bit products through aten's own kernels, the rest in bf16 (engine thread)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch  # noqa: TID253  (this module is imported by choice.make_backend, on the engine thread)
from torch.nn import functional as F  # noqa: TID253

from llmdesk.datatypes import LocalModel
from llmdesk.engine.backend import LoadOptions, LoadReporter
from llmdesk.engine.torch_model import TorchModel, load_torch_model
from llmdesk.engine.weights import GROUP, Int4Matrix, Int8Matrix

if TYPE_CHECKING:
    from llmdesk.engine.decoder import PackedLinear
    from llmdesk.engine.weights import Matrix


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
        y = self.multiply(x)
        return y if self._bias is None else y + self._bias

    def add(self, x: torch.Tensor, residual: torch.Tensor) -> torch.Tensor:
        return residual + self(x)


class _Int8(_Quantized):
    def __init__(self, matrix: Int8Matrix, bias: torch.Tensor | None) -> None:
        super().__init__(bias)
        self._q, self._scales = matrix.q.contiguous(), matrix.scales.to(torch.bfloat16)

    def multiply(self, x: torch.Tensor) -> torch.Tensor:
        return torch._weight_int8pack_mm(x, self._q, self._scales)


class _Int4(_Quantized):
    """aten computes ``scale * (q - 8) + zero``, so its zero is ``scale * (8 - zeros)``."""

    def __init__(self, matrix: Int4Matrix, bias: torch.Tensor | None) -> None:
        super().__init__(bias)
        q = torch.stack((matrix.q & 15, matrix.q >> 4), dim=-1).view(matrix.shape)
        self._packed = torch.ops.aten._convert_weight_to_int4pack_for_cpu(q.int(), 1)
        offsets = matrix.scales * (8 - matrix.zeros)
        pairs = torch.stack((matrix.scales, offsets), dim=-1)
        self._scales_and_zeros = pairs.transpose(0, 1).contiguous().to(torch.bfloat16)

    def multiply(self, x: torch.Tensor) -> torch.Tensor:
        y: torch.Tensor = torch.ops.aten._weight_int4pack_mm_for_cpu(x, self._packed, GROUP, self._scales_and_zeros)
        return y


class NativeKernels:
    """See decoder.Kernels. ``dtype`` float32 is for comparisons in tests."""

    def __init__(self, dtype: torch.dtype = torch.bfloat16) -> None:
        self.dtype = dtype

    def pack(self, matrix: Matrix, bias: torch.Tensor | None) -> PackedLinear:
        """See decoder.Kernels."""
        if isinstance(matrix, Int4Matrix):
            return _Int4(matrix, bias)
        if isinstance(matrix, Int8Matrix):
            return _Int8(matrix, bias)
        return _Dense(matrix.to(self.dtype), bias)

    def rms_norm(self, x: torch.Tensor, weight: torch.Tensor, eps: float) -> torch.Tensor:
        """In float32 and rounded before the weight, as transformers does it."""
        wide = x.float()
        normed = wide * torch.rsqrt(wide.square().mean(-1, keepdim=True) + eps)
        return weight * normed.to(x.dtype)

    def rotate(self, x: torch.Tensor, table: torch.Tensor, start: int) -> torch.Tensor:
        """See decoder.Kernels."""
        half = x.shape[-1] // 2
        angles = table[start : start + x.shape[0], None].to(x.dtype)
        sin, cos = angles[..., :half], angles[..., half:]
        first, second = x[..., :half], x[..., half:]
        return torch.cat((first * cos - second * sin, second * cos + first * sin), dim=-1)

    def gated(self, gate_up: torch.Tensor) -> torch.Tensor:
        """See decoder.Kernels."""
        gate, up = gate_up.chunk(2, dim=-1)
        return F.silu(gate) * up


class NativeBackend:
    """See the module."""

    name = "native"

    def load(self, model: LocalModel, options: LoadOptions, report: LoadReporter) -> TorchModel:
        """See Backend."""
        return load_torch_model(self.name, NativeKernels(), model, options, report)
