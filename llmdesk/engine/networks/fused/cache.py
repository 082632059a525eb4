"""Keys and values as our own kernels hold them (engine thread only)."""

from __future__ import annotations

import ctypes
import weakref
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from llmdesk.engine.matrices.aligned import address_of
from llmdesk.engine.networks.fused.huge_pages import room_of
from llmdesk.engine.networks.fused.structures import MIXERS, CLayer, CNetwork
from llmdesk.memory_need import SMALL_CACHE_WEIGHTS

PAGE_TOKENS = 256


@dataclass(frozen=True, slots=True)
class PageForm:
    """What a page takes, and of that a number of keys or values, with its share of a scale (bytes)."""

    size_bytes: int
    number_bytes: float


def page_form(library: ctypes.CDLL, network: CNetwork, layers: ctypes.Array[CLayer]) -> PageForm:
    """As the kernels lay out pages for a network of these layers."""
    size_bytes = library.fused_page_bytes(ctypes.byref(network))
    own = (
        layer.kv_heads * layer.head_dim
        for index, layer in enumerate(layers)
        if layer.keys_from == index and layer.mixer == MIXERS["attention"]
    )
    numbers = 2 * sum(own) * PAGE_TOKENS
    return PageForm(size_bytes, size_bytes / numbers)


def keeps_bytes(weights: int, layers: Iterable[CLayer]) -> bool:
    """Whether a network keeps keys and values in 8 bits: a large one whose keys have no bias (docs/decisions/0057).

    A bias is a part that all keys have and that is often much larger than what they differ in.
    """
    return weights >= SMALL_CACHE_WEIGHTS and not any(layer.k.bias for layer in layers)


class _Page:
    """Keys and values of 256 tokens (c/cache.h), and the caches that hold it."""

    def __init__(self, size_bytes: int) -> None:
        self.data = room_of(size_bytes)
        self.owners: weakref.WeakSet[FusedCache] = weakref.WeakSet()

    @property
    def is_shared(self) -> bool:
        return len(self.owners) > 1


class FusedCache:
    """Keys and values of one sequence, all layers, in pages of 256 tokens.

    Sequences that begin alike share pages; one that writes to a shared page gets a copy of it first.

    Args:
        page_bytes: of a page, as the kernels lay it out.
        limit_tokens: the longest sequence.

    Attributes:
        table: the addresses of the pages, as the kernels want them.
    """

    shares_pages = True
    state_address: int | None = None
    """Where the kernels find the state of layers that have no keys and values."""
    logged = 0
    """How many of the last tokens are not in that state yet, but beside it."""

    def __init__(self, page_bytes: int, limit_tokens: int) -> None:
        self._page_bytes = page_bytes
        self._limit_pages = -(-limit_tokens // PAGE_TOKENS)
        self._pages: list[_Page] = []
        self.table = (ctypes.c_void_p * self._limit_pages)()
        self.length = 0

    @property
    def capacity(self) -> int:
        """Tokens that it can hold."""
        return self._limit_pages * PAGE_TOKENS

    @property
    def page_count(self) -> int:
        """Pages that are there."""
        return len(self._pages)

    @property
    def size_bytes(self) -> int:
        """Bytes of memory that it occupies; of shared pages its part, so that all caches together come out right."""
        return round(sum(self._page_bytes / len(page.owners) for page in self._pages))

    def page(self, index: int) -> npt.NDArray[np.uint8]:
        """All bytes of a page."""
        return self._pages[index].data

    def reserve(self, tokens: int) -> None:
        """Make room for that many tokens more, in pages of its own. Raises MemoryError."""
        first, end = self.length // PAGE_TOKENS, -(-(self.length + tokens) // PAGE_TOKENS)
        for index in range(first, end):
            if index < len(self._pages) and not self._pages[index].is_shared:
                continue
            page = _Page(self._page_bytes)
            if index < len(self._pages):
                if self.length > index * PAGE_TOKENS:
                    page.data[...] = self._pages[index].data
                self._pages[index].owners.discard(self)
            self._put(index, page)

    def begin_step(self, tokens: int, is_prompt: bool) -> None:
        """Before a step computes so many tokens, or a chunk of a prompt: make room. Raises MemoryError."""
        self.reserve(tokens)

    def advance(self, tokens: int, is_prompt: bool) -> None:
        """They have been computed."""
        self.length += tokens

    def reach(self, length: int) -> int:
        """See SequenceCache: any length."""
        return min(self.length, length)

    def truncate(self, length: int) -> bool:
        """Forget all after the first ``length`` tokens. Always possible here, so always True."""
        self.length = min(self.length, length)
        kept = -(-self.length // PAGE_TOKENS) + 1  # one to spare, for drafts that are refused at the end of a page
        for page in self._pages[kept:]:
            page.owners.discard(self)
        del self._pages[kept:]
        return True

    def copy(self, length: int) -> FusedCache:
        """Another cache that holds the first ``length`` tokens, in the same pages as long as neither writes to them."""
        other = FusedCache(self._page_bytes, self._limit_pages * PAGE_TOKENS)
        self._share_pages(other, length)
        return other

    def _share_pages(self, other: FusedCache, length: int) -> None:
        other.length = min(length, self.length)
        for index in range(-(-other.length // PAGE_TOKENS)):
            other._put(index, self._pages[index])

    def _put(self, index: int, page: _Page) -> None:
        self._pages[index : index + 1] = [page]
        self.table[index] = address_of(page.data)
        page.owners.add(self)
