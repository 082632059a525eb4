"""What the window shows to the room, for phones and a second screen: one picture, made once, sent to all."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import asdict

from fastapi import APIRouter
from fastapi.responses import StreamingResponse

from llmdesk.api.documentation import ERRORS
from llmdesk.api.gateway import Gateway
from llmdesk.api.stream import data
from llmdesk.services.live.stage import EVERY_S

_NOTHING = data({"number": 0})
_SILENT_TURNS = 20
_HEADERS = {"Cache-Control": "no-cache", "X-Accel-Buffering": "no"}


class Audience:
    """Event loop only. However many watch, each picture is put into bytes once.

    Args:
        gateway: says when the server ends; its core has the stage, where the window puts its pictures.
    """

    def __init__(self, gateway: Gateway) -> None:
        self._gateway, self._stage = gateway, gateway.core.stage
        self._encoded: tuple[int, int, bytes] = (-1, -1, b"")
        self._watchers = 0

    async def watch(self) -> AsyncIterator[bytes]:
        """Server-sent events: the newest picture, whenever there is a new one. The response ends it with its client."""
        self._watchers += 1
        try:
            sent, silent = -1, 0
            while not self._gateway.is_closing:
                number, encoded = self._newest()
                if number != sent:
                    sent, silent = number, 0
                    yield encoded
                elif (silent := silent + 1) >= _SILENT_TURNS:
                    silent = 0
                    yield b": nothing new\n\n"
                await asyncio.sleep(EVERY_S)
        finally:
            self._watchers -= 1

    def _newest(self) -> tuple[int, bytes]:
        picture = self._stage.picture
        if picture is None:
            return 0, _NOTHING
        if self._encoded[:2] != (picture.number, self._watchers):
            content = {**asdict(picture), "watchers": self._watchers}
            self._encoded = (picture.number, self._watchers, data(content))
        return picture.number, self._encoded[2]


def routes(gateway: Gateway) -> APIRouter:
    """The route over this gateway."""
    router = APIRouter(tags=["server"])
    audience = Audience(gateway)

    @router.get("/stage", response_class=StreamingResponse, responses=ERRORS)
    async def stage() -> StreamingResponse:
        """What the window shows to its audience, as server-sent events; {"number": 0} while that is nothing."""
        return StreamingResponse(audience.watch(), headers=_HEADERS, media_type="text/event-stream")

    return router
