"""How a lane's answer and probabilities stand beside the reference's (engine thread only)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from llmdesk.datatypes.chat import ChatMessage
from llmdesk.engine.measuring.continuation import (
    MOST_TOKENS,
    compare_answer,
    foretold,
    text_model_in,
    vocabulary_of,
)
from llmdesk.services.race.race import LaneRun, Plan, Quality, Standing

if TYPE_CHECKING:
    import torch

    from llmdesk.engine.backend import LoadedModel


@dataclass(frozen=True, slots=True)
class _Reference:
    """The first lane of a vocabulary: its whole answer, and what it foretold over the beginning of that."""

    lane: int
    ids: list[int]
    logits: torch.Tensor


class Comparison:
    """See the module. Lanes come in the order in which they are run; the first one of a vocabulary is its reference."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._references: dict[str, _Reference] = {}

    def place(
        self, number: int, model: LoadedModel, ids: list[int], report: Callable[[int, int], None]
    ) -> tuple[Standing, Quality | None]:
        """A lane that has been run, its model still loaded, with the tokens of its answer.

        Args:
            report: tokens done and all of them; what it raises passes.
        """
        if sum(not lane.is_remote for lane in self._plan.lanes) == 1:
            return "alone", None
        text_model = text_model_in(model)
        if text_model is None or not ids:
            return "not_measured", None
        vocabulary = vocabulary_of(text_model)
        prompt_ids = text_model.chats.encode((ChatMessage("user", self._plan.prompt),)).ids
        known = self._references.get(vocabulary)
        answer = (known.ids if known is not None else ids)[:MOST_TOKENS]
        logits = foretold(text_model.network, prompt_ids, answer, report)
        if known is None:
            self._references[vocabulary] = _Reference(number, ids, logits)
            return "reference", None
        found = compare_answer(known.logits, logits, answer)
        if found is None:
            return "other_vocabulary", None
        differs_at = first_difference(known.ids, ids) if self._plan.seed is None else None
        equal = equal_share(found.equal_first, found.positions, differs_at)
        return "compared", Quality(known.lane, found.positions, found.mean_kl, equal, differs_at)

    def settled(self, runs: tuple[LaneRun, ...]) -> tuple[LaneRun, ...]:
        """Nothing is a reference that nothing was compared with: its vocabulary is another than the others', or no
        other lane came to where it could be compared."""
        used = {run.quality.reference for run in runs if run.quality is not None}
        has_others = any(run.standing in ("other_vocabulary", "compared") for run in runs)
        has_others |= sum(run.standing == "reference" for run in runs) > 1
        lonely: Standing = "other_vocabulary" if has_others else "alone"
        return tuple(
            replace(run, standing=lonely) if run.standing == "reference" and number not in used else run
            for number, run in enumerate(runs)
        )


def equal_share(equal_first: float, positions: int, differs_at: int | None) -> float:
    """Of the compared positions, those at which both hold, and wrote, the same token.

    In a near tie a lane may write another token than it foretells when it reads the reference's answer in one go.
    """
    if differs_at is None or differs_at > positions:
        return equal_first
    return min(equal_first, 1 - 1 / positions)


def first_difference(reference: Sequence[int], ids: Sequence[int]) -> int | None:
    """The first token (from 1) that is another one; None: there is none.

    An answer that ends where the other goes on differs in the token after its last.
    """
    for place, (one, other) in enumerate(zip(reference, ids, strict=False), start=1):
        if one != other:
            return place
    return None if len(reference) == len(ids) else min(len(reference), len(ids)) + 1
