"""Answers that share their steps: the same texts as alone, prompts that let writers go on, one beginning for all."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import pytest

from llmdesk.datatypes.chat import (
    ChatMessage,
    Event,
    Finished,
    GenerationRequest,
    PromptProgress,
    SamplingParams,
    TokenEvent,
)
from llmdesk.datatypes.model import LocalModel, ModelSource, ModelSpec
from llmdesk.engine.backend import MAX_ACTIVE
from llmdesk.engine.generation.step import PREFILL_CHUNK_TOKENS, Step, by_itself, compute
from llmdesk.engine.networks.fused import library
from llmdesk.engine.serving.steps import PROMPT_TOKENS_BESIDE_ANSWERS, share_out
from tests.engine.engine_thread import Collector, running

NETWORK: Any = None
WORDS = [
    "the",
    "sea",
    "rain",
    "a",
    "bicycle",
    "bread",
    "moon",
    "trees",
    "clock",
    "music",
    "ice",
    "maps",
    "bridges",
    "salt",
    "glass",
    "birds",
    "paper",
    "wind",
]


def written(tokens: int = 1) -> Step:
    return Step(NETWORK, [1] * tokens, None, tokens)


def prompt(tokens: int) -> Step:
    return Step(NETWORK, [1] * tokens, None, is_prompt=True)


class TestWhatGoesIntoAStep:
    def test_a_prompt_alone_takes_a_whole_chunk(self) -> None:
        step = prompt(PREFILL_CHUNK_TOKENS)
        share_out([step])
        assert (len(step.ids), step.last) == (PREFILL_CHUNK_TOKENS, 1)

    def test_beside_a_writer_it_takes_less_and_its_end_is_not_yet_wanted(self) -> None:
        step, writer = prompt(PREFILL_CHUNK_TOKENS), written()
        share_out([writer, step])
        assert (len(step.ids), step.last) == (PROMPT_TOKENS_BESIDE_ANSWERS, 0)
        assert writer.last == 1

    def test_a_short_one_beside_a_long_one_is_read_at_once(self) -> None:
        long, short = prompt(PREFILL_CHUNK_TOKENS), prompt(20)
        share_out([long, short])
        assert (len(long.ids), len(short.ids), short.last) == (PROMPT_TOKENS_BESIDE_ANSWERS - 20, 20, 1)

    @pytest.mark.parametrize("writers", [0, 1, 8, 13])
    def test_all_of_them_fit_into_what_the_kernels_take(self, writers: int) -> None:
        for readers in range(MAX_ACTIVE - writers + 1):
            steps = [*(written(8) for _ in range(writers)), *(prompt(PREFILL_CHUNK_TOKENS) for _ in range(readers))]
            share_out(steps)
            assert sum(len(step.ids) for step in steps) <= PREFILL_CHUNK_TOKENS
            assert all(step.ids for step in steps)


torch = pytest.importorskip("torch")
needs_own_kernels = pytest.mark.skipif(library.best_isa() is None, reason="our own kernels do not run here")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    from tests.engine.tiny_models import save_model

    return save_model(tmp_path_factory.mktemp("together") / "tiny", max_position_embeddings=8192)


def local(folder: Path) -> LocalModel:
    spec = ModelSpec("tiny", "Tiny", ModelSource("folder", str(folder)), context_tokens=8192, precision="int4")
    return LocalModel(spec, folder)


def backend() -> Any:
    from llmdesk.engine.backends.stacks import NativeBackend

    return NativeBackend(lambda: None)


def ask(number: int, words: int = 20, tokens: int = 24, **sampling: Any) -> GenerationRequest:
    text = " ".join(WORDS[(number * 7 + at * at) % len(WORDS)] for at in range(words))
    params = SamplingParams(**{"temperature": 0.8, "seed": number, "max_new_tokens": tokens, **sampling})
    return GenerationRequest(f"r{number}", "tiny", (ChatMessage("user", text),), params, "api", response_cache=False)


def text_of(events: list[Event]) -> str:
    assert isinstance(events[-1], Finished), events[-1]
    return "".join(event.text for event in events if isinstance(event, TokenEvent))


@pytest.fixture
def loaded(folder: Path) -> Any:
    from llmdesk.engine.backend import LoadOptions

    model = backend().load(local(folder), LoadOptions(), lambda phase, done: None)
    yield model
    model.close()


def alone(model: Any, request: GenerationRequest) -> str:
    model.text_model.prefix_cache.clear()
    return text_of(list(by_itself(model.generate(request, 0.0, threading.Event()))))


class Answers:
    """What the loop does with answers, by hand: each up to its step, then all steps together."""

    def __init__(self, model: Any, requests: list[GenerationRequest]) -> None:
        self.steps = [model.generate(request, 0.0, threading.Event()) for request in requests]
        self.events: list[list[Event]] = [[] for _ in requests]
        self.rounds: list[list[Step]] = []

    def round(self) -> bool:
        """False when all have ended."""
        wanted = []
        for steps, events in zip(self.steps, self.events, strict=True):
            for item in steps:
                if isinstance(item, Step):
                    wanted.append(item)
                if item is None or isinstance(item, Step):
                    break
                events.append(item)
        share_out(wanted)
        self.rounds.append(wanted)
        compute(wanted)
        return bool(wanted)

    def run(self) -> list[str]:
        while self.round():
            pass
        return [text_of(events) for events in self.events]


@needs_own_kernels
def test_texts_are_what_they_are_alone(loaded: Any) -> None:
    """Sampled with seeds and greedily, short prompts and long ones that are read while others write."""
    greedy: dict[str, Any] = {"temperature": 0.0}
    requests = [ask(n, words=(5, 150, 40, 80)[n % 4], **(greedy if n % 3 == 0 else {})) for n in range(12)]
    expected = [alone(loaded, request) for request in requests]
    loaded.text_model.prefix_cache.clear()
    answers = Answers(loaded, requests)
    assert answers.run() == expected
    assert max(len(steps) for steps in answers.rounds) == 12
    assert len(set(expected)) > 6


@needs_own_kernels
def test_a_long_prompt_lets_others_write_and_a_short_one_begin(loaded: Any) -> None:
    answers = Answers(loaded, [ask(1, 10, 200)])
    while not any(isinstance(event, TokenEvent) for event in answers.events[0]):
        answers.round()
    more = Answers(loaded, [ask(2, 400, 5), ask(3, 5, 5)])
    answers.steps += more.steps
    answers.events += more.events
    written_before = len(answers.events[0])
    rounds = 0
    while not any(isinstance(event, TokenEvent) for event in answers.events[2]):
        answers.round()
        rounds += 1
    assert rounds <= 3  # a step for the prompt, one for what it says first, and the one that was under way
    assert len(answers.events[0]) >= written_before + rounds - 1
    assert not any(isinstance(event, TokenEvent) for event in answers.events[1])


@needs_own_kernels
def test_a_beginning_that_all_share_is_computed_once(loaded: Any) -> None:
    system = ChatMessage("system", " ".join(WORDS * 8))
    requests = []
    for number in range(4):
        request = ask(number, 5)
        requests.append(GenerationRequest(f"s{number}", "tiny", (system, *request.messages), request.sampling, "api"))
    expected = [alone(loaded, request) for request in requests]
    loaded.text_model.responses.clear()
    loaded.text_model.prefix_cache.clear()
    answers = Answers(loaded, requests)
    assert answers.run() == expected
    read = sum(len(step.ids) for steps in answers.rounds for step in steps if step.is_prompt)
    stats = [events[-1].stats for events in answers.events if isinstance(events[-1], Finished)]
    assert sum(each.prompt_tokens - each.cached_tokens for each in stats) == read
    assert read < 1.5 * stats[0].prompt_tokens
    assert stats[0].cached_tokens == 0
    assert all(each.cached_tokens > 0.7 * each.prompt_tokens for each in stats[1:])


@needs_own_kernels
def test_who_waits_for_a_beginning_reads_it_itself_when_its_reader_leaves(loaded: Any) -> None:
    system = ChatMessage("system", " ".join(WORDS * 12))
    requests = [
        GenerationRequest(f"s{n}", "tiny", (system, *ask(n).messages), ask(n).sampling, "api") for n in range(2)
    ]
    expected = alone(loaded, requests[1])
    loaded.text_model.responses.clear()
    loaded.text_model.prefix_cache.clear()
    answers = Answers(loaded, requests)
    answers.round()
    answers.round()
    assert len(answers.rounds[-1]) == 1
    answers.steps.pop(0).close()
    answers.events.pop(0)
    assert answers.run() == [expected]


@needs_own_kernels
def test_sixteen_clients_of_the_engine(folder: Path) -> None:
    """Through the engine's own thread: they share steps, one place is kept for the window, each gets its own text."""
    requests = [ask(n, tokens=60) for n in range(MAX_ACTIVE + 2)]
    sinks = [Collector() for _ in requests]
    with running(backend, lambda model_id: local(folder)) as runner:
        for request, sink in zip(requests, sinks, strict=True):
            runner.submit(request, sink)
        for sink in sinks:
            assert isinstance(sink.result(timeout_s=60), Finished)
        together = [sink.text for sink in sinks]
        for request, text in list(zip(requests, together, strict=True))[::5]:
            sink = Collector()
            runner.submit(request, sink)
            sink.result(timeout_s=60)
            assert sink.text == text
    progress = [sum(isinstance(event, PromptProgress) for event in sink.events) for sink in sinks]
    assert all(progress)


