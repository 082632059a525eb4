"""Tokens, counted by the model itself on the engine thread, for the window (GUI thread only)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import TypeVar

from llmdesk.datatypes.chat import GenerationRequest
from llmdesk.datatypes.work import WorkCancelled, WorkDone, WorkEvent, WorkFailed
from llmdesk.engine.serving.runner import EngineRunner
from llmdesk.engine.serving.work import Work
from llmdesk.services.chats.context_count import ContextCount, count_context, count_text
from llmdesk.services.chats.source_budget import PassageLimits, fit_passages
from llmdesk.services.collections.passage import Passage
from llmdesk.ui.threads.event_bridge import EventBridge

T = TypeVar("T")


class TokenCounter:
    """Each question is answered once, on the GUI thread; None: nobody can count that now."""

    def __init__(self, runner: EngineRunner, bridge: EventBridge) -> None:
        self._runner, self._bridge = runner, bridge

    def count(
        self,
        request: GenerationRequest,
        done: Callable[[ContextCount | None], None],
        *,
        typed: str | None = None,
        most_source_tokens: int = 0,
    ) -> None:
        """What a request would take of the context; ``typed``, ``most_source_tokens``: see guess_count."""
        self._run(partial(count_context, request, typed=typed, most_source_tokens=most_source_tokens), done)

    def fit_passages(
        self,
        request: GenerationRequest,
        found: Sequence[Passage],
        limits: PassageLimits,
        done: Callable[[tuple[Passage, ...] | None], None],
    ) -> None:
        """The best of what was found that have room in the context."""
        self._run(partial(fit_passages, request, found, limits), done)

    def count_text(self, model_id: str, text: str, done: Callable[[int | None], None]) -> None:
        """The tokens of a text by itself."""
        self._run(partial(count_text, model_id, text), done)

    def _run(self, work: Work[T | None], done: Callable[[T | None], None]) -> None:
        def on_event(event: WorkEvent[T | None]) -> None:  # engine thread
            if isinstance(event, WorkDone):
                self._bridge.call(partial(done, event.value))
            elif isinstance(event, WorkFailed | WorkCancelled):
                self._bridge.call(partial(done, None))

        self._runner.run(work, on_event)
