"""How many passages a question can take along: what is left of the context, within the user's bounds."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from llmdesk.datatypes.chat import GenerationRequest
from llmdesk.engine.serving.work import WorkContext
from llmdesk.services.chats.context_count import count_context, count_text, guess_count
from llmdesk.services.collections.passage import Passage

_FRAME_TOKENS = 24  # number, name, place and fences of one
_UNKNOWN_CONTEXT = 2_048
"""What is reckoned with while nobody knows the model's."""


@dataclass(frozen=True, slots=True)
class PassageLimits:
    """So many passages at most, and so many tokens of all together."""

    passages: int
    tokens: int


def fit_passages(
    request: GenerationRequest, found: Sequence[Passage], limits: PassageLimits, context: WorkContext
) -> tuple[Passage, ...] | None:
    """The best of them that have room, as the model counts; None if it is not loaded, or cannot. Engine thread."""
    count = count_context(request, context, most_source_tokens=limits.tokens)
    if count is None:
        return None
    return _taken(found, limits.passages, count.sources, lambda text: count_text(request.model_id, text, context))


def guess_passages(
    request: GenerationRequest, found: Sequence[Passage], limits: PassageLimits, context_tokens: int
) -> tuple[Passage, ...]:
    """The same by guess. ``context_tokens``: of the model; 0 if it is not known."""
    context = context_tokens or _UNKNOWN_CONTEXT
    count = guess_count(request, 0, context, most_source_tokens=limits.tokens)
    return _taken(found, limits.passages, count.sources, lambda text: None)


def _taken(found: Sequence[Passage], most: int, room: int, count: Callable[[str], int | None]) -> tuple[Passage, ...]:
    """In their order, as long as they fit, numbered from 1; a long one does not keep a shorter one behind it out."""
    taken: list[Passage] = []
    for passage in found:
        if len(taken) == most:
            break
        counted = count(passage.text)
        tokens = passage.guessed_tokens if counted is None else counted + _FRAME_TOKENS
        if tokens <= room:
            room -= tokens
            taken.append(replace(passage, number=len(taken) + 1))
    return tuple(taken)
