"""Server-sent events: headers at once, a comment now and then while nothing comes, and an end that tells the truth."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Callable
from typing import Any, Protocol

from fastapi import Request
from fastapi.responses import Response
from starlette.types import Receive, Scope, Send

from llmdesk.api.errors import Refusal
from llmdesk.api.exchange import Exchange, left_by_client
from llmdesk.datatypes.chat import Event, Failed, Finished

DONE = b"data: [DONE]\n\n"
_HEADERS = {"Cache-Control": "no-cache", "X-Accel-Buffering": "no"}


class Chunks(Protocol):
    """An answer as server-sent events."""

    def begin(self) -> bytes:
        """What comes before the first token."""
        ...

    def encode(self, event: Event) -> bytes:
        """An event; empty for those that clients do not hear of."""
        ...

    def failed(self, refusal: Refusal) -> bytes:
        """The end of an answer that is not whole."""
        ...


def data(content: Any) -> bytes:
    """One server-sent event. JSON in ASCII: no character can be cut in two, and no line separator is in it."""
    return b"data: " + json.dumps(content, ensure_ascii=True, separators=(",", ":")).encode() + b"\n\n"


class EventStream(Response):
    """Sends an answer as it comes. A client that goes away cancels it; one that reads slowly hinders nobody.

    Args:
        exchange: the answer.
        chunks: what is sent of it.
        refusal: says an error of the engine in the API's words.
        keep_alive_s: see Limits.
    """

    def __init__(
        self, exchange: Exchange, chunks: Chunks, refusal: Callable[[Failed], Refusal], keep_alive_s: float
    ) -> None:
        super().__init__(None, 200, _HEADERS, "text/event-stream")
        del self.headers["content-length"]
        self._exchange, self._chunks, self._refusal, self._keep_alive_s = exchange, chunks, refusal, keep_alive_s

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI."""
        exchange = self._exchange
        watcher = asyncio.create_task(_watch(receive, exchange))
        try:
            await send({"type": "http.response.start", "status": 200, "headers": self.raw_headers})
            await send(_body(b": llmdesk\n\n" + self._chunks.begin()))
            await self._send_events(send)
            if not exchange.is_gone:
                await send(_body(b"", more=False))
        finally:
            watcher.cancel()
            if exchange.end is None:
                exchange.cancel()

    async def _send_events(self, send: Send) -> None:
        exchange, sent_s, is_over = self._exchange, time.monotonic(), False
        while not (is_over or exchange.is_gone):
            left_s = max(0.0, sent_s + self._keep_alive_s - time.monotonic())
            events = await exchange.next(left_s)
            is_over = any(isinstance(event, Finished | Failed) for event in events)
            content = b"".join(map(self._encoded, events))
            if not content and time.monotonic() >= sent_s + self._keep_alive_s:
                content = b": keep-alive\n\n"
            if content and not exchange.is_gone:
                await send(_body(content))
                sent_s = time.monotonic()

    def _encoded(self, event: Event) -> bytes:
        """An error after the beginning is an event of its own, and no [DONE] follows."""
        if isinstance(event, Failed):
            return self._chunks.failed(self._refusal(event))
        if isinstance(event, Finished) and event.reason == "cancelled":
            return self._chunks.failed(was_stopped())
        return self._chunks.encode(event)


async def answered(exchange: Exchange, request: Request) -> list[Event]:
    """All events of an answer, for a client that wants it in one piece. It is cancelled if the client goes away."""
    watcher = asyncio.create_task(_watch(request.receive, exchange))
    events: list[Event] = []
    try:
        while not exchange.is_gone and not (events and isinstance(events[-1], Finished | Failed)):
            events += await exchange.next(60.0)
    finally:
        watcher.cancel()
        if exchange.end is None:
            exchange.cancel()
    return events


def was_stopped() -> Refusal:
    """Somebody else ended the answer: the window took another model."""
    return Refusal(503, "The answer was stopped, since another model was asked for.", "cancelled")


async def _watch(receive: Receive, exchange: Exchange) -> None:
    await left_by_client(receive)
    exchange.leave()


def _body(content: bytes, more: bool = True) -> dict[str, Any]:
    return {"type": "http.response.body", "body": content, "more_body": more}
