"""Tokens, counted by the model itself on the engine thread, for the window (GUI thread only)."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TypeVar

from llmdesk.datatypes.chat import GenerationRequest
from llmdesk.datatypes.work import WorkCancelled, WorkDone, WorkEvent, WorkFailed
from llmdesk.engine.serving.runner import EngineRunner
from llmdesk.engine.serving.work import Work
from llmdesk.services.chats.context_count import ContextCount, count_context, count_text
from llmdesk.ui.threads.event_bridge import EventBridge

T = TypeVar("T")


class TokenCounter:
    """Each question is answered once, on the GUI thread; None: nobody can count that now."""

    def __init__(self, runner: EngineRunner, bridge: EventBridge) -> None:
        self._runner, self._bridge = runner, bridge

    def count(self, request: GenerationRequest, done: Callable[[ContextCount | None], None]) -> None:
        """What a request would take of the context."""
        self._run(partial(count_context, request), done)

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
