"""The choice of the next token against transformers' own processors."""

from __future__ import annotations

from collections import Counter

import pytest

from llmdesk.datatypes import SamplingParams

torch = pytest.importorskip("torch")
pytestmark = pytest.mark.model


def sampler(params: SamplingParams, prompt: list[int] | None = None):  # type: ignore[no-untyped-def]
    from llmdesk.engine.sampling import Sampler

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
    prompt = [1, 2, int(logits().argmax())]
    expected = processors(torch.tensor([prompt]), logits()[None])[0].softmax(-1)
    draws = 2000
    counts: Counter[int] = Counter(
        sampler(SamplingParams(**{**_fields(params), "seed": seed}), prompt).choose(logits()) for seed in range(draws)
    )
    assert set(counts) <= set(expected.nonzero().flatten().tolist())
    for token, probability in enumerate(expected.tolist()):
        deviation = (probability * (1 - probability) / draws) ** 0.5
        assert abs(counts[token] / draws - probability) <= 4.5 * deviation + 1e-3


def _fields(params: SamplingParams) -> dict[str, object]:
    return {name: getattr(params, name) for name in SamplingParams.__slots__}


def test_a_tiny_temperature_is_greedy() -> None:
    values = logits()
    assert sampler(SamplingParams(temperature=1e-40)).choose(values) == int(values.argmax())
