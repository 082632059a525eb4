"""Keeps the server's panel, its badge, the settings and the server itself in step (GUI thread only)."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal, Slot
from PySide6.QtWidgets import QWidget

from llmdesk.datatypes.model import ErrorInfo
from llmdesk.datatypes.serving import ServerStatus
from llmdesk.services.local_server import LocalServer, curl_command
from llmdesk.services.network import is_loopback
from llmdesk.services.settings.definition import Values
from llmdesk.services.settings.settings import Settings
from llmdesk.ui.kit.late import Late
from llmdesk.ui.server.words import keys_text, page_url, phone_urls
from llmdesk.ui.threads.background import Background
from llmdesk.ui.threads.event_bridge import EventBridge

if TYPE_CHECKING:
    from llmdesk.ui.server.server_panel import ServerPanel

THIS_MACHINE, ALL_NETWORKS = "127.0.0.1", "0.0.0.0"
LOOK_MS = 250
_PHONES = "phones"


class ServerController(QObject):
    """What is chosen counts at once and is remembered. The server's news are looked at 4 times a second at most.

    Signals:
        told(ServerStatus, int): for the badge: the server's state and how many answers it gives.
    """

    told = Signal(object, int)

    def __init__(
        self,
        panel: Late[ServerPanel],
        anchor: QWidget,
        server: LocalServer,
        settings: Settings,
        bridge: EventBridge,
        background: Background,
    ) -> None:
        super().__init__(anchor)
        self._panel, self._anchor, self._server = panel, anchor, server
        self._settings, self._bridge, self._background = settings, bridge, background
        self._has_news = False
        self._status = ServerStatus()
        self._asked: tuple[str, int] = ("", 0)
        self._count = 0
        self._names: dict[str, str] = {}
        self._revoked: tuple[str, ...] = ()
        self._made: dict[str, str] = {}  # name -> key, of this run, the newest last
        self._picked = ""
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(LOOK_MS)
        self._timer.timeout.connect(self._on_timeout)
        panel.then(self._connect)
        server.subscribe(self._on_news)
        settings.subscribe(self._on_settings, "server", bridge.run)

    @Slot()
    def start_with_window(self) -> None:
        """The window is there, or its icon beside the clock: start the server, if the user wants that."""
        if self._settings.values.server.with_window and self._server.status.state in ("off", "failed"):
            self._start()

    @Slot()
    def open(self) -> None:
        """Show the panel."""
        self._panel().open_under(self._anchor, align_right=True)
        self._show_settings()
        self._look()
        self._show_status()
        self._background.run(self._server.look_at_addresses, lambda _: None, lambda _: None)
        self._read_keys()

    # -- choices --------------------------------------------------------------------------------------------------

    @Slot(bool)
    def switch(self, value: bool) -> None:
        """On or off, where the settings say."""
        if value:
            self._start()
        else:
            self._server.stop()

    @Slot(bool)
    def _on_place(self, is_open: bool) -> None:
        """Open to the network takes a key: there is one before the door is open."""
        if not is_open:
            self._settings.set("server.host", THIS_MACHINE)
            self._show_settings()
            return
        server = self._server
        self._change_keys(lambda: None if server.key_names() or server.own_key else _new_key(server), self._open_door)

    def _open_door(self) -> None:
        if is_loopback(self._settings.values.server.host):
            self._settings.set("server.host", ALL_NETWORKS)
        self._show_settings()

    @Slot(int)
    def _on_port(self, port: int) -> None:
        if port != self._settings.values.server.port:
            self._settings.set("server.port", port)

    @Slot(int)
    def _on_free_port(self, port: int) -> None:
        self._on_port(port)
        self._start()

    @Slot(bool)
    def _on_with_window(self, value: bool) -> None:
        self._settings.set("server.with_window", value)

    def _start(self) -> None:
        server = self._settings.values.server
        self._asked = (server.host, server.port)
        self._server.start(*self._asked)

    def _on_settings(self, values: Values) -> None:
        """Chosen here, or in the file: a server that runs moves."""
        self._show_settings()
        asked = (values.server.host, values.server.port)
        if self._server.status.state in ("starting", "on") and asked != self._asked:
            self._start()

    # -- keys -----------------------------------------------------------------------------------------------------

    @Slot(str)
    def _on_add_key(self, name: str) -> None:
        self._change_keys(lambda: (name, self._server.add_key(name)), self._panel().keys.name.clear)

    @Slot()
    def _on_key_for_phones(self) -> None:
        self._change_keys(partial(_new_key, self._server))

    @Slot(str)
    def _on_revoke(self, name: str) -> None:
        self._change_keys(lambda: self._server.revoke_key(name), lambda: self._set_revoked(name, True))

    @Slot(str)
    def _on_restore(self, name: str) -> None:
        self._change_keys(lambda: self._server.restore_key(name), lambda: self._set_revoked(name, False))

    def _set_revoked(self, name: str, value: bool) -> None:
        others = tuple(known for known in self._revoked if known != name)
        self._revoked = (*others, name) if value else others

    @Slot()
    def _forget_revoked(self) -> None:
        for name in self._revoked:
            self._made.pop(name, None)
        self._revoked = ()
        self._panel().keys.show_problem(None)

    def _change_keys(
        self, work: Callable[[], tuple[str, str] | None], then: Callable[[], object] = lambda: None
    ) -> None:
        """Reads and writes the file of keys on a thread of its own."""

        def on_done(made: tuple[str, str] | None) -> None:
            if made is not None:
                self._made.pop(made[0], None)
                self._made[made[0]] = made[1]
                self._set_revoked(made[0], False)
            then()
            self._read_keys()

        self._panel().keys.show_problem(None)
        self._background.run(work, on_done, self._on_key_problem)

    def _read_keys(self) -> None:
        self._background.run(self._server.key_names, self._on_keys, self._on_key_problem, kind="server-keys")

    def _on_keys(self, names: dict[str, str]) -> None:
        self._names = names
        self._revoked = tuple(name for name in self._revoked if name not in names)
        self._show_keys(self._panel())

    def _on_key_problem(self, error: ErrorInfo) -> None:
        self._panel().keys.show_problem(error)
        self._show_settings()

    # -- what is shown --------------------------------------------------------------------------------------------

    def _on_news(self, _: None) -> None:
        """Any thread. One call of the window's is enough for all that comes until it is made."""
        if not self._has_news:
            self._has_news = True
            self._bridge.call(self._on_call)

    def _on_call(self) -> None:
        if not self._timer.isActive():
            self._look()

    @Slot()
    def _on_timeout(self) -> None:
        if self._has_news or self._open_panel is not None:
            self._look()

    def _look(self) -> None:
        """See what is new; again soon while something goes on."""
        self._has_news = False
        status, load = self._server.status, self._server.load()
        if status != self._status:
            self._status = status
            self._show_status()
        self.told.emit(status, load.running)
        if (panel := self._open_panel) is not None:
            panel.show_load(status, load)
            new, self._count = self._server.requests_after(self._count)
            panel.requests.requests.add(new)
        if load.running or load.waiting:
            self._has_news = True
        self._timer.start()

    @property
    def _open_panel(self) -> ServerPanel | None:
        panel = self._panel.made
        return panel if panel is not None and panel.isVisible() else None

    def _show_status(self) -> None:
        if (panel := self._panel.made) is not None:
            panel.show_status(self._status, self._settings.values.server.port)
            self._show_ways(panel)

    def _show_settings(self) -> None:
        server = self._settings.values.server
        if (panel := self._panel.made) is not None:
            panel.show_settings(not is_loopback(server.host), server.port, server.with_window)
            self._show_keys(panel)

    def _show_keys(self, panel: ServerPanel) -> None:
        is_open = not is_loopback(self._settings.values.server.host)
        note = keys_text(is_open, len(self._names), bool(self._server.own_key))
        panel.keys.show_keys(self._names, self._revoked, note)
        name, key = self._known_key()
        panel.keys.made.show_key(name, key)
        self._show_ways(panel)

    def _show_ways(self, panel: ServerPanel) -> None:
        """Addresses, QR code and example: they change with the state, and with the keys."""
        status = self._status
        ways = phone_urls(status)
        way = self._picked if self._picked in ways else next(iter(ways), "")
        key = self._known_key()[1] or self._server.own_key
        panel.addresses.show_urls(status.urls if status.state == "on" else (), ways)
        panel.addresses.mark(way)
        panel.show_way(way, page_url(way, key), status.state == "on" and status.is_open)
        url = next(iter(status.urls), f"http://{THIS_MACHINE}:{self._settings.values.server.port}")
        needs_key = status.is_open or bool(self._names or self._server.own_key)
        panel.example.command.setText(curl_command(url, needs_key, key))

    def _known_key(self) -> tuple[str, str]:
        """The newest key that was made in this run and still opens: name and key."""
        found = [(name, key) for name, key in self._made.items() if name in self._names]
        return found[-1] if found else ("", "")

    @Slot(str)
    def _on_picked(self, url: str) -> None:
        self._picked = url
        self._show_ways(self._panel())

    def _connect(self, panel: ServerPanel) -> None:
        keys = panel.keys
        panel.switched.connect(self.switch)
        panel.place_chosen.connect(self._on_place)
        panel.port_chosen.connect(self._on_port)
        panel.with_window_chosen.connect(self._on_with_window)
        panel.trouble.port_requested.connect(self._on_free_port)
        panel.addresses.picked.connect(self._on_picked)
        panel.phones.key_requested.connect(self._on_key_for_phones)
        panel.closed.connect(self._forget_revoked)
        keys.add_requested.connect(self._on_add_key)
        keys.revoke_requested.connect(self._on_revoke)
        keys.restore_requested.connect(self._on_restore)


def _new_key(server: LocalServer) -> tuple[str, str]:
    """Name and key, under a name that is free. Raises SettingsError."""
    names = server.key_names()
    number = 1
    while (name := f"{_PHONES}-{number}" if number > 1 else _PHONES) in names:
        number += 1
    return name, server.add_key(name)
