"""Whether the server can answer, and its figures. Neither wakes a model nor counts as its use."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter
from fastapi.responses import Response

from llmdesk.api.documentation import ERRORS
from llmdesk.api.errors import Refusal
from llmdesk.api.gateway import Gateway
from llmdesk.api.replies import Health

PUBLIC_PATHS = frozenset({"/health", "/v1/health"})
"""They need no key, and tell nothing but whether the server is well."""


def routes(gateway: Gateway) -> APIRouter:
    """The routes over this gateway."""
    router = APIRouter(tags=["server"])

    @router.get("/health", response_model=Health, responses=_ERRORS)
    @router.get("/v1/health", response_model=Health, include_in_schema=False)
    @router.head("/health", response_model=Health, include_in_schema=False)
    @router.head("/v1/health", response_model=Health, include_in_schema=False)
    async def health() -> Health:
        """200 if a request would be answered; 503 while the only model is being loaded."""
        if gateway.core.runner.has_ended:
            raise Refusal(503, "The engine has ended.", "server_stopping")
        if gateway.models and not any(each.info for each in gateway.models):
            raise Refusal(503, "Loading model", "loading", headers={"Retry-After": str(gateway.limits.retry_after_s)})
        return Health()

    @router.get("/metrics", response_class=Response, responses=ERRORS)
    async def metrics() -> Response:
        """Requests, tokens, speeds, times and memory, in Prometheus' text form."""
        return Response(gateway.metrics.text(), media_type="text/plain; version=0.0.4; charset=utf-8")

    return router


_ERRORS: dict[int | str, dict[str, Any]] = {status: ERRORS[status] for status in (403, 503)}
