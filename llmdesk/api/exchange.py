"""One request on its way through the engine, seen from the event loop.

The engine thread hands its events over and goes on: it waits for no client. The first token and whatever is no token
arrives at once; from then on the loop looks for tokens by itself, 30 times a second, until none came: to wake it for
each would take the processor from the kernels that make the next one. What waits here is at most one answer long.
However a request ends (answered, failed, client gone, too long, server closing), there is exactly one terminal event.
"""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections import deque
from collections.abc import Callable

from starlette.types import Receive

from llmdesk.datatypes.chat import (
    Event,
    Failed,
    Finished,
    GenerationStats,
    PromptProgress,
    Request,
    TokenEvent,
)
from llmdesk.datatypes.model import ErrorInfo
from llmdesk.words import say

Told = Callable[["Exchange", Event], None]
_LOOK_EVERY_S = 1 / 30


class Exchange:
    """Event loop only, but for ``sink``.

    Args:
        request: what was asked.
        on_event: called with this and each event, on the loop.
        on_end: called once, with the engine's own last event, when the engine is done with it.

    Attributes:
        end: the terminal event, once it is there.
        is_gone: the client has left.
        new_tokens: so many have come.
        cancel: asks the engine to stop; set by who submits.
    """

    def __init__(self, request: Request, on_event: Told, on_end: Told) -> None:
        self.request = request
        self.end: Finished | Failed | None = None
        self.is_gone = False
        self.has_started = False
        self.new_tokens = 0
        self.cancel: Callable[[], None] = lambda: None
        self.stats = GenerationStats()
        self._timer: asyncio.TimerHandle | None = None
        self._lock = threading.Lock()
        self._arrived: list[Event] = []  # from the engine, not looked at yet
        self._is_awake = False  # the loop will look at what has arrived without being woken
        self._looks_by_itself = False  # for tokens
        self._on_event, self._on_end = on_event, on_end
        self._loop = asyncio.get_running_loop()
        self._events: deque[Event] = deque()
        self._news = asyncio.Event()
        self._engine_is_done = False

    def sink(self, event: Event) -> None:
        """See EventSink; any thread."""
        with self._lock:
            self._arrived.append(event)
            if self._is_awake or (self._looks_by_itself and isinstance(event, TokenEvent)):
                return
            self._is_awake = True
        with contextlib.suppress(RuntimeError):  # the loop is closed: nobody listens any more
            self._loop.call_soon_threadsafe(self._look)

    async def next(self, timeout_s: float) -> list[Event]:
        """What has come: at least one event, or none after that time or when the client has left."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(timeout_s):
                await self._news.wait()
        self._news.clear()
        events = list(self._events)
        self._events.clear()
        return events

    async def first(self, timeout_s: float) -> None:
        """Wait for the engine's first word; what has come stays for ``next``."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(timeout_s):
                await self._news.wait()

    def leave(self) -> None:
        """The client is gone: nobody wants the rest."""
        self.is_gone = True
        self._news.set()
        self.cancel()

    def fail(self, error: ErrorInfo) -> None:
        """End it here and now, whatever the engine does meanwhile. Nothing happens if it has ended."""
        if self.end is None:
            self._put(Failed(self.request.request_id, error))
            self.cancel()

    def limit(self, seconds: float) -> None:
        """End it after so long."""
        words = say("This took longer than {limit:g} seconds (server.max_request_s).", limit=seconds)
        error = ErrorInfo("TookTooLong", words, "", 504)
        self._timer = self._loop.call_later(seconds, lambda: self.fail(error))

    def _look(self, is_by_itself: bool = False) -> None:
        """Take what has arrived. After tokens there will be more soon."""
        with self._lock:
            events, self._arrived = self._arrived, []
            has_tokens = any(isinstance(event, TokenEvent) for event in events)
            looks_again = has_tokens and (is_by_itself or not self._looks_by_itself)
            if is_by_itself or looks_again:
                self._looks_by_itself = looks_again
            if not is_by_itself:
                self._is_awake = False
        if looks_again:
            self._loop.call_later(_LOOK_EVERY_S, self._look, True)
        for event in events:
            self._arrive(event)

    def _arrive(self, event: Event) -> None:
        if self.end is None:
            self._put(event)
        if isinstance(event, Finished | Failed) and not self._engine_is_done:
            self._engine_is_done = True
            self.stats = event.stats or self.stats
            if self._timer is not None:
                self._timer.cancel()
            self._on_end(self, event)

    def _put(self, event: Event) -> None:
        if isinstance(event, Finished | Failed):
            self.end = event
        elif isinstance(event, PromptProgress):
            self.has_started = True
        elif isinstance(event, TokenEvent):
            self.new_tokens = event.new_tokens
        self._events.append(event)
        self._news.set()
        self._on_event(self, event)


async def left_by_client(receive: Receive) -> None:
    """Returns when ASGI's ``receive`` says that the client has gone. Its request must have been read."""
    while (await receive())["type"] != "http.disconnect":
        pass
