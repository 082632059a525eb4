"""The activations between the matrices of a feed-forward layer (engine thread only)."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

import torch  # noqa: TID253  (imported by backends only)
from torch.nn import functional as F  # noqa: TID253

if TYPE_CHECKING:
    from llmdesk.own_decoders import Activation


def _relu2(x: torch.Tensor) -> torch.Tensor:
    return F.relu(x).square()


_FUNCTIONS: dict[Activation, Callable[[torch.Tensor], torch.Tensor]] = {
    "silu": F.silu,
    "gelu_tanh": partial(F.gelu, approximate="tanh"),
    "relu2": _relu2,
}


def gated(gate_up: torch.Tensor, activation: Activation) -> torch.Tensor:
    """activation(gate) * up for (T, 2 F) -> (T, F)"""
    gate, up = gate_up.chunk(2, dim=-1)
    if activation == "clamped_swiglu":
        gate, up = gate.clamp(max=7.0), up.clamp(-7.0, 7.0)
        return gate * torch.sigmoid(1.702 * gate) * (up + 1)
    return _FUNCTIONS[activation](gate) * up
