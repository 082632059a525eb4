"""Which requests are answered without computing, and what they report."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from llmdesk.datatypes.chat import (
    ChatMessage,
    Finished,
    GenerationRequest,
    GenerationStats,
    PromptProgress,
    SamplingParams,
    TokenEvent,
)
from llmdesk.engine.generation.response_cache import ResponseCache
from llmdesk.engine.generation.tools.answer_parts import Piece

GREEDY = SamplingParams(temperature=0)
REQUEST = GenerationRequest("r1", "tiny", (ChatMessage("user", "hello"),), GREEDY)
STATS = GenerationStats(prompt_tokens=7, cached_tokens=2, new_tokens=3, prefill_s=1, decode_s=2, dropped_messages=4)


def kept(request: GenerationRequest = REQUEST, reason: Any = "stop", text: str = "good day") -> ResponseCache:
    cache = ResponseCache()
    cache.keep(request, Piece(text), Finished("r1", reason, STATS))
    return cache


def test_the_same_request_is_answered_with_honest_figures() -> None:
    answer = kept().find(replace(REQUEST, request_id="r2", origin="gui"))
    assert answer is not None
    progress, token, finished = answer.replay("r2", 0.0)
    assert isinstance(progress, PromptProgress)
    assert progress.done_tokens == progress.total_tokens == 7
    assert isinstance(token, TokenEvent)
    assert (token.text, token.new_tokens) == ("good day", 3)
    assert isinstance(finished, Finished)
    assert (finished.request_id, finished.reason) == ("r2", "stop")
    stats = finished.stats
    assert stats.from_response_cache
    assert stats.cached_tokens == stats.prompt_tokens == 7
    assert (stats.new_tokens, stats.dropped_messages) == (3, 4)
    assert stats.prompt_tps == stats.decode_tps == 0
    assert stats.ttft_s > 0


@pytest.mark.parametrize(
    "other",
    [
        replace(REQUEST, messages=(ChatMessage("user", "hello!"),)),
        replace(REQUEST, messages=(ChatMessage("system", "be brief"), *REQUEST.messages)),
        replace(REQUEST, sampling=replace(GREEDY, max_new_tokens=5)),
        replace(REQUEST, sampling=replace(GREEDY, repetition_penalty=1.1)),
        replace(REQUEST, sampling=replace(GREEDY, stop=("x",))),
        replace(REQUEST, sampling=replace(GREEDY, temperature=0.5)),
        replace(REQUEST, context_policy="stop"),
        replace(REQUEST, model_id="another"),
        replace(REQUEST, response_cache=False),
    ],
)
def test_any_other_request_is_not(other: GenerationRequest) -> None:
    assert kept().find(other) is None


def test_what_greedy_sampling_ignores_makes_no_difference() -> None:
    cache = kept()
    assert cache.find(replace(REQUEST, sampling=replace(GREEDY, seed=9, top_k=3, top_p=0.5, min_p=0.1))) is not None
    assert cache.hits == 1


@pytest.mark.parametrize("reason", ["cancelled", "context_full"])
def test_incomplete_answers_are_not_kept(reason: str) -> None:
    assert len(kept(reason=reason)) == 0


def test_only_greedy_answers_that_may_be_kept_are() -> None:
    assert len(kept(replace(REQUEST, sampling=SamplingParams(temperature=1, seed=1)))) == 0
    assert len(kept(replace(REQUEST, response_cache=False))) == 0
    assert len(kept(reason="length")) == 1


def numbered(number: int) -> GenerationRequest:
    return replace(REQUEST, messages=(ChatMessage("user", f"{number:03}"),))


def test_the_number_of_answers_is_bounded_and_the_least_used_goes() -> None:
    cache = ResponseCache(max_answers=3)
    for number in range(3):
        cache.keep(numbered(number), Piece("x"), Finished("r", "stop", STATS))
    assert cache.find(numbered(0)) is not None
    cache.keep(numbered(3), Piece("x"), Finished("r", "stop", STATS))
    assert [cache.find(numbered(n)) is not None for n in range(4)] == [True, False, True, True]


def test_bytes_are_bounded() -> None:
    cache = ResponseCache(max_bytes=100)
    for number in range(10):
        cache.keep(numbered(number), Piece("é" * 10), Finished("r", "stop", STATS))
    assert len(cache) == 4
    assert cache.size_bytes == 4 * 23
    cache.keep(numbered(11), Piece("x" * 101), Finished("r", "stop", STATS))
    assert len(cache) == cache.size_bytes == 0


def test_the_same_answer_again_counts_once() -> None:
    cache = kept()
    cache.keep(REQUEST, Piece("good day"), Finished("r1", "stop", STATS))
    assert len(cache) == 1
    assert cache.size_bytes == len("good day") + len("hello")


def test_clear() -> None:
    cache = kept()
    cache.clear()
    assert len(cache) == cache.size_bytes == 0
    assert cache.find(REQUEST) is None
