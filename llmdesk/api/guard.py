"""Who may come in: by the name the server is called, the web page that asks, the key, and the size (ASGI)."""

from __future__ import annotations

import asyncio
import logging
import socket
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlsplit

from fastapi import HTTPException
from fastapi.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from llmdesk.api.errors import Refusal
from llmdesk.api.health import PUBLIC_PATHS
from llmdesk.api.keys import ServerKeys
from llmdesk.api.limits import Limits, items_in
from llmdesk.api.request_log import record_of
from llmdesk.api.web import PAGE_PATH, PAGE_PATHS
from llmdesk.errors import LlmdeskError
from llmdesk.services.network import is_address, is_loopback
from llmdesk.services.settings.definition import ServerGroup

log = logging.getLogger(__name__)

KEY_PROTOCOL = "llmdesk-key."
"""Browsers cannot set headers of a WebSocket: the key may come as a subprotocol that begins so."""
_AROUND_BYTES = 4
"""Of a line of the head: what is neither its name nor its value."""
_LOCAL_NAMES = frozenset({"localhost", "127.0.0.1", "::1"})
_OPEN_PATHS = PUBLIC_PATHS | PAGE_PATHS
"""They need no key."""


@dataclass(frozen=True, slots=True)
class Doors:
    """Under which names the server may be called, and which web pages may use it.

    Attributes:
        hosts: names, without port, in lower case.
        origins: as ``https://chat.example``.
        any_address: any IP address is a right name, too. (No web page can make a browser call an address under a
            name of its own, which is what is guarded against.)
        needs_key: others can reach the server, so it asks for a key even when the last one has been revoked.
    """

    hosts: frozenset[str]
    origins: frozenset[str]
    any_address: bool = False
    needs_key: bool = False

    def knows_host(self, header: str) -> bool:
        """Whether a Host header names this server."""
        name = host_name(header)
        return name in self.hosts or (self.any_address and is_address(name))

    def knows_origin(self, origin: str, host: str) -> bool:
        """Whether a web page may ask: it is on the list, or came from this server itself."""
        try:
            parts = urlsplit(origin)
        except ValueError:
            return False
        return origin in self.origins or (parts.scheme in ("http", "https") and parts.netloc.lower() == host.lower())


def doors_of(settings: ServerGroup, host: str) -> Doors:
    """For a server that listens at this address."""
    hosts = {*_LOCAL_NAMES, *(name.lower() for name in _listed(settings.allowed_hosts))}
    if not is_loopback(host):
        own = socket.gethostname().lower()
        hosts |= {own, f"{own}.local", host.lower()}
    origins = frozenset(origin.rstrip("/") for origin in _listed(settings.allowed_origins))
    return Doors(frozenset(hosts), origins, any_address=not is_loopback(host), needs_key=not is_loopback(host))


def host_name(header: str) -> str:
    """A Host header without its port, in lower case; empty if it is none."""
    try:
        parts = urlsplit(f"//{header}")
        is_one = not set(header) & set("/?#@\\ ") and (parts.port is None or parts.port >= 0)  # raises for no port
        return (parts.hostname or "").lower() if is_one else ""
    except ValueError:
        return ""


class FrontDoor:
    """Refuses foreign names (DNS rebinding) and foreign web pages, whatever they ask for."""

    def __init__(self, app: ASGIApp, doors: Doors) -> None:
        self._app, self._doors = app, doors

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI."""
        if scope["type"] in ("http", "websocket"):
            refusal = self._refusal(scope)
            if refusal is not None:
                await refuse(refusal, scope, receive, send)
                return
            if scope.get("method") == "OPTIONS" and not self._is_preflight(scope):
                await Response(status_code=204)(scope, receive, send)
                return
        await self._app(scope, receive, send)

    def _refusal(self, scope: Scope) -> Refusal | None:
        if values_of(scope, b"transfer-encoding") and values_of(scope, b"content-length"):
            # A proxy before this server might take the other one, and the rest for a request of its own.
            text = "The length of a request is told in one way: Content-Length or Transfer-Encoding."
            return Refusal(400, text, headers={"Connection": "close"})
        hosts = values_of(scope, b"host")
        if len(hosts) != 1 or not self._doors.knows_host(hosts[0]):
            text = "This server is not called by that name; server.allowed_hosts lists further ones."
            return Refusal(403, text, "host_not_allowed")
        origins = values_of(scope, b"origin")
        if any(not self._doors.knows_origin(origin, hosts[0]) for origin in origins) or (
            not origins and _is_from_another_page(scope)
        ):
            text = "This web page may not use the server; server.allowed_origins lists those that may."
            return Refusal(403, text, "origin_not_allowed")
        return None

    def _is_preflight(self, scope: Scope) -> bool:
        return bool(
            values_of(scope, b"access-control-request-method")
            and set(values_of(scope, b"origin")) & self._doors.origins
        )


class KeyDoor:
    """Asks for the key, if there are any or must be, and lets no body in that is too large or too slow."""

    def __init__(self, app: ASGIApp, keys: ServerKeys, always: bool, limits: Limits) -> None:
        self._app, self._keys, self._always, self._limits = app, keys, always, limits

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI."""
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        refusal = self._refusal(scope)
        if refusal is not None:
            await refuse(refusal, scope, receive, send)
        elif scope["type"] == "http":
            await self._app(scope, _Body(receive, self._limits).receive, send)
        else:
            await self._app(scope, receive, send)

    def _refusal(self, scope: Scope) -> Refusal | None:
        line_bytes = len(scope.get("raw_path", b"")) + len(scope.get("query_string", b""))
        lines_bytes = sum(len(name) + len(value) + _AROUND_BYTES for name, value in scope["headers"])
        if line_bytes + lines_bytes > self._limits.max_head_bytes:  # what comes in one piece is not counted before
            text = f"The head of a request may have {self._limits.max_head_bytes:,} bytes."
            return Refusal(413, text, "request_too_large", headers={"Connection": "close"})
        try:
            if scope["path"] not in _OPEN_PATHS and (self._always or self._keys.any):
                owner = self._keys.owner(_key_of(scope))
                if owner is None:
                    return _wrong_key(bool(_key_of(scope)))
                record_of(scope).key = owner
        except LlmdeskError as error:  # a damaged file of keys opens no door
            log.error("keys cannot be checked: %s", error.user_message)
            return Refusal(503, "Keys cannot be checked now; the server's log says why.", "keys_unavailable")
        length = next(iter(values_of(scope, b"content-length")), "0")
        if length.isdecimal() and int(length[:18]) > self._limits.max_body_bytes:
            return _too_large(self._limits)
        return None


