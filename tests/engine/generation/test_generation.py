"""The loop of one answer, on a network whose every step is known: progress, cancel, limits, caches, drafts."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from llmdesk.datatypes.chat import (
    ChatMessage,
    Event,
    Finished,
    GenerationRequest,
    GenerationStats,
    PromptProgress,
    SamplingParams,
    TokenEvent,
)
from llmdesk.errors import PromptError
from tests.engine.generation.test_chat_template import load_tokenizer

torch = pytest.importorskip("torch")
pytestmark = pytest.mark.model

VOCABULARY = 260
ASCII = 90
"""The first tokens are printable characters."""
CONTEXT = 1500
Rule = Callable[[list[int]], int]


class TokenCache:
    """Holds the tokens themselves, so that a network sees exactly what was kept. A byte per token."""

    def __init__(self, can_go_back: bool = True) -> None:
        self.tokens: list[int] = []
        self.can_go_back = can_go_back

    @property
    def length(self) -> int:
        return len(self.tokens)

    size_bytes = length

    def reach(self, length: int) -> int:
        return min(self.length, length)

    def truncate(self, length: int) -> bool:
        if length < self.length and not self.can_go_back:
            return False
        del self.tokens[length:]
        return True

    def copy(self, length: int) -> TokenCache:
        other = TokenCache()
        other.tokens = self.tokens[:length]
        return other


class ScriptedNetwork:
    """Says what a rule makes of all tokens before. Steps are noted, and advance a clock of their own."""

    def __init__(self, rule: Rule, cost: Callable[[int], float] = lambda tokens: 1.0, can_go_back: bool = True) -> None:
        self.rule, self.cost, self.can_go_back = rule, cost, can_go_back
        self.steps: list[int] = []
        self.now_s = 0.0
        self.fail_at_step: int | None = None
        self.result = torch.zeros(300, VOCABULARY)  # the same memory for every step

    def new_cache(self) -> TokenCache:
        return TokenCache(self.can_go_back)

    def forward(self, ids: list[int], cache: TokenCache, last: int = 1) -> Any:
        if len(self.steps) == self.fail_at_step:
            raise RuntimeError("can't allocate memory")
        self.steps.append(len(ids))
        self.now_s += self.cost(len(ids))
        rows = []
        for token in ids:
            cache.tokens.append(token)
            rows.append(self._logits(cache.tokens))
        self.result[:last] = torch.stack(rows)[len(rows) - last :]
        return self.result[:last]

    def _logits(self, tokens: list[int]) -> Any:
        """The rule's token is likely, some others are possible."""
        logits = torch.zeros(VOCABULARY)
        said = self.rule(tokens)
        logits[said] = 8.0
        logits[(said * 7 + len(tokens)) % ASCII] += 6.5
        return logits


def copying(tokens: list[int]) -> int:
    """Goes on as after the same tokens before (spaces and special tokens left out)."""
    for length in (3, 2, 1):
        key = tokens[-length:]
        for end in range(len(tokens) - 1, length - 1, -1):
            if tokens[end - length : end] == key and tokens[end] < ASCII:
                return tokens[end]
    return tokens[1] if len(tokens) > 1 else 0


def editing(tokens: list[int]) -> int:
    """Goes on as before, but for a change now and then."""
    return noise(tokens) if len(tokens) % 13 == 0 else copying(tokens)


def noise(tokens: list[int]) -> int:
    return hash(tuple(tokens[-4:])) % ASCII


@pytest.fixture
def tokenizer(tmp_path: Path) -> Any:
    return load_tokenizer(tmp_path)


def text_model(tokenizer: Any, network: ScriptedNetwork, stop_ids: frozenset[int] = frozenset()) -> Any:
    from llmdesk.engine.generation.draft_lengths import StepTimes
    from llmdesk.engine.generation.prefix_cache import PrefixCache
    from llmdesk.engine.generation.text_model import TextModel

    times = StepTimes(lambda: network.now_s)
    return TextModel(network, tokenizer, stop_ids, CONTEXT, PrefixCache(), step_times=times)


