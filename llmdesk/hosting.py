"""The local server beside the window: switched on and off without anybody waiting, on threads of its own.

The window (``ui``) and the server (``api``) do not know each other; this is between them, and ``app`` puts it in.
"""

from __future__ import annotations

import logging
import os
import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from llmdesk.api.activity import Activity
from llmdesk.api.keys import VARIABLE, ServerKeys
from llmdesk.core import Core
from llmdesk.datatypes.serving import ServedRequest, ServerLoad, ServerStatus
from llmdesk.error_values import error_info
from llmdesk.errors import LlmdeskError, PortTaken, SetupError
from llmdesk.listeners import Listeners, Unsubscribe
from llmdesk.services.network import is_any_address, is_loopback, lan_addresses
from llmdesk.words import say

if TYPE_CHECKING:
    from llmdesk.api.server import ApiServer

log = logging.getLogger(__name__)


@dataclass(frozen=True, eq=False, slots=True)
class _Wish:
    """What was asked for last: serve there, or (without a host) nowhere. Each wish is its own: no two are equal."""

    host: str = ""
    port: int = 0


class Hosting:
    """See LocalServer, which this is. Importing the web framework, sockets and ends are a worker thread's, which lives
    for as long as there is something to do.

    Args:
        core: shared with the window; its engine ends after ``close``.
        keys: of clients; default: the user's own, and ``LLMDESK_API_KEY``.
    """

    def __init__(self, core: Core, keys: ServerKeys | None = None) -> None:
        self._core = core
        self._own_key = os.environ.get(VARIABLE, "") if keys is None else ""
        self._keys = keys or ServerKeys(own=(self._own_key,))
        self._activity = Activity()
        self._listeners: Listeners[None] = Listeners()
        self._activity.subscribe(self._listeners.tell)
        self._lock = threading.Lock()
        self._wish = self._fulfilled = _Wish()
        self._worker: threading.Thread | None = None
        self._is_closed = False
        self._status = ServerStatus()
        self._server: ApiServer | None = None  # the worker's

    @property
    def status(self) -> ServerStatus:
        """See LocalServer."""
        return self._status

    def start(self, host: str, port: int) -> None:
        """See LocalServer."""
        self._ask(_Wish(host, port))

    def stop(self) -> None:
        """See LocalServer."""
        self._ask(_Wish())

    def close(self) -> None:
        """See LocalServer."""
        self._ask(_Wish())
        with self._lock:
            self._is_closed, worker = True, self._worker
        if worker is not None:
            worker.join()

    def subscribe(self, listener: Callable[[None], None]) -> Unsubscribe:
        """See LocalServer."""
        return self._listeners.add(listener)

    def load(self) -> ServerLoad:
        """See LocalServer."""
        return self._activity.load()

    def requests_after(self, number: int) -> tuple[list[ServedRequest], int]:
        """See LocalServer."""
        return self._activity.requests_after(number)

    def look_at_addresses(self) -> None:
        """See LocalServer."""
        with self._lock:
            status, wish = self._status, self._wish
        if status.state == "on" and is_any_address(wish.host):
            urls = _network_urls(_port_of(status.urls))
            with self._lock:
                is_the_same = self._status is status
                if is_the_same:
                    self._status = replace(status, urls=urls)
            if is_the_same and urls != status.urls:
                self._listeners.tell(None)

    @property
    def own_key(self) -> str:
        """See LocalServer."""
        return self._own_key

    def key_names(self) -> dict[str, str]:
        """See LocalServer."""
        return self._keys.names()

    def add_key(self, name: str) -> str:
        """See LocalServer."""
        return self._keys.add(name)

    def revoke_key(self, name: str) -> None:
        """See LocalServer."""
        self._keys.remove(name)

    def restore_key(self, name: str) -> None:
        """See LocalServer."""
        self._keys.restore(name)

    def _ask(self, wish: _Wish) -> None:
        with self._lock:
            if self._is_closed:
                return
            self._wish = wish
            self._status = replace(self._status, state="starting" if wish.host else "stopping", error=None, free_port=0)
            if self._worker is None:
                self._worker = threading.Thread(target=self._work, name="server-control")
                self._worker.start()
        self._listeners.tell(None)

    def _work(self) -> None:
        """Until the newest wish is fulfilled; those in between need not be."""
        while True:
            with self._lock:
                wish = self._wish
                if wish is self._fulfilled:
                    self._worker = None
                    return
            try:
                self._end()
                self._begin(wish)
            except Exception as error:  # whatever it is, the switch has to say so and to work again
                self._fail(wish, error)
            with self._lock:
                self._fulfilled = wish

    def _end(self) -> None:
        server, self._server = self._server, None
        if server is not None:
            server.stop()
            self._activity.forget_running()
            log.info("the local server has ended")

    def _begin(self, wish: _Wish) -> None:
        if not wish.host:
            self._show(wish, ServerStatus())
            return
        server = self._made(wish)
        self._server = server
        server.start(lambda: self._lose(wish))
        log.info("the local server answers at %s", " and ".join(server.urls))
        urls = tuple(server.urls[:1])  # [::1] is no other place than 127.0.0.1
        if is_any_address(wish.host):
            urls = _network_urls(_port_of(urls))
        self._show(wish, ServerStatus("on", urls, is_open=not is_loopback(wish.host)))
        if server.is_lost:  # in the meantime
            self._lose(wish)

    def _made(self, wish: _Wish) -> ApiServer:
        """Raises SetupError."""
        try:
            from llmdesk.api.server import Address, ApiServer, check_own_key
        except ImportError as error:
            raise SetupError(
                say("The local server needs the Python package {name}, which is not installed.", name=error.name),
                say("`pip install --upgrade llmdesk` or `make run` installs it."),
            ) from error
        check_own_key(self._own_key, wish.host)
        return ApiServer(self._core, Address(wish.host, wish.port), self._keys, activity=self._activity)

    def _lose(self, wish: _Wish) -> None:
        """The server ended by itself (its thread): whoever looks shall see that, and may switch it on again."""
        error = SetupError(
            say("The local server ended by itself."), say("Switch it on again; the log says what happened.")
        )
        self._show(wish, ServerStatus("failed", error=error.info()))
        self._activity.forget_running()

    def _fail(self, wish: _Wish, error: Exception) -> None:
        if not isinstance(error, LlmdeskError):
            log.error("the local server did not start", exc_info=error)
        free_port = error.free_port if isinstance(error, PortTaken) else 0
        self._show(wish, ServerStatus("failed", error=error_info(error), free_port=free_port))

    def _show(self, wish: _Wish, status: ServerStatus) -> None:
        """What came of a wish; of one that is not the newest any more, nobody hears."""
        with self._lock:
            if wish is not self._wish:
                return
            self._status = status
        self._listeners.tell(None)


def _port_of(urls: tuple[str, ...]) -> int:
    return int(urls[-1].rpartition(":")[2])


def _network_urls(port: int) -> tuple[str, ...]:
    """Where a server at all addresses answers: for others first."""
    return tuple(f"http://{address}:{port}" for address in (*lan_addresses(), "127.0.0.1"))