@needs_own_kernels
def test_a_step_that_fails_ends_one_answer(loaded: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from llmdesk.engine.networks.fused.cache import FusedCache

    requests = [ask(n) for n in range(3)]
    expected = [alone(loaded, request) for request in requests]
    loaded.text_model.prefix_cache.clear()
    answers = Answers(loaded, requests)
    for _ in range(4):
        answers.round()
    victim, reserve = answers.rounds[-1][1].cache, FusedCache.reserve

    def failing(cache: FusedCache, tokens: int) -> None:
        if cache is victim:
            raise MemoryError("no memory")
        reserve(cache, tokens)

    monkeypatch.setattr(FusedCache, "reserve", failing)
    answers.round()
    with pytest.raises(MemoryError):
        next(answers.steps[1])
    answers.steps.pop(1), answers.events.pop(1)
    assert answers.run() == [expected[0], expected[2]]


@needs_own_kernels
def test_an_answer_starts_only_where_its_cache_has_room(loaded: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    cache = loaded.text_model.prefix_cache
    running_now = [ask(n) for n in range(4)]
    assert loaded.can_start(ask(9), running_now)
    cache._bytes_per_token = 10**9
    assert not loaded.can_start(ask(9), running_now)
    cache._bytes_per_token = 0
    full = [ask(n) for n in range(MAX_ACTIVE - 1)]
    assert not loaded.can_start(ask(9), full)
    window = GenerationRequest("w", "tiny", ask(1).messages, origin="gui")
    assert loaded.can_start(window, full)
    assert not loaded.can_start(window, [*full, window])


def test_an_unexpected_error_of_a_network_is_the_answers_own() -> None:
    class Network:
        def new_cache(self) -> Any:
            return None

        def forward(self, ids: list[int], cache: Any, last: int = 1) -> Any:
            if ids == [2]:
                raise RuntimeError("broken")
            return torch.zeros(1, 4) + ids[0]

    network: Any = Network()
    steps = [Step(network, [number], None) for number in (1, 2, 3)]
    compute(steps)
    assert [float(steps[n].result()[0, 0]) for n in (0, 2)] == [1, 3]
    with pytest.raises(RuntimeError, match="broken"):
        steps[1].result()
    assert isinstance(steps[1].error, RuntimeError)
