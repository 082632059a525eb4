"""Keys and values of one sequence, kept whole, so that a chat can go back to any of its tokens (engine thread only)."""

from __future__ import annotations

import torch  # noqa: TID253  (imported by backends only, on the engine thread)

_STEP_TOKENS = 512


class KeyValueCache:
    """See SequenceCache. All layers: (layers, K, capacity, D) each for keys and values. Grows as it is filled.

    Layers with a sliding window keep all tokens too: going back would need what a window has left behind.
    """

    def __init__(self, layers: int, kv_heads: int, head_dim: int, limit_tokens: int, dtype: torch.dtype) -> None:
        self.length = 0
        self._limit_tokens = limit_tokens
        shape = (layers, kv_heads, min(_STEP_TOKENS, limit_tokens), head_dim)
        self.keys = torch.empty(shape, dtype=dtype)
        self.values = torch.empty(shape, dtype=dtype)

    @property
    def size_bytes(self) -> int:
        """Bytes held, used or not."""
        return int(self.keys.nbytes + self.values.nbytes)

    def begin_step(self, tokens: int) -> None:
        """Before so many tokens are computed: make room for them."""
        self.reserve(tokens)

    def reach(self, length: int) -> int:
        """See SequenceCache: any length."""
        return min(self.length, length)

    def truncate(self, length: int) -> bool:
        """Forget all after the first ``length`` tokens. Always possible here, so always True."""
        self.length = min(self.length, length)
        return True

    def copy(self, length: int) -> KeyValueCache:
        """A cache of its own with the first ``length`` tokens (or all, if there are fewer)."""
        layers, kv_heads, _, head_dim = self.keys.shape
        with self.keys.device:  # where this one is
            other = KeyValueCache(layers, kv_heads, head_dim, self._limit_tokens, self.keys.dtype)
        self._copy_to(other, min(self.length, length))
        return other

    def _copy_to(self, other: KeyValueCache, length: int) -> None:
        with self.keys.device:
            other.reserve(length)
        other.keys[:, :, :length] = self.keys[:, :, :length]
        other.values[:, :, :length] = self.values[:, :, :length]
        other.length = length

    def reserve(self, tokens: int) -> None:
        """Make room for that many tokens more."""
        needed, capacity = self.length + tokens, self.keys.shape[2]
        if needed > capacity:
            steps = -(-needed // _STEP_TOKENS)
            capacity = min(max(steps * _STEP_TOKENS, capacity * 3 // 2), max(self._limit_tokens, needed))
            self.keys, self.values = self._grown(self.keys, capacity), self._grown(self.values, capacity)

    def _grown(self, old: torch.Tensor, capacity: int) -> torch.Tensor:
        layers, kv_heads, _, head_dim = old.shape
        new = torch.empty((layers, kv_heads, capacity, head_dim), dtype=old.dtype, device=old.device)
        new[:, :, : self.length] = old[:, :, : self.length]
        return new
