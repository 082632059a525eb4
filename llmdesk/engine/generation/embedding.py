"""Texts as vectors, one after the other: what all models that give them share (engine thread; without torch)."""

from __future__ import annotations

import itertools
import math
import threading
import time
from array import array
from collections.abc import Callable, Iterator, Sequence

from llmdesk.datatypes.chat import (
    Embedded,
    EmbeddingRequest,
    Event,
    Finished,
    FinishReason,
    GenerationStats,
    PromptProgress,
)
from llmdesk.errors import ContextOverflow, PromptError
from llmdesk.words import say


def embedded(
    request: EmbeddingRequest,
    submitted_s: float,
    cancel: threading.Event,
    most_tokens: int,
    tokenize: Callable[[str], Sequence[int]],
    vector_of: Callable[[Sequence[int]], Sequence[float]],
) -> Iterator[Event | None]:
    """See LoadedModel.embed. A step is one text, first into tokens, then into its vector.

    Args:
        most_tokens: the longest text.
        tokenize: a text with what the model wants around it.
        vector_of: the vector of some tokens, of any length.

    Raises:
        ContextOverflow: a text is too long. PromptError: there are no tokens in one, or fewer numbers than asked for.
    """
    started_s = time.perf_counter()
    texts: list[list[int]] = []
    for number, given in enumerate(request.inputs):  # all are looked at before the first one is computed
        texts.append(list(tokenize(given) if isinstance(given, str) else given))
        _check_length(texts[-1], number, most_tokens)
        yield None
    total, done = sum(map(len, texts)), 0
    prefill_started_s = time.perf_counter()
    yield PromptProgress(request.request_id, 0, total, prefill_started_s)
    for ids in itertools.takewhile(lambda _: not cancel.is_set(), texts):
        vector = _of_length_1(vector_of(ids), request.dimensions)
        done += len(ids)
        yield Embedded(request.request_id, vector)
    reason: FinishReason = "stop" if done == total else "cancelled"
    prefill_s = time.perf_counter() - prefill_started_s
    stats = GenerationStats(prompt_tokens=done, queue_s=started_s - submitted_s, prefill_s=prefill_s)
    yield Finished(request.request_id, reason, stats)


def _check_length(ids: list[int], number: int, most_tokens: int) -> None:
    if not ids:
        raise PromptError(say("There is nothing in text {number}.", number=number + 1))
    if len(ids) > most_tokens:
        raise ContextOverflow(
            say(
                "Text {number} has {count:,} tokens, and this model reads {most:,} at once.",
                number=number + 1,
                count=len(ids),
                most=most_tokens,
            ),
            say("Cut it into parts."),
            prompt_tokens=len(ids),
            context_tokens=most_tokens,
        )


def _of_length_1(vector: Sequence[float], dimensions: int | None) -> bytes:
    """As 32-bit numbers. Raises PromptError: it has fewer."""
    if dimensions is not None and dimensions > len(vector):
        raise PromptError(say("This model's vectors have {count:,} dimensions.", count=len(vector)))
    kept = vector[:dimensions]
    length = math.sqrt(sum(value * value for value in kept)) or 1.0
    return array("f", [value / length for value in kept]).tobytes()
