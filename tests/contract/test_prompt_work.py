"""What every local backend makes of prompts that share something, of full contexts and of repeated requests."""

from __future__ import annotations

from typing import Any

import pytest

from llmdesk.datatypes.chat import ChatMessage, Failed, Finished, GenerationRequest, GenerationStats, SamplingParams
from tests.contract.conftest import Engine
from tests.engine.engine_thread import Collector, Statuses

GREEDY: dict[str, Any] = {"temperature": 0.0, "max_new_tokens": 24}
SAMPLED: dict[str, Any] = {"temperature": 0.8, "seed": 11, "max_new_tokens": 24}


@pytest.fixture
def local_engine(engine: Engine) -> Engine:
    if engine.name == "remote":
        pytest.skip("what a server reuses is its own business")
    return engine


def ask(engine: Engine, *contents: str, policy: Any = "drop_oldest", cache: bool = False, **sampling: Any) -> Collector:
    """One answer; the first of the contents is the system prompt."""
    roles = ["user", "assistant"] * len(contents)
    turns = [ChatMessage(role, text) for role, text in zip(roles, contents[1:], strict=False)]  # type: ignore[arg-type]
    system = [ChatMessage("system", contents[0])] if contents[0] else []
    params = SamplingParams(**{**GREEDY, **sampling})
    sink = Collector()
    request_id = engine.runner.new_request_id()
    request = GenerationRequest(
        request_id, engine.model_id, (*system, *turns), params, "cli", policy, response_cache=cache
    )
    engine.runner.submit(request, sink)
    return sink


def finished(sink: Collector) -> Finished:
    result = sink.result()
    assert isinstance(result, Finished), result
    return result


def stats(engine: Engine, *contents: str, **options: Any) -> GenerationStats:
    return finished(ask(engine, *contents, **options)).stats


def chat(engine: Engine, system: str, *questions: str, **sampling: Any) -> tuple[list[str], GenerationStats]:
    """A chat, answered one turn after the other: system prompt and all turns, and the last answer's figures."""
    contents = [system]
    for question in questions:
        contents.append(question)
        sink = ask(engine, *contents, **sampling)
        last = finished(sink).stats
        contents.append(sink.text)
    return contents, last


def start_anew(engine: Engine) -> None:
    """Unload: nothing is cached any more."""
    statuses = Statuses()
    engine.runner.subscribe(statuses)
    engine.runner.unload()
    statuses.wait_for(lambda s: s.state == "none" and len(statuses.seen) > 1)


SYSTEM = "you are a patient helper who answers in short words"


@pytest.mark.parametrize("sampling", [GREEDY, SAMPLED])
def test_a_follow_up_computes_only_what_is_new(local_engine: Engine, sampling: dict[str, Any]) -> None:
    contents, last = chat(local_engine, SYSTEM, "a first question", "and then", **sampling)
    follow_up = stats(local_engine, *contents, "one more", **sampling)
    assert follow_up.cached_tokens >= last.context_used_tokens - 1
    assert follow_up.prompt_tokens - follow_up.cached_tokens < 40


def test_regenerate_computes_one_token(local_engine: Engine) -> None:
    contents, _ = chat(local_engine, SYSTEM, "a first question")
    again = stats(local_engine, *contents[:-1])
    assert again.cached_tokens == again.prompt_tokens - 1


def test_an_edited_question_keeps_what_came_before_it(local_engine: Engine) -> None:
    contents, last = chat(local_engine, SYSTEM, "a first question", "and then")
    edited = stats(local_engine, *contents[:3], "something else entirely")
    assert edited.cached_tokens >= last.prompt_tokens - 40
    assert 0 < edited.prompt_tokens - edited.cached_tokens < 40


def test_two_chats_with_one_system_prompt_keep_theirs(local_engine: Engine) -> None:
    one, _ = chat(local_engine, SYSTEM, "what is one")
    first_of_two = stats(local_engine, SYSTEM, "tell me of two")
    assert first_of_two.cached_tokens >= len(SYSTEM.split())
    two, _ = chat(local_engine, SYSTEM, "tell me of two")
    for _ in range(2):
        for contents in (one, two):
            again = stats(local_engine, *contents[:-1])
            assert again.cached_tokens == again.prompt_tokens - 1


def test_the_same_greedy_request_is_answered_from_memory_if_it_may_be(local_engine: Engine) -> None:
    first = ask(local_engine, SYSTEM, "hello", cache=True)
    assert not finished(first).stats.from_response_cache
    again = ask(local_engine, SYSTEM, "hello", cache=True)
    replayed = finished(again)
    assert replayed.stats.from_response_cache
    assert (again.text, replayed.reason) == (first.text, finished(first).reason)
    assert replayed.stats.decode_tps == replayed.stats.prompt_tps == 0
    assert not stats(local_engine, SYSTEM, "hello", cache=False).from_response_cache
    start_anew(local_engine)
    assert not stats(local_engine, SYSTEM, "hello", cache=True).from_response_cache


LONG_TURN = "word " * 80  # 400 bytes, which are tokens of the tiny model
LONG_SCRIPT = "[prefill=400 tokens=300 tps=5000] go"


@pytest.mark.parametrize("policy", ["drop_oldest", "stop", "refuse"])
def test_a_full_context_is_said(local_engine: Engine, policy: Any) -> None:
    question = LONG_SCRIPT if local_engine.name == "scripted" else LONG_TURN
    many = {"max_new_tokens": 300, "temperature": 1.0, "seed": 4, "policy": policy}
    if policy == "refuse":
        result = ask(local_engine, "", question, **many).result()
        assert isinstance(result, Failed)
        assert result.error.kind == "PromptError"
        return
    sink = ask(local_engine, "", question, **many)
    assert finished(sink).reason == "context_full"
    assert finished(sink).stats.context_used_tokens == 512
    more = ask(local_engine, "", question, "w " * 100, "and now?", policy=policy).result()
    if policy == "stop":
        assert isinstance(more, Failed)
        assert "context is full" in more.error.user_message
        assert "new chat" in more.error.hint
    else:
        assert isinstance(more, Finished)
        assert more.stats.dropped_messages == 2