def ask(*contents: str, policy: Any = "drop_oldest", cache: bool = True, **sampling: Any) -> GenerationRequest:
    roles = ["user", "assistant"] * len(contents)
    messages = tuple(ChatMessage(role, text) for role, text in zip(roles, contents, strict=False))  # type: ignore[arg-type]
    params = SamplingParams(**{"temperature": 0.0, "max_new_tokens": 100, **sampling})
    return GenerationRequest("r", "m", messages, params, "cli", policy, cache)


def steps(model: Any, request: GenerationRequest, cancel: threading.Event | None = None) -> Any:
    from llmdesk.engine.generation.generation import generate
    from llmdesk.engine.generation.step import by_itself

    return by_itself(generate(model, request, time.perf_counter(), cancel or threading.Event()))


def run(model: Any, request: GenerationRequest) -> tuple[str, Finished, list[Event]]:
    events = list(steps(model, request))
    finished = events[-1]
    assert isinstance(finished, Finished)
    assert sum(isinstance(event, Finished) for event in events) == 1
    return "".join(e.text for e in events if isinstance(e, TokenEvent)), finished, events


def stats(model: Any, *contents: str, **options: Any) -> GenerationStats:
    return run(model, ask(*contents, **options))[1].stats


# -- the prompt --------------------------------------------------------------------------------------------------------


def test_progress_begins_with_what_is_cached(tokenizer: Any) -> None:
    model = text_model(tokenizer, ScriptedNetwork(noise))
    request = ask("x" * 600, max_new_tokens=3, temperature=1.0)
    first = [e.done_tokens for e in run(model, request)[2] if isinstance(e, PromptProgress)]
    again = [e.done_tokens for e in run(model, request)[2] if isinstance(e, PromptProgress)]
    total = len(model.chats.encode(request.messages).ids)
    assert first == [0, 264, 528, total]
    assert again == [total - 1, total]


def test_cancel_in_the_prompt_is_one_chunk_late_at_most_and_keeps_what_was_computed(tokenizer: Any) -> None:
    network = ScriptedNetwork(noise)
    model = text_model(tokenizer, network)
    cancel = threading.Event()
    answer = steps(model, ask("x" * 1200), cancel)
    while next(answer).done_tokens < 528:
        pass
    cancel.set()
    (finished,) = list(answer)
    assert finished.reason == "cancelled"
    assert network.steps == [264, 264]
    assert finished.stats.prompt_tokens > 528
    assert (finished.stats.prefill_s, finished.stats.prompt_tps) == (0, 0)  # most of it was not read
    assert stats(model, "x" * 1200, max_new_tokens=1).cached_tokens == 528


def test_answers_that_take_turns_do_not_mix(tokenizer: Any) -> None:
    requests = [ask("one" * 30), ask("two" * 30, temperature=1.0, seed=3)]
    expected = [run(text_model(tokenizer, ScriptedNetwork(copying)), request)[0] for request in requests]
    model = text_model(tokenizer, ScriptedNetwork(copying))
    texts, running = ["", ""], [steps(model, request) for request in requests]
    while any(running):
        for number, answer in enumerate(running):
            event = next(answer, None) if answer else None
            running[number] = answer if event else None
            texts[number] += getattr(event, "text", "")
    assert texts == expected


def test_a_step_that_failed_leaves_no_cache(tokenizer: Any) -> None:
    network = ScriptedNetwork(noise)
    network.fail_at_step = 1
    model = text_model(tokenizer, network)
    with pytest.raises(RuntimeError):
        list(steps(model, ask("x" * 600)))
    network.fail_at_step = None
    assert stats(model, "x" * 600).cached_tokens == 0


