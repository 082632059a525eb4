"""Drafts by a small model of the same vocabulary (docs/decisions/0058; engine thread only).

It is asked for each token with the random number by which the large model will choose it, so what it says is its guess
at that choice. The large model's choices are not touched: a wrong guess costs time and changes nothing.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Generator
from typing import TYPE_CHECKING

from llmdesk.engine.generation.draft_lengths import COST_OF_VERIFYING, DraftLengths, StepTimes
from llmdesk.engine.generation.prefix_cache import SequenceCache, common_length
from llmdesk.engine.generation.step import Step

if TYPE_CHECKING:
    from llmdesk.engine.generation.sampling import Sampler
    from llmdesk.engine.generation.text_model import TextModel

log = logging.getLogger(__name__)

_READ_TOKENS = 96
"""Of what the small model has not read yet, beside each token of the answer: the text goes on meanwhile."""
_FEW_TOKENS = 8
_READING_SHARE = 0.2
"""Of the time in which an answer was written: the most that reading takes besides. An answer that is too short for
that is not read for."""


class DraftModel:
    """A small model as the drafter of a large one, for as long as both are in memory.

    Args:
        model_id: the small one's.
        small: gives the small model, or None when it is not in memory any more.
        cost: of one of its tokens, in tokens of the large one, as long as that is not measured.
        vocabulary: tokens from that number on are not proposed.
    """

    def __init__(
        self,
        model_id: str,
        small: Callable[[], TextModel | None],
        cost: float,
        vocabulary: int,
        clock: Callable[[], float],
    ) -> None:
        self.model_id, self._small, self.vocabulary, self.clock = model_id, small, vocabulary, clock
        self.lengths = DraftLengths(StepTimes(clock, COST_OF_VERIFYING + cost))

    @property
    def model(self) -> TextModel | None:
        """The small model, as long as it is in memory."""
        return self._small()

    def begin(self, sampler: Sampler, stop_ids: frozenset[int]) -> DraftedAnswer:
        """For one answer of the large model."""
        return DraftedAnswer(self, sampler, stop_ids)


class DraftedAnswer:
    """Drafts for one answer. Whatever goes wrong with the small model ends them, not the answer."""

    def __init__(self, drafter: DraftModel, sampler: Sampler, stop_ids: frozenset[int]) -> None:
        self.drafted_tokens = 0
        self.accepted_tokens = 0
        self.read_tokens = 0  # in pieces, beside the answer
        self.was_alone = True  # while the last draft was made
        self._written_s = self._read_s = 0.0
        self._drafter, self._sampler, self._stop_ids = drafter, sampler, stop_ids
        self._cache: SequenceCache | None = None
        self._held: list[int] = []  # the tokens in the cache
        self._has_ended = False

    def propose(self, ids: list[int], room_tokens: int, left_tokens: int) -> Generator[Step, None, list[int]]:
        """What may come after these tokens (prompt and answer so far), at most so many; nothing before it has read
        them, and where it does not pay. ``left_tokens``: what the answer may still have."""
        if self._has_ended or (model := self._drafter.model) is None:
            self.close()
            return []
        left_tokens = min(left_tokens, model.context_tokens - len(ids))
        room_tokens = min(room_tokens, left_tokens)
        if not (length := self._drafter.lengths.choose(room_tokens)):
            return []
        try:
            return (yield from self._proposed(model, ids, length, left_tokens))
        except Exception:  # an error of the small model is no error of the answer
            log.info("a model that drafts failed", exc_info=True)
            self._forget(model)
            return []

    def note(self, drafted: int, accepted: int, seconds: float | None) -> None:
        """One step of the large model: see DraftLengths."""
        self.drafted_tokens += drafted
        self.accepted_tokens += accepted
        self._written_s += seconds or 0.0
        self._drafter.lengths.note(drafted, accepted, seconds)

    def close(self) -> None:
        """The answer is over: what was read of it is kept for the chat's next one. Idempotent."""
        model, cache, self._cache = self._drafter.model, self._cache, None
        self._has_ended = True
        if model is not None and cache is not None:
            model.prefix_cache.give_back(self._held, cache, len(self._held))

    def _forget(self, model: TextModel) -> None:
        self._has_ended = True
        if self._cache is not None:
            model.prefix_cache.discard(self._cache)
            self._cache = None

    def _proposed(
        self, model: TextModel, ids: list[int], length: int, left_tokens: int
    ) -> Generator[Step, None, list[int]]:
        cache = self._cache_of(model, ids)
        if (unread := len(ids) - cache.length) > _FEW_TOKENS:
            pays = unread <= _READING_SHARE * left_tokens * _READ_TOKENS  # a piece takes a token's time or more
            if not pays or self._read_s > _READING_SHARE * self._written_s:
                return []
            yield from self._read(model, ids[cache.length :][:_READ_TOKENS], cache)
            return []
        sampler, draft, self.was_alone = self._sampler.guesser(), list[int](), True
        new = ids[cache.length :]
        while True:
            step = Step(model.network, new, cache, best=sampler.best, lowered=sampler.lowered)
            yield step
            if (logits := step.result()) is None:
                return []
            self.was_alone &= step.answers == 1
            self._held += new
            token = sampler.choose(logits[0])
            if token >= self._drafter.vocabulary:
                return draft
            draft.append(token)
            if len(draft) == length or token in self._stop_ids:
                return draft
            new = [token]

    def _cache_of(self, model: TextModel, ids: list[int]) -> SequenceCache:
        """A cache with the beginning of these tokens, without the last one. Raises ValueError: it cannot go back."""
        if self._cache is None:
            known = list(ids)
            self._cache = model.prefix_cache.take(known, model.network.new_cache)
            self._held = ids[: self._cache.length]
            del known[self._cache.length + 1 :]  # nobody shall wait for what may never be read
        common = min(common_length(self._held, ids), len(ids) - 1)
        if not self._cache.truncate(common):
            raise ValueError("the cache of the model that drafts cannot forget")
        del self._held[self._cache.length :]
        return self._cache

    def _read(self, model: TextModel, ids: list[int], cache: SequenceCache) -> Generator[Step, None, None]:
        started_s = self._drafter.clock()
        step = Step(model.network, list(ids), cache, last=0, is_prompt=True)
        yield step
        step.result()
        self._read_s += self._drafter.clock() - started_s
        self.read_tokens += len(step.ids)
        self._held += ids[: cache.length - len(self._held)]
        model.prefix_cache.make_room()
