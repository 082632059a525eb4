"""Packed matrices, and the forms that add a norm or a rounding to one (engine thread only)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

import torch  # noqa: TID253  (imported by backends only, on the engine thread)


class PackedLinear(Protocol):
    """A matrix in a kernel's own layout: ``y = x W^T + b`` for x (T, in) -> y (T, out)."""

    def __call__(self, x: torch.Tensor) -> torch.Tensor:
        """(T, in) -> (T, out)"""
        ...

    def add(self, x: torch.Tensor, residual: torch.Tensor) -> torch.Tensor:
        """(T, in), (T, out) -> residual + x W^T + b"""
        ...


class WithInput:
    """A PackedLinear whose input is changed first: normed, or rounded to 8 bits."""

    def __init__(self, linear: PackedLinear, change: Callable[[torch.Tensor], torch.Tensor]) -> None:
        self._linear, self._change = linear, change

    def __call__(self, x: torch.Tensor) -> torch.Tensor:
        return self._linear(self._change(x))

    def add(self, x: torch.Tensor, residual: torch.Tensor) -> torch.Tensor:
        return self._linear.add(self._change(x), residual)


class WithOutput:
    """A PackedLinear whose output is changed before it is added."""

    def __init__(self, linear: PackedLinear, change: Callable[[torch.Tensor], torch.Tensor]) -> None:
        self._linear, self._change = linear, change

    def __call__(self, x: torch.Tensor) -> torch.Tensor:
        return self._change(self._linear(x))

    def add(self, x: torch.Tensor, residual: torch.Tensor) -> torch.Tensor:
        return residual + self(x)


def rounded_to_8_bits(x: torch.Tensor) -> torch.Tensor:
    """Each token with its own scale, as BitNet was trained (transformers' ActQuant): values of x's type again."""
    wide = x.float()
    scale = 127 / wide.abs().amax(dim=-1, keepdim=True).clamp_min(1e-5)
    return ((wide * scale).round().clamp(-128, 127) / scale).to(x.dtype)
