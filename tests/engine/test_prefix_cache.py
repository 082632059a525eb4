"""Which cache is reused, and how much of it."""

from __future__ import annotations

from llmdesk.engine.prefix_cache import MAX_IDLE_CACHES, PrefixCache, common_length


class FakeCache:
    def __init__(self, length: int, can_go_back: bool = True) -> None:
        self.length, self.can_go_back = length, can_go_back

    def truncate(self, length: int) -> bool:
        if length < self.length and not self.can_go_back:
            return False
        self.length = min(self.length, length)
        return True


def test_common_length() -> None:
    assert common_length([1, 2, 3], [1, 2, 4]) == 2
    assert common_length([1, 2], [1, 2, 3]) == 2
    assert common_length([], [1]) == 0


def test_longest_beginning_wins_and_is_cut() -> None:
    caches = PrefixCache()
    caches.give_back([1, 2, 3, 4], FakeCache(4))
    caches.give_back([1, 9], FakeCache(2))
    cache = caches.take([1, 2, 3, 7, 8])
    assert cache is not None
    assert cache.length == 3


def test_one_token_is_always_left_to_compute() -> None:
    caches = PrefixCache()
    caches.give_back([1, 2, 3], FakeCache(3))
    cache = caches.take([1, 2, 3])
    assert cache is not None
    assert cache.length == 2


def test_a_taken_cache_is_nobody_elses() -> None:
    caches = PrefixCache()
    caches.give_back([1, 2], FakeCache(2))
    assert caches.take([1, 2, 3]) is not None
    assert caches.take([1, 2, 3]) is None


def test_a_cache_that_cannot_go_back_is_not_reused() -> None:
    caches = PrefixCache()
    caches.give_back([1, 2, 3], FakeCache(3, can_go_back=False))
    assert caches.take([1, 5]) is None


def test_the_number_of_idle_caches_is_bounded() -> None:
    caches = PrefixCache()
    for first in range(10):
        caches.give_back([first, 1], FakeCache(2))
    assert len([first for first in (9, 8, 7) if (cache := caches.take([first, 1, 2])) and cache.length == 2]) == 2
    assert MAX_IDLE_CACHES == 2
