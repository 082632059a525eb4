"""What every backend promises, held against each of them through the runner."""

from __future__ import annotations

import pytest

from llmdesk.datatypes.chat import (
    ChatMessage,
    Failed,
    Finished,
    GenerationRequest,
    PromptProgress,
    SamplingParams,
    TokenEvent,
)
from tests.contract.conftest import Engine
from tests.engine.engine_thread import Collector, Statuses, request

LONG = {"max_new_tokens": 400, "temperature": 1.0, "top_k": 0, "top_p": 1.0, "seed": 1}

WITHOUT_WEIGHTS = ("scripted", "remote")
"""What answers from the script: here, and in a server process."""


def ask(engine: Engine, prompt: str = "hello world", **sampling: object) -> Collector:
    sink = Collector()
    engine.runner.submit(request(engine.runner, prompt, engine.model_id, **sampling), sink)
    return sink


def test_length_limit(engine: Engine) -> None:
    sink = ask(engine, max_new_tokens=5, temperature=1.0, seed=3)
    result = sink.result()
    assert isinstance(result, Finished)
    assert result.reason == "length"
    assert result.stats.new_tokens == 5


def test_token_events_count_up_with_rising_times(engine: Engine) -> None:
    sink = ask(engine, max_new_tokens=20, temperature=1.0, seed=3)
    result = sink.result()
    tokens = [e for e in sink.events if isinstance(e, TokenEvent)]
    assert isinstance(result, Finished)
    counts = sorted({e.new_tokens for e in tokens})
    assert counts == list(range(1, result.stats.new_tokens + 1))
    times = [e.t_s for e in tokens]
    assert times == sorted(times)


def test_prompt_progress_reaches_the_whole_prompt_before_the_first_token(engine: Engine) -> None:
    if engine.name == "remote":
        pytest.skip("servers tell nothing of the prompt before they answer")
    sink = ask(engine, "word " * 70, max_new_tokens=3)
    result = sink.result()
    assert isinstance(result, Finished)
    progress = [e for e in sink.events if isinstance(e, PromptProgress)]
    assert progress[-1].done_tokens == progress[-1].total_tokens == result.stats.prompt_tokens
    kinds = [type(e) for e in sink.events]
    assert kinds.index(TokenEvent) > kinds.index(PromptProgress)


def test_figures_agree_with_the_events(engine: Engine) -> None:
    sink = ask(engine, max_new_tokens=30, temperature=1.0, seed=3)
    result = sink.result()
    assert isinstance(result, Finished)
    times = [e.t_s for e in sink.events if isinstance(e, TokenEvent)]
    stats = result.stats
    assert stats.decode_s == pytest.approx(times[stats.new_tokens - 1] - times[0], abs=1e-3)
    assert stats.decode_tps == pytest.approx((stats.new_tokens - 1) / stats.decode_s)
    assert 0 < stats.prefill_s <= stats.ttft_s
    assert stats.prompt_tokens > 0
    if begin := next((e.t_s for e in sink.events if isinstance(e, PromptProgress)), None):
        assert stats.prefill_s == pytest.approx(times[0] - begin)


def test_cancel_before_the_first_token(engine: Engine) -> None:
    sink = Collector()
    engine.runner.submit(request(engine.runner, "hi", engine.model_id), sink).cancel()
    result = sink.result()
    assert isinstance(result, Finished)
    assert result.reason == "cancelled"


def test_cancel_in_the_middle_keeps_what_was_written(engine: Engine) -> None:
    prompt = "[tokens=400 tps=300] go" if engine.name in WITHOUT_WEIGHTS else "go"
    sink = Collector()
    handle = engine.runner.submit(request(engine.runner, prompt, engine.model_id, **LONG), sink)
    sink.wait_for_tokens(2)
    handle.cancel()
    result = sink.result()
    assert isinstance(result, Finished)
    assert result.stats.new_tokens >= 2 or result.reason == "stop"
    assert result.reason in ("cancelled", "stop")


@pytest.mark.parametrize("prompt", ["", "   \n\t "])
def test_an_empty_prompt_is_refused(engine: Engine, prompt: str) -> None:
    result = ask(engine, prompt).result()
    assert isinstance(result, Failed)
    assert result.error.kind == "PromptError"
    assert result.error.hint


