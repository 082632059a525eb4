"""Errors as OpenAI's clients read them: always ``{"error": {message, type, param, code}}`` with the right status."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any

from fastapi.responses import Response

from llmdesk.datatypes.model import ErrorInfo

_OF_THE_MODEL = ("ModelNotFound", "ModelNotInstalled", "UnsupportedModel")
_CODES = {
    "ModelNotFound": "model_not_found",
    "ModelNotInstalled": "model_not_found",
    "UnsupportedModel": "unsupported_model",
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
    return Refusal(status, message, code, "model" if info.kind in _OF_THE_MODEL else None, headers)


def wrong_field(mistakes: Sequence[Any], body: Any) -> Refusal:
    """What pydantic says, for a client: one mistake, and the field's name. The value is not repeated.

    Where a field may be of several kinds, pydantic tells what is wrong with each; the one that goes deepest is meant.
    """
    if mistakes[0]["type"] == "json_invalid":
        return Refusal(400, "The body is no JSON.", "invalid_json")
    if tuple(mistakes[0]["loc"]) == ("body",):  # empty, or a list
        return Refusal(400, "The body is no JSON object.", "invalid_json")
    names = [_field_name(mistake, body) for mistake in mistakes]
    depth = max(depth for _, depth in names)
    name, mistake = next((names[n][0], found) for n, found in enumerate(mistakes) if names[n][1] == depth)
    words = str(mistake["msg"]).removeprefix("Value error, ").rstrip(".")
    return Refusal(400, f"{name}: {words}." if name else f"{words}.", None, name or None)


def _field_name(mistake: Any, body: Any) -> tuple[str, int]:
    """The place of a mistake as ``messages[0].content``, and how deep that is.

    In pydantic's place there are also the kinds that a field may have, which mean nothing to a client: what does not
    stand in the body is left out, unless it is what is missing.
    """
    place = mistake["loc"]
    steps = place[1:] if place[:1] == ("body",) else place
    name, depth, found = "", 0, body
    for step in steps:
        is_there = step in found if isinstance(found, dict) else isinstance(found, list) and _is_index(step, found)
        if is_there:
            found = found[step]
        elif not (mistake["type"] == "missing" and step is steps[-1]):
            continue
        name += f"[{step}]" if isinstance(step, int) else f".{step}" if name else str(step)
        depth += 1
    return name, depth


def _is_index(step: Any, found: list[Any]) -> bool:
    return isinstance(step, int) and step < len(found)
