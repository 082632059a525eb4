"""What a draft model gains or costs, by the share of its tokens that are right, on this machine.

    python -m benchmarks.drafts                           # SmolLM2-1.7B's shape, drafted for by the embedded model
    python -m benchmarks.drafts --large smollm2-135m      # the embedded model drafts for itself: what it costs

Answers are written in short rounds that take turns, each through the program's own generation. The large model has
random weights, so nobody could foresee it: the small one computes its steps, and then says the token that the large one
is known to say, or another one, as the share that is asked for wants it.
"""

from __future__ import annotations

import argparse
import os
import random
import statistics
import threading
import time
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from benchmarks.many_at_once import conditions

if TYPE_CHECKING:
    from llmdesk.datatypes.chat import GenerationStats
    from llmdesk.engine.generation.step import Step
    from llmdesk.engine.generation.text_model import TextModel
    from llmdesk.engine.measuring.subject import Subject

SMALL, LARGE = "smollm2-135m", "smollm2-1.7b"
PROMPT_TOKENS = 100
SHARES = (0.0, 0.5, 0.7, 0.9)
SEED = 7


class Foreseeing:
    """A network that costs what the small one does and is right as often as it should be."""

    def __init__(self, small: Any, share: float) -> None:
        self._small, self._share = small, share
        self._random = random.Random(SEED)
        self.text: list[int] = []
        self.new_cache = small.new_cache

    def forward(self, ids: list[int], cache: Any, last: int = 1) -> Any:
        """See Network: as the small one says it."""
        return self._small.forward(ids, cache, last)

    def forward_many(self, steps: Sequence[Step]) -> None:
        """See SharingNetwork."""
        self._small.forward_many(steps)
        for step in steps:
            if step.last and step.cache.length < len(self.text):
                is_right = self._random.random() < self._share
                known = self.text[step.cache.length]
                said = known if is_right else (known + 1) % step.logits.shape[1]
                step.logits[-1, said] = step.logits[-1].max() + 1


def subject_of(name: str) -> Subject:
    """The embedded model in its files, or a shape's random weights; int4, on the threads that the program would use."""
    from llmdesk.engine.measuring.subject import load_subject
    from llmdesk.models.catalogue import Catalogue

    target = Catalogue.load().resolve(name) if name == SMALL else name
    return load_subject(target, "native", "int4", None, 1024, lambda phase, done: None)


def text_model_of(subject: Subject, tokenizer: Any) -> TextModel:
    """Without tokens that end an answer."""
    from llmdesk.engine.generation.prefix_cache import PrefixCache
    from llmdesk.engine.generation.text_model import TextModel

    return TextModel(subject.network, tokenizer, frozenset(), subject.context_tokens, PrefixCache())


def answer(model: TextModel, tokens: int) -> tuple[list[int], GenerationStats]:
    """Greedy: the answer's tokens, and its figures."""
    from llmdesk.datatypes.chat import Finished, GenerationRequest, SamplingParams, TokenEvent
    from llmdesk.engine.generation.generation import generate
    from llmdesk.engine.generation.step import by_itself

    prompt = tuple((7 * at) % 1000 + 5 for at in range(PROMPT_TOKENS))
    sampling = SamplingParams(temperature=0.0, max_new_tokens=tokens)
    request = GenerationRequest("r", "m", (), sampling, "cli", response_cache=False, prompt=prompt)
    events = list(by_itself(generate(model, request, time.perf_counter(), threading.Event())))
    assert isinstance(events[-1], Finished)
    ids = [event.token_id for event in events if isinstance(event, TokenEvent) and event.token_id is not None]
    return [*prompt, *ids], events[-1].stats


def step_costs(large: Subject, small: Subject, rounds: int) -> None:
    """Print what a step of some rows takes beside a plain one, and what a step of the small model takes."""
    found: dict[str, list[float]] = {}
    caches = {id(subject): subject.network.new_cache() for subject in (large, small)}
    for subject in (large, small):
        subject.network.forward(list(range(5, 5 + PROMPT_TOKENS)), caches[id(subject)], 0)
    plain: list[float] = []
    for number in range(rounds + 1):
        for name, subject, rows in (
            ("plain", large, 1), ("3 rows", large, 3), ("5 rows", large, 5), ("8 rows", large, 8), ("small", small, 1)
        ):  # fmt: skip
            cache = caches[id(subject)]
            started_s = time.perf_counter()
            for _ in range(3):
                subject.network.forward(list(range(10, 10 + rows)), cache, rows)
                cache.truncate(PROMPT_TOKENS)
            seconds = (time.perf_counter() - started_s) / 3
            if number and name == "plain":
                plain.append(seconds)
            elif number:
                found.setdefault(name, []).append(seconds / plain[-1])
    costs = ", ".join(f"{name} {statistics.median(ratios):.2f}" for name, ratios in found.items())
    print(f"a plain step takes {1000 * statistics.median(plain):.1f} ms; beside it: {costs}", flush=True)


def measure(large: Subject, small: Subject, tokens: int, rounds: int) -> None:
    """Print the speed without drafts, and with each share of right ones as a ratio in the same round."""
    assert small.text_model is not None
    tokenizer = small.text_model.tokenizer
    plain_model = text_model_of(large, tokenizer)
    known, _ = answer(plain_model, tokens)
    models: dict[float, TextModel] = {}
    for share in SHARES:
        foreseeing = Foreseeing(small.network, share)
        foreseeing.text = known
        drafting = text_model_of(small, tokenizer)
        drafting.network = foreseeing
        models[share] = text_model_of(large, tokenizer)
        cost = small.weights_read_bytes / large.weights_read_bytes
        models[share].be_drafted_for("small", lambda model=drafting: model, cost)  # type: ignore[misc]
    ratios: dict[float, list[float]] = {share: [] for share in SHARES}
    speeds, kept = list[float](), dict[float, str]()
    for number in range(rounds + 1):
        plain = answer(plain_model, tokens)[1].decode_tps
        for share, model in models.items():
            ids, stats = answer(model, tokens)
            assert ids == known, "drafts changed an answer"
            kept[share] = f"{stats.model_accepted_tokens} of {stats.model_drafted_tokens}"
            if number:  # the first round warms up
                ratios[share].append(stats.decode_tps / plain)
        if number:
            speeds.append(plain)
    print(
        f"{tokens} tokens after {PROMPT_TOKENS}, {rounds} rounds: {statistics.median(speeds):.1f} tok/s without drafts"
    )
    for share, found in ratios.items():
        spread = f"{min(found):.2f} to {max(found):.2f}"
        print(f"  {share:.0%} right: {statistics.median(found):.2f} times as fast ({spread}); kept last: {kept[share]}")


def main() -> None:
    """See the module."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--large", default=LARGE)
    parser.add_argument("--tokens", type=int, default=64)
    parser.add_argument("--rounds", type=int, default=3)
    arguments = parser.parse_args()
    os.environ["LLMDESK_PROMPT_LOOKUP"] = "0"  # random weights repeat themselves: it would be right
    print(conditions())
    large, small = subject_of(arguments.large), subject_of(SMALL)
    for subject in (large, small):
        print(f"{subject.name} int4, {subject.engine}, {subject.threads} threads")
    step_costs(large, small, 5)
    measure(large, small, arguments.tokens, arguments.rounds)


if __name__ == "__main__":
    main()
