"""How many passages a question can take along: what is left of the context, within bounds."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from llmdesk.datatypes.chat import GenerationRequest
from llmdesk.engine.serving.work import WorkContext
from llmdesk.errors import PromptError, UnsupportedModel
from llmdesk.services.chats.context_count import count_context, count_text, guess_count, guess_tokens
from llmdesk.services.chats.sources import Source, Sources

MOST_PASSAGES = 8
_UNKNOWN_CONTEXT = 2_048
"""What is reckoned with while nobody knows the model's."""


def fit_sources(request: GenerationRequest, found: Sequence[Source], context: WorkContext) -> tuple[Source, ...] | None:
    """The best of them that have room, as the model counts; None if it is not loaded, or cannot. Engine thread."""
    count = count_context(request, context, searches=True)
    if count is None:
        return None
    try:
        return _taken(found, count.sources, lambda text: count_text(request.model_id, text, context))
    except (UnsupportedModel, PromptError):
        return None


def guess_sources(request: GenerationRequest, found: Sequence[Source], context_tokens: int) -> tuple[Source, ...]:
    """The same by guess. ``context_tokens``: of the model; 0 if it is not known."""
    count = guess_count(request, 0, context_tokens or _UNKNOWN_CONTEXT, searches=True)
    return _taken(found, count.sources, lambda text: None)


def _taken(found: Sequence[Source], room: int, count: Callable[[str], int | None]) -> tuple[Source, ...]:
    """In their order, as long as they fit; a long one does not keep a shorter one behind it out."""
    taken: list[Source] = []
    for source in found:
        if len(taken) == MOST_PASSAGES:
            break
        tokens = count(source.text)
        counted = replace(source, token_count=guess_tokens(source.text) if tokens is None else tokens)
        if Sources((*taken, counted)).token_count <= room:
            taken.append(counted)
    return tuple(taken)

