"""A request on its way to the engine, which may have to wait until the prompt is on the disk (any thread)."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Protocol

from llmdesk.datatypes.chat import EventSink, GenerationRequest
from llmdesk.engine.serving.waiting_line import GenerationHandle


class AnswerSource(Protocol):
    """Where a chat's answers come from: the engine, or a replay."""

    def new_request_id(self) -> str:
        """For a request to come."""

    def submit(self, request: GenerationRequest, sink: EventSink) -> GenerationHandle:
        """Answer it, by events into the sink. Any thread; returns at once."""


class Keeper(Protocol):
    """Writes a chat down as it changes."""

    def when_written(self, call: Callable[[], None]) -> None:
        """Call once all that has changed so far is written, or cannot be, or takes too long; on any thread.

        It may be called more than once.
        """


class Submission:
    """Reaches the engine once, however often ``submit`` is called. A cancel before that is made good then, so that the
    engine tells the end of the request, as of any other.
    """

    def __init__(self, engine: AnswerSource, request: GenerationRequest, sink: EventSink) -> None:
        self._engine, self._request, self._sink = engine, request, sink
        self._lock = threading.Lock()
        self._handle: GenerationHandle | None = None
        self._is_submitted = self._is_cancelled = False

    def submit(self) -> None:
        """Hand the request to the engine."""
        with self._lock:
            if self._is_submitted:
                return
            self._is_submitted = True
        handle = self._engine.submit(self._request, self._sink)
        with self._lock:
            self._handle = handle
            is_cancelled = self._is_cancelled
        if is_cancelled:
            handle.cancel()

    def cancel(self) -> None:
        """End it. Idempotent."""
        with self._lock:
            self._is_cancelled = True
            handle = self._handle
        if handle is not None:
            handle.cancel()
