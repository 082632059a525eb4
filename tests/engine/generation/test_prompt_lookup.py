"""What is proposed, and when proposing stops."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from llmdesk.engine.generation.draft_lengths import DRAFT_LENGTHS, StepTimes
from llmdesk.engine.generation.prompt_lookup import PromptLookup

PLAIN_S = 0.1


def known_times(cost: Callable[[int], float] = lambda drafted: 1.0) -> StepTimes:
    """As if steps had been measured: ``cost`` is in plain steps."""
    times = StepTimes()
    for drafted in (0, *DRAFT_LENGTHS):
        for _ in range(3):
            times.note(drafted, PLAIN_S * (cost(drafted) if drafted else 1))
    return times


def test_what_followed_the_same_words_is_proposed() -> None:
    ids = [1, 2, 3, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 99, 1, 2, 3]
    draft = PromptLookup(known_times()).propose(ids, 100)
    assert draft == [10, 11, 12, 13, 14, 15, 16]


def test_the_longest_match_wins_and_of_equal_ones_the_latest() -> None:
    ids = [7, 1, 2, 3, 40, 41, 8, 1, 2, 3, 50, 51, 9, 1, 2, 3, 60, 61, 0, 8, 1, 2, 3]
    assert PromptLookup(known_times()).propose(ids, 2) == [50, 51]
    assert PromptLookup(known_times()).propose([*ids[:-4], 5, 1, 2, 3], 2) == [60, 61]


def test_a_repetition_goes_on_beyond_what_is_there() -> None:
    assert PromptLookup(known_times()).propose([5, 6, 5, 6, 5, 6, 5], 8) == [6, 5, 6, 5, 6, 5, 6]


@pytest.mark.parametrize("ids", [[], [1], [1, 2, 3], [1, 2, 3, 4], [1, 2, 9, 1, 2]])
def test_nothing_is_proposed_without_a_match(ids: list[int]) -> None:
    assert PromptLookup(known_times()).propose(ids, 100) == []


def test_tokens_that_come_one_by_one_are_found_too() -> None:
    lookup = PromptLookup(known_times())
    ids: list[int] = []
    for token in [1, 2, 3, 4, 5, 1, 2]:
        ids.append(token)
        assert lookup.propose(ids, 2) == []
    assert lookup.propose([*ids, 3], 2) == [4, 5]


@pytest.mark.parametrize("room", [0, 1])
def test_never_more_than_there_is_room_for(room: int) -> None:
    assert PromptLookup(known_times()).propose([1, 2, 3, 4, 1, 2, 3], room) == []


def test_nothing_before_plain_steps_were_measured() -> None:
    times = StepTimes()
    lookup = PromptLookup(times)
    ids = [1, 2, 3, 4, 1, 2, 3]
    assert lookup.propose(ids, 10) == []
    lookup.note(0, 0, PLAIN_S)
    lookup.note(0, 0, PLAIN_S)
    assert lookup.propose(ids, 10) != []


def run(lookup: PromptLookup, steps: int, accept: Callable[[int], int], cost: Callable[[int], float]) -> list[int]:
    """An endless repetition; the draft length of each step."""
    ids, lengths = [1, 2, 3] * 5, []
    for _ in range(steps):
        draft = lookup.propose(ids, 1000)
        accepted = min(accept(len(draft)), len(draft))
        lookup.note(len(draft), accepted, PLAIN_S * cost(len(draft)))
        ids += [[1, 2, 3][(len(ids) + i) % 3] for i in range(accepted + 1)]
        lengths.append(len(draft))
    return lengths


def test_drafts_grow_where_all_are_accepted() -> None:
    lengths = run(PromptLookup(known_times()), 20, lambda n: n, lambda n: 1 + 0.05 * n)
    assert lengths[-1] == max(DRAFT_LENGTHS)


def test_drafts_are_short_where_longer_ones_cost_more_than_they_bring() -> None:
    def cost(drafted: int) -> float:
        return 1.2 if drafted <= 4 else 4.0

    lengths = run(PromptLookup(known_times(cost)), 30, lambda n: 3, cost)
    assert set(lengths) <= {0, 2, 4}
    assert lengths.count(4) > 10


def test_drafts_stop_where_none_is_accepted_and_are_tried_again() -> None:
    lookup = PromptLookup(known_times(lambda n: 1 + 0.1 * n))
    lengths = run(lookup, 2000, lambda n: 0, lambda n: 1 + 0.1 * n)
    drafted = [step for step, length in enumerate(lengths) if length]
    assert len(drafted) < 60
    assert len([step for step in drafted if step > 1000]) >= 2
    spent = sum(1 + 0.1 * length for length in lengths)
    assert spent < 1.02 * 2000


def test_drafts_stop_where_steps_cost_too_much_though_all_is_accepted() -> None:
    def cost(drafted: int) -> float:
        return 1.0 + 2.0 * drafted

    lengths = run(PromptLookup(StepTimes()), 1000, lambda n: n, cost)
    assert sum(length > 0 for length in lengths) < 40
    spent, written = sum(cost(length) for length in lengths), sum(length + 1 for length in lengths)
    assert spent < 1.15 * written


def test_drafts_come_back_when_the_text_repeats_itself_again() -> None:
    lookup = PromptLookup(known_times())
    run(lookup, 300, lambda n: 0, lambda n: 1.1)
    ids = [1, 2, 3] * 400
    for _ in range(600):  # a pause is no longer
        lookup.note(0, 0, PLAIN_S)
    assert lookup.propose([*ids, 1, 2, 3], 100) != []


def test_a_step_that_was_held_up_once_does_not_count() -> None:
    times = known_times(lambda n: 1.5)
    times.note(4, 100.0)
    assert times.cost(4) == pytest.approx(1.5)


def test_costs_are_in_plain_steps_of_the_same_time() -> None:
    """Another program that slows everything makes drafts neither better nor worse."""
    times = known_times(lambda n: 1.5)
    for _ in range(5):
        times.note(0, 7 * PLAIN_S)
    for _ in range(5):
        times.note(4, 7 * PLAIN_S * 1.5)
    assert times.cost(4) == pytest.approx(1.5)


def test_what_was_too_slow_is_tried_again_some_day() -> None:
    lookup = PromptLookup(known_times(lambda n: 20.0))
    lengths = run(lookup, 5000, lambda n: n, lambda n: 1.1)
    assert lengths[0] == 0
    assert sum(length > 0 for length in lengths[4000:]) > 900


def test_doubt_does_not_make_a_step_cheaper_than_the_first_guess() -> None:
    times = known_times(lambda n: 1.05 if n == 2 else 20.0)
    for _ in range(100):
        times.doubt()
    assert times.cost(2) == pytest.approx(1.05)
    assert 1 < times.cost(7) < 2


def test_an_untried_length_is_not_believed_to_be_cheaper_than_a_shorter_one() -> None:
    times = StepTimes()
    for drafted, seconds in ((0, 1.0), (0, 1.0), (4, 9.0), (4, 9.0)):
        times.note(drafted, seconds)
    assert times.cost(2) < 2
    assert times.cost(7) == 9


def test_plain_steps_are_measured_between_many_drafts() -> None:
    lengths = run(PromptLookup(known_times()), 200, lambda n: n, lambda n: 1.1)
    assert 3 <= lengths.count(0) <= 8


def test_figures() -> None:
    lookup = PromptLookup(StepTimes())
    lookup.note(0, 0, 1.0)
    lookup.note(4, 3, 1.0)
    lookup.note(2, 2, 1.0)
    assert (lookup.drafted_tokens, lookup.accepted_tokens) == (6, 5)