def test_without_memory_the_caches_of_other_chats_make_room(tokenizer: Any) -> None:
    network = ScriptedNetwork(noise)
    model = text_model(tokenizer, network)
    stats(model, "another chat")
    assert model.prefix_cache.size_bytes > 0
    network.fail_at_step = len(network.steps)
    with pytest.raises(RuntimeError):
        list(steps(model, ask("x" * 600)))
    assert model.prefix_cache.size_bytes == 0


def test_an_answer_that_nobody_waits_for_frees_its_cache(tokenizer: Any) -> None:
    model = text_model(tokenizer, ScriptedNetwork(noise))
    answer = steps(model, ask("hello"))
    for _ in range(5):
        next(answer)
    assert model.prefix_cache.size_bytes > 0
    answer.close()
    assert model.prefix_cache.size_bytes == 0


def test_a_growing_prompt_makes_room(tokenizer: Any) -> None:
    from llmdesk.engine.generation.prefix_cache import PrefixCache

    model = text_model(tokenizer, ScriptedNetwork(noise))
    model.prefix_cache = PrefixCache(max_bytes=900)
    for letter in "abc":
        stats(model, letter * 200, max_new_tokens=2)
    sizes = []
    for _ in steps(model, ask("y" * 700, max_new_tokens=1)):
        sizes.append(model.prefix_cache.size_bytes)
    assert max(sizes) <= 900


# -- chats -------------------------------------------------------------------------------------------------------------


def chat_of(model: Any, *questions: str, **options: Any) -> list[str]:
    """All turns of a chat, answered one after the other."""
    contents: list[str] = []
    for question in questions:
        contents.append(question)
        contents.append(run(model, ask(*contents, **options))[0])
    return contents


def test_a_follow_up_finds_all_before_it(tokenizer: Any) -> None:
    model = text_model(tokenizer, ScriptedNetwork(copying))
    chat = chat_of(model, "first", "second")
    before = len(model.chats.encode(ask(*chat[:-1]).messages).ids) + len(chat[-1])
    follow_up = stats(model, *chat, "third")
    assert follow_up.cached_tokens >= before - 1
    assert follow_up.prompt_tokens - follow_up.cached_tokens <= len("<|end|><|user|>third<|end|><|assistant|>")


def test_edit_regenerate_and_switch(tokenizer: Any) -> None:
    model = text_model(tokenizer, ScriptedNetwork(copying))
    one = chat_of(model, "first of one", "second of one")
    two = chat_of(model, "first of two", "second of two")
    again = stats(model, *one[:3], cache=False)
    assert again.cached_tokens == again.prompt_tokens - 1
    edited = stats(model, *two[:2], "something else", cache=False)
    assert edited.cached_tokens > len(two[0]) + len(two[1])
    other = stats(model, *one[:3], cache=False)
    assert other.cached_tokens == other.prompt_tokens - 1


@pytest.mark.parametrize("sampling", [{"temperature": 0.0}, {"temperature": 1.0, "top_k": 5, "seed": 4}])
def test_reuse_changes_no_answer(tokenizer: Any, sampling: dict[str, Any]) -> None:
    used = text_model(tokenizer, ScriptedNetwork(copying))
    chats = [chat_of(used, "one", "more", **sampling), chat_of(used, "two", "again", **sampling)]
    for chat in chats:
        for request in (ask(*chat, "go on", **sampling), ask(*chat[:2], "else", **sampling), ask(chat[0], **sampling)):
            fresh = text_model(tokenizer, ScriptedNetwork(copying))
            assert run(used, request)[0] == run(fresh, request)[0]


# -- how answers end ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("policy", ["drop_oldest", "stop", "refuse"])
def test_an_answer_that_ends_with_the_context_says_so(tokenizer: Any, policy: Any) -> None:
    model = text_model(tokenizer, ScriptedNetwork(noise))
    finished = run(model, ask("x" * 800, policy=policy, max_new_tokens=5000))[1]
    assert finished.reason == "context_full"
    assert finished.stats.context_used_tokens == CONTEXT


