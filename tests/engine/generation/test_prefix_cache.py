"""Which cache is reused, taken over or copied, and what goes when the limit is reached."""

from __future__ import annotations

import random

import pytest

from llmdesk.engine.generation.prefix_cache import MAX_IDLE_CACHES, PrefixCache, common_length


class FakeCache:
    """One byte per token, and it remembers what it was copied from."""

    def __init__(self, length: int = 0, can_go_back: bool = True, can_copy: bool = True) -> None:
        self.length, self.can_go_back, self.can_copy = length, can_go_back, can_copy
        self.origin: FakeCache | None = None

    @property
    def size_bytes(self) -> int:
        return self.length

    def reach(self, length: int) -> int:
        return min(self.length, length)

    def truncate(self, length: int) -> bool:
        if length < self.length and not self.can_go_back:
            return False
        self.length = min(self.length, length)
        return True

    def copy(self, length: int) -> FakeCache | None:
        if not self.can_copy:
            return None
        other = FakeCache(length)
        other.origin = self
        return other


SYSTEM = list(range(1000, 1050))


def chat(number: int, tokens: int) -> list[int]:
    """A chat with the shared system prompt and words of its own."""
    return SYSTEM + [number * 10_000 + i for i in range(tokens)]


def take(caches: PrefixCache, prompt: list[int]) -> FakeCache:
    """A cache that begins like the prompt."""
    found = caches.take(prompt, FakeCache)
    assert isinstance(found, FakeCache)
    return found


def use(caches: PrefixCache, prompt: list[int], answer: int = 10, history: int = 0) -> tuple[FakeCache, int]:
    """One answer: (its cache, cached tokens). The answer's tokens differ each time."""
    cache = take(caches, prompt)
    cached = cache.length
    cache.length = len(prompt) + answer
    caches.give_back([*prompt, *(random.randrange(10**6, 10**9) for _ in range(answer))], cache, history or len(prompt))
    return cache, cached


@pytest.mark.parametrize(
    ("a", "b", "length"),
    [([1, 2, 3], [1, 2, 4], 2), ([1, 2], [1, 2, 3], 2), ([], [1], 0), ([5], [1], 0), ([7], [7], 1)],
)
def test_common_length(a: list[int], b: list[int], length: int) -> None:
    assert common_length(a, b) == common_length(b, a) == length


def test_common_length_at_every_place() -> None:
    for length in range(20):
        assert common_length([1] * length + [2] * 7, [1] * length + [3] * 5) == length


def test_one_token_is_always_left_to_compute() -> None:
    caches = PrefixCache()
    caches.give_back([1, 2, 3], FakeCache(3), 3)
    assert take(caches, [1, 2, 3]).length == 2


def test_a_follow_up_goes_on_in_the_same_cache() -> None:
    caches = PrefixCache()
    cache = take(caches, chat(1, 20))
    cache.length = 90
    ids = chat(1, 40)
    caches.give_back(ids, cache, 70)
    assert take(caches, [*ids, 5, 6]) is cache
    assert cache.length == 90


def test_regenerating_takes_the_cache_over_even_in_a_first_turn() -> None:
    caches = PrefixCache()
    first, _ = use(caches, chat(1, 20), answer=500)
    again, cached = use(caches, chat(1, 20))
    assert again is first
    assert cached == 69


def test_an_edited_last_question_of_a_longer_chat_takes_the_cache_over() -> None:
    caches = PrefixCache()
    prompt = chat(1, 100)
    first, _ = use(caches, prompt, answer=500, history=120)
    edited, cached = use(caches, [*prompt[:125], 7, 8, 9], history=120)
    assert edited is first
    assert cached == 125


def test_a_shared_system_prompt_is_copied_and_the_other_chat_keeps_its_cache() -> None:
    caches = PrefixCache()
    first, _ = use(caches, chat(1, 20))
    second, cached = use(caches, chat(2, 20))
    assert second is not first
    assert cached == 50
    assert first.length == 80


