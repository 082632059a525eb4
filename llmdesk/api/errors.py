"""Errors as OpenAI's clients read them: always ``{"error": {message, type, param, code}}`` with the right status."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any

from fastapi.responses import Response

from llmdesk.datatypes.model import ErrorInfo

_NOT_FOUND = ("ModelNotFound", "ModelNotInstalled")
_CODES = {
    "ModelNotFound": "model_not_found",
    "ModelNotInstalled": "model_not_found",
    "EngineBusy": "server_busy",
    "ServerBusy": "server_busy",
    "EngineStopped": "server_stopping",
    "NotEnoughMemory": "not_enough_memory",
    "LoadCancelled": "load_cancelled",
}


class Refusal(Exception):
    """Why a request is not answered.

    Args:
        status: of HTTP.
        message: for people; never holds what a client sent, apart from names.
        code: for programs; None: there is none.
        param: the field that is wrong, as ``messages[0].content``.
        headers: besides the usual ones.
        extra: further fields of the error.
    """

    def __init__(
        self,
        status: int,
        message: str,
        code: str | None = None,
        param: str | None = None,
        headers: Mapping[str, str] | None = None,
        extra: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(message)
        self.status, self.message, self.code, self.param = status, message, code, param
        self.headers, self.extra = dict(headers or {}), dict(extra or {})

    @property
    def kind(self) -> str:
        """OpenAI's type of error."""
        if self.status == HTTPStatus.UNAUTHORIZED:
            return "authentication_error"
        if self.status == HTTPStatus.FORBIDDEN:
            return "permission_error"
        if self.status == HTTPStatus.SERVICE_UNAVAILABLE:
            return "unavailable_error"
        return "server_error" if self.status >= HTTPStatus.INTERNAL_SERVER_ERROR else "invalid_request_error"

    def body(self) -> dict[str, Any]:
        """For JSON."""
        error = {"message": self.message, "type": self.kind, "param": self.param, "code": self.code}
        return {"error": error | self.extra}

    def response(self) -> Response:
        """The whole answer."""
        content = json.dumps(self.body(), ensure_ascii=True)
        return Response(content, self.status, self.headers, "application/json")


def engine_refusal(info: ErrorInfo, retry_after_s: int) -> Refusal:
    """What the engine says, for clients. Tracebacks, and what is inside of bugs, stay in the log."""
    if info.kind == "Bug":
        return Refusal(500, "Something went wrong inside llmdesk; its log has the details.", "internal_error")
    message = f"{info.user_message} {info.hint}".strip()
    status, code = info.http_status, _CODES.get(info.kind)
    if info.context_tokens:
        message = f"The prompt exceeds the available context size. {message}"
        numbers = {"n_prompt_tokens": info.prompt_tokens, "n_ctx": info.context_tokens}
        return Refusal(400, message, "context_length_exceeded", "messages", extra=numbers)
    if info.kind == "LoadCancelled":
        status = HTTPStatus.SERVICE_UNAVAILABLE
    headers = {"Retry-After": str(retry_after_s)} if status == HTTPStatus.SERVICE_UNAVAILABLE else {}
    return Refusal(status, message, code, "model" if info.kind in _NOT_FOUND else None, headers)


def wrong_field(mistakes: Sequence[Any], body: Any) -> Refusal:
    """What pydantic says, for a client: the first mistake, and the field's name. The value is not repeated."""
    first = mistakes[0]
    if first["type"] == "json_invalid":
        return Refusal(400, "The body is no JSON.", "invalid_json")
    name = field_name(tuple(first["loc"]), body)
    return Refusal(400, f"{name}: {first['msg']}." if name else f"{first['msg']}.", None, name or None)


def field_name(place: tuple[Any, ...], body: Any) -> str:
    """pydantic's place of a mistake as ``messages[0].content``: the part of it that stands in the body, and one more.

    Behind that it goes on with the kinds of a union, which mean nothing to a client.
    """
    steps = list(place[1:] if place[:1] == ("body",) else place)
    name, found = "", body
    for step in steps:
        if isinstance(step, int):
            name += f"[{step}]"
        else:
            name += f".{step}" if name else str(step)
        try:
            found = found[step]
        except (KeyError, IndexError, TypeError):
            break
        if not isinstance(found, dict | list):
            break
    return name
