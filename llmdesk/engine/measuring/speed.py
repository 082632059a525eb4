"""How fast a network reads and writes, measured as llama-bench does it: token ids in, logits out, no sampling.

When it writes, the logits are those of which an answer's tokens are chosen: our own kernels make the 40 largest right.
Engine thread only.
"""

from __future__ import annotations

import random
import statistics
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from llmdesk.datatypes.chat import ChatMessage, Finished, GenerationRequest, GenerationStats, SamplingParams
from llmdesk.engine.generation.step import PREFILL_CHUNK_TOKENS, Network, Step, by_itself, compute
from llmdesk.words import say

if TYPE_CHECKING:
    from llmdesk.engine.generation.text_model import TextModel

TURN_TOKENS = 30
"""Tokens of the short turn that follows a long history."""
_WARM_UP_STEPS = 8
_SEED = 20
_BEST = SamplingParams().top_k
"""Of how many logits a token is chosen unless something else is asked for: what answers take, so what is measured."""

Check = Callable[[], None]
"""Raises where a measurement shall end early (see WorkContext.check)."""


def _never() -> None:
    """Measure to the end."""


@dataclass(frozen=True, slots=True)
class Speed:
    """Tokens per second over all repetitions; ``sd`` is the sample's, 0 for a single one."""

    mean: float
    sd: float
    median: float

    @classmethod
    def of(cls, tokens: int, seconds: Sequence[float]) -> Speed:
        """From the times that the same number of tokens took."""
        speeds = [tokens / s for s in seconds]
        deviation = statistics.stdev(speeds) if len(speeds) > 1 else 0.0
        return cls(statistics.fmean(speeds), deviation, statistics.median(speeds))


@dataclass(frozen=True, slots=True)
class FollowUp:
    """Time to first token of a short turn after a history, and of the same turn alone (medians).

    ``computed_tokens`` and ``alone_computed_tokens`` say how much of each prompt was computed: a chat's template adds
    a few tokens to a turn, and perhaps a system prompt to its beginning.
    """

    ttft_s: float
    alone_ttft_s: float
    ratio: float
    cached_tokens: int
    computed_tokens: int
    alone_computed_tokens: int

    @classmethod
    def of(cls, pairs: Sequence[tuple[GenerationStats, GenerationStats]]) -> FollowUp:
        """From (follow-up, alone) pairs, each measured in turn."""
        ttft_s = statistics.median(follow_up.ttft_s for follow_up, _ in pairs)
        alone_s = statistics.median(alone.ttft_s for _, alone in pairs)
        follow_up, alone = pairs[-1]
        return cls(
            ttft_s,
            alone_s,
            ttft_s / alone_s,
            follow_up.cached_tokens,
            follow_up.prompt_tokens - follow_up.cached_tokens,
            alone.prompt_tokens - alone.cached_tokens,
        )


class SpeedTest:
    """Runs over one sequence that holds ``depth_tokens`` before each of them.

    Args:
        network: what is measured.
        vocabulary: token ids are drawn below it.
        depth_tokens: what the cache holds already.
        report: told in words what is under way, before each repetition.
        check: called before each forward pass; what it raises ends the test.
    """

    def __init__(
        self,
        network: Network,
        vocabulary: int,
        depth_tokens: int,
        report: Callable[[str], None] = lambda text: None,
        check: Check = _never,
    ) -> None:
        self._network, self._depth, self._report, self._check = network, depth_tokens, report, check
        self._random = random.Random(_SEED)
        self._vocabulary = vocabulary
        self._cache = self._filled()

    def prefill(self, tokens: int, repetitions: int) -> Speed:
        """Reading, in the chunks in which a prompt is read. The first run is not counted."""
        seconds = []
        for number in range(repetitions + 1):
            self._report(say("Reading {tokens} tokens, {run}", tokens=tokens, run=_ordinal(number, repetitions)))
            seconds.append(self.time_prefill(tokens))
        return Speed.of(tokens, seconds[1:])

    def decode(self, tokens: int, repetitions: int) -> Speed:
        """Writing, one token at a time. A few steps go before that are not counted."""
        seconds = []
        for number in range(repetitions + 1):
            self._report(say("Writing {tokens} tokens, {run}", tokens=tokens, run=_ordinal(number, repetitions)))
            seconds.append(self.time_decode(tokens if number else min(tokens, _WARM_UP_STEPS)))
        return Speed.of(tokens, seconds[1:])

    def time_prefill(self, tokens: int) -> float:
        """Seconds of one run."""
        self._go_back()
        ids = self._ids(tokens)
        started_s = time.perf_counter()
        read(self._network, ids, self._cache, self._check)
        return time.perf_counter() - started_s

    def time_decode(self, tokens: int) -> float:
        """Seconds of one run."""
        self._go_back()
        ids = self._ids(tokens)
        started_s = time.perf_counter()
        for token in ids:
            self._check()
            step = Step(self._network, [token], self._cache, best=_BEST)
            compute([step])
            step.result()
        return time.perf_counter() - started_s

    def _ids(self, count: int) -> list[int]:
        return self._random.choices(range(self._vocabulary), k=count)

    def _filled(self) -> Any:
        cache = self._network.new_cache()
        read(self._network, self._ids(self._depth), cache, self._check)
        return cache

    def _go_back(self) -> None:
        if not self._cache.truncate(self._depth):  # a sliding window has forgotten what going back would need
            self._cache = self._filled()


