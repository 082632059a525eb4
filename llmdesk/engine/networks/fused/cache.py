"""Keys and values as our own kernels hold them (engine thread only)."""

from __future__ import annotations

from llmdesk.engine.networks.fused.huge_pages import room_for_halves

_PAGE_TOKENS = 256


class FusedCache:
    """Keys and values of one sequence in half precision, all layers, in pages of 256 tokens (c/attention.h).

    The address space for the whole context is taken at once; the system gives memory to a page when it is written.
    """

    def __init__(self, layers: int, kv_heads: int, head_dim: int, limit_tokens: int) -> None:
        self._shape = (-(-limit_tokens // _PAGE_TOKENS), layers, kv_heads * _PAGE_TOKENS * head_dim)
        self.keys, self.values = room_for_halves(self._shape), room_for_halves(self._shape)
        self._length, self._touched_pages = 0, 0

    @property
    def length(self) -> int:
        """Tokens held."""
        return self._length

    @length.setter
    def length(self, tokens: int) -> None:
        self._length = tokens
        self._touched_pages = max(self._touched_pages, -(-tokens // _PAGE_TOKENS))

    @property
    def capacity(self) -> int:
        """Tokens that it can hold."""
        return self._shape[0] * _PAGE_TOKENS

    @property
    def size_bytes(self) -> int:
        """Bytes of memory that it occupies: pages that were written once."""
        _, layers, page = self._shape
        return 2 * 2 * layers * page * self._touched_pages

    def truncate(self, length: int) -> bool:
        """Forget all after the first ``length`` tokens. Always possible here, so always True."""
        self._length = min(self._length, length)
        return True

    def copy(self, length: int) -> FusedCache:
        """Another cache that holds the first ``length`` tokens."""
        other = object.__new__(FusedCache)
        other._shape = self._shape
        other.keys, other.values = room_for_halves(self._shape), room_for_halves(self._shape)
        other._length, other._touched_pages = 0, 0
        other.length = min(length, self._length)
        pages = other._touched_pages
        other.keys[:pages] = self.keys[:pages]
        other.values[:pages] = self.values[:pages]
        return other
