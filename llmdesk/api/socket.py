"""``WS /chat/stream``: several answers over one connection, each a series of JSON events that ends exactly once."""

from __future__ import annotations

import asyncio
import contextlib
import json
import time
from typing import Any

from fastapi import APIRouter, WebSocket, WebSocketDisconnect
from pydantic import ValidationError

from llmdesk.api.answers import Deltas
from llmdesk.api.errors import Refusal, wrong_field
from llmdesk.api.exchange import Exchange
from llmdesk.api.gateway import Gateway
from llmdesk.api.limits import items_in
from llmdesk.api.prompts import chat_request, check_chat
from llmdesk.api.replies import timings_of, usage_of
from llmdesk.api.request_log import log_exchange
from llmdesk.api.requests import ChatRequest
from llmdesk.datatypes.chat import Embedded, Event, Failed, Finished, LoadProgress, PromptProgress, Queued, TokenEvent

SUBPROTOCOL = "llmdesk"
MAX_ANSWERS = 8
"""At once, over one connection."""
_LONGEST_ID = 100


def routes(gateway: Gateway) -> APIRouter:
    """The route over this gateway."""
    router = APIRouter()

    @router.websocket("/chat/stream")
    async def chat_stream(websocket: WebSocket) -> None:
        is_offered = SUBPROTOCOL in websocket.scope.get("subprotocols", [])
        await websocket.accept(SUBPROTOCOL if is_offered else None)
        await _Connection(gateway, websocket).run()

    return router


class _Connection:
    def __init__(self, gateway: Gateway, websocket: WebSocket) -> None:
        self._gateway, self._websocket = gateway, websocket
        self._exchanges: dict[str, Exchange | None] = {}  # None: it is on its way to the engine
        self._unwanted: set[str] = set()  # of these
        self._tasks: set[asyncio.Task[None]] = set()

    async def run(self) -> None:
        """Until the client leaves; then nobody wants its answers."""
        try:
            while True:
                message = await self._websocket.receive()
                if message["type"] == "websocket.disconnect":
                    return
                await self._take(message.get("text"))
        except WebSocketDisconnect:
            return
        finally:
            for exchange in self._exchanges.values():
                if exchange is not None:
                    exchange.leave()
            for task in self._tasks:
                task.cancel()

    async def _take(self, text: str | None) -> None:
        """A message of the client. Whatever is wrong with it, the connection goes on."""
        answer_id: str | None = None
        try:
            message = _parsed(text, self._gateway.limits.max_items)
            answer_id = _id_of(message)
            if message.get("type") == "cancel":
                self._cancel(answer_id)
            elif message.get("type") == "chat":
                self._start(answer_id or self._gateway.new_id("ws"), message)
            else:
                raise Refusal(400, "The type of a message is “chat” or “cancel”.", None, "type")
        except Refusal as refusal:
            await self._send({"type": "error", "id": answer_id, **refusal.body()})

    def _cancel(self, answer_id: str | None) -> None:
        if answer_id is None or answer_id not in self._exchanges:
            raise Refusal(404, "There is no such answer under way.", "not_found", "id")
        if (exchange := self._exchanges[answer_id]) is not None:
            exchange.cancel()
        else:
            self._unwanted.add(answer_id)

    def _start(self, answer_id: str, message: dict[str, Any]) -> None:
        if answer_id in self._exchanges:
            raise Refusal(409, "An answer with this id is under way.", "id_taken", "id")
        if len(self._exchanges) >= MAX_ANSWERS:
            raise Refusal(503, f"{MAX_ANSWERS} answers are under way on this connection.", "server_busy")
        self._exchanges[answer_id] = None
        task = asyncio.create_task(self._answer(answer_id, message))
        self._tasks.add(task)
        self._gateway.telling += 1
        task.add_done_callback(self._on_told)

    def _on_told(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        self._gateway.telling -= 1

    async def _answer(self, answer_id: str, message: dict[str, Any]) -> None:
        """One answer, in a task of its own. Its end is told before its id is free again."""
        started_s = time.perf_counter()
        with contextlib.suppress(WebSocketDisconnect):
            try:
                exchange = self._exchanges[answer_id] = await self._submitted(message)
                if answer_id in self._unwanted:
                    exchange.cancel()
                await self._tell(answer_id, exchange, Deltas())
            except Refusal as refusal:
                await self._send({"type": "error", "id": answer_id, **refusal.body()})
            finally:
                self._unwanted.discard(answer_id)
                self._end(self._exchanges.pop(answer_id), started_s)

    def _end(self, exchange: Exchange | None, started_s: float) -> None:
        if exchange is None:
            return
        if exchange.end is None:
            exchange.leave()
        log_exchange(exchange, self._websocket.scope, started_s, self._gateway.activity)

    async def _submitted(self, message: dict[str, Any]) -> Exchange:
        """Raises Refusal."""
        gateway = self._gateway
        try:
            body = ChatRequest.model_validate(message)
        except ValidationError as error:
            raise wrong_field(error.errors(include_input=False), message) from None
        check_chat(body, gateway.limits.max_messages)
        model_id = await gateway.model_id(body.model)
        request_id = gateway.new_id("ws")
        asked = chat_request(body, request_id, model_id, gateway.limits.max_messages, gateway.answer_cache)
        await gateway.check(asked)
        return gateway.submit(asked)

    async def _tell(self, answer_id: str, exchange: Exchange, deltas: Deltas) -> None:
        while True:
            for event in await exchange.next(60.0):
                for told in self._events(event, deltas):
                    await self._send({"type": told.pop("type"), "id": answer_id, **told})
                if isinstance(event, Finished | Failed):
                    return
            if exchange.is_gone:
                return

    def _events(self, event: Event, deltas: Deltas) -> list[dict[str, Any]]:
        """An event of the engine as clients hear of it."""
        match event:
            case Queued():
                return [{"type": "queued", "position": event.position, "waits_for": event.waits_for}]
            case LoadProgress():
                return [{"type": "load", "model": event.model_id, "phase": event.phase, "fraction": event.fraction}]
            case PromptProgress():
                return [{"type": "prompt", "done_tokens": event.done_tokens, "total_tokens": event.total_tokens}]
            case TokenEvent():
                return [{"type": "delta", **delta} for delta in deltas.of(event)]
            case Embedded():
                return []  # a chat asks for none
            case Finished():
                reason = "cancelled" if event.reason == "cancelled" else deltas.end_reason(event)
                figures = {"usage": usage_of(event.stats).model_dump(), "timings": timings_of(event.stats).model_dump()}
                return [{"type": "stats", **figures}, {"type": "done", "finish_reason": reason}]
            case Failed():
                return [{"type": "error", **self._gateway.refusal(event.error).body()}]

    async def _send(self, content: dict[str, Any]) -> None:
        await self._websocket.send_text(json.dumps(content, ensure_ascii=True))


def _parsed(text: str | None, max_items: int) -> dict[str, Any]:
    if items_in((text or "").encode(errors="replace")) > max_items:
        raise Refusal(413, "There are too many values in the message.", "request_too_large")
    try:
        found = json.loads(text or "")
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict):
        raise Refusal(400, "A message is a JSON object, as text.")
    return found


def _id_of(message: dict[str, Any]) -> str | None:
    found = message.get("id")
    if found is None or (isinstance(found, str) and 0 < len(found) <= _LONGEST_ID):
        return found
    raise Refusal(400, f"The id of an answer is a text of up to {_LONGEST_ID} letters.", None, "id")
