"""The two kinds of a layer's second half, on a backend's kernels: dense, or of experts (engine thread only)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

import torch  # noqa: TID253  (imported by backends only, on the engine thread)
from torch.nn import functional as F  # noqa: TID253

from llmdesk.engine.networks.layers import Experts
from llmdesk.engine.networks.linear import PackedLinear


class FeedForward(Protocol):
    """What is added to the residual stream."""

    def add(self, x: torch.Tensor, residual: torch.Tensor) -> torch.Tensor:
        """x (T, H), normed where the architecture says so; residual (T, H) -> residual + what is made of x"""
        ...


class Dense:
    """One gated feed-forward for all tokens."""

    def __init__(
        self, gate_up: PackedLinear, down: PackedLinear, gated: Callable[[torch.Tensor], torch.Tensor]
    ) -> None:
        self._gate_up, self._down, self._gated = gate_up, down, gated

    def add(self, x: torch.Tensor, residual: torch.Tensor) -> torch.Tensor:
        """See FeedForward."""
        return self._down.add(self._gated(self._gate_up(x)), residual)


class OfExperts:
    """See layers.Experts.

    Args:
        router: (experts, H), in the type in which activations are.
        router_bias: (experts,), or None.
        choice_bias: (experts,) in float32, or None: see Experts.
        gate_up, down: of each expert.
        gated: (T, 2 F) -> (T, F)
    """

    def __init__(
        self,
        kind: Experts,
        router: torch.Tensor,
        router_bias: torch.Tensor | None,
        choice_bias: torch.Tensor | None,
        gate_up: list[PackedLinear],
        down: list[PackedLinear],
        gated: Callable[[torch.Tensor], torch.Tensor],
    ) -> None:
        self._kind, self._router, self._router_bias = kind, router, router_bias
        self._choice_bias = choice_bias
        self._gate_up, self._down, self._gated = gate_up, down, gated

    def add(self, x: torch.Tensor, residual: torch.Tensor) -> torch.Tensor:
        """See FeedForward."""
        shares, chosen = self.chosen(x)
        return residual + self.made(x, shares, chosen)

    def made(self, x: torch.Tensor, shares: torch.Tensor, chosen: torch.Tensor) -> torch.Tensor:
        """(T, H), the sum of what the chosen experts make"""
        shares = shares.to(x.dtype)
        made = torch.zeros_like(x)
        for expert in chosen.unique().tolist():
            token, place = torch.where(chosen == expert)
            y = self._down[expert](self._gated(self._gate_up[expert](x[token])))
            made.index_add_(0, token, y * shares[token, place, None])
        return made

    def chosen(self, x: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """(shares, numbers) of the experts that each token chooses, (T, chosen) each, the shares in float32"""
        kind, scores = self._kind, F.linear(x, self._router, self._router_bias)
        if kind.sigmoids:
            probabilities = scores.sigmoid().float()
            biased = probabilities if self._choice_bias is None else probabilities + self._choice_bias
            chosen = biased.topk(kind.chosen, dim=-1).indices
            shares = probabilities.gather(-1, chosen)
            if kind.normalized:
                shares = shares / (shares.sum(dim=-1, keepdim=True) + 1e-6)
            return shares * kind.scale, chosen
        shares, chosen = scores.softmax(dim=-1, dtype=torch.float).topk(kind.chosen, dim=-1)
        return shares / shares.sum(dim=-1, keepdim=True) if kind.normalized else shares, chosen
