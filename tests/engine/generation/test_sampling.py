"""The choice of the next token against transformers' own processors."""

from __future__ import annotations

import dataclasses
import timeit
from collections import Counter

import pytest

from llmdesk.datatypes.chat import SamplingParams
from llmdesk.errors import PromptError
from tests.quiet import until_quiet

torch = pytest.importorskip("torch")
pytestmark = pytest.mark.model


def sampler(params: SamplingParams, prompt: list[int] | None = None):  # type: ignore[no-untyped-def]
    from llmdesk.engine.generation.sampling import Sampler

    return Sampler(params, prompt or [])


def logits(size: int = 50):  # type: ignore[no-untyped-def]
    return torch.randn(size, generator=torch.Generator().manual_seed(3)) * 3


def test_temperature_zero_takes_the_largest() -> None:
    assert sampler(SamplingParams(temperature=0)).choose(logits()) == int(logits().argmax())


def test_same_seed_same_tokens() -> None:
    def run(seed: int) -> list[int]:
        chooser = sampler(SamplingParams(temperature=1.5, top_k=0, top_p=1, seed=seed))
        return [chooser.choose(logits()) for _ in range(20)]

    assert run(1) == run(1)
    assert run(1) != run(2)


@pytest.mark.parametrize(
    "params",
    [
        SamplingParams(temperature=1, top_k=5, top_p=1),
        SamplingParams(temperature=1, top_k=0, top_p=0.6),
        SamplingParams(temperature=0.5, top_k=20, top_p=0.9),
        SamplingParams(temperature=2, top_k=0, top_p=1, min_p=0.2),
        SamplingParams(temperature=1, top_k=10, top_p=0.9, repetition_penalty=1.5),
        SamplingParams(temperature=1, top_k=1, top_p=0.01),
        SamplingParams(temperature=1, top_k=0, top_p=0.01),
        SamplingParams(temperature=1.5, top_k=0, top_p=0.8, min_p=0.1),
    ],
)
def test_distribution_is_that_of_transformers(params: SamplingParams) -> None:
    from transformers import LogitsProcessorList
    from transformers.generation import (
        MinPLogitsWarper,
        RepetitionPenaltyLogitsProcessor,
        TemperatureLogitsWarper,
        TopKLogitsWarper,
        TopPLogitsWarper,
    )

    processors = LogitsProcessorList()
    if params.repetition_penalty != 1:
        processors.append(RepetitionPenaltyLogitsProcessor(float(params.repetition_penalty)))
    processors.append(TemperatureLogitsWarper(float(params.temperature)))
    if params.top_k:
        processors.append(TopKLogitsWarper(params.top_k))
    if params.top_p < 1:
        processors.append(TopPLogitsWarper(params.top_p))
    if params.min_p:
        processors.append(MinPLogitsWarper(params.min_p))
    values, draws = logits(), 2000
    prompt = [1, 2, int(values.argmax())]
    expected = processors(torch.tensor([prompt]), values[None])[0].softmax(-1)
    counts: Counter[int] = Counter(
        sampler(dataclasses.replace(params, seed=seed), prompt).choose(values) for seed in range(draws)
    )
    assert set(counts) <= set(expected.nonzero().flatten().tolist())
    for token, probability in enumerate(expected.tolist()):
        deviation = (probability * (1 - probability) / draws) ** 0.5
        assert abs(counts[token] / draws - probability) <= 4.5 * deviation + 1e-3


def test_a_tiny_temperature_is_greedy() -> None:
    values = logits()
    assert sampler(SamplingParams(temperature=1e-40)).choose(values) == int(values.argmax())


@pytest.mark.parametrize("spread", [0.01, 0.3, 2.0, 8.0])
@pytest.mark.parametrize("top_p", [0.05, 0.5, 0.9, 0.999])
def test_the_nucleus_of_a_large_vocabulary_is_that_of_a_sort(spread: float, top_p: float) -> None:
    from llmdesk.engine.generation.sampling import _nucleus

    probabilities = (logits(50_001) * spread).softmax(-1)
    values, order = probabilities.double().sort(descending=True)
    expected = order[values.cumsum(-1) - values < top_p]
    found = torch.from_numpy(_nucleus(probabilities.numpy(), top_p))
    ids = set(found.nonzero().flatten().tolist())
    assert torch.equal(found[found > 0], probabilities[found > 0])
    few = 1 + len(expected) // 10_000  # sums of float32 differ in their last digits
    assert len(ids ^ set(expected.tolist())) <= few


