"""What the server does now and has done last, for who watches it: the window."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable
from typing import TYPE_CHECKING

from llmdesk.datatypes.chat import Event, TokenEvent
from llmdesk.datatypes.serving import ServedRequest, ServerLoad
from llmdesk.listeners import Listeners, Unsubscribe
from llmdesk.services.live.throughput import Throughput

if TYPE_CHECKING:
    from llmdesk.api.exchange import Exchange

KEPT = 200


class Activity:
    """The event loop notes; any thread reads. It outlives the server, so that its log goes on after a new start."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._under_way: dict[str, Exchange] = {}
        self._throughput = Throughput()
        self._requests: deque[ServedRequest] = deque(maxlen=KEPT)
        self._count = 0
        self._listeners: Listeners[None] = Listeners()

    def subscribe(self, listener: Callable[[None], None]) -> Unsubscribe:
        """Be called, on the event loop's thread, when a request begins or ends. Tokens are not told."""
        return self._listeners.add(listener)

    def load(self) -> ServerLoad:
        """What goes on now."""
        with self._lock:
            running = sum(exchange.has_started for exchange in self._under_way.values())
            tps = self._throughput.live_tps(time.perf_counter())
            return ServerLoad(running, len(self._under_way) - running, tps)

    def requests_after(self, number: int) -> tuple[list[ServedRequest], int]:
        """See LocalServer."""
        with self._lock:
            new = min(max(0, self._count - number), len(self._requests))
            return list(self._requests)[len(self._requests) - new :], self._count

    def begin(self, exchange: Exchange) -> None:
        """A request goes to the engine."""
        with self._lock:
            self._under_way[exchange.request.request_id] = exchange
            self._throughput.start(exchange.request.request_id)
        self._listeners.tell(None)

    def note_event(self, request_id: str, event: Event) -> None:
        """An event of an answer."""
        if isinstance(event, TokenEvent):
            with self._lock:
                self._throughput.add(event)

    def end(self, request_id: str) -> None:
        """The engine is done with it."""
        with self._lock:
            self._under_way.pop(request_id, None)
            self._throughput.end(request_id)
        self._listeners.tell(None)

    def note_request(self, request: ServedRequest) -> None:
        """A request was answered."""
        with self._lock:
            self._requests.append(request)
            self._count += 1
        self._listeners.tell(None)

    def forget_running(self) -> None:
        """The server has ended: whoever was not told so by the engine will not be any more."""
        with self._lock:
            for request_id in self._under_way:
                self._throughput.end(request_id)
            self._under_way.clear()
        self._listeners.tell(None)