class _Body:
    """The body of a request, counted as it comes. It comes in time, or the request is refused."""

    def __init__(self, receive: Receive, limits: Limits) -> None:
        self._receive, self._limits = receive, limits
        self._bytes = self._items = 0
        self._is_whole = False
        self._until_s = asyncio.get_running_loop().time() + limits.body_s

    async def receive(self) -> Message:
        """ASGI. Raises HTTPException, which FastAPI lets through where it reads a body."""
        if self._is_whole:
            return await self._receive()
        try:
            async with asyncio.timeout_at(self._until_s):
                message = await self._receive()
        except TimeoutError:
            text = f"The request did not come within {self._limits.body_s:g} seconds."
            raise HTTPException(408, text, {"Connection": "close"}) from None
        self._is_whole = not message.get("more_body", False)
        self._bytes += len(message.get("body", b""))
        if self._bytes > self._limits.max_body_bytes:
            refusal = _too_large(self._limits)
            raise HTTPException(refusal.status, refusal.message, refusal.headers)
        self._items += items_in(message.get("body", b""))
        if self._items > self._limits.max_items:
            raise HTTPException(413, "There are too many values in the request.", {"Connection": "close"})
        return message


async def refuse(refusal: Refusal, scope: Scope, receive: Receive, send: Send) -> None:
    """Answer with an error instead of what was asked for; a WebSocket is not opened."""
    if scope["type"] == "http":
        await refusal.response()(scope, receive, send)
        return
    response = refusal.response()
    await send({"type": "websocket.http.response.start", "status": refusal.status, "headers": response.raw_headers})
    await send({"type": "websocket.http.response.body", "body": bytes(response.body)})


def _is_from_another_page(scope: Scope) -> bool:
    """What browsers say of requests without an Origin: an image, a script, a frame or a link of a foreign page.

    A link to the page is followed. It acts in its own name then, and the foreign page cannot look into it.
    """
    site, mode, target = (values_of(scope, name) for name in (b"sec-fetch-site", b"sec-fetch-mode", b"sec-fetch-dest"))
    is_link = mode == ["navigate"] and target == ["document"] and scope["path"] == PAGE_PATH
    return bool(set(site) - {"same-origin", "none"}) and not is_link


def values_of(scope: Scope, name: bytes) -> list[str]:
    """All values of a header."""
    return [value.decode("latin-1") for key, value in scope["headers"] if key.lower() == name]


def _key_of(scope: Scope) -> str:
    """From where clients put keys; empty if there is none."""
    for value in values_of(scope, b"authorization"):
        kind, _, key = value.partition(" ")
        if kind.lower() == "bearer":
            return key.strip()
    for value in values_of(scope, b"x-api-key"):
        return value.strip()
    offered: Iterable[str] = scope.get("subprotocols", ())
    return next((name.removeprefix(KEY_PROTOCOL) for name in offered if name.startswith(KEY_PROTOCOL)), "")


def _wrong_key(is_there: bool) -> Refusal:
    text = (
        "This key is not known here." if is_there else "This server needs a key: send it as Authorization: Bearer KEY."
    )
    return Refusal(401, text, "invalid_api_key", headers={"WWW-Authenticate": "Bearer"})


def _too_large(limits: Limits) -> Refusal:
    text = f"A request may have {limits.max_body_bytes:,} bytes (server.max_body_mb)."
    return Refusal(413, text, "request_too_large", headers={"Connection": "close"})


def _listed(text: str) -> list[str]:
    return [entry.strip() for entry in text.split(",") if entry.strip()]
