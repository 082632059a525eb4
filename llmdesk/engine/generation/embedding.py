"""Texts as vectors, a few in a step: what all models that give them share (engine thread; without torch)."""

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

_MOST_TEXTS = 8
_MOST_TOKENS = 512
"""In a step, unless a single text is longer: about what a chunk of a prompt has, so that others do not wait longer."""
_MOST_PADDED = 1.25
"""Times the tokens of a step's texts, filled up to the longest of them: what is filled up is computed, too."""


def embedded(
    request: EmbeddingRequest,
    submitted_s: float,
    cancel: threading.Event,
    most_tokens: int,
    tokenize: Callable[[str], Sequence[int]],
    vectors_of: Callable[[Sequence[Sequence[int]]], Sequence[Sequence[float]]],
) -> Iterator[Event | None]:
    """See LoadedModel.embed. A step is one text into tokens, then some texts of about one length into their vectors.

    Args:
        most_tokens: the longest text.
        tokenize: a text with what the model wants around it.
        vectors_of: the vectors of some texts' tokens, of any length.

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
    for step in itertools.takewhile(lambda _: not cancel.is_set(), _steps(texts)):
        for ids, vector in zip(step, vectors_of(step), strict=True):
            done += len(ids)
            yield Embedded(request.request_id, _of_length_1(vector, request.dimensions))
    reason: FinishReason = "stop" if done == total else "cancelled"
    prefill_s = time.perf_counter() - prefill_started_s
    stats = GenerationStats(prompt_tokens=done, queue_s=started_s - submitted_s, prefill_s=prefill_s)
    yield Finished(request.request_id, reason, stats)


def _steps(texts: list[list[int]]) -> Iterator[list[list[int]]]:
    """Texts that follow each other, as many as it is quicker to compute together."""
    step: list[list[int]] = []
    for ids in texts:
        together = [*step, ids]
        padded = len(together) * max(map(len, together))
        fits = len(together) <= _MOST_TEXTS and padded <= min(_MOST_TOKENS, _MOST_PADDED * sum(map(len, together)))
        if step and not fits:
            yield step
            together = [ids]
        step = together
    if step:
        yield step


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
