"""What a token costs the machine, as plain data (standard library only)."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class TokenWork:
    """What a token costs the machine, counted from the weights as they are loaded.

    Attributes:
        weights_read_bytes: all matrices that multiply; each step that writes reads them once.
        cache_read: for each kind of layer (window in tokens, 0: all; bytes of keys and values per position).
        matrix_flops: operations of one prompt token in the matrices of the layers, two for each weight; 0: not known.
        attention_flops_per_byte: operations of attention for each byte of keys and values that is read.
    """

    weights_read_bytes: int
    cache_read: tuple[tuple[int, int], ...] = ()
    matrix_flops: int = 0
    attention_flops_per_byte: float = 0.0

    def cache_bytes(self, depth_tokens: float) -> float:
        """Keys and values that a token at that depth reads, as far as the layers' windows let it see."""
        return sum(min(depth_tokens, window or depth_tokens) * size for window, size in self.cache_read)

    def prompt_flops(self, tokens: int, begin_tokens: int) -> float:
        """Operations of that many prompt tokens that follow ``begin_tokens`` others; 0: not known."""
        if not self.matrix_flops:
            return 0.0
        mean_depth = begin_tokens + tokens / 2
        return tokens * (self.matrix_flops + self.attention_flops_per_byte * self.cache_bytes(mean_depth))
