"""uvicorn's connections with patience of our own: heads must come in time, and what is sent must be taken."""

from __future__ import annotations

import asyncio
from http import HTTPStatus
from typing import Any

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.protocol import State

from llmdesk.api.errors import Refusal
from llmdesk.api.limits import Limits

_NO_TEXT = 1007
"""The code with which a WebSocket is closed then."""


def connections(limits: Limits) -> tuple[type[asyncio.Protocol], type[asyncio.Protocol]]:
    """The classes for HTTP and WebSocket connections under these limits."""

    class Http(_HttpConnection):
        our_limits = limits

    class Socket(_SocketConnection):
        our_limits = limits

    return Http, Socket


class _Impatient(asyncio.Protocol):
    """Ends a connection whose client does not take what is sent. Stands before uvicorn's class among the bases."""

    our_limits = Limits()
    loop: asyncio.AbstractEventLoop
    transport: asyncio.Transport
    _stall_timer: asyncio.TimerHandle | None = None

    def pause_writing(self) -> None:
        super().pause_writing()
        self._stall_timer = self._stall_timer or self.loop.call_later(self.our_limits.stall_s, self.transport.abort)

    def resume_writing(self) -> None:
        self._stop_stall_timer()
        super().resume_writing()

    def connection_lost(self, exc: Exception | None) -> None:
        self._stop_stall_timer()
        super().connection_lost(exc)

    def _stop_stall_timer(self) -> None:
        if self._stall_timer is not None:
            self._stall_timer.cancel()
            self._stall_timer = None


class _HttpConnection(_Impatient, H11Protocol):
    _head_timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        if len(self.connections) > self.our_limits.max_connections:
            refusal = Refusal(503, "The server talks to too many clients.", "server_busy", headers={"Retry-After": "5"})
            self._answer(refusal)
            return
        self._head_timer = self.loop.call_later(self.our_limits.head_s, transport.abort)

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        is_idle = self.cycle is None or self.cycle.response_complete
        if not is_idle:
            self._stop_head_timer()
        elif self._head_timer is None and self.conn.trailing_data[0] and not self.transport.is_closing():
            self._head_timer = self.loop.call_later(self.our_limits.head_s, self.transport.abort)

    def handle_websocket_upgrade(self, event: h11.Request) -> None:
        self._stop_head_timer()
        super().handle_websocket_upgrade(event)

    def connection_lost(self, exc: Exception | None) -> None:
        self._stop_head_timer()
        super().connection_lost(exc)

    def send_400_response(self, msg: str) -> None:
        self._answer(Refusal(400, msg))

    def _answer(self, refusal: Refusal) -> None:
        """A refusal without a request: what came was none, or there is no room for it."""
        response = refusal.response()
        headers: list[Any] = [*response.raw_headers, (b"connection", b"close")]
        reason = HTTPStatus(refusal.status).phrase.encode()
        try:
            head = self.conn.send(h11.Response(status_code=refusal.status, headers=headers, reason=reason))
            self.transport.write((head or b"") + (self.conn.send(h11.Data(data=bytes(response.body))) or b""))
        except h11.LocalProtocolError:  # an answer is under way already
            self.transport.abort()
        else:
            self.transport.close()

    def _stop_head_timer(self) -> None:
        if self._head_timer is not None:
            self._head_timer.cancel()
            self._head_timer = None


class _SocketConnection(_Impatient, WebSocketsSansIOProtocol):
    def send_receive_event_to_app(self) -> None:
        """A text that is none ends the connection; uvicorn would write a traceback into the log for each."""
        if self.curr_msg_data_type == "text" and not self.close_sent and not _is_text(b"".join(self.frames)):
            self.frames = []
            if self.conn.state is State.OPEN:  # else it is not open yet, or the client has closed it already
                self.conn.send_close(_NO_TEXT)
            self.handle_parser_exception()
            return
        super().send_receive_event_to_app()

    def handle_parser_exception(self) -> None:
        if self.conn.close_sent is None:  # nothing can be said before the handshake is done
            self.transport.close()
            return
        super().handle_parser_exception()


def _is_text(data: bytes) -> bool:
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True
