"""Who drafts for an answer: its own text before, else a small model, if there is one (engine thread only)."""

from __future__ import annotations

from collections.abc import Generator
from typing import TypedDict

from llmdesk.engine.generation import prompt_lookup
from llmdesk.engine.generation.draft_choice import may_draft
from llmdesk.engine.generation.draft_lengths import DRAFT_LENGTHS
from llmdesk.engine.generation.prefix_cache import SequenceCache
from llmdesk.engine.generation.prompt_lookup import PromptLookup
from llmdesk.engine.generation.sampling import Sampler
from llmdesk.engine.generation.step import Step
from llmdesk.engine.generation.text_model import TextModel


class DraftCounts(TypedDict):
    """Fields of GenerationStats."""

    drafted_tokens: int
    accepted_tokens: int
    model_drafted_tokens: int
    model_accepted_tokens: int
    model_read_tokens: int


class Drafting:
    """The drafts of one answer, and what came of them."""

    def __init__(self, model: TextModel, sampler: Sampler, prompt_tokens: int) -> None:
        self._lookup = PromptLookup(model.step_times) if prompt_lookup.is_enabled() else None
        drafter = model.drafter if may_draft() else None
        self._small = drafter.begin(sampler, model.stop_ids) if drafter else None
        self._is_by_small = False  # the last draft
        self._accepted = 0  # of the last step
        self._prompt_tokens = prompt_tokens
        self._can_draft: bool | None = None  # not known yet

    def propose(self, ids: list[int], cache: SequenceCache, room_tokens: int) -> Generator[Step, None, list[int]]:
        """What may come after these tokens (prompt and answer so far), at most so many; often nothing.

        Args:
            cache: holds all of them but the last one or more; on one that cannot forget nothing is drafted.
        """
        left_tokens = room_tokens
        if self._can_draft is False:
            return []
        if self._can_draft is None:  # the first draft is short: one token before it is computed again, see below
            if cache.length <= self._prompt_tokens:  # one of the prompt would be other numbers then
                return []
            room_tokens = min(room_tokens, DRAFT_LENGTHS[-2])
        draft = self._lookup.propose(ids, room_tokens) if self._lookup else []
        self._is_by_small = not draft
        if not draft and self._small is not None:
            draft = yield from self._small.propose(ids, room_tokens, left_tokens)
        if draft and self._can_draft is None:  # a cache that can forget its last token can forget a draft
            self._can_draft = cache.truncate(cache.length - 1)
        return draft if self._can_draft else []

    def note(self, drafted: int, accepted: int, seconds: float | None) -> None:
        """One step and what came of its draft (0 drafted: a plain step, which all are measured by); no time if others
        shared the step."""
        self._accepted = accepted
        if self._lookup is not None and not (drafted and self._is_by_small):
            self._lookup.note(drafted, accepted, seconds)
        if self._small is not None and (self._is_by_small or not drafted):
            self._small.note(drafted, accepted, seconds)

    def cut(self, kept_tokens: int) -> None:
        """The answer ended so many tokens into the last step: what was right behind that is in no answer."""
        proposer = self._small if self._is_by_small else self._lookup
        if proposer is not None:
            proposer.accepted_tokens -= max(0, self._accepted - kept_tokens)

    @property
    def was_alone(self) -> bool:
        """True if no other answer had a step while the last draft was made."""
        return not self._is_by_small or self._small is None or self._small.was_alone

    @property
    def counts(self) -> DraftCounts:
        """What was drafted, and what of it was right."""
        by_lookup, by_small = self._lookup, self._small
        model_drafted, model_accepted = (by_small.drafted_tokens, by_small.accepted_tokens) if by_small else (0, 0)
        drafted, accepted = (by_lookup.drafted_tokens, by_lookup.accepted_tokens) if by_lookup else (0, 0)
        return DraftCounts(
            drafted_tokens=drafted + model_drafted,
            accepted_tokens=accepted + model_accepted,
            model_drafted_tokens=model_drafted,
            model_accepted_tokens=model_accepted,
            model_read_tokens=by_small.read_tokens if by_small else 0,
        )

    def close(self) -> None:
        """The answer is over. Idempotent."""
        if self._small is not None:
            self._small.close()