def test_switching_between_two_chats_finds_everything() -> None:
    caches = PrefixCache()
    use(caches, chat(1, 20))
    use(caches, chat(2, 20))
    for number in (1, 2, 1, 2):
        cache, cached = use(caches, chat(number, 20))
        assert cached == 69
        assert cache.length == 80


def test_nothing_in_common_is_a_new_cache_and_takes_none_away() -> None:
    caches = PrefixCache()
    use(caches, [1, 2, 3])
    _, cached = use(caches, [4, 5, 6])
    assert cached == 0
    assert use(caches, [1, 2, 3, 9])[1] == 3


def test_a_taken_cache_is_nobody_elses() -> None:
    caches = PrefixCache()
    use(caches, [1, 2])
    first = take(caches, [1, 2, 3])
    assert take(caches, [1, 2, 3]) is not first


def test_a_prompt_that_was_cancelled_keeps_what_was_computed() -> None:
    caches = PrefixCache()
    prompt = chat(1, 100)
    cache = take(caches, prompt)
    cache.length = 90
    caches.give_back(prompt, cache, len(prompt))
    assert use(caches, prompt)[1] == 90


def test_nothing_computed_is_nothing_kept() -> None:
    caches = PrefixCache()
    caches.give_back([1, 2, 3], FakeCache(0), 3)
    caches.give_back([1, 2, 3], FakeCache(3), 3)
    assert take(caches, [1, 2, 3, 4]).length == 3


def test_a_cache_that_holds_more_than_the_chat_is_cut() -> None:
    """Drafted tokens after a stop string were computed, but are not part of the chat."""
    caches = PrefixCache()
    caches.give_back([1, 2, 3], FakeCache(5), 3)
    assert take(caches, [1, 2, 3, 4, 5, 6]).length == 3


class TestCachesWithLimits:
    def test_one_that_cannot_go_back_serves_only_its_own_continuation(self) -> None:
        caches = PrefixCache()
        stiff = FakeCache(60, can_go_back=False, can_copy=False)
        caches.give_back(chat(1, 10), stiff, 60)
        assert take(caches, chat(1, 5)).length == 0
        assert take(caches, chat(1, 20)) is stiff

    def test_a_shorter_one_that_fits_is_taken_instead(self) -> None:
        caches = PrefixCache()
        caches.give_back(chat(1, 10), FakeCache(60, can_go_back=False, can_copy=False), 60)
        caches.give_back(chat(1, 4), FakeCache(54), 54)
        assert take(caches, chat(1, 8)).length == 54

    def test_without_copies_a_large_cache_is_not_given_up_for_a_short_beginning(self) -> None:
        caches = PrefixCache()
        large = FakeCache(250, can_copy=False)
        caches.give_back(chat(1, 200), large, 250)
        assert use(caches, chat(2, 5))[1] == 0
        assert take(caches, chat(1, 201)) is large

    def test_without_copies_a_small_one_is(self) -> None:
        caches = PrefixCache()
        small = FakeCache(60, can_copy=False)
        caches.give_back(chat(1, 10), small, 60)
        assert take(caches, chat(2, 5)) is small
        assert small.length == 50


