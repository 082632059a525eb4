"""What transformers' models keep of one sequence, and what is kept where they keep nothing (engine thread only)."""

from __future__ import annotations

import copy
from typing import Any

import torch  # noqa: TID253  (imported by backends only, on the engine thread)

_STATES = ("conv_states", "recurrent_states", "past")


class ModulesCache:
    """What a model of transformers keeps of one sequence: keys and values, states of recurrent layers.

    Args:
        past: transformers' growing cache; or None, if the model makes a kind of its own at the first step.
    """

    def __init__(self, past: Any) -> None:
        self.past = past
        self.length = 0

    @property
    def size_bytes(self) -> int:
        """Bytes held."""
        return _tensor_bytes(self.past, depth=4)

    @property
    def keeps_states(self) -> bool:
        """Whether there is more in it than keys and values."""
        from transformers import DynamicCache

        layers = self.past.layers if type(self.past) is DynamicCache else [self]
        return any(part is not None for layer in layers for part in (getattr(layer, name, None) for name in _STATES))

    def _can_go_back(self) -> bool:
        """Sliding windows and recurrent states have forgotten what going back would need."""
        from transformers import DynamicCache
        from transformers.cache_utils import DynamicLayer

        return type(self.past) is DynamicCache and all(type(layer) is DynamicLayer for layer in self.past.layers)

    def reach(self, length: int) -> int:
        """See SequenceCache."""
        return min(self.length, length)

    def truncate(self, length: int) -> bool:
        """See SequenceCache."""
        if length < self.length:
            if not self._can_go_back():
                return False
            self.past.crop(length - self.length)
            self.length = length
        return True

    @torch.inference_mode()
    def copy(self, length: int) -> ModulesCache | None:
        """See SequenceCache."""
        if length < self.length and not self._can_go_back():
            return None
        other = ModulesCache(copy.deepcopy(self.past))
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

    def reach(self, length: int) -> int:
        """See SequenceCache."""
        return min(self.length, length)

    def truncate(self, length: int) -> bool:
        """See SequenceCache."""
        del self.ids[length:]
        return True

    def copy(self, length: int) -> WholeText:
        """See SequenceCache."""
        return WholeText(self.ids[:length])


def _tensor_bytes(value: Any, depth: int) -> int:
    """Of all tensors within, in lists, dictionaries and objects."""
    if isinstance(value, torch.Tensor):
        return int(value.nbytes)
    if isinstance(value, dict):
        parts = list(value.values())
    elif isinstance(value, list | tuple):
        parts = list(value)
    else:
        parts = list(getattr(value, "__dict__", {}).values())
    return sum(_tensor_bytes(part, depth - 1) for part in parts) if depth else 0
