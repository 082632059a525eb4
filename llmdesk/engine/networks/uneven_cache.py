"""Keys and values of layers whose heads differ, or that share them (engine thread only)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch  # noqa: TID253  (imported by backends only, on the engine thread)

from llmdesk.engine.networks.key_value_cache import KeyValueCache

if TYPE_CHECKING:
    from llmdesk.engine.networks.architecture import Architecture


class UnevenCache:
    """See SequenceCache: a KeyValueCache for each shape of heads.

    Attributes:
        keys, values: of each layer (K, capacity, D); those of a layer that has none of its own are not there.
    """

    def __init__(self, caches: list[KeyValueCache], places: dict[int, tuple[int, int]]) -> None:
        self._caches, self._places = caches, places
        self.keys, self.values = dict[int, torch.Tensor](), dict[int, torch.Tensor]()
        self._find()

    @classmethod
    def of(cls, architecture: Architecture, limit_tokens: int, dtype: torch.dtype) -> UnevenCache:
        """An empty one."""
        own = [index for index, layer in enumerate(architecture.layers) if layer.keys_from is None]
        shapes = {index: architecture.key_heads(architecture.layers[index]) for index in own}
        kinds = list(dict.fromkeys(shapes.values()))
        caches, places = list[KeyValueCache](), dict[int, tuple[int, int]]()
        for number, shape in enumerate(kinds):
            layers = [index for index in own if shapes[index] == shape]
            caches.append(KeyValueCache(len(layers), *shape, limit_tokens, dtype))
            places |= {index: (number, place) for place, index in enumerate(layers)}
        return cls(caches, places)

    @property
    def length(self) -> int:
        """Tokens that it holds."""
        return self._caches[0].length

    @length.setter
    def length(self, length: int) -> None:
        for cache in self._caches:
            cache.length = length

    @property
    def size_bytes(self) -> int:
        """Bytes held, used or not."""
        return sum(cache.size_bytes for cache in self._caches)

    def truncate(self, length: int) -> bool:
        """Forget all after the first ``length`` tokens. Always possible here, so always True."""
        for cache in self._caches:
            cache.truncate(length)
        return True

    def copy(self, length: int) -> UnevenCache:
        """A cache of its own with the first ``length`` tokens (or all, if there are fewer)."""
        return UnevenCache([cache.copy(length) for cache in self._caches], self._places)

    def reach(self, length: int) -> int:
        """See SequenceCache: any length."""
        return min(self.length, length)

    def begin_step(self, tokens: int) -> None:
        """See KeyValueCache."""
        self.reserve(tokens)

    def reserve(self, tokens: int) -> None:
        """Make room for that many tokens more."""
        for cache in self._caches:
            cache.reserve(tokens)
        self._find()

    def _find(self) -> None:
        for layer, (number, place) in self._places.items():
            cache = self._caches[number]
            self.keys[layer], self.values[layer] = cache.keys[place], cache.values[place]
