"""What mixers with a matrix for a state share on a backend's kernels (engine thread only)."""

from __future__ import annotations

import torch  # noqa: TID253  (imported by backends only, on the engine thread)

from llmdesk.engine.networks.mixers import MatrixState


def before_the_first_token(kind: MatrixState, taps: torch.Tensor) -> tuple[torch.Tensor, ...]:
    """The rows (taps - 1, columns) that its convolution saw last, and S (value heads, key_dim, value_dim) in float32:
    zeros, where the convolution's ``taps`` are."""
    seen = torch.zeros(kind.taps - 1, kind.columns, dtype=taps.dtype, device=taps.device)
    return seen, torch.zeros(kind.value_heads, kind.key_dim, kind.value_dim, device=taps.device)
