"""Logits to the next token, in the order of transformers' processors (engine thread only)."""

from __future__ import annotations

import secrets

import torch  # noqa: TID253  (imported by backends only)

from llmdesk.datatypes import SamplingParams
from llmdesk.engine.response_cache import is_greedy

_NUCLEUS_TRIED = 1024
"""Tokens among which the nucleus of ``top_p`` is looked for before the whole vocabulary is sorted (20 times slower)."""


class Sampler:
    """Chooses tokens for one answer: one random number per token, so the same seed gives the same answer."""

    def __init__(self, params: SamplingParams, prompt_ids: list[int]) -> None:
        self._params = params
        self._is_greedy = is_greedy(params)
        self._generator = torch.Generator()
        self._generator.manual_seed(secrets.randbits(63) if params.seed is None else params.seed % 2**63)
        self._seen_ids = set(prompt_ids)
        self._seen = torch.tensor(sorted(self._seen_ids), dtype=torch.long)

    @torch.inference_mode()
    def choose(self, logits: torch.Tensor) -> int:
        """float32 (V,) -> token id"""
        penalized = self._params.repetition_penalty != 1.0
        if penalized:
            logits = self._penalized(logits)
        token = int(logits.argmax()) if self._is_greedy else self._sample(logits)
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
        threshold = torch.rand(1, generator=self._generator, dtype=torch.float64) * cumulative[-1]
        index = int(torch.searchsorted(cumulative, threshold, right=True))
        index = min(index, len(cumulative) - 1)
        return index if ids is None else int(ids[index])

    def _candidates(self, logits: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor | None]:
        """Probabilities of the tokens that top_k and top_p leave, and their ids (None: all, in their order)."""
        params, vocabulary = self._params, logits.shape[0]
        is_cut = 0 < params.top_k < vocabulary
        if is_cut:
            logits, ids = logits.topk(params.top_k)  # sorted, largest first
        probabilities = (logits / params.temperature).softmax(-1)
        if params.top_p >= 1.0:
            return probabilities, ids if is_cut else None
        if not is_cut:
            probabilities, ids = self._largest(probabilities)
        before = probabilities.cumsum(-1) - probabilities
        kept = max(1, int((before < params.top_p).sum()))
        return probabilities[:kept], ids[:kept]

    def _largest(self, probabilities: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """As many of the largest, sorted, as the nucleus can have."""
        tried = min(_NUCLEUS_TRIED, len(probabilities))
        values, ids = probabilities.topk(tried)
        if float(values.sum()) < self._params.top_p:
            values, ids = probabilities.sort(descending=True)
        return values, ids
