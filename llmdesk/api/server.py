"""The server's life: its sockets, its thread (or the main one), and an end in seconds of which every client is told."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import logging
import signal
import socket
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from types import FrameType

import uvicorn

from llmdesk.api.activity import Activity
from llmdesk.api.app import make_app
from llmdesk.api.connection import connections
from llmdesk.api.gateway import Gateway
from llmdesk.api.guard import Doors, doors_of
from llmdesk.api.keys import SHORTEST_OPEN_KEY, VARIABLE, ServerKeys
from llmdesk.api.limits import Limits, limits_of
from llmdesk.core import Core
from llmdesk.errors import LlmdeskError, PortTaken, SetupError
from llmdesk.services.network import is_address, is_loopback
from llmdesk.words import say

log = logging.getLogger(__name__)

_BACKLOG = 128
_PORTS_TRIED = 20
_NO_IPV6 = (errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT)
_LOOK_EVERY_S = 0.01
_SWITCH_INTERVAL_S = 0.0005
_PATIENCE_S = 1
"""After the server was told to end, so long for what is under way to hear it."""


@dataclass(frozen=True, slots=True)
class Address:
    """Where to listen. Port 0: any that is free."""

    host: str
    port: int


class ApiServer:
    """Listens from the start on (who wants to know the address reads ``urls``), answers within ``run`` or ``start``.

    Args:
        core: its engine must run.
        address: where.
        keys: of clients.
        doors, limits: default: as the user has set them.
        activity: is told what goes on; default: one of its own.

    Attributes:
        urls: where it answers, as ``http://127.0.0.1:8765``.
        is_lost: its thread has ended by itself.

    Raises:
        SetupError: somebody else listens there, the address is not this machine's, or it is open to others and there
            is no key.
    """

    def __init__(
        self,
        core: Core,
        address: Address,
        keys: ServerKeys,
        doors: Doors | None = None,
        limits: Limits | None = None,
        activity: Activity | None = None,
    ) -> None:
        settings = core.settings.values.server
        limits = limits or limits_of(settings)
        require_key(address.host, keys)
        self._sockets = listen(address)
        self.urls = [_url(*found.getsockname()[:2]) for found in self._sockets]  # told also after it has ended
        self.gateway = Gateway(core, limits, activity)
        http, ws = connections(limits)
        config = uvicorn.Config(
            make_app(self.gateway, doors or doors_of(settings, address.host), keys),
            http=http,
            ws=ws,
            lifespan="off",
            interface="asgi3",
            log_config=None,
            access_log=False,
            server_header=False,
            proxy_headers=False,
            ws_max_size=limits.max_body_bytes,
            ws_per_message_deflate=False,
            h11_max_incomplete_event_size=limits.max_head_bytes,
            timeout_graceful_shutdown=_PATIENCE_S,
        )
        logging.getLogger("uvicorn.error").setLevel(logging.ERROR)
        self._server = _Server(config, self.gateway)
        self._thread: threading.Thread | None = None
        self._is_stopped = self.is_lost = False

    def run(self) -> None:
        """Answer until Ctrl+C or a request to end; on the main thread, which hears of signals."""
        # After each call of the system the loop waits for the interpreter's lock, so long if another thread computes in
        # Python: with the usual 5 ms an answer of ten calls took 50.
        before_s = sys.getswitchinterval()
        sys.setswitchinterval(_SWITCH_INTERVAL_S)
        try:
            self._server.run(self._sockets)
        finally:
            sys.setswitchinterval(before_s)
            self._close_sockets()

    def start(self, on_lost: Callable[[], None] = lambda: None) -> None:
        """Answer on a thread of its own, until ``stop``. ``on_lost``: called there if it ends by itself before that."""
        self._thread = threading.Thread(target=self._run_watched, args=(on_lost,), name="api-server")
        self._thread.start()

    def _run_watched(self, on_lost: Callable[[], None]) -> None:
        try:
            self.run()
        except Exception:
            log.exception("the local server failed")
        finally:
            if not self._is_stopped:
                self.is_lost = True
                on_lost()

    def stop(self) -> None:
        """End; waits, seconds at most. Idempotent, any thread but the server's."""
        self._is_stopped = self._server.should_exit = True
        if self._thread is not None:
            self._thread.join()
        else:
            self._close_sockets()

    def _close_sockets(self) -> None:
        for each in self._sockets:
            each.close()


