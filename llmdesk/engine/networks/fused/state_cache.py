"""A sequence whose network has layers with a state, as our own kernels hold it (engine thread only).

The kernels keep a few rows more than they look back to, and of delta nets the last step's rows beside the state, so
the last tokens can be forgotten at no cost: drafts that were wrong. Farther back it goes to where a turn or a chunk of
a prompt ended.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from llmdesk.engine.generation.step import PREFILL_CHUNK_TOKENS
from llmdesk.engine.matrices.aligned import address_of
from llmdesk.engine.networks.fused.cache import PAGE_TOKENS, FusedCache
from llmdesk.engine.networks.fused.huge_pages import room_of
from llmdesk.engine.networks.fused.structures import FEW_TOKENS
from llmdesk.engine.networks.states import Snapshots
from llmdesk.state_size import kept_states


class FusedStateCache(FusedCache):
    """Keys and values in pages, and the state.

    Args:
        page_bytes, limit_tokens: see FusedCache.
        state_bytes: as the kernels lay it out.
        has_log: the state is one of delta nets; else it is all in rings.

    Attributes:
        base: the length from which on the state can be taken back to any token.
    """

    grain_tokens = PREFILL_CHUNK_TOKENS
    """What another sequence can take over of one that is being read ends with a chunk."""

    def __init__(self, page_bytes: int, limit_tokens: int, state_bytes: int, has_log: bool) -> None:
        super().__init__(page_bytes, limit_tokens)
        self._state = room_of(state_bytes)
        self._state[...] = 0
        self.state_address = address_of(self._state)
        self.base, self._has_log = 0, has_log
        self._snapshots = Snapshots[npt.NDArray[np.uint8]](kept_states(state_bytes))
        self._was_prompt = False

    @property
    def size_bytes(self) -> int:
        """See FusedCache."""
        return super().size_bytes + round((1 + self._snapshots.held) * self._state.nbytes)

    @property
    def logged(self) -> int:  # type: ignore[override]
        """See FusedCache."""
        return self.length - self.base if self._has_log else 0

    def begin_step(self, tokens: int, is_prompt: bool) -> None:
        """See FusedCache; keeps the state where a turn or a chunk of a prompt ends."""
        super().begin_step(tokens, is_prompt)
        if self.length and (is_prompt or self._was_prompt) and self.length not in self._snapshots.lengths():
            self._snapshots.make_room(self.length)
            self._snapshots.put(self.length, _copy_of(self._state), self.base)

    def advance(self, tokens: int, is_prompt: bool) -> None:
        """See FusedCache."""
        begun = self.length
        super().advance(tokens, is_prompt)
        if not self._has_log:
            self.base = max(self.base, self.length - FEW_TOKENS)
        else:
            self.base = self.length if is_prompt else begun
        self._was_prompt = is_prompt

    def reach(self, length: int) -> int:
        """See SequenceCache."""
        if length >= self.length:
            return self.length
        return length if length >= self.base else self._snapshots.reach(length)

    def truncate(self, length: int) -> bool:
        """See SequenceCache."""
        reached = self.reach(length)
        if reached < self.base:
            self._take(reached, self)
        self._snapshots.go_back(reached)
        return super().truncate(reached)

    def copy(self, length: int) -> FusedStateCache:
        """See SequenceCache; the state is a copy."""
        reached = self.reach(length)
        other = FusedStateCache(self._page_bytes, self._limit_pages * PAGE_TOKENS, self._state.nbytes, self._has_log)
        if reached < self.base:
            other._take(reached, self)
        else:
            other.base, other._state[...] = self.base, self._state
        other._snapshots = self._snapshots.copy(reached)
        self._share_pages(other, reached)
        return other

    def _take(self, length: int, other: FusedStateCache) -> None:
        """The state that another sequence, or this one, had at a length where it was kept."""
        kept = other._snapshots.at(length)
        if kept is None:
            self.base, self._state[...] = 0, 0
        else:
            self.base, self._state[...] = kept.base, kept.state
        self._was_prompt = True


def _copy_of(state: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint8]:
    made = room_of(state.nbytes)
    made[...] = state
    return made