def test_the_length_limit_is_another_end(tokenizer: Any) -> None:
    model = text_model(tokenizer, ScriptedNetwork(copying))
    finished = run(model, ask("ab" * 200, max_new_tokens=77))[1]
    assert finished.reason == "length"
    assert finished.stats.new_tokens == 77


def test_a_chat_that_goes_on_after_its_context_was_full(tokenizer: Any) -> None:
    model = text_model(tokenizer, ScriptedNetwork(noise))
    turns = ["x" * 800, run(model, ask("x" * 800, max_new_tokens=5000))[0]]
    assert stats(model, *turns, "more").dropped_messages == 2
    for policy, message in (("stop", "context is full"), ("refuse", "whole answer")):
        with pytest.raises(PromptError, match=message):
            run(model, ask(*turns, "more", policy=policy))


def test_a_long_chat_recomputes_seldom(tokenizer: Any) -> None:
    """After turns were left out, the next ones still find their beginning in the cache."""
    model = text_model(tokenizer, ScriptedNetwork(noise))
    contents: list[str] = []
    recomputed = []
    for number in range(40):
        contents.append(f"question {number} " + "q" * 60)
        text, finished, _ = run(model, ask(*contents, max_new_tokens=40))
        contents.append(text)
        recomputed.append(finished.stats.prompt_tokens - finished.stats.cached_tokens > 300)
    assert finished.stats.dropped_messages > 40
    assert 4 <= sum(recomputed) <= 10


# -- the response cache ------------------------------------------------------------------------------------------------


def test_the_same_greedy_request_is_not_computed_again(tokenizer: Any) -> None:
    network = ScriptedNetwork(noise)
    model = text_model(tokenizer, network)
    first, finished, _ = run(model, ask("hello"))
    computed = len(network.steps)
    again, replayed, _ = run(model, ask("hello"))
    assert again == first
    assert replayed.reason == finished.reason
    assert replayed.stats.from_response_cache
    assert len(network.steps) == computed
    assert not stats(model, "hello", cache=False).from_response_cache
    assert not stats(model, "hello", temperature=1.0).from_response_cache


# -- prompt lookup -----------------------------------------------------------------------------------------------------

CODE = "def_area(width,height):return_width*height;" * 3


def without_lookup(monkeypatch: pytest.MonkeyPatch, run_it: Callable[[], Any]) -> Any:
    with monkeypatch.context() as context:
        context.setenv("LLMDESK_PROMPT_LOOKUP", "0")
        return run_it()


