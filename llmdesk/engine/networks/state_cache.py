"""Keys, values and states of one sequence, on a backend's kernels (engine thread only)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from llmdesk.engine.networks.key_value_cache import KeyValueCache
from llmdesk.engine.networks.states import Snapshots
from llmdesk.state_size import kept_states

if TYPE_CHECKING:
    from typing import TypeAlias

    import torch

    State: TypeAlias = tuple[torch.Tensor, ...]

FEW_TOKENS = 8
"""Steps up to that length are those of an answer: drafts are not longer."""


class StateCache(KeyValueCache):
    """Of a network with layers that keep a state instead of keys and values. See SequenceCache.

    A step puts new tensors into ``states`` and never changes one, so keeping them costs no copy.

    Args:
        empty: of each such layer, before the first token.
    """

    def __init__(
        self,
        layers: int,
        kv_heads: int,
        head_dim: int,
        limit_tokens: int,
        dtype: torch.dtype,
        empty: list[State],
    ) -> None:
        super().__init__(layers, kv_heads, head_dim, limit_tokens, dtype)
        self._empty, self.states = empty, list(empty)
        self._snapshots = Snapshots[list["State"]](kept_states(self._state_bytes))
        self._before: tuple[int, list[State]] = 0, list(empty)  # the last step
        self._was_few = False

    @property
    def _state_bytes(self) -> int:
        return sum(int(part.nbytes) for state in self._empty for part in state)

    @property
    def size_bytes(self) -> int:
        """See SequenceCache."""
        return super().size_bytes + round((2 + self._snapshots.held) * self._state_bytes)

    def begin_step(self, tokens: int) -> None:
        """See KeyValueCache; keeps the state where a turn or a chunk of a prompt ends."""
        self.reserve(tokens)
        is_few = tokens <= FEW_TOKENS
        self._before = self.length, list(self.states)
        if self.length and not (is_few and self._was_few):
            self._snapshots.put(self.length, list(self.states))
        self._was_few = is_few

    def reach(self, length: int) -> int:
        """See SequenceCache."""
        if length >= self.length:
            return self.length
        before = self._before[0]
        return max(self._snapshots.reach(length), before if before <= length else 0)

    def truncate(self, length: int) -> bool:
        """See SequenceCache."""
        reached = self.reach(length)
        if reached < self.length:
            self.states = self._states_at(reached)
            self.length = reached
            self._snapshots.go_back(reached)
        return True

    def copy(self, length: int) -> StateCache:
        """See SequenceCache."""
        reached = self.reach(length)
        layers, kv_heads, _, head_dim = self.keys.shape
        with self.keys.device:
            other = StateCache(layers, kv_heads, head_dim, self._limit_tokens, self.keys.dtype, self._empty)
        self._copy_to(other, reached)
        other.states = list(self.states) if reached == self.length else self._states_at(reached)
        other._before = reached, list(other.states)
        other._snapshots = self._snapshots.copy(reached)
        return other

    def _states_at(self, length: int) -> list[State]:
        if length == self._before[0]:
            return list(self._before[1])
        kept = self._snapshots.at(length)
        return list(kept.state if kept else self._empty)
