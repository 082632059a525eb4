"""Reuse of what a chat has in common with what was computed before (engine thread only)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import psutil

from llmdesk.memory_need import limit_bytes

_MOST_BYTES = 2**30
_SHARE_OF_MEMORY = 1 / 16
MAX_IDLE_CACHES = 8
"""More chats than anybody switches between; keeps short chats, which take little each, from filling the memory."""

_ANSWER_OPENING_TOKENS = 4
"""A template may write up to that many tokens after the question which a later prompt does not have (Qwen3's empty
thinking), so a prompt that shares all but these still belongs to the same turn."""


class SequenceCache(Protocol):
    """Keys and values of one sequence."""

    @property
    def length(self) -> int:
        """Tokens held."""
        ...

    @property
    def size_bytes(self) -> int:
        """Bytes held, used or not."""
        ...

    def truncate(self, length: int) -> bool:
        """Keep the first ``length`` tokens; False, and nothing happened, if this cache cannot go back that far."""
        ...

    def copy(self, length: int) -> SequenceCache | None:
        """A cache of its own with the first ``length`` tokens; None if this cache cannot be copied."""
        ...


@dataclass(slots=True, eq=False)
class _Entry:
    ids: list[int]
    turn_start: int
    cache: SequenceCache

    def common(self, prompt_ids: list[int]) -> int:
        """Tokens that can be reused. One prompt token is always left to compute, since its logits are needed."""
        return min(common_length(self.ids, prompt_ids), len(prompt_ids) - 1)


class PrefixCache:
    """Idle caches with the tokens that they hold, most recently used last.

    A chat takes its own cache over when it goes on, or when its last turn is edited or generated again. Another chat
    that begins alike (with the same system prompt) gets a copy of what both share.

    Args:
        max_bytes: of all caches together, those in use included (default: 1 GiB or a 16th of the machine's memory,
            the smaller). When it is exceeded, idle ones go, those unused for longest first; the latest one stays if
            nothing else is left, since its chat had that memory anyway. They also go while the program takes more
            than its limit (memory_need.limit_bytes).
    """

    def __init__(self, max_bytes: int | None = None) -> None:
        self._max_bytes = default_max_bytes() if max_bytes is None else max_bytes
        self._program_limit_bytes = limit_bytes(psutil.virtual_memory().total)
        self._idle: list[_Entry] = []
        self._taken: list[SequenceCache] = []

    @property
    def size_bytes(self) -> int:
        """Bytes of all caches, idle or taken."""
        return sum(cache.size_bytes for cache in self._taken) + sum(entry.cache.size_bytes for entry in self._idle)

    def take(self, prompt_ids: list[int], new_cache: Callable[[], SequenceCache]) -> SequenceCache:
        """A cache that holds as much of the beginning of a prompt as possible.

        The caller owns it until ``give_back`` or ``discard``.
        """
        cache = self._reused(prompt_ids) or new_cache()
        self._taken.append(cache)
        self.make_room()
        return cache

    def give_back(self, ids: list[int], cache: SequenceCache, turn_start: int) -> None:
        """Keep a cache for later.

        Args:
            ids: the tokens of the chat; the cache holds a beginning of them (or they are a beginning of it).
            turn_start: where the chat's last turn begins. If a later prompt shares everything before it, that turn
                was edited or generated again.
        """
        self.discard(cache)
        kept = ids[: cache.length]
        if kept and cache.truncate(len(kept)):
            self._idle.append(_Entry(kept, turn_start, cache))
            self.make_room()

    def discard(self, cache: SequenceCache) -> None:
        """A taken cache that cannot be used again. Idempotent."""
        self._taken = [taken for taken in self._taken if taken is not cache]

    def make_room(self) -> None:
        """Hold the limits; to be called while a taken cache grows."""
        del self._idle[:-MAX_IDLE_CACHES]
        while self._idle and len(self._idle) + len(self._taken) > 1 and self._takes_too_much():
            del self._idle[0]

    def drop_idle(self) -> None:
        """Forget all caches that nobody uses."""
        self._idle.clear()

    def clear(self) -> None:
        """Forget everything."""
        self._idle.clear()
        self._taken.clear()

    def _takes_too_much(self) -> bool:
        return self.size_bytes > self._max_bytes or psutil.Process().memory_info().rss > self._program_limit_bytes

    def _reused(self, prompt_ids: list[int]) -> SequenceCache | None:
        latest_first = [(entry.common(prompt_ids), entry) for entry in reversed(self._idle)]
        for common, entry in sorted(latest_first, key=lambda pair: pair[0], reverse=True):
            if common > 0 and (cache := self._taken_over_or_copied(entry, common)):
                return cache
        return None

    def _taken_over_or_copied(self, entry: _Entry, common: int) -> SequenceCache | None:
        is_same_chat = common >= min(len(entry.ids), entry.turn_start - _ANSWER_OPENING_TOKENS)
        if not is_same_chat and self._has_room_for_copy(entry, common):
            self._idle.remove(entry)
            self._idle.append(entry)  # so that it does not make room for its own copy
            if (copy := entry.cache.copy(common)) is not None:
                return copy
            if common < len(entry.ids) - common:  # more would be lost than won
                return None
        if not entry.cache.truncate(common):
            return None
        self._idle.remove(entry)
        return entry.cache

    def _has_room_for_copy(self, entry: _Entry, common: int) -> bool:
        """Without room the new chat would push the other one out in any case."""
        copy_bytes = entry.cache.size_bytes * common // len(entry.ids)
        taken_bytes = sum(cache.size_bytes for cache in self._taken)
        return taken_bytes + entry.cache.size_bytes + copy_bytes <= self._max_bytes


def default_max_bytes() -> int:
    """See PrefixCache."""
    return min(_MOST_BYTES, int(psutil.virtual_memory().total * _SHARE_OF_MEMORY))


def common_length(a: list[int], b: list[int]) -> int:
    """Length of the common beginning (halving, so that lists are compared at the speed of C)."""
    same, end = 0, min(len(a), len(b))
    while same < end:
        middle = (same + end + 1) // 2
        if a[same:middle] == b[same:middle]:
            same = middle
        else:
            end = middle - 1
    return same
