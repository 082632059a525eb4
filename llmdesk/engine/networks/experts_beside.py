"""Experts beside a dense feed-forward (Gemma 4's mixture), on a backend's kernels (engine thread only).

::

    y = norm_1(dense(mlp_norm(x))) + norm_2(sum of s_e p_e expert_e(pre_norm_2(x)))
    p = the largest of softmax(router(x / rms(x) * scale / sqrt(H))), divided by their sum

What is added to the stream is y, normed as every feed-forward of the architecture.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import torch  # noqa: TID253  (imported by backends only, on the engine thread)

from llmdesk.engine.networks import gemma4_tensors as names

if TYPE_CHECKING:
    from llmdesk.engine.matrices.stored import Weights
    from llmdesk.engine.networks.architecture import Architecture
    from llmdesk.engine.networks.feed_forward import Dense, OfExperts

Norm = Callable[[torch.Tensor], torch.Tensor]


class ExpertsBeside:
    """See FeedForward.

    Args:
        dense: without a norm behind it.
        norm: makes a norm of the layer of its weights.
        post_norm: that of the whole.
    """

    def __init__(
        self,
        architecture: Architecture,
        weights: Weights,
        prefix: str,
        dense: Dense,
        experts: OfExperts,
        norm: Callable[[torch.Tensor], Norm],
        post_norm: torch.Tensor,
    ) -> None:
        self._dense, self._experts = dense, experts
        self._dense_norm, self._in_norm, self._out_norm = (
            norm(weights.tensor(prefix + name).float())
            for name in (names.DENSE_NORM, names.EXPERTS_IN_NORM, names.EXPERTS_OUT_NORM)
        )
        scale = weights.tensor(prefix + names.ROUTER_SCALE).float() * architecture.hidden**-0.5
        self._router_norm, self._post_norm = norm(scale), norm(post_norm)
        self._expert_scales = weights.tensor(prefix + names.EXPERT_SCALES).float()

    def add(self, x: torch.Tensor, residual: torch.Tensor) -> torch.Tensor:
        """See FeedForward."""
        dense = self._dense.add(x, torch.zeros_like(residual))
        shares, chosen = self._experts.chosen(self._router_norm(residual))
        made = self._experts.made(self._in_norm(residual), shares * self._expert_scales[chosen], chosen)
        return residual + self._post_norm(self._dense_norm(dense) + self._out_norm(made))