@pytest.mark.parametrize("rule", [copying, editing])
@pytest.mark.parametrize(
    "sampling",
    [
        {"temperature": 0.0},
        {"temperature": 1.0, "seed": 1},
        {"temperature": 1.5, "seed": 2, "top_k": 0, "top_p": 1.0},
        {"temperature": 1.0, "seed": 3, "repetition_penalty": 1.2, "min_p": 0.05},
        {"temperature": 0.0, "repetition_penalty": 1.3},
    ],
)
def test_drafts_change_no_answer(
    tokenizer: Any, rule: Rule, sampling: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    request = ask(CODE, max_new_tokens=300, **sampling)
    with_drafts = text_model(tokenizer, ScriptedNetwork(rule))
    plain = text_model(tokenizer, ScriptedNetwork(rule))
    text, finished, events = run(with_drafts, request)
    expected, reference, _ = without_lookup(monkeypatch, lambda: run(plain, request))
    assert text == expected
    assert finished.reason == reference.reason
    assert finished.stats.drafted_tokens > 0
    assert reference.stats.drafted_tokens == 0
    counts = [e.new_tokens for e in events if isinstance(e, TokenEvent)]
    assert sorted(set(counts)) == list(range(1, finished.stats.new_tokens + 1))


def test_a_chat_after_drafts_is_the_same_chat(tokenizer: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """The caches hold what was said, not what was drafted."""
    model = text_model(tokenizer, ScriptedNetwork(copying))
    plain = text_model(tokenizer, ScriptedNetwork(copying))
    sampling = {"temperature": 1.0, "seed": 8}
    found = chat_of(model, CODE, "once more", "and again", **sampling)
    assert found == without_lookup(monkeypatch, lambda: chat_of(plain, CODE, "once more", "and again", **sampling))


def test_accepted_drafts_save_steps_and_share_a_time(tokenizer: Any) -> None:
    network = ScriptedNetwork(copying)
    _, finished, events = run(text_model(tokenizer, network), ask(CODE, max_new_tokens=200))
    figures = finished.stats
    assert figures.new_tokens == 200
    assert len(network.steps) < 70
    assert figures.accepted_tokens > 150
    times = [e.t_s for e in events if isinstance(e, TokenEvent)]
    assert times == sorted(times)
    assert len(set(times)) < 70
    assert figures.decode_s == pytest.approx(times[-1] - times[0])


def test_drafts_stop_where_they_cost_more_than_they_bring(tokenizer: Any) -> None:
    def cost(tokens: int) -> float:
        return 1.0 if tokens == 1 or tokens > 100 else 1.0 + 1.5 * tokens

    network = ScriptedNetwork(copying, cost)
    figures = stats(text_model(tokenizer, network), CODE, max_new_tokens=1000)
    assert figures.new_tokens == 1000
    assert network.now_s < 1.05 * 1000


def test_a_cache_that_cannot_go_back_is_never_drafted_on(tokenizer: Any) -> None:
    network = ScriptedNetwork(copying, can_go_back=False)
    model = text_model(tokenizer, network)
    text, finished, _ = run(model, ask(CODE, max_new_tokens=50))
    assert finished.stats.drafted_tokens == 0
    assert set(network.steps[1:]) == {1}
    assert text == run(text_model(tokenizer, ScriptedNetwork(copying)), ask(CODE, max_new_tokens=50))[0]


def test_a_stop_token_inside_a_draft_ends_the_answer(tokenizer: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    stop = frozenset({tokenizer.convert_tokens_to_ids("*")})
    request = ask(CODE, max_new_tokens=200)
    model = text_model(tokenizer, ScriptedNetwork(copying), stop)
    text, finished, _ = run(model, request)
    plain = text_model(tokenizer, ScriptedNetwork(copying), stop)
    expected, reference, _ = without_lookup(monkeypatch, lambda: run(plain, request))
    assert (text, finished.reason) == (expected, "stop")
    assert finished.stats.new_tokens == reference.stats.new_tokens
    assert "*" not in text


def test_a_stop_string_inside_a_draft_ends_the_answer(tokenizer: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    model = text_model(tokenizer, ScriptedNetwork(editing))
    whole = run(model, ask(CODE, max_new_tokens=100))[0]
    request = ask(CODE, max_new_tokens=300, stop=(whole[60:67],))
    text, finished, _ = run(model, request)
    plain = text_model(tokenizer, ScriptedNetwork(editing))
    expected, reference, _ = without_lookup(monkeypatch, lambda: run(plain, request))
    assert (text, finished.reason) == (expected, "stop") == (text, reference.reason)
    assert finished.stats.drafted_tokens > 0
    follow_up = ask(CODE, text, "more", cache=False)
    assert run(model, follow_up)[0] == run(text_model(tokenizer, ScriptedNetwork(editing)), follow_up)[0]


def test_cancel_between_steps_ends_with_what_was_accepted(tokenizer: Any) -> None:
    network = ScriptedNetwork(copying)
    model = text_model(tokenizer, network)
    cancel = threading.Event()
    answer = steps(model, ask(CODE, max_new_tokens=500), cancel)
    for event in answer:
        if isinstance(event, TokenEvent) and event.new_tokens == 50:
            computed = len(network.steps)
            cancel.set()
    assert isinstance(event, Finished)
    assert event.reason == "cancelled"
    assert 50 <= event.stats.new_tokens <= 50 + 7
    assert len(network.steps) == computed
