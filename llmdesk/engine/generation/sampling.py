"""Logits to the next token, in the order of transformers' processors (engine thread only)."""

from __future__ import annotations

import math
import secrets

import numpy as np
import torch  # noqa: TID253  (imported by backends only)

from llmdesk.datatypes.chat import SamplingParams
from llmdesk.engine.generation.response_cache import is_greedy
from llmdesk.errors import ModelDamaged
from llmdesk.words import say

_BLOCK_TOKENS = 64
_BUCKET_BITS = 16


class Sampler:
    """Chooses tokens for one answer: one random number per token, so the same seed gives the same answer.

    An answer that goes on had ``begun_tokens`` of those numbers already.
    """

    def __init__(self, params: SamplingParams, prompt_ids: list[int], begun_tokens: int = 0) -> None:
        self._params = params
        self._is_greedy = is_greedy(params)
        self._generator = torch.Generator()
        self._generator.manual_seed(secrets.randbits(63) if params.seed is None else params.seed % 2**63)
        if not self._is_greedy:
            for _ in range(begun_tokens):
                self._random()
        self._seen_ids = set(prompt_ids)
        self._seen = torch.tensor(sorted(self._seen_ids), dtype=torch.long)

    @torch.inference_mode()
    def choose(self, logits: torch.Tensor) -> int:
        """float32 (V,) -> token id. Raises ModelDamaged for logits that are no numbers."""
        logits = logits.cpu()
        penalized = self._params.repetition_penalty != 1.0
        if penalized:
            logits = self._penalized(logits)
        # NumPy's argmax takes 10 us over 128,000 tokens, torch's 220.
        token = int(logits.numpy().argmax()) if self._is_greedy else self._sample(logits)
        if math.isnan(float(logits[token])):
            raise _no_numbers()
        if penalized and token not in self._seen_ids:
            self._seen_ids.add(token)
            self._seen = torch.cat((self._seen, torch.tensor([token])))
        return token

    def _penalized(self, logits: torch.Tensor) -> torch.Tensor:
        """Keskar et al. 2019 (arXiv 1909.05858): seen tokens are divided (or multiplied, below 0) by the penalty."""
        seen = logits[self._seen]
        penalty = self._params.repetition_penalty
        return logits.clone().index_put_((self._seen,), torch.where(seen < 0, seen * penalty, seen / penalty))

    def _sample(self, logits: torch.Tensor) -> int:
        probabilities, ids = self._candidates(logits)
        if self._params.min_p > 0.0:
            likely = probabilities >= self._params.min_p * probabilities.max()
            probabilities = probabilities.masked_fill(~likely, 0.0)
        cumulative = probabilities.double().cumsum(-1)
        if math.isnan(float(cumulative[-1])):
            raise _no_numbers()
        threshold = self._random() * cumulative[-1]
        index = int(torch.searchsorted(cumulative, threshold, right=True))
        index = min(index, len(cumulative) - 1)
        return index if ids is None else int(ids[index])

    def _random(self) -> torch.Tensor:
        return torch.rand(1, generator=self._generator, dtype=torch.float64)

    def _candidates(self, logits: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor | None]:
        """Probabilities of the tokens that top_k and top_p leave, and their ids (None: all, in their order)."""
        params = self._params
        if not 0 < params.top_k < logits.shape[0]:
            probabilities = (logits / params.temperature).softmax(-1)
            return (probabilities if params.top_p >= 1.0 else _nucleus(probabilities, params.top_p)), None
        logits, ids = _largest(logits, params.top_k)
        probabilities = (logits / params.temperature).softmax(-1)
        if params.top_p < 1.0:
            kept = _kept(probabilities, 0.0, params.top_p)
            probabilities, ids = probabilities[:kept], ids[:kept]
        return probabilities, ids


def _no_numbers() -> ModelDamaged:
    return ModelDamaged(say("The model computed no numbers: its weights hold some that are too large, or none."))


def _largest(values: torch.Tensor, count: int) -> tuple[torch.Tensor, torch.Tensor]:
    """As ``topk``, sorted, in a sixth of its time: the largest values are in the blocks with the largest maxima."""
    blocks = values.shape[0] // _BLOCK_TOKENS
    if 2 * count > blocks:
        found = values.topk(count)
        return found.values, found.indices
    whole = values[: blocks * _BLOCK_TOKENS].view(blocks, _BLOCK_TOKENS)
    chosen = whole.amax(-1).topk(count).indices
    ids = (chosen[:, None] * _BLOCK_TOKENS + torch.arange(_BLOCK_TOKENS)).flatten()
    ids = torch.cat((ids, torch.arange(blocks * _BLOCK_TOKENS, values.shape[0])))
    found = values[ids].topk(count)
    return found.values, ids[found.indices]


def _nucleus(probabilities: torch.Tensor, top_p: float) -> torch.Tensor:
    """``top_p`` over the whole vocabulary: all others become 0. Without sorting it, which takes 10 ms.

    Positive floats are in the order of their bits, so the upper bits make buckets. Only the bucket in which the
    nucleus ends has to be sorted.
    """
    bucket = probabilities.view(torch.int32) >> _BUCKET_BITS
    mass = torch.bincount(bucket, weights=probabilities)
    from_top = mass.flip(0).cumsum(0, dtype=torch.float64)
    last = max(0, len(mass) - 1 - int(torch.searchsorted(from_top, top_p)))
    edge = torch.from_numpy(np.flatnonzero((bucket == last).numpy()))  # a tenth of the time of torch's nonzero
    values, order = probabilities[edge].sort(descending=True)
    kept = _kept(values, float(mass[last + 1 :].sum()), top_p)
    nucleus = probabilities.masked_fill(bucket < last, 0.0)
    nucleus[edge[order[kept:]]] = 0.0
    return nucleus


def _kept(values: torch.Tensor, before: float, top_p: float) -> int:
    """How many of these, largest first, begin below ``top_p`` when all larger ones have ``before`` together."""
    return max(1, int((before + values.cumsum(-1) - values < top_p).sum()))
