"""Attention of new tokens to what a cache holds, with windows and soft caps (engine thread only)."""

from __future__ import annotations

from typing import NamedTuple

import torch  # noqa: TID253  (imported by backends only, on the engine thread)
from torch.nn import functional as F  # noqa: TID253


class View(NamedTuple):
    """What the new tokens see of a sequence: keys from ``start``; ``mask`` is added to the scores, None: see all."""

    start: int
    mask: torch.Tensor | None


def view(tokens: int, past: int, window: int | None, group: int, dtype: torch.dtype) -> View:
    """Each new token sees the past and itself, at most ``window`` tokens in all.

    The mask is (group * tokens, keys): the query heads of a key/value head one after the other.
    """
    start = max(0, past + 1 - window) if window is not None else 0
    if tokens == 1:
        return View(start, None)
    shape = (tokens, past + tokens - start)
    mask = torch.full(shape, float("-inf"), dtype=dtype).triu_(past + 1 - start)
    if window is not None:
        mask += torch.full(shape, float("-inf"), dtype=dtype).tril_(past - window - start)
    return View(start, mask.repeat(group, 1))


def attention(
    query: torch.Tensor,
    keys: torch.Tensor,
    values: torch.Tensor,
    mask: torch.Tensor | None,
    scale: float,
    softcap: float | None,
    sinks: torch.Tensor | None = None,
) -> torch.Tensor:
    """(1, K, rows, D) out of query (1, K, rows, D), keys and values (1, K, P, D).

    ``sinks`` (K, rows, 1), in float32: a score that takes its share and gives nothing.
    """
    if sinks is not None:
        scores = (query @ keys.transpose(-1, -2) * scale).float()
        if mask is not None:
            scores = scores + mask
        shares = torch.cat((scores, sinks[None]), dim=-1).softmax(dim=-1)[..., :-1]
        return shares.to(query.dtype) @ values
    if softcap is None:
        return F.scaled_dot_product_attention(query, keys, values, attn_mask=mask, scale=scale)
    scores = softcapped(query @ keys.transpose(-1, -2) * scale, softcap)
    if mask is not None:
        scores = scores + mask
    return scores.softmax(dim=-1, dtype=torch.float32).to(query.dtype) @ values


def softcapped(x: torch.Tensor, cap: float) -> torch.Tensor:
    """Values bent into -cap..cap."""
    return (x / cap).tanh() * cap
