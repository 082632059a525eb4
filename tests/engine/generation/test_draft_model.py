"""A small model drafts for a large one: no text changes, and it ends where it does not pay or goes wrong."""

from __future__ import annotations

import secrets
import threading
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from llmdesk.datatypes.chat import Finished, GenerationRequest, TokenEvent
from tests.engine.generation.test_chat_template import load_tokenizer

torch = pytest.importorskip("torch")
from llmdesk.engine.generation.draft_lengths import StepTimes  # noqa: E402
from llmdesk.engine.generation.draft_model import DraftModel  # noqa: E402
from llmdesk.engine.generation.generation import generate  # noqa: E402
from llmdesk.engine.generation.step import Step, by_itself, compute  # noqa: E402
from llmdesk.engine.serving.steps import compute_together  # noqa: E402
from tests.engine.generation.test_generation import (  # noqa: E402
    ASCII,
    VOCABULARY,
    ScriptedNetwork,
    ask,
    noise,
    run,
    text_model,
    without_lookup,
)

pytestmark = pytest.mark.model

QUESTION = "what_comes_next?"
SAMPLINGS: list[dict[str, Any]] = [
    {"temperature": 0.0},
    {"temperature": 1.0, "seed": 1},
    {"temperature": 1.5, "seed": 2, "top_k": 0, "top_p": 1.0},
    {"temperature": 1.0, "seed": 3, "repetition_penalty": 1.2, "min_p": 0.05},
    {"temperature": 0.8, "seed": 4, "frequency_penalty": 0.5, "presence_penalty": 0.2},
    {"temperature": 0.0, "repetition_penalty": 1.3},
    {"temperature": 1.0},
    {"temperature": 1.2, "top_k": 0, "top_p": 1.0},
]


def often_right(tokens: list[int]) -> int:
    return noise(tokens) if len(tokens) % 3 else 5


def never_right(tokens: list[int]) -> int:
    return (noise(tokens) + 1) % ASCII


@pytest.fixture
def tokenizer(tmp_path: Path) -> Any:
    return load_tokenizer(tmp_path)


class Pair:
    """A large model (a step costs 1) whose drafts come from a small one (0.05), on one clock."""

    def __init__(self, tokenizer: Any, small_rule: Any = noise, stop_ids: frozenset[int] = frozenset()) -> None:
        self.large = ScriptedNetwork(noise, lambda tokens: 1.0 if tokens < 9 else 0.1 * tokens)
        self.small = ScriptedNetwork(small_rule, lambda tokens: 0.05)
        self.small_model: Any = text_model(tokenizer, self.small)
        self.model = text_model(tokenizer, self.large, stop_ids)
        self.model.step_times = StepTimes(lambda: self.now_s)
        self.model.drafter = DraftModel("small", lambda: self.small_model, 0.05, VOCABULARY, lambda: self.now_s)

    @property
    def now_s(self) -> float:
        return self.large.now_s + self.small.now_s


def plain_text(
    tokenizer: Any, monkeypatch: pytest.MonkeyPatch, request: GenerationRequest, stop_ids: frozenset[int] = frozenset()
) -> tuple[str, Finished]:
    model = text_model(tokenizer, ScriptedNetwork(noise), stop_ids)
    model.drafter = DraftModel("gone", lambda: None, 0.05, VOCABULARY, lambda: 0.0)  # without a seed it is drawn alike
    text, finished, _ = without_lookup(monkeypatch, lambda: run(model, request))
    return text, finished


