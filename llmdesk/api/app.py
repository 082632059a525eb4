"""The application: all routes behind the doors, and every error in OpenAI's form."""

from __future__ import annotations

import logging
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, HTTPException, Request
from fastapi.exceptions import RequestValidationError
from fastapi.middleware.cors import CORSMiddleware
from fastapi.responses import JSONResponse, Response
from starlette.exceptions import HTTPException as StarletteHTTPException
from starlette.types import ASGIApp

from llmdesk import __version__
from llmdesk.api import audience, embeddings, health, messages, models, openai, responses, socket, web
from llmdesk.api.documentation import complete
from llmdesk.api.errors import Refusal, wrong_field
from llmdesk.api.gateway import Gateway
from llmdesk.api.guard import Doors, FrontDoor, KeyDoor
from llmdesk.api.keys import ServerKeys
from llmdesk.api.request_log import RequestLog

log = logging.getLogger(__name__)

_NO_TELEMETRY: Any = {"tracing": False, "metrics": False, "logs": False, "auto_configure": False}
_NO_BODY = "There was an error parsing the body"
"""FastAPI's words where a body cannot even be read as text."""
_WORDS = {
    404: "There is nothing at this address.",
    405: "This address does not take this method.",
}
_CODES = {
    404: "not_found",
    405: "method_not_allowed",
    408: "request_timeout",
    413: "request_too_large",
}


def make_app(gateway: Gateway, doors: Doors, keys: ServerKeys) -> ASGIApp:
    """The server's application (ASGI)."""
    app: ASGIApp = KeyDoor(routed(gateway), keys, doors.needs_key, gateway.limits)
    if doors.origins:
        app = CORSMiddleware(
            app, sorted(doors.origins), ["GET", "POST"], ["*"], expose_headers=["x-request-id"], max_age=600
        )
    return RequestLog(FrontDoor(app, doors), gateway.metrics.note_response, gateway.activity)


def routed(gateway: Gateway) -> FastAPI:
    """The routes alone. The pages that FastAPI makes of the schema load scripts from elsewhere, so there are none."""
    app = FastAPI(
        title="llmdesk", version=__version__, docs_url=None, redoc_url=None, redirect_slashes=False,
        telemetry=_NO_TELEMETRY,
    )  # fmt: skip
    for part in (
        openai.routes,
        embeddings.routes,
        responses.routes,
        messages.routes,
        models.routes,
        models.token_routes,
        health.routes,
        audience.routes,
        socket.routes,
    ):
        app.include_router(part(gateway))
    app.include_router(web.routes())
    app.add_exception_handler(Refusal, _refused)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(StarletteHTTPException, _http_error)
    app.add_exception_handler(Exception, _bug)
    make_schema = app.openapi
    app.openapi = lambda: complete(make_schema())  # type: ignore[method-assign]
    return app


async def _refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, Refusal)
    return _response(request, error)


async def _invalid(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    is_json = "json" in request.headers.get("content-type", "").lower()
    if isinstance(error.body, bytes) and not is_json:  # as curl sends it when it is told nothing else
        text = "Send JSON, with the header Content-Type: application/json."
        return _response(request, Refusal(400, text, "invalid_json"))
    return _response(request, wrong_field(list(error.errors()), error.body))


async def _http_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException | StarletteHTTPException)
    status = error.status_code
    if status == HTTPStatus.BAD_REQUEST and error.detail == _NO_BODY:
        return _response(request, Refusal(400, "The body is no JSON.", "invalid_json"))
    text = _WORDS.get(status) or str(error.detail)
    return _response(request, Refusal(status, text, _CODES.get(status), headers=error.headers))


async def _bug(request: Request, error: Exception) -> Response:
    log.error("a request failed", exc_info=error)
    text = "Something went wrong inside llmdesk; its log has the details."
    return _response(request, Refusal(500, text, "internal_error"))


def _response(request: Request, refusal: Refusal) -> Response:
    """Anthropic's errors have a type around them."""
    if not request.url.path.startswith(messages.PATH):
        return refusal.response()
    return JSONResponse({"type": "error", **refusal.body()}, refusal.status, refusal.headers)
