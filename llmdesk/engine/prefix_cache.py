"""Reuse of what a chat has in common with what was computed before (engine thread only)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

MAX_IDLE_CACHES = 2


class SequenceCache(Protocol):
    """Keys and values of one sequence."""

    length: int

    def truncate(self, length: int) -> bool:
        """Keep the first ``length`` tokens; False if this cache cannot go back."""
        ...


@dataclass(slots=True)
class _Entry:
    ids: list[int]
    cache: SequenceCache


class PrefixCache:
    """Idle caches with the tokens that they hold, most recently used last. At most MAX_IDLE_CACHES are kept."""

    def __init__(self) -> None:
        self._entries: list[_Entry] = []

    def take(self, prompt_ids: list[int]) -> SequenceCache | None:
        """The cache with the longest common beginning, cut to it; the caller owns it until ``give_back``.

        At least one prompt token is left to compute, since its logits are needed.
        """
        best = max(self._entries, key=lambda entry: common_length(entry.ids, prompt_ids), default=None)
        if best is None:
            return None
        length = min(common_length(best.ids, prompt_ids), len(prompt_ids) - 1)
        if length == 0 and len(self._entries) < MAX_IDLE_CACHES:
            return None
        self._entries.remove(best)
        return best.cache if best.cache.truncate(length) else None

    def give_back(self, ids: list[int], cache: SequenceCache) -> None:
        """Keep a cache for later; the one that was unused for longest goes."""
        self._entries.append(_Entry(ids[: cache.length], cache))
        del self._entries[:-MAX_IDLE_CACHES]

    def clear(self) -> None:
        """Forget everything."""
        self._entries.clear()


def common_length(a: list[int], b: list[int]) -> int:
    """Length of the common beginning."""
    return next((i for i, (x, y) in enumerate(zip(a, b, strict=False)) if x != y), min(len(a), len(b)))