class _Server(uvicorn.Server):
    """uvicorn's, which tells those who wait before it closes, and lets Ctrl+C be the ordinary end that it is."""

    def __init__(self, config: uvicorn.Config, gateway: Gateway) -> None:
        super().__init__(config)
        self._gateway = gateway

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self._gateway.close()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_PATIENCE_S):
                while self._gateway.telling:  # uvicorn closes WebSockets at once
                    await asyncio.sleep(_LOOK_EVERY_S)
        await super().shutdown(sockets)

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        before = {number: signal.signal(number, self._on_signal) for number in (signal.SIGINT, signal.SIGTERM)}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    def _on_signal(self, number: int, frame: FrameType | None) -> None:
        self.force_exit = self.should_exit
        self.should_exit = True


def require_key(host: str, keys: ServerKeys) -> None:
    """Raises SetupError: others could reach the server, and nothing would keep them from using it."""
    if is_loopback(host) or keys.any:
        return
    raise SetupError(
        say("At {host} others in the network could use this server, and no key keeps them from it.", host=host),
        say("Make a key: `llmdesk serve key add NAME`. Or give one as --api-key or {variable}.", variable=VARIABLE),
    )


def check_own_key(key: str, host: str) -> None:
    """Raises SetupError: a key that somebody thought of is too short to be open to the network."""
    if key and not is_loopback(host) and len(key) < SHORTEST_OPEN_KEY:
        raise SetupError(
            say("A key for others in the network has {count} letters at least.", count=SHORTEST_OPEN_KEY),
            say("`llmdesk serve key add NAME` makes one that nobody can guess."),
        )


def listen(address: Address) -> list[socket.socket]:
    """Sockets at an address; 127.0.0.1 stands for this machine in both protocols. Raises SetupError."""
    hosts = ["127.0.0.1", "::1"] if address.host in ("127.0.0.1", "localhost") else [address.host]
    found: list[socket.socket] = []
    try:
        for host in hosts:
            port = found[0].getsockname()[1] if found else address.port
            try:
                found.append(_bound(host, port))
            except OSError as error:
                without = _NO_IPV6 if address.port else (*_NO_IPV6, errno.EADDRINUSE)  # nobody asked for this very port
                if not found or error.errno not in without:
                    raise
    except OSError as error:
        for each in found:
            each.close()
        raise _cannot_listen(address, error) from error
    return found


def _bound(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # With the protocol named: asyncio turns Nagle's algorithm off only then, which holds small pieces back for 40 ms.
    found = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        if sys.platform != "win32":  # there it would let two programs have the same port
            found.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if family == socket.AF_INET6:
            found.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, int(host != "::"))
        found.bind((host, port))
        found.listen(_BACKLOG)
    except BaseException:
        found.close()
        raise
    return found


def _cannot_listen(address: Address, error: OSError) -> LlmdeskError:
    if error.errno == errno.EADDRINUSE:
        free = _free_port(address)
        hint = say("Port {free} is free: `llmdesk serve --port {free}`.", free=free) if free else say("Try --port 0.")
        return PortTaken(
            say("Another program listens at port {port} already.", port=address.port), hint, free_port=free
        )
    reason = error.strerror or str(error)
    if not is_address(address.host):
        reason = "it is no IP address of this machine"
    return SetupError(
        say("The server cannot listen at {where}: {reason}.", where=_url(address.host, address.port), reason=reason),
        say("127.0.0.1 is this machine only, 0.0.0.0 all its networks; ports below 1024 are the system's."),
    )


def _free_port(address: Address) -> int:
    """One of the next ports that nobody listens at; 0: all are taken."""
    for port in range(address.port + 1, min(address.port + _PORTS_TRIED, 65535)):
        try:
            for each in listen(Address(address.host, port)):
                each.close()
        except LlmdeskError:
            continue
        return port
    return 0


def _url(host: str, port: int) -> str:
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
