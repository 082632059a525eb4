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

from llmdesk.api.activity import Activity
from llmdesk.api.exchange import Exchange
from llmdesk.datatypes.chat import Failed, Finished
from llmdesk.datatypes.serving import ServedRequest
from llmdesk.services.live.throughput import told_prompt_tps

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
        activity: told of each request but those that only ask how the server is.
    """

    def __init__(self, app: ASGIApp, count: Callable[[str, int], None], activity: Activity) -> None:
        self._app, self._count, self._activity = app, count, activity

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
            fields = _fields(scope, record, status)
            if scope["path"] in _QUIET:
                _log(logging.DEBUG, fields)
            else:
                _log(logging.INFO, fields)
                self._activity.note_request(_served(fields))


def log_exchange(exchange: Exchange, scope: Scope, started_s: float, activity: Activity) -> None:
    """The line of one answer over the WebSocket with this scope, which was asked for then (``perf_counter``)."""
    fields = _head(scope, record_of(scope).key, started_s) | {"id": exchange.request.request_id, "status": 101}
    fields |= _answer_fields(exchange)
    _log(logging.INFO, fields)
    activity.note_request(_served(fields))


def _fields(scope: Scope, record: Record, status: int) -> dict[str, Any]:
    fields = {"id": record.request_id, "status": status} | _head(scope, record.key, record.started_s)
    return fields | (_answer_fields(record.exchange) if record.exchange is not None else {})


def _head(scope: Scope, key: str, started_s: float) -> dict[str, Any]:
    client = scope.get("client")
    return {
        "method": scope.get("method", "WS"),
        "path": scope["path"][:_LONGEST],
        "client": client[0] if client else "",
        "key": key,
        "duration_s": round(time.perf_counter() - started_s, 4),
    }


def _served(fields: dict[str, Any]) -> ServedRequest:
    """The part of a line that the window shows."""
    names = ("client", "key", "method", "path", "status", "model", "end", "new_tokens", "decode_tps", "duration_s")
    return ServedRequest(time.time(), **{name: fields[name] for name in names if name in fields})


def _answer_fields(exchange: Exchange) -> dict[str, Any]:
    end, stats = exchange.end, exchange.stats
    reason = "client_gone" if exchange.is_gone else "failed"
    if isinstance(end, Finished) and not exchange.is_gone:
        reason, stats = end.reason, end.stats
    fields: dict[str, Any] = {"model": exchange.request.model_id, "end": reason}
    prompt_tps = told_prompt_tps(stats)
    if isinstance(end, Failed):
        fields["error"] = end.error.kind
    return fields | {
        "prompt_tokens": stats.prompt_tokens,
        "cached_tokens": stats.cached_tokens,
        "new_tokens": max(stats.new_tokens, exchange.new_tokens),
        "queue_s": round(stats.queue_s, 4),
        "ttft_s": round(stats.ttft_s, 4),
        **({"prompt_tps": round(prompt_tps, 1)} if prompt_tps is not None else {}),
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
