"""Tokens drawn by races: as often as they are likely, and the same ones by models that are nearly alike."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from llmdesk.datatypes.chat import SamplingParams
from llmdesk.engine.generation.random_numbers import RandomNumbers
from llmdesk.engine.generation.sampling import Sampler
from llmdesk.engine.generation.token_race import TokenRace

DRAWN = 40_000


def drawn(race: TokenRace, probabilities: Any, ids: Any = None, count: int = DRAWN) -> Any:
    return np.array([race.first(probabilities, ids) for _ in range(count)])


@pytest.mark.parametrize("ids", [None, np.array([9, 4, 150_000, 7, 1])])
def test_each_token_is_drawn_with_its_probability(ids: Any) -> None:
    probabilities = np.array([0.5, 0.3, 0.15, 0.05, 0.0], dtype=np.float32)
    shares = np.bincount(drawn(TokenRace(2**63 + 5), probabilities, ids), minlength=5) / DRAWN
    deviations = np.sqrt(probabilities * (1 - probabilities) / DRAWN)
    assert (np.abs(shares - probabilities) <= 4.5 * deviations).all()


def test_what_is_drawn_does_not_depend_on_what_was_drawn_before() -> None:
    probabilities = np.array([0.5, 0.5], dtype=np.float32)
    bits = drawn(TokenRace(11), probabilities)
    pairs = np.bincount(2 * bits[:-1] + bits[1:], minlength=4) / len(bits)
    assert pairs == pytest.approx(0.25, abs=0.012)


def test_unlikely_tokens_keep_their_share() -> None:
    probabilities = np.full(50_000, 1 / 50_000, dtype=np.float32)
    found = drawn(TokenRace(3), probabilities, count=2000)
    assert len(set(found.tolist())) > 1900
    assert found.mean() == pytest.approx(25_000, abs=4.5 * 50_000 / np.sqrt(12 * 2000))


def test_other_keys_draw_others_and_a_copy_the_same() -> None:
    probabilities = np.full(100, 0.01, dtype=np.float32)
    race = TokenRace(1)
    race.first(probabilities, None)
    copy = race.ahead()
    mine = drawn(race, probabilities, count=50)
    assert (drawn(copy, probabilities, count=50) == mine).all()
    assert (drawn(TokenRace(2), probabilities, count=50) == mine).mean() < 0.2


def test_a_guess_out_of_similar_logits_is_nearly_as_often_right_as_it_can_be() -> None:
    """No way of drawing makes two models agree more often than the probability that they have in common."""
    numbers = np.random.default_rng(5)
    params = SamplingParams(temperature=0.7)
    sampler, right, common = Sampler(params, [], is_foreseen=True), 0, 0.0
    for _ in range(1500):
        logits = numbers.normal(0, 2.5, 1000).astype(np.float32)
        others = logits + numbers.normal(0, 0.3, 1000).astype(np.float32)
        guess = sampler.guesser().choose(others)
        right += guess == sampler.choose(logits)
        common += np.minimum(shares(sampler, logits), shares(sampler, others)).sum()
    assert common / 1500 < 0.9
    assert right > 0.9 * common


def test_what_nobody_foresees_is_drawn_by_one_number() -> None:
    sampler = Sampler(SamplingParams(temperature=0.7), [])
    assert isinstance(sampler._random, RandomNumbers)


def shares(sampler: Sampler, logits: Any) -> Any:
    probabilities, ids = sampler._candidates(logits)
    found = np.zeros(len(logits))
    found[ids] = probabilities / probabilities.sum()
    return found