@pytest.mark.parametrize("size", [40, 41, 5119, 5120, 50_001])
@pytest.mark.parametrize("count", [0, 1, 39, 40])
def test_the_largest_of_a_large_vocabulary_are_those_of_topk(size: int, count: int) -> None:
    from llmdesk.engine.generation.sampling import _largest

    values = logits(size)
    values[-1] = 99.0  # the last, incomplete block counts too
    found, ids = map(torch.from_numpy, _largest(values.numpy(), count))
    assert torch.equal(found, values.topk(count).values)
    assert torch.equal(values[ids], found)


def test_top_k_beyond_the_vocabulary_is_off() -> None:
    chooser = sampler(SamplingParams(temperature=1, top_k=1000, top_p=1, seed=1))
    assert {chooser.choose(torch.zeros(5)) for _ in range(100)} == set(range(5))


def test_a_token_without_probability_is_never_chosen() -> None:
    values = torch.full((1000,), float("-inf"))
    values[[3, 500]] = 1.0
    for top_k, top_p in ((0, 1.0), (0, 0.9), (40, 1.0), (40, 0.95)):
        chooser = sampler(SamplingParams(temperature=1, top_k=top_k, top_p=top_p, seed=1))
        assert {chooser.choose(values) for _ in range(50)} == {3, 500}


def test_presence_counts_once_and_frequency_each_time() -> None:
    """As OpenAI's documentation has it: of what this answer has, not of the prompt."""
    values = torch.tensor([3.0, 2.5, 0.0])

    def chosen(**penalties: float) -> list[int]:
        chooser = sampler(SamplingParams(temperature=0, **penalties), [0, 0, 0])  # type: ignore[arg-type]
        return [chooser.choose(values) for _ in range(6)]

    assert chosen() == [0] * 6
    assert chosen(presence_penalty=1.0) == [0, 1, 0, 0, 0, 0]
    assert chosen(frequency_penalty=1.0) == [0, 1, 0, 1, 0, 1]
    assert chosen(presence_penalty=-1.0) == [0] * 6
    assert values.tolist() == [3.0, 2.5, 0.0]


def test_logit_bias_is_added_and_knows_its_vocabulary() -> None:
    values = torch.tensor([3.0, 2.5, 0.0])
    assert sampler(SamplingParams(temperature=0, logit_bias=((2, 4.0),))).choose(values) == 2
    assert sampler(SamplingParams(temperature=0, logit_bias=((0, -100.0), (1, -1.0)))).choose(values) == 1
    for token in (3, -1):
        with pytest.raises(PromptError, match="it has 3"):
            sampler(SamplingParams(logit_bias=((token, 1.0),))).choose(values)


def test_log_probabilities_are_the_models_own() -> None:
    """Before penalties, temperature and what is left out."""
    params = SamplingParams(temperature=2.0, top_k=3, frequency_penalty=1.0, top_logprobs=2, seed=1)
    chooser, values = sampler(params), logits()
    ids = [chooser.choose(values) for _ in range(5)]
    expected = values.log_softmax(-1)
    for token, (found, logprob, top) in zip(ids, chooser.logprobs, strict=True):
        assert (found, logprob) == (token, pytest.approx(float(expected[token])))
        assert [other for other, _ in top] == expected.topk(2).indices.tolist()


def test_random_numbers_are_those_of_torch() -> None:
    """An answer can be given again with the seed that it was given with when torch chose the tokens."""
    from llmdesk.engine.generation.random_numbers import RandomNumbers

    for seed in (0, 7, 2**32 + 9, 2**63 - 1):
        generator, numbers = torch.Generator().manual_seed(seed), RandomNumbers(seed)
        expected = torch.cat([torch.rand(1, generator=generator, dtype=torch.float64) for _ in range(700)])
        assert [numbers.next() for _ in range(700)] == expected.tolist()


@pytest.mark.timing
@pytest.mark.parametrize(
    "params",
    [
        SamplingParams(temperature=0),
        SamplingParams(),
        SamplingParams(repetition_penalty=1.1),
        SamplingParams(top_k=0, top_p=1.0),
        SamplingParams(top_k=0, top_p=0.95, temperature=1.5),
    ],
)
@until_quiet
def test_a_large_vocabulary_is_no_burden(params: SamplingParams) -> None:
    """A few milliseconds at most with one thread; the bound leaves room for a busy machine, but not for a sort."""
    chooser, values = sampler(params, list(range(2000))), logits(128_256)
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        best_s = min(timeit.repeat(lambda: chooser.choose(values), number=1, repeat=30))
    finally:
        torch.set_num_threads(threads)
    assert best_s < 0.006  # a sort takes 13 ms on a Zen 3