@pytest.mark.parametrize("words", [600, 200_000])
def test_a_prompt_longer_than_the_context_is_refused(engine: Engine, words: int) -> None:
    result = ask(engine, "word " * words).result()
    assert isinstance(result, Failed)
    assert result.error.kind == "PromptError"
    assert "tokens" in result.error.user_message


def test_the_engine_lives_on_after_refusals(engine: Engine) -> None:
    ask(engine, "").result()
    assert isinstance(ask(engine, max_new_tokens=2).result(), Finished)


def test_two_answers_at_once_do_not_mix(engine: Engine) -> None:
    alone = ask(engine, "one", max_new_tokens=15, temperature=0)
    alone.result()
    first = ask(engine, "one", max_new_tokens=15, temperature=0)
    second = ask(engine, "two two", max_new_tokens=15, temperature=0)
    first.result()
    second.result()
    assert first.text == alone.text


def test_unload_and_load_again(engine: Engine) -> None:
    statuses = Statuses()
    engine.runner.subscribe(statuses)
    ask(engine, max_new_tokens=2).result()
    engine.runner.unload()
    statuses.wait_for(lambda s: s.state == "none" and len(statuses.seen) > 1)
    assert isinstance(ask(engine, max_new_tokens=2).result(), Finished)


# -- what needs a model ------------------------------------------------------------------------------------------------


@pytest.fixture
def torch_engine(engine: Engine) -> Engine:
    if engine.name in WITHOUT_WEIGHTS:
        pytest.skip("the script has no weights")
    return engine


def test_same_seed_same_answer(torch_engine: Engine) -> None:
    answers = [ask(torch_engine, max_new_tokens=25, temperature=1.2, seed=seed) for seed in (5, 5, 6)]
    for sink in answers:
        sink.result()
    assert answers[0].text == answers[1].text != answers[2].text


def test_a_stop_string_ends_the_answer_and_is_not_shown(torch_engine: Engine) -> None:
    ask(torch_engine, max_new_tokens=40, temperature=1.0, seed=9).result()
    # From here on the prompt comes out of the cache, all but its last token, whose last digits then may differ.
    whole = ask(torch_engine, max_new_tokens=40, temperature=1.0, seed=9)
    whole.result()
    stop = whole.text[10:13]
    sink = ask(torch_engine, max_new_tokens=40, temperature=1.0, seed=9, stop=(stop,))
    result = sink.result()
    assert isinstance(result, Finished)
    assert result.reason == "stop"
    assert sink.text == whole.text[: whole.text.index(stop)]


def test_the_next_turn_reuses_the_chat(torch_engine: Engine) -> None:
    first = ask(torch_engine, "a first question", max_new_tokens=20, temperature=1.0, seed=1)
    result = first.result()
    assert isinstance(result, Finished)
    runner = torch_engine.runner
    turns = (
        ChatMessage("user", "a first question"),
        ChatMessage("assistant", first.text),
        ChatMessage("user", "and a second one"),
    )
    sink = Collector()
    runner.submit(GenerationRequest("again", "tiny", turns, SamplingParams(max_new_tokens=4), "cli"), sink)
    again = sink.result()
    assert isinstance(again, Finished)
    assert again.stats.cached_tokens >= result.stats.prompt_tokens - 1
    assert again.stats.prompt_tokens > again.stats.cached_tokens


def test_an_outgrown_chat_leaves_out_its_oldest_turns_and_says_so(torch_engine: Engine) -> None:
    old = [ChatMessage("user" if i % 2 == 0 else "assistant", "x" * 90) for i in range(8)]
    turns = (ChatMessage("system", "be brief"), *old, ChatMessage("user", "the question"))
    sink = Collector()
    torch_engine.runner.submit(GenerationRequest("long", "tiny", turns, SamplingParams(max_new_tokens=4), "cli"), sink)
    result = sink.result()
    assert isinstance(result, Finished)
    assert result.stats.dropped_messages in (4, 6)
    assert result.stats.context_used_tokens <= 512


def test_an_answer_stops_at_the_end_of_the_context(torch_engine: Engine) -> None:
    sink = ask(torch_engine, "y" * 380, max_new_tokens=10_000, temperature=1.0, seed=4)
    result = sink.result()
    assert isinstance(result, Finished)
    assert result.stats.context_used_tokens <= 512