@pytest.mark.parametrize("rule", [noise, often_right, never_right])
@pytest.mark.parametrize("sampling", SAMPLINGS)
def test_drafts_change_no_answer(
    tokenizer: Any, rule: Any, sampling: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(secrets, "randbits", lambda count: 2**count // 3)  # what is drawn without a seed, drawn twice
    request = ask(QUESTION, max_new_tokens=300, **sampling)
    text, finished, _ = run(Pair(tokenizer, rule).model, request)
    expected, reference = plain_text(tokenizer, monkeypatch, request)
    assert (text, finished.reason) == (expected, reference.reason)
    assert finished.stats.model_drafted_tokens > 0
    if rule is noise:  # the same model guesses all, drawn at random or not
        assert finished.stats.model_accepted_tokens == finished.stats.model_drafted_tokens > 200


def test_what_is_right_saves_steps_of_the_large_model(tokenizer: Any) -> None:
    pair = Pair(tokenizer)
    _, finished, events = run(pair.model, ask(QUESTION, max_new_tokens=200))
    assert len(pair.large.steps) < 50
    assert pair.now_s < 80
    assert finished.stats.accepted_tokens > 150
    times = [event.t_s for event in events if isinstance(event, TokenEvent)]
    assert times == sorted(times)


def test_drafts_that_are_never_right_cost_next_to_nothing(tokenizer: Any) -> None:
    pair = Pair(tokenizer, never_right)
    _, finished, _ = run(pair.model, ask(QUESTION, max_new_tokens=1000))
    assert finished.stats.new_tokens == 1000
    assert pair.now_s < 1.03 * 1000
    assert 0 < finished.stats.model_drafted_tokens < 150
    assert pair.model.drafter.lengths.has_failed_for_long


def test_a_pair_is_given_up_only_after_the_longest_pause_has_begun(tokenizer: Any) -> None:
    pair = Pair(tokenizer, never_right)
    run(pair.model, ask(QUESTION, max_new_tokens=450))
    assert not pair.model.drafter.lengths.has_failed_for_long
    run(pair.model, ask(QUESTION, "and", "then?", max_new_tokens=150))
    assert pair.model.drafter.lengths.has_failed_for_long


@pytest.mark.parametrize("when", ["always", "while it drafts"])
def test_nothing_is_drafted_and_timed_beside_answers_of_other_models(tokenizer: Any, when: str) -> None:
    pair, other = Pair(tokenizer), ScriptedNetwork(noise)
    cache = other.new_cache()
    for item in generate(pair.model, ask(QUESTION, max_new_tokens=200), time.perf_counter(), threading.Event()):
        if isinstance(item, Step):
            is_beside = when == "always" or item.network is pair.small
            compute_together([item, Step(other, [1], cache)] if is_beside else [item])
    assert isinstance(item, Finished)
    costs = pair.model.drafter.lengths._times._costs
    assert not any(costs.values())
    assert bool(item.stats.drafted_tokens) == (when != "always")


def test_a_small_model_that_is_too_slow_is_left_alone(tokenizer: Any) -> None:
    pair = Pair(tokenizer)
    pair.small.cost = lambda tokens: 1.2 if tokens < 9 else 0.01 * tokens
    run(pair.model, ask(QUESTION, max_new_tokens=1000))
    assert pair.now_s < 1.1 * 1000


@pytest.mark.parametrize("most_tokens", [40, 400])
def test_reading_a_long_prompt_takes_little_of_an_answer(tokenizer: Any, most_tokens: int) -> None:
    pair, request = Pair(tokenizer), ask("a_long_question_" * 250, max_new_tokens=most_tokens)
    pair.model.context_tokens = pair.small_model.context_tokens = 8000
    pair.small.cost = lambda tokens: 0.05 if tokens < 9 else 0.03 * tokens
    _, finished, _ = run(pair.model, request)
    assert finished.stats.prompt_tokens > 4000
    assert finished.stats.new_tokens == most_tokens
    assert finished.stats.model_drafted_tokens == 0
    assert finished.stats.model_read_tokens == sum(pair.small.steps)
    assert (most_tokens > 40) == bool(pair.small.steps)
    assert pair.small.now_s < 0.2 * most_tokens + 0.03 * 96


def test_it_reads_the_prompt_beside_the_first_tokens_and_the_next_turn_only_what_is_new(tokenizer: Any) -> None:
    pair = Pair(tokenizer)
    question = "a_long_question_" * 40
    text, _, _ = run(pair.model, ask(question, max_new_tokens=100))
    assert max(pair.small.steps) == 96
    first_large, read = pair.large.steps.index(1), sum(pair.small.steps)
    assert first_large > 0
    assert read > 640
    pair.small.steps.clear()
    run(pair.model, ask(question, text, "more", max_new_tokens=100))
    assert 0 < sum(pair.small.steps) < 200


def test_a_small_model_that_fails_ends_its_drafts_and_not_the_answer(
    tokenizer: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    pair, request = Pair(tokenizer), ask(QUESTION, max_new_tokens=100)
    pair.small.fail_at_step = 20
    text, finished, _ = run(pair.model, request)
    assert text == plain_text(tokenizer, monkeypatch, request)[0]
    assert 0 < finished.stats.model_drafted_tokens < 30
    assert pair.small_model.prefix_cache.size_bytes == 0


def test_a_small_model_that_is_unloaded_meanwhile_is_let_go(tokenizer: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    pair, request = Pair(tokenizer), ask(QUESTION, max_new_tokens=100)
    events = []
    for event in by_itself(generate(pair.model, request, time.perf_counter(), threading.Event())):
        events.append(event)
        if isinstance(event, TokenEvent) and event.new_tokens == 50:
            pair.small_model.prefix_cache.clear()
            pair.small_model = None
            steps = len(pair.small.steps)
    assert len(pair.small.steps) == steps
    assert (
        "".join(e.text for e in events if isinstance(e, TokenEvent)) == plain_text(tokenizer, monkeypatch, request)[0]
    )


def test_one_that_cannot_forget_does_not_draft(tokenizer: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    pair, request = Pair(tokenizer, often_right), ask(QUESTION, max_new_tokens=100)
    pair.small.can_go_back = False
    text, finished, _ = run(pair.model, request)
    assert text == plain_text(tokenizer, monkeypatch, request)[0]
    assert finished.stats.model_drafted_tokens < 20


def test_nothing_is_drafted_beyond_the_context_of_the_small_model(
    tokenizer: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    pair, request = Pair(tokenizer), ask(QUESTION, max_new_tokens=300)
    pair.small_model.context_tokens = 150
    text, finished, _ = run(pair.model, request)
    assert text == plain_text(tokenizer, monkeypatch, request)[0]
    assert 0 < finished.stats.model_drafted_tokens < 150
    assert sum(pair.small.steps) < 150


def test_tokens_that_the_large_model_has_not_are_not_proposed(tokenizer: Any) -> None:
    pair = Pair(tokenizer)
    pair.model.drafter.vocabulary = 10
    drafts = proposed(pair, 200)
    assert any(drafts)
    assert max(token for draft in drafts for token in draft) < 10


def proposed(pair: Pair, tokens: int) -> list[list[int]]:
    """What the large model verified in each of its steps."""
    seen: list[list[int]] = []
    answer = generate(pair.model, ask(QUESTION, max_new_tokens=tokens), time.perf_counter(), threading.Event())
    for item in answer:
        if isinstance(item, Step):
            if item.network is pair.large and not item.is_prompt:
                seen.append(item.ids[1 - item.last :] if item.last > 1 else [])
            compute([item])
    return seen


@pytest.mark.parametrize("drafter", ["lookup", "model"])
def test_no_token_of_the_prompt_is_computed_again_in_the_way_of_written_ones(tokenizer: Any, drafter: str) -> None:
    """Their numbers are not the same to the bit. Of a second answer the first draft comes sooner."""
    pair, prompt, drafted = Pair(tokenizer), (1, 2, 3) * 10, 0
    if drafter == "lookup":
        pair.model.drafter = None
        pair.large.rule = lambda tokens: len(tokens) % 3 + 1
    request = replace(ask(max_new_tokens=60, cache=False), prompt=prompt)
    run(pair.model, request)
    for item in generate(pair.model, request, time.perf_counter(), threading.Event()):
        if isinstance(item, Step):
            if item.network is pair.large and not item.is_prompt:
                assert item.cache.length >= len(prompt)
                drafted += item.last - 1
            compute([item])
    assert drafted > 20


def test_a_stop_token_inside_a_draft_ends_both(tokenizer: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    stop = frozenset({tokenizer.convert_tokens_to_ids("*")})
    pair, request = Pair(tokenizer, stop_ids=stop), ask(QUESTION, max_new_tokens=400)
    text, finished, _ = run(pair.model, request)
    expected, reference = plain_text(tokenizer, monkeypatch, request, stop)
    assert (text, finished.reason) == (expected, reference.reason)
    assert all(token not in stop for draft in proposed(pair, 400) for token in draft[:-1])


@pytest.mark.parametrize("end", ["stop string", "stop token"])
@pytest.mark.parametrize("place", range(40, 48))
def test_what_lies_behind_an_answers_end_counts_as_wrong(
    tokenizer: Any, place: int, end: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    text, _ = plain_text(tokenizer, monkeypatch, ask(QUESTION, max_new_tokens=100))
    stop_ids = frozenset({tokenizer.convert_tokens_to_ids(text[place])}) if end == "stop token" else frozenset()
    pair, stop = Pair(tokenizer, stop_ids=stop_ids), () if stop_ids else (text[place : place + 3],)
    _, finished, _ = run(pair.model, ask(QUESTION, max_new_tokens=100, stop=stop))
    steps = len([tokens for tokens in pair.large.steps if tokens < 9])
    assert finished.reason == "stop"
    drafted_here = finished.stats.new_tokens - steps  # without each step's own, and the first one
    assert drafted_here - finished.stats.accepted_tokens in (0, 1)


def test_a_cancel_ends_both(tokenizer: Any) -> None:
    pair, cancel = Pair(tokenizer), threading.Event()
    for event in by_itself(generate(pair.model, ask(QUESTION, max_new_tokens=400), time.perf_counter(), cancel)):
        if isinstance(event, TokenEvent) and event.new_tokens == 30:
            cancel.set()
    assert isinstance(event, Finished)
    assert event.reason == "cancelled"
    assert 30 <= event.stats.new_tokens < 40
