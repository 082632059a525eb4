"""Experts beside a dense feed-forward, on a backend's kernels (engine thread only).

Granite 4 and Qwen3.5, with s = 1 or sigmoid(dense_gate x)::

    y = s dense(x) + sum of p_e expert_e(x);  p = the largest of softmax(router x), divided by their sum

Gemma 4, before the norm of x::

    y = norm_1(dense(mlp_norm(x))) + norm_2(sum of s_e p_e expert_e(pre_norm_2(x)))
    p = the largest of softmax(router(x / rms(x) * scale / sqrt(H))), divided by their sum

What is added to the stream is y, normed as every feed-forward of the architecture.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import torch  # noqa: TID253  (imported by backends only, on the engine thread)
from torch.nn import functional as F  # noqa: TID253

if TYPE_CHECKING:
    from llmdesk.engine.matrices.stored import Weights
    from llmdesk.engine.networks.beside import OwnNorms
    from llmdesk.engine.networks.feed_forward import Dense, OfExperts

Norm = Callable[[torch.Tensor], torch.Tensor]


class ExpertsBeside:
    """See FeedForward: router, experts and dense part see the same.

    Args:
        dense_gate: (1, H), in the type in which activations are, or None.
    """

    def __init__(self, dense: Dense, experts: OfExperts, dense_gate: torch.Tensor | None) -> None:
        self._dense, self._experts, self._dense_gate = dense, experts, dense_gate

    def add(self, x: torch.Tensor, residual: torch.Tensor) -> torch.Tensor:
        """See FeedForward."""
        dense = self._dense.add(x, torch.zeros_like(residual))
        if self._dense_gate is not None:
            dense = F.linear(x, self._dense_gate).sigmoid() * dense
        return residual + (self._experts.made(x, *self._experts.chosen(x)) + dense)


class ExpertsWithNorms:
    """See FeedForward.

    Args:
        prefix: begins the layer's names.
        dense: without a norm behind it.
        norm: makes a norm of the layer of its weights.
        post_norm: that of the whole.
    """

    def __init__(
        self,
        names: OwnNorms,
        weights: Weights,
        prefix: str,
        dense: Dense,
        experts: OfExperts,
        norm: Callable[[torch.Tensor], Norm],
        post_norm: torch.Tensor,
    ) -> None:
        self._dense, self._experts = dense, experts
        self._dense_norm, self._in_norm, self._out_norm = (
            norm(weights.tensor(prefix + name).float()) for name in (names.dense, names.before, names.behind)
        )
        scale = weights.tensor(prefix + names.router_scale).float()
        self._router_norm, self._post_norm = norm(scale * len(scale) ** -0.5), norm(post_norm)
        self._expert_scales = weights.tensor(prefix + names.expert_scales).float()

    def add(self, x: torch.Tensor, residual: torch.Tensor) -> torch.Tensor:
        """See FeedForward."""
        dense = self._dense.add(x, torch.zeros_like(residual))
        shares, chosen = self._experts.chosen(self._router_norm(residual))
        made = self._experts.made(self._in_norm(residual), shares * self._expert_scales[chosen], chosen)
        return residual + self._post_norm(self._dense_norm(dense) + self._out_norm(made))
