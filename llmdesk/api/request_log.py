"""One line per request: who, what, tokens, times. Never a word of a prompt or an answer, never a key."""

from __future__ import annotations

import json
import logging
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from llmdesk.api.exchange import Exchange
from llmdesk.datatypes.chat import Failed, Finished

log = logging.getLogger("llmdesk.api.requests")

_QUIET = ("/health", "/v1/health", "/metrics")
_LONGEST = 200


@dataclass(slots=True)
class Record:
    """What is known of one request. ``key`` is the name of its key, not the key."""

    request_id: str
    key: str = ""
    exchange: Exchange | None = None
    started_s: float = field(default_factory=time.perf_counter)


def record_of(scope: Scope) -> Record:
    """The record of the request with this scope."""
    record: Record = scope["state"]["record"]
    return record


class RequestLog:
    """ASGI, outermost: logs and counts each request, and gives it an id that is also in its answer's headers.

    Args:
        app: what answers.
        count: told route and status of each answer.
    """

    def __init__(self, app: ASGIApp, count: Callable[[str, int], None]) -> None:
        self._app, self._count = app, count

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI."""
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        record = Record(f"req-{secrets.token_hex(8)}")
        scope.setdefault("state", {})["record"] = record
        status = 0

        async def note(message: Message) -> None:
            nonlocal status
            if message["type"] in ("http.response.start", "websocket.http.response.start"):
                status = message["status"]
                message.setdefault("headers", []).append((b"x-request-id", record.request_id.encode()))
            elif message["type"] == "websocket.accept":
                status = 101
            await send(message)

        try:
            await self._app(scope, receive, note)
        finally:
            route = getattr(scope.get("route"), "path", "other")
            self._count(route, status)
            level = logging.DEBUG if scope["path"] in _QUIET else logging.INFO
            _log(level, _fields(scope, record, status))


def log_exchange(exchange: Exchange, key: str) -> None:
    """The line of one answer over a WebSocket."""
    fields: dict[str, Any] = {"id": exchange.request.request_id, "method": "WS", "path": "/chat/stream", "key": key}
    _log(logging.INFO, fields | _answer_fields(exchange))


def _fields(scope: Scope, record: Record, status: int) -> dict[str, Any]:
    client = scope.get("client")
    fields = {
        "id": record.request_id,
        "method": scope.get("method", "WS"),
        "path": scope["path"][:_LONGEST],
        "status": status,
        "client": client[0] if client else "",
        "key": record.key,
        "duration_s": round(time.perf_counter() - record.started_s, 4),
    }
    return fields | (_answer_fields(record.exchange) if record.exchange is not None else {})


def _answer_fields(exchange: Exchange) -> dict[str, Any]:
    end, stats = exchange.end, exchange.stats
    reason = "client_gone" if exchange.is_gone else "failed"
    if isinstance(end, Finished) and not exchange.is_gone:
        reason, stats = end.reason, end.stats
    fields: dict[str, Any] = {"model": exchange.request.model_id, "end": reason}
    if isinstance(end, Failed):
        fields["error"] = end.error.kind
    return fields | {
        "prompt_tokens": stats.prompt_tokens,
        "cached_tokens": stats.cached_tokens,
        "new_tokens": max(stats.new_tokens, exchange.new_tokens),
        "queue_s": round(stats.queue_s, 4),
        "ttft_s": round(stats.ttft_s, 4),
        "prompt_tps": round(stats.prompt_tps, 1),
        "decode_tps": round(stats.decode_tps, 1),
    }


def _log(level: int, fields: dict[str, Any]) -> None:
    """In the text, what a client chose is written as JSON, so that no line break of its makes a line of its own."""
    shown = (
        f"{name}={value if isinstance(value, int | float) else json.dumps(value)}" for name, value in fields.items()
    )
    log.log(level, "%s", " ".join(shown), extra={"request": fields})


class JsonLines(logging.Formatter):
    """A JSON object per line."""

    def format(self, record: logging.LogRecord) -> str:
        """See logging.Formatter."""
        fields = getattr(record, "request", None) or {"message": record.getMessage()}
        time_text = self.formatTime(record, "%Y-%m-%dT%H:%M:%S%z")
        head = {"time": time_text, "level": record.levelname, "logger": record.name}
        if record.exc_info:
            fields = {**fields, "traceback": self.formatException(record.exc_info)}
        return json.dumps(head | fields, ensure_ascii=True, default=str)
