"""Logits to the next token, in the order of transformers' processors (engine thread only)."""

from __future__ import annotations

import math
import secrets
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from functools import cached_property
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from llmdesk.datatypes.chat import SamplingParams
from llmdesk.engine.generation.constraint import Constraint
from llmdesk.engine.generation.random_numbers import NumbersAhead, RandomNumbers
from llmdesk.engine.generation.response_cache import is_greedy
from llmdesk.engine.generation.token_race import Floats, Ids, TokenRace
from llmdesk.errors import ModelDamaged, PromptError
from llmdesk.words import say

_BLOCK_TOKENS = 64

Logprob: TypeAlias = tuple[int, float, tuple[tuple[int, float], ...]]


class Sampler:
    """Chooses tokens for one answer.

    With a seed by one random number per token, so the same seed gives the same answer; one that goes on had
    ``begun_tokens`` of those numbers already. Without one and with ``is_foreseen``, by a race, whose end another model
    foresees more often.

    Attributes:
        logprobs: if they are asked for, of each token chosen: its id, its log probability, and the likeliest tokens.
    """

    def __init__(
        self,
        params: SamplingParams,
        prompt_ids: list[int],
        begun_tokens: int = 0,
        constraint: Constraint | None = None,
        is_foreseen: bool = False,
    ) -> None:
        self._is_foreseen = is_foreseen
        self._params, self._constraint = params, constraint
        self._is_greedy = is_greedy(params)
        self._begun_tokens = begun_tokens
        self._seen_ids = set(prompt_ids)
        self._seen: Ids = np.array(sorted(self._seen_ids), dtype=np.int64)
        self._counts = Counter(prompt_ids[len(prompt_ids) - begun_tokens :])
        self.logprobs: list[Logprob] = []

    def choose(self, logits: Any) -> int:
        """float32 (V,), of numpy or what it can look at (a tensor on the processor) -> token id.

        Raises:
            ModelDamaged: the logits are no numbers.
            PromptError: logit_bias names tokens that there are not, or the constraint cannot go on.
        """
        raw: Floats = np.asarray(logits)
        wanted = raw
        penalized = self._params.repetition_penalty != 1.0
        if self._is_shifted:
            wanted = self._shifted(wanted)
        if self._constraint is not None:
            wanted = np.where(self._constraint.allowed(len(wanted)), wanted, np.float32(-np.inf))
        if penalized:
            wanted = self._penalized(wanted)
        token = int(wanted.argmax()) if self._is_greedy else self._sample(wanted)
        if math.isnan(wanted[token]):
            raise _no_numbers()
        if penalized and token not in self._seen_ids:
            self._seen_ids.add(token)
            self._seen = np.append(self._seen, token)
        if self._constraint is not None:
            self._constraint.take(token)
        if self._is_shifted:
            self._counts[token] += 1
        if self._params.top_logprobs is not None:
            self.logprobs.append(_logprob(raw, token, self._params.top_logprobs))
        return token

    def guesser(self) -> Sampler:
        """One that goes on as this one will, the random numbers included, and out of another model's logits so guesses
        what this one chooses next. Knows no constraint and keeps no log probabilities. This one stays as it is.
        """
        params = replace(self._params, top_logprobs=None)
        other = Sampler(params, [])
        other._seen, other._seen_ids = self._seen, set(self._seen_ids)
        other._counts = self._counts.copy()
        if not self._is_greedy:
            assert not isinstance(self._random, NumbersAhead), "a guesser of a guesser"
            other._random = self._random.ahead()
        return other

    @property
    def best(self) -> int:
        """How many of the next largest logits a choice looks at; 0: all may matter."""
        params = self._params
        lowers = params.repetition_penalty >= 1.0 and min(params.frequency_penalty, params.presence_penalty) >= 0.0
        if not lowers or params.logit_bias or params.top_logprobs is not None or self._constraint is not None:
            return 0
        return 1 if self._is_greedy else max(0, params.top_k)

    @property
    def lowered(self) -> Sequence[int]:
        """Tokens whose logits penalties lower."""
        if self._params.repetition_penalty != 1.0:
            return [int(token) for token in self._seen]  # this answer's own tokens are among them
        return list(self._counts) if self._is_shifted else ()

    @property
    def _is_shifted(self) -> bool:
        params = self._params
        return bool(params.frequency_penalty or params.presence_penalty or params.logit_bias)

    def _shifted(self, logits: Floats) -> Floats:
        """logit_bias, and the penalties for what this answer has already, as OpenAI's documentation defines them."""
        params, logits = self._params, logits.copy()
        if params.logit_bias:
            ids = [token for token, _ in params.logit_bias]
            if not 0 <= min(ids) <= max(ids) < len(logits):
                raise PromptError(
                    say("logit_bias names a token that this model does not have; it has {count}.", count=len(logits)),
                    say("Use the ids that /tokenize gives."),
                )
            logits[ids] += np.array([bias for _, bias in params.logit_bias], dtype=np.float32)
        if self._counts:
            counts = np.array(list(self._counts.values()), dtype=np.float32)
            logits[list(self._counts)] -= counts * params.frequency_penalty + params.presence_penalty
        return logits

    def _penalized(self, logits: Floats) -> Floats:
        """Keskar et al. 2019 (arXiv 1909.05858): seen tokens are divided (or multiplied, below 0) by the penalty."""
        penalty, logits = self._params.repetition_penalty, logits.copy()
        seen = logits[self._seen]
        logits[self._seen] = np.where(seen < 0, seen * penalty, seen / penalty)
        return logits

    def _sample(self, logits: Floats) -> int:
        probabilities, ids = self._candidates(logits)
        if self._params.min_p > 0.0:
            likely = probabilities >= self._params.min_p * probabilities.max()
            probabilities = np.where(likely, probabilities, np.float32(0.0))
        if isinstance(self._random, TokenRace):
            if math.isnan(probabilities.sum()):
                raise _no_numbers()
            index = self._random.first(probabilities, ids)
        else:
            cumulative = probabilities.cumsum(dtype=np.float64)
            if math.isnan(cumulative[-1]):
                raise _no_numbers()
            index = int(cumulative.searchsorted(self._random.next() * cumulative[-1], side="right"))
            index = min(index, len(cumulative) - 1)
        return index if ids is None else int(ids[index])

    @cached_property
    def _random(self) -> RandomNumbers | NumbersAhead | TokenRace:
        if self._params.seed is None and self._is_foreseen:
            return TokenRace(secrets.randbits(64))
        numbers = RandomNumbers(secrets.randbits(32) if self._params.seed is None else self._params.seed)
        for _ in range(self._begun_tokens):
            numbers.next()
        return numbers

    def _candidates(self, logits: Floats) -> tuple[Floats, Ids | None]:
        """Probabilities of the tokens that top_k and top_p leave, and their ids (None: all, in their order)."""
        params = self._params
        if not 0 < params.top_k < len(logits):
            probabilities = _softmax(logits, params.temperature)
            return (probabilities if params.top_p >= 1.0 else _nucleus(probabilities, params.top_p)), None
        logits, ids = _largest(logits, params.top_k)
        probabilities = _softmax(logits, params.temperature)
        if params.top_p < 1.0:
            kept = _kept(probabilities, params.top_p)
            probabilities, ids = probabilities[:kept], ids[:kept]
        return probabilities, ids