def read(network: Network, ids: list[int], cache: Any, check: Check = _never) -> None:
    """A prompt into a cache, in chunks as generation does it; ``check`` is called before each of them."""
    for start in range(0, len(ids), PREFILL_CHUNK_TOKENS):
        check()
        chunk = ids[start : start + PREFILL_CHUNK_TOKENS]
        network.forward(chunk, cache, last=int(start + len(chunk) == len(ids)))


def follow_up_of_network(
    network: Network, vocabulary: int, history_tokens: int, repetitions: int, check: Check = _never
) -> FollowUp:
    """A short turn after a history, on the network and its cache alone: there is no tokenizer."""
    rng = random.Random(_SEED)
    cache = network.new_cache()
    read(network, rng.choices(range(vocabulary), k=history_tokens), cache, check)
    pairs = []
    for _ in range(repetitions + 1):
        check()
        turn = rng.choices(range(vocabulary), k=TURN_TOKENS)
        can_go_back = cache.truncate(history_tokens)
        assert can_go_back, "the decoders' caches can always go back"
        pairs.append((_timed_turn(network, turn, cache), _timed_turn(network, turn, network.new_cache())))
    return FollowUp.of(pairs[1:])


def follow_up_of_chat(model: TextModel, history_tokens: int, repetitions: int, check: Check = _never) -> FollowUp:
    """A short turn after a history through generation and its prefix cache, as a user meets it.

    Alone, the turn finds the beginning that all chats share (a template's own system prompt) in the cache, so both
    compute the same.
    """
    chat = _Chat(model, check)
    question = ChatMessage("user", chat.words(history_tokens - TURN_TOKENS))
    chat.answer((question,))
    history = (question, ChatMessage("assistant", chat.last_text))
    pairs = []
    for _ in range(repetitions + 1):
        turn = ChatMessage("user", chat.words(TURN_TOKENS - chat.template_tokens))
        follow_up = chat.answer((*history, turn))
        chat.answer((ChatMessage("user", chat.words(1)),))
        pairs.append((follow_up, chat.answer((turn,))))
    return FollowUp.of(pairs[1:])


class _Chat:
    """Asks a model for short answers and keeps their figures."""

    def __init__(self, model: TextModel, check: Check) -> None:
        self._model, self._check, self._random = model, check, random.Random(_SEED)
        self.last_text = ""
        # What a template puts around a message: the difference between a chat of three messages and one of one.
        counts = [self.answer(tuple(_alternating(turns))).prompt_tokens for turns in (3, 5)]
        self.template_tokens = (counts[1] - counts[0]) // 2

    def words(self, tokens: int) -> str:
        """Text of that many tokens or a few more, another one each time."""
        text, missing = "", tokens
        while missing > 0:
            text += "".join(f" {word}" for word in self._random.choices(_WORDS, k=max(1, missing // _WORD_TOKENS)))
            missing = tokens - len(self._model.tokenizer.encode(text, add_special_tokens=False))
        return text.strip()

    def answer(self, messages: tuple[ChatMessage, ...]) -> GenerationStats:
        """Generate four tokens at most; the figures."""
        from llmdesk.engine.generation.generation import generate  # brings torch, which readers of figures do not need

        sampling = SamplingParams(temperature=0.0, max_new_tokens=4)
        request = GenerationRequest("bench", "", messages, sampling, origin="cli", response_cache=False)
        self.last_text = ""
        for event in by_itself(generate(self._model, request, time.perf_counter(), threading.Event())):
            self._check()
            self.last_text += getattr(event, "text", "")
            if isinstance(event, Finished):
                return event.stats
        raise AssertionError("generation ends with Finished")


_WORDS = ("time", "house", "water", "light", "stone", "green", "seven", "after", "under", "which", "people", "small")
_WORD_TOKENS = 7
"""At most, with the blank before it: a vocabulary may have nothing but letters."""


def _alternating(turns: int) -> list[ChatMessage]:
    return [ChatMessage("assistant" if turn % 2 else "user", "time") for turn in range(turns)]


def _timed_turn(network: Network, ids: list[int], cache: Any) -> GenerationStats:
    cached = cache.length
    started_s = time.perf_counter()
    read(network, ids, cache)
    return GenerationStats(
        prompt_tokens=cached + len(ids), cached_tokens=cached, ttft_s=time.perf_counter() - started_s
    )


def _ordinal(number: int, repetitions: int) -> str:
    if not number:
        return say("warming up")
    return say("{number} of {count}", number=number, count=repetitions)
