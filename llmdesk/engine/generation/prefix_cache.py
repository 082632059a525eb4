"""Reuse of what a chat has in common with what was computed before (engine thread only)."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

import psutil

from llmdesk.memory_need import limit_bytes

_MOST_BYTES = 2**30
_SHARE_OF_MEMORY = 1 / 16
MAX_IDLE_CACHES = 8
"""More chats than anybody switches between; keeps short chats, which take little each, from filling the memory."""

_WORTH_SHARING_TOKENS = 64
"""A beginning that is not longer is computed again sooner than waited for."""

_ANSWER_OPENING_TOKENS = 4
"""A template may write up to that many tokens after the question which a later prompt does not have (Qwen3's empty
thinking), so a prompt that shares all but these still belongs to the same turn."""


class SequenceCache(Protocol):
    """Keys and values of one sequence, or states. A state cannot be cut: it goes back to where one was kept."""

    @property
    def length(self) -> int:
        """Tokens held."""
        ...

    @property
    def size_bytes(self) -> int:
        """Bytes held, used or not."""
        ...

    def reach(self, length: int) -> int:
        """How many of the first ``length`` tokens ``truncate`` would keep, and ``copy`` have, if they can."""
        ...

    def truncate(self, length: int) -> bool:
        """Keep the first ``reach(length)`` tokens; False, and nothing happened, if this cache cannot go back."""
        ...

    def copy(self, length: int) -> SequenceCache | None:
        """A cache of its own with the first ``reach(length)`` tokens; None if this cache cannot be copied."""
        ...


@dataclass(slots=True, eq=False)
class _Taken:
    """A cache in use, and the prompt that it is for."""

    ids: list[int]
    cache: SequenceCache

    def common(self, prompt_ids: list[int]) -> int:
        """Tokens of its prompt that another one can share, once they are computed; see _Entry.common. The last one is
        not computed in the way of those before it, since its logits are wanted."""
        return min(common_length(self.ids, prompt_ids), len(self.ids) - 1, len(prompt_ids) - 1)


@dataclass(slots=True, eq=False)
class _Entry:
    ids: list[int]
    turn_start: int
    cache: SequenceCache

    def common(self, prompt_ids: list[int]) -> int:
        """Tokens that are the same. One prompt token is always left to compute, since its logits are needed."""
        return min(common_length(self.ids, prompt_ids), len(prompt_ids) - 1)


class PrefixCache:
    """Idle caches with the tokens that they hold, most recently used last.

    A chat takes its own cache over when it goes on, or when its last turn is edited or generated again. Another chat
    that begins alike (with the same system prompt) gets a copy of what both share; of
    caches that share pages also while the first one is in use.

    Args:
        max_bytes: of all caches together, those in use included (default: 1 GiB or a 16th of the machine's memory,
            the smaller). When it is exceeded, idle ones go, those unused for longest first; the latest one stays if
            nothing else is left, since its chat had that memory anyway. They also go while the program takes more
            than its limit (memory_need.limit_bytes).
        bytes_per_token: what a token takes in a cache; 0: not known.
        states_bytes: what a sequence takes beside that, however long it is.
    """

    def __init__(self, max_bytes: int | None = None, bytes_per_token: int = 0, states_bytes: int = 0) -> None:
        self._bytes_per_token, self._states_bytes = bytes_per_token, states_bytes
        self._max_bytes = default_max_bytes() if max_bytes is None else max_bytes
        self._program_limit_bytes = limit_bytes(psutil.virtual_memory().total)
        self._idle: list[_Entry] = []
        self._taken: list[_Taken] = []

    @property
    def size_bytes(self) -> int:
        """Bytes of all caches, idle or taken."""
        return _size_bytes(self._taken) + _size_bytes(self._idle)

    def take(self, prompt_ids: list[int], new_cache: Callable[[], SequenceCache]) -> SequenceCache:
        """A cache that holds as much of the beginning of a prompt as possible.

        The caller owns it until ``give_back`` or ``discard``.
        """
        cache = self._reused(prompt_ids) or new_cache()
        self._taken.append(_Taken(prompt_ids, cache))
        self.make_room()
        return cache

    def shared(self, prompt_ids: list[int], cache: SequenceCache) -> tuple[SequenceCache, bool]:
        """A taken cache, or one instead of it that shares what another one has computed of the same prompt meanwhile.

        Returns:
            the cache, and whether another one, taken before, will soon have more of this prompt.
        """
        if not getattr(cache, "shares_pages", False):
            return cache, False
        grain = getattr(cache, "grain_tokens", 1)
        before = itertools.takewhile(lambda taken: taken.cache is not cache, self._taken)
        sources: list[_Taken | _Entry] = [*before, *self._idle]
        for other in sources:
            common = other.common(prompt_ids)
            if common - grain + 1 < cache.length + _WORTH_SHARING_TOKENS:
                continue
            if other.cache.length < common:
                return cache, True
            if other.cache.reach(common) <= cache.length:
                continue
            if (copy := other.cache.copy(common)) is not None:
                next(taken for taken in self._taken if taken.cache is cache).cache = copy
                cache = copy
                break
        return cache, False

    def has_room(self, tokens: list[int]) -> bool:
        """Whether the limit and the machine's memory allow answers that come to so many tokens each, all those in use
        among them."""
        held, idle = _size_bytes(self._taken), _size_bytes(self._idle)
        growth = max(0, sum(tokens) * self._bytes_per_token + len(tokens) * self._states_bytes - held)
        rss = psutil.Process().memory_info().rss
        return rss - idle + growth <= self._program_limit_bytes and growth <= psutil.virtual_memory().available + idle

    def give_back(self, ids: list[int], cache: SequenceCache, turn_start: int) -> None:
        """Keep a cache for later.

        Args:
            ids: the tokens of the chat; the cache holds a beginning of them (or they are a beginning of it).
            turn_start: where the chat's last turn begins. If a later prompt shares everything before it, that turn
                was edited or generated again.
        """
        self.discard(cache)
        kept = ids[: cache.length]
        if kept and cache.truncate(len(kept)) and cache.length:
            self._idle.append(_Entry(kept[: cache.length], turn_start, cache))
            self.make_room()

    def discard(self, cache: SequenceCache) -> None:
        """A taken cache that cannot be used again. Idempotent."""
        self._taken = [taken for taken in self._taken if taken.cache is not cache]

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
        latest_first = [(entry, entry.common(prompt_ids)) for entry in reversed(self._idle)]
        reached = [(entry.cache.reach(common), entry, common) for entry, common in latest_first]
        for reach, entry, common in sorted(reached, key=lambda each: each[0], reverse=True):
            is_same_chat = common >= min(len(entry.ids), entry.turn_start - _ANSWER_OPENING_TOKENS)
            if reach > 0 and (cache := self._taken_over_or_copied(entry, reach, is_same_chat)):
                return cache
        return None

    def _taken_over_or_copied(self, entry: _Entry, reach: int, is_same_chat: bool) -> SequenceCache | None:
        if not is_same_chat and self._has_room_for_copy(entry, reach):
            self._idle.remove(entry)
            self._idle.append(entry)  # so that it does not make room for its own copy
            if (copy := entry.cache.copy(reach)) is not None:
                return copy
            if reach < len(entry.ids) - reach:  # more would be lost than won
                return None
        if not entry.cache.truncate(reach):
            return None
        self._idle.remove(entry)
        return entry.cache

    def _has_room_for_copy(self, entry: _Entry, common: int) -> bool:
        """Without room the new chat would push the other one out in any case."""
        copy_bytes = entry.cache.size_bytes * common // len(entry.ids)
        return _size_bytes(self._taken) + entry.cache.size_bytes + copy_bytes <= self._max_bytes


def _size_bytes(entries: Sequence[_Taken | _Entry]) -> int:
    return sum(entry.cache.size_bytes for entry in entries)


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