class TestBounds:
    def test_bytes_are_bounded_and_the_least_recently_used_goes(self) -> None:
        caches = PrefixCache(max_bytes=100)
        for first in (1, 2, 3):
            use(caches, [first] * 20)
        use(caches, [1] * 20)
        use(caches, [4] * 20)
        assert caches.size_bytes <= 100
        assert [use(caches, [first] * 20)[1] for first in (1, 4)] == [19, 19]
        assert take(caches, [2] * 20).length == 0

    def test_caches_in_use_count(self) -> None:
        caches = PrefixCache(max_bytes=100)
        use(caches, [1] * 20)
        use(caches, [2] * 20)
        growing = take(caches, [3] * 60)
        growing.length = 60
        caches.make_room()
        assert caches.size_bytes == 90
        assert take(caches, [1] * 20).length == 0
        assert take(caches, [2] * 20).length == 19

    def test_other_chats_go_while_the_program_is_over_its_limit(self, monkeypatch: pytest.MonkeyPatch) -> None:
        caches = PrefixCache()
        use(caches, [1] * 20)
        use(caches, [2] * 20)
        monkeypatch.setenv("LLMDESK_MEMORY_LIMIT_GB", "0.001")
        limited = PrefixCache()
        use(limited, [1] * 20)
        use(limited, [2] * 20)
        assert limited.size_bytes * 2 == caches.size_bytes
        assert use(limited, [2] * 20)[1] == 19

    def test_the_latest_stays_though_it_is_larger_than_the_limit(self) -> None:
        caches = PrefixCache(max_bytes=100)
        use(caches, [1] * 20)
        use(caches, [2] * 200)
        assert caches.size_bytes == 210
        assert use(caches, [2] * 200)[1] == 199

    def test_without_room_for_a_copy_the_cache_is_taken_over(self) -> None:
        caches = PrefixCache(max_bytes=120)
        first, _ = use(caches, chat(1, 20))
        second, cached = use(caches, chat(2, 20))
        assert second is first
        assert cached == 50

    def test_a_copy_does_not_push_out_its_original(self) -> None:
        caches = PrefixCache(max_bytes=190)
        first, _ = use(caches, chat(1, 20))
        use(caches, [9] * 60)
        copy = take(caches, chat(2, 20))
        assert isinstance(copy, FakeCache)
        assert copy.origin is first
        assert caches.size_bytes == 130
        assert take(caches, chat(1, 20)) is first

    def test_the_number_of_idle_caches_is_bounded(self) -> None:
        caches = PrefixCache()
        for first in range(MAX_IDLE_CACHES + 3):
            use(caches, [first] * 20)
        assert caches.size_bytes == MAX_IDLE_CACHES * 30

    def test_a_discarded_cache_counts_no_more(self) -> None:
        caches = PrefixCache()
        cache = take(caches, [1, 2, 3])
        cache.length = 3
        assert caches.size_bytes == 3
        caches.discard(cache)
        caches.discard(cache)
        assert caches.size_bytes == 0

    def test_clear(self) -> None:
        caches = PrefixCache()
        use(caches, [1, 2, 3])
        caches.clear()
        assert caches.size_bytes == 0
        assert take(caches, [1, 2, 3]).length == 0


class SharingCache(FakeCache):
    """A cache whose copies share its pages."""

    shares_pages = True

    def copy(self, length: int) -> SharingCache:
        other = SharingCache(length)
        other.origin = self
        return other


class StatesCache(SharingCache):
    """Goes back to ends of chunks only."""

    grain_tokens = 100

    def reach(self, length: int) -> int:
        return self.length if length >= self.length else length // 100 * 100

    def truncate(self, length: int) -> bool:
        return super().truncate(self.reach(length))

    def copy(self, length: int) -> StatesCache:
        other = StatesCache(self.reach(length))
        other.origin = self
        return other


LONG = list(range(500))


