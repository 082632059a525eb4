"""The gated delta net on a backend's kernels (engine thread only)."""

from __future__ import annotations

from dataclasses import dataclass

import torch  # noqa: TID253  (imported by backends only, on the engine thread)
from torch.nn import functional as F  # noqa: TID253

from llmdesk.engine.networks.linear import PackedLinear
from llmdesk.engine.networks.matrix_state import before_the_first_token
from llmdesk.engine.networks.mixers import DeltaNet

_L2_EPS = 1e-6


@dataclass(frozen=True, slots=True)
class DeltaWeights:
    """Of one layer, see mixers.DeltaNet: ``inputs`` makes queries, keys, values and z; taps (columns, taps); gates
    (2 value heads, H): b, then a; the others (value heads,) and (value_dim,) in float32."""

    inputs: PackedLinear
    taps: torch.Tensor
    gates: torch.Tensor
    decay_log: torch.Tensor
    decay_bias: torch.Tensor
    norm: torch.Tensor
    output: PackedLinear


class GatedDeltaNet:
    """See mixers.DeltaNet. The state: the rows that the convolution saw last, and S in float32."""

    def __init__(self, kind: DeltaNet, weights: DeltaWeights) -> None:
        self._kind, self._weights = kind, weights
        group = kind.value_heads // kind.key_heads
        heads = torch.arange(kind.value_heads)
        self._key_head = heads % kind.key_heads if kind.is_tiled else heads // group

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
        mixed = F.silu(F.conv1d(seen.T[None], of.taps[:, None], groups=kind.columns)[0].T).float()
        q, k, v = mixed.split((kind.keys, kind.keys, kind.values), dim=-1)
        q, k = (self._normed(part)[:, self._key_head] for part in (q, k))
        write, forget = F.linear(x.to(of.gates.dtype), of.gates).float().chunk(2, dim=-1)
        kept = torch.exp(-of.decay_log.exp() * F.softplus(forget + of.decay_bias))
        out, matrix = _recurrence(
            q * kind.key_dim**-0.5, k, v.view(len(x), kind.value_heads, -1), kept, write.sigmoid(), state[1]
        )
        normed = out * torch.rsqrt(out.pow(2).mean(-1, keepdim=True) + kind.eps) * of.norm
        gated = normed * F.silu(z.float().view_as(normed))
        return of.output.add(gated.reshape(len(x), -1).to(x.dtype), residual), (seen[len(x) :], matrix)

    def _normed(self, rows: torch.Tensor) -> torch.Tensor:
        """(T, keys) -> (T, key heads, key_dim), each head of length 1"""
        heads = rows.view(len(rows), self._kind.key_heads, -1)
        return heads * torch.rsqrt(heads.pow(2).sum(-1, keepdim=True) + _L2_EPS)


def _recurrence(
    q: torch.Tensor,
    k: torch.Tensor,
    v: torch.Tensor,
    kept: torch.Tensor,
    write: torch.Tensor,
    matrix: torch.Tensor,
) -> tuple[torch.Tensor, torch.Tensor]:
    """q, k (T, heads, key_dim), v (T, heads, value_dim), kept and write (T, heads), S -> (what is read of it, S)"""
    out = torch.empty_like(v)
    for t in range(len(q)):
        matrix = matrix * kept[t, :, None, None]
        delta = (v[t] - torch.einsum("hk,hkv->hv", k[t], matrix)) * write[t, :, None]
        matrix = matrix + k[t, :, :, None] * delta[:, None]
        out[t] = torch.einsum("hk,hkv->hv", q[t], matrix)
    return out, matrix
