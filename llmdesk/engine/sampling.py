"""Logits to the next token, in the order of transformers' processors (engine thread only)."""

from __future__ import annotations

import secrets

import torch  # noqa: TID253  (imported by backends only)

from llmdesk.datatypes import SamplingParams

_GREEDY_BELOW = 1e-4
"""A temperature whose quotients would leave the range of float32."""


class Sampler:
    """Chooses tokens for one answer. Two samplers with the same seed and the same logits choose the same tokens."""

    def __init__(self, params: SamplingParams, prompt_ids: list[int]) -> None:
        self._params = params
        self._generator = torch.Generator()
        self._generator.manual_seed(secrets.randbits(63) if params.seed is None else params.seed % 2**63)
        self._seen = torch.tensor(sorted(set(prompt_ids)), dtype=torch.long)

    @torch.inference_mode()
    def choose(self, logits: torch.Tensor) -> int:
        """float32 (V,) -> token id"""
        params = self._params
        if params.repetition_penalty != 1.0:
            logits = self._penalized(logits)
        greedy = params.temperature < _GREEDY_BELOW
        token = int(logits.argmax()) if greedy else self._sample(logits / params.temperature)
        if params.repetition_penalty != 1.0:
            self._seen = torch.cat((self._seen, torch.tensor([token]))).unique()
        return token

    def _penalized(self, logits: torch.Tensor) -> torch.Tensor:
        """Keskar et al. 2019 (arXiv 1909.05858): seen tokens are divided (or multiplied, below 0) by the penalty."""
        seen = logits[self._seen]
        penalty = self._params.repetition_penalty
        return logits.clone().index_put_((self._seen,), torch.where(seen < 0, seen * penalty, seen / penalty))

    def _sample(self, logits: torch.Tensor) -> int:
        params, vocabulary = self._params, logits.shape[0]
        count = min(params.top_k, vocabulary) if params.top_k > 0 else vocabulary
        values, indices = logits.topk(count)  # sorted, largest first
        probabilities = values.softmax(-1)
        if params.top_p < 1.0:
            before = probabilities.cumsum(-1) - probabilities
            probabilities = probabilities.masked_fill(before >= params.top_p, 0.0)
            probabilities[0] = probabilities[0].clamp_min(1e-9)
        if params.min_p > 0.0:
            probabilities = probabilities.masked_fill(probabilities < params.min_p * probabilities[0], 0.0)
        choice = torch.multinomial(probabilities, 1, generator=self._generator)
        return int(indices[choice])
