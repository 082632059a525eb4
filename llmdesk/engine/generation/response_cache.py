"""Answers to requests that were answered before in the very same words (engine thread only; figures from any).

Only greedy requests are kept: their answer is the same every time. One cache belongs to one loaded model in one
precision and goes with it.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, replace

from llmdesk.datatypes.chat import (
    Event,
    Finished,
    GenerationRequest,
    GenerationStats,
    PromptProgress,
    SamplingParams,
    TokenEvent,
)
from llmdesk.engine.generation.tools.answer_parts import Piece

DEFAULT_MAX_ANSWERS = 64
DEFAULT_MAX_BYTES = 4 * 2**20

_GREEDY_BELOW = 1e-4
"""A temperature whose quotients would leave the range of float32."""


def is_greedy(sampling: SamplingParams) -> bool:
    """True if the most likely token is always taken, whatever the other parameters say."""
    return sampling.temperature < _GREEDY_BELOW


@dataclass(frozen=True, slots=True)
class StoredAnswer:
    """A complete answer."""

    told: Piece
    finished: Finished

    def replay(self, request_id: str, submitted_s: float) -> Iterator[Event]:
        """The answer as events, at once. Nothing was computed, so all speeds are 0."""
        now_s = time.perf_counter()
        old = self.finished.stats
        yield PromptProgress(request_id, old.prompt_tokens, old.prompt_tokens, now_s)
        if old.new_tokens:
            told = self.told
            yield TokenEvent(request_id, told.text, old.new_tokens, now_s, reasoning=told.reasoning, calls=told.calls)
        stats = GenerationStats(
            prompt_tokens=old.prompt_tokens,
            cached_tokens=old.prompt_tokens,
            new_tokens=old.new_tokens,
            queue_s=now_s - submitted_s,
            ttft_s=now_s - submitted_s if old.new_tokens else 0.0,
            dropped_messages=old.dropped_messages,
            from_response_cache=True,
            reasoning_tokens=old.reasoning_tokens,
        )
        yield Finished(request_id, self.finished.reason, stats)


class ResponseCache:
    """Bounded in answers and in bytes of text; what was unused for longest goes. ``hits`` counts answers given."""

    def __init__(self, max_answers: int = DEFAULT_MAX_ANSWERS, max_bytes: int = DEFAULT_MAX_BYTES) -> None:
        self._max_answers, self._max_bytes = max_answers, max_bytes
        self._answers: dict[GenerationRequest, StoredAnswer] = {}
        self.hits = 0
        self.size_bytes = 0

    def __len__(self) -> int:
        return len(self._answers)

    def find(self, request: GenerationRequest) -> StoredAnswer | None:
        """The answer to this request, if it may be taken from here."""
        key = _key(request)
        if not _may_be_kept(request) or key not in self._answers:
            return None
        self.hits += 1
        answer = self._answers[key] = self._answers.pop(key)
        return answer

    def keep(self, request: GenerationRequest, told: Piece, finished: Finished) -> None:
        """Keep an answer if it is a complete one to a greedy request."""
        complete = finished.reason in ("stop", "length")
        if not (_may_be_kept(request) and is_greedy(request.sampling) and complete):
            return
        key = _key(request)
        self._forget(key)
        self._answers[key] = StoredAnswer(told, finished)
        self.size_bytes += _size_bytes(key, told)
        while len(self._answers) > self._max_answers or self.size_bytes > self._max_bytes:
            self._forget(next(iter(self._answers)))

    def clear(self) -> None:
        """Forget all answers."""
        self._answers.clear()
        self.size_bytes = 0

    def _forget(self, key: GenerationRequest) -> None:
        if (answer := self._answers.pop(key, None)) is not None:
            self.size_bytes -= _size_bytes(key, answer.told)


def _may_be_kept(request: GenerationRequest) -> bool:
    """Log probabilities are not kept."""
    return request.response_cache and request.sampling.top_logprobs is None


def _key(request: GenerationRequest) -> GenerationRequest:
    """The request without what makes no difference to a greedy answer."""
    sampling = request.sampling
    if is_greedy(sampling):
        sampling = replace(sampling, temperature=0.0, top_k=0, top_p=1.0, min_p=0.0, seed=None)
    return replace(request, request_id="", origin="cli", sampling=sampling, response_cache=True)


def _size_bytes(key: GenerationRequest, told: Piece) -> int:
    prompt = key.prompt or ()
    texts = [
        told.text,
        told.reasoning,
        *(call.arguments for call in told.calls),
        *(text for m in key.messages for text in (m.content, m.reasoning, *(call.arguments for call in m.calls))),
        *(picture.data for m in key.messages for picture in m.pictures),
        *(tool.description + tool.parameters for tool in key.tools.tools),
        *([prompt] if isinstance(prompt, str) else []),
    ]
    return sum(len(text.encode()) for text in texts) + (0 if isinstance(prompt, str) else 8 * len(prompt))
