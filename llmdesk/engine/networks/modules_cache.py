"""What transformers' models keep of one sequence, and what is kept where they keep nothing (engine thread only)."""

from __future__ import annotations

import copy
from typing import Any

import torch  # noqa: TID253  (imported by backends only, on the engine thread)


class ModulesCache:
    """transformers' growing cache of one sequence: keys and values, states of recurrent layers."""

    def __init__(self, config: Any, past: Any = None) -> None:
        from transformers import DynamicCache
        from transformers.cache_utils import DynamicLayer

        self._config = config
        self.past = DynamicCache(config=config) if past is None else past
        self.length = 0
        # Sliding windows and recurrent states have forgotten what going back would need.
        self._can_go_back = all(type(layer) is DynamicLayer for layer in self.past.layers)

    @property
    def size_bytes(self) -> int:
        """Bytes held."""
        return sum(_tensor_bytes(vars(layer)) for layer in self.past.layers)

    def truncate(self, length: int) -> bool:
        """See SequenceCache."""
        if length < self.length:
            if not self._can_go_back:
                return False
            self.past.crop(length - self.length)
            self.length = length
        return True

    @torch.inference_mode()
    def copy(self, length: int) -> ModulesCache | None:
        """See SequenceCache."""
        if length < self.length and not self._can_go_back:
            return None
        other = ModulesCache(self._config, copy.deepcopy(self.past))
        other.length = self.length
        other.truncate(length)
        return other


class WholeText:
    """The tokens themselves, of a model that keeps nothing that could be relied on: all are computed at each step."""

    size_bytes = 0

    def __init__(self, ids: list[int]) -> None:
        self.ids = ids

    @property
    def length(self) -> int:
        """Tokens held."""
        return len(self.ids)

    def truncate(self, length: int) -> bool:
        """See SequenceCache."""
        del self.ids[length:]
        return True

    def copy(self, length: int) -> WholeText:
        """See SequenceCache."""
        return WholeText(self.ids[:length])


def _tensor_bytes(value: Any) -> int:
    if isinstance(value, torch.Tensor):
        return int(value.nbytes)
    if isinstance(value, dict):
        return sum(_tensor_bytes(part) for part in value.values())
    return sum(_tensor_bytes(part) for part in value) if isinstance(value, list | tuple) else 0