class TestWhileOthersRead:
    """Prompts that begin alike and are read at the same time."""

    def taken(self, caches: PrefixCache, prompt: list[int]) -> SharingCache:
        cache = caches.take(prompt, SharingCache)
        assert isinstance(cache, SharingCache)
        return cache

    def test_the_second_waits_and_takes_over(self) -> None:
        caches = PrefixCache()
        first, second = self.taken(caches, LONG), self.taken(caches, [*LONG[:400], 7, 8])
        assert caches.shared(LONG, first) == (first, False)
        assert caches.shared([*LONG[:400], 7, 8], second) == (second, True)
        first.length = 399
        assert caches.shared([*LONG[:400], 7, 8], second) == (second, True)
        first.length = 450
        found, waits = caches.shared([*LONG[:400], 7, 8], second)
        assert (found.length, waits) == (400, False)
        assert isinstance(found, SharingCache)
        assert found.origin is first
        caches.discard(found)
        caches.discard(first)
        assert caches.size_bytes == 0

    def test_the_last_token_of_a_prompt_is_nobody_elses(self) -> None:
        """Its logits are wanted, so it is computed in another way than the same token within a longer prompt."""
        caches = PrefixCache()
        first, longer = self.taken(caches, LONG), self.taken(caches, [*LONG, 1, 2, 3])
        first.length = 500
        assert caches.shared([*LONG, 1, 2, 3], longer)[0].length == 499

    def test_a_short_beginning_is_not_waited_for(self) -> None:
        caches = PrefixCache()
        self.taken(caches, LONG)
        second = self.taken(caches, [*LONG[:50], 7])
        assert caches.shared([*LONG[:50], 7], second) == (second, False)

    def test_nobody_waits_for_one_that_left(self) -> None:
        caches = PrefixCache()
        first, second = self.taken(caches, LONG), self.taken(caches, LONG)
        assert caches.shared(LONG, second)[1]
        caches.discard(first)
        assert caches.shared(LONG, second) == (second, False)

    def test_one_that_has_ended_meanwhile_serves_as_well(self) -> None:
        caches = PrefixCache()
        first, second = self.taken(caches, LONG), self.taken(caches, [*LONG[:400], 7])
        first.length = 500
        caches.give_back(LONG, first, 500)
        assert caches.shared([*LONG[:400], 7], second)[0].length == 400

    def test_caches_that_would_be_copied_whole_are_not_waited_for(self) -> None:
        caches = PrefixCache()
        caches.take(LONG, FakeCache)
        second = take(caches, LONG)
        assert caches.shared(LONG, second) == (second, False)

    def test_of_states_what_ends_with_a_chunk(self) -> None:
        caches = PrefixCache()
        first, second = (caches.take(ids, StatesCache) for ids in (LONG, [*LONG[:350], 7]))
        short = caches.take([*LONG[:150], 7], StatesCache)
        assert caches.shared([*LONG[:150], 7], short) == (short, False), "a chunk's end may save less than it costs"
        assert caches.shared([*LONG[:350], 7], second) == (second, True)
        assert isinstance(first, StatesCache)
        first.length = 400
        found, waits = caches.shared([*LONG[:350], 7], second)
        assert (found.length, waits) == (300, False)
        assert caches.shared([*LONG[:350], 7], found) == (found, False), "no more is to be had"


class TestOfStates:
    """Caches that go back to ends of chunks only."""

    def test_an_edit_computes_from_where_a_chunk_ended(self) -> None:
        caches = PrefixCache()
        cache = caches.take(LONG, StatesCache)
        assert isinstance(cache, StatesCache)
        cache.length = 520
        caches.give_back([*LONG, *range(900, 920)], cache, 450)
        edited = caches.take([*LONG[:460], 7], StatesCache)
        assert edited is cache
        assert edited.length == 400

    def test_the_one_that_reaches_farthest_is_taken(self) -> None:
        """Not the one that has most tokens in common."""
        caches = PrefixCache()
        for prompt, length in (([*LONG[:390], 1], 391), ([*LONG[:300]], 300)):
            cache = caches.take([-1], StatesCache)
            assert isinstance(cache, StatesCache)
            cache.length = length
            caches.give_back(prompt, cache, length)
        found = caches.take([*LONG[:390], 2], StatesCache)
        assert found.length == 300

    def test_what_reaches_nothing_is_left_alone(self) -> None:
        caches = PrefixCache()
        cache = caches.take(LONG[:90], StatesCache)
        assert isinstance(cache, StatesCache)
        cache.length = 90
        caches.give_back(LONG[:90], cache, 90)
        assert caches.take([*LONG[:80], 7], StatesCache).length == 0
        assert cache.length == 90


def test_room_for_one_more_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LLMDESK_MEMORY_LIMIT_GB", "4")
    caches = PrefixCache(bytes_per_token=100_000)
    assert caches.has_room([1000, 2000])
    assert not caches.has_room([1000, 100_000])
    assert PrefixCache().has_room([10**9])  # what is not known is tried
