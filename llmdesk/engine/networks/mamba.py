"""Mamba-2 on a backend's kernels (engine thread only)."""

from __future__ import annotations

from dataclasses import dataclass

import torch  # noqa: TID253  (imported by backends only, on the engine thread)
from torch.nn import functional as F  # noqa: TID253

from llmdesk.engine.networks.linear import PackedLinear
from llmdesk.engine.networks.matrix_state import before_the_first_token
from llmdesk.engine.networks.mixers import Mamba


@dataclass(frozen=True, slots=True)
class MambaWeights:
    """Of one layer, see mixers.Mamba: ``inputs`` makes queries, keys, values and z; taps (columns, taps), their bias
    (columns,) or None; steps (value heads, H); the others (value heads,) and the norm (values,) in float32."""

    inputs: PackedLinear
    taps: torch.Tensor
    taps_bias: torch.Tensor | None
    steps: torch.Tensor
    decay_log: torch.Tensor
    decay_bias: torch.Tensor
    skip: torch.Tensor
    norm: torch.Tensor
    output: PackedLinear


class Mamba2:
    """See mixers.Mamba. The state: the rows that the convolution saw last, and S in float32."""

    def __init__(self, kind: Mamba, weights: MambaWeights) -> None:
        self._kind, self._weights = kind, weights

    def empty(self) -> tuple[torch.Tensor, ...]:
        """Before the first token."""
        return before_the_first_token(self._kind, self._weights.taps)

    def add(
        self, x: torch.Tensor, residual: torch.Tensor, state: tuple[torch.Tensor, ...]
    ) -> tuple[torch.Tensor, tuple[torch.Tensor, ...]]:
        """See ShortConvolution.add."""
        kind, of = self._kind, self._weights
        qkv, z = of.inputs(x).split((kind.columns, kind.values), dim=-1)
        seen = torch.cat((state[0], qkv))
        mixed = F.silu(F.conv1d(seen.T[None], of.taps[:, None], of.taps_bias, groups=kind.columns)[0].T).float()
        q, k, v = mixed.split((kind.keys, kind.keys, kind.values), dim=-1)
        step = F.softplus(F.linear(x.to(of.steps.dtype), of.steps).float() + of.decay_bias)
        values = v.view(len(x), kind.value_heads, -1)
        out, matrix = self._recurrence(q, k, values * step[..., None], torch.exp(-of.decay_log.exp() * step), state[1])
        read = (out + of.skip[:, None] * values).flatten(1) * F.silu(z.float())
        groups = read.view(len(x), kind.key_heads, -1)
        normed = (groups * torch.rsqrt(groups.pow(2).mean(-1, keepdim=True) + kind.eps)).flatten(1)
        return of.output.add((of.norm * normed).to(x.dtype), residual), (seen[len(x) :], matrix)

    def _recurrence(
        self, q: torch.Tensor, k: torch.Tensor, v: torch.Tensor, kept: torch.Tensor, matrix: torch.Tensor
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """q, k (T, keys), v (T, heads, value_dim), kept (T, heads), S -> (what is read of it, S)"""
        group = self._kind.value_heads // self._kind.key_heads
        q, k = (part.unflatten(-1, (self._kind.key_heads, -1)).repeat_interleave(group, dim=1) for part in (q, k))
        out = torch.empty_like(v)
        for t in range(len(q)):
            matrix = matrix * kept[t, :, None, None] + k[t, :, :, None] * v[t, :, None]
            out[t] = torch.einsum("hk,hkv->hv", q[t], matrix)
        return out, matrix