def _softmax(logits: Floats, temperature: float) -> Floats:
    with np.errstate(over="ignore", invalid="ignore"):  # what is no number is noticed when it is added up
        scaled = logits / np.float32(temperature)
        raised: Floats = np.exp(scaled - scaled.max())
        raised /= raised.sum()
        return raised


def _logprob(logits: Floats, token: int, count: int) -> Logprob:
    largest = logits.max()
    norm = largest + np.log(np.exp(logits - largest).sum())
    values, ids = _largest(logits, min(count, len(logits)))
    top = tuple((int(i), float(value - norm)) for value, i in zip(values, ids, strict=True))
    return token, float(logits[token] - norm), top


def _no_numbers() -> ModelDamaged:
    return ModelDamaged(say("The model computed no numbers: its weights hold some that are too large, or none."))


def _largest(values: Floats, count: int) -> tuple[Floats, Ids]:
    """The ``count`` largest, the largest first, and where they are; of equal ones those with the lowest numbers.

    So it does not matter what the values are that are not among them. What is no number is among the largest. They are
    in the blocks with the largest maxima, so that most of a large vocabulary is looked at once.
    """
    blocks = len(values) // _BLOCK_TOKENS
    if not 0 < 2 * count <= blocks:
        return _sorted_largest(values, np.arange(len(values)), count)
    maxima = values[: blocks * _BLOCK_TOKENS].reshape(blocks, _BLOCK_TOKENS).max(axis=1)
    chosen = np.flatnonzero(~(maxima < _edge(maxima, count)))
    ids = (chosen[:, None] * _BLOCK_TOKENS + np.arange(_BLOCK_TOKENS)).ravel()
    ids = np.concatenate((ids, np.arange(blocks * _BLOCK_TOKENS, len(values))))
    return _sorted_largest(values[ids], ids, count)


def _sorted_largest(values: Floats, ids: Ids, count: int) -> tuple[Floats, Ids]:
    if count == 0:
        return values[:0], ids[:0]
    best = np.flatnonzero(~(values < _edge(values, count)))
    falling = np.where(np.isnan(values[best]), np.float32(-np.inf), -values[best])
    order = best[np.lexsort((ids[best], falling))][:count]
    return values[order], ids[order]


def _edge(values: Floats, count: int) -> np.float32:
    """The smallest of the ``count`` largest."""
    edge: np.float32 = np.partition(values, len(values) - count)[len(values) - count]
    return edge


def _nucleus(probabilities: Floats, top_p: float) -> Floats:
    """``top_p`` over the whole vocabulary: all others become 0. Without sorting it, which takes 10 ms.

    Positive floats are in the order of their bits: the upper half tells in which bucket the nucleus ends, the lower
    half where in it.
    """
    bits = probabilities.view(np.int32)
    if bits.min() < 0:  # the sign of what is no number
        raise _no_numbers()
    upper, before = _end_of_nucleus(bits >> 16, probabilities, 0.0, top_p)
    edge = np.flatnonzero(bits >> 16 == upper)
    lower, before = _end_of_nucleus(bits[edge] & 0xFFFF, probabilities[edge], before, top_p)
    least = upper << 16 | lower
    nucleus = np.where(bits < least, np.float32(0.0), probabilities)
    equal = edge[bits[edge] == least]
    if len(equal) and probabilities[equal[0]] > 0.0:
        nucleus[equal[max(1, math.ceil((top_p - before) / probabilities[equal[0]])) :]] = 0.0
    return nucleus


def _end_of_nucleus(buckets: npt.NDArray[np.int32], values: Floats, before: float, top_p: float) -> tuple[int, float]:
    """The bucket in which the sum from the top, ``before`` included, comes to ``top_p``; and the sum before it."""
    if not len(buckets):
        return 0, before
    mass = np.bincount(buckets, weights=values)
    last = max(0, len(mass) - 1 - int((before + mass[::-1].cumsum()).searchsorted(top_p)))
    return last, before + float(mass[last + 1 :].sum())


def _kept(values: Floats, top_p: float) -> int:
    """How many of these, largest first, begin below ``top_p``."""
    return max(1, int((values.cumsum() - values < top_p).sum()))
