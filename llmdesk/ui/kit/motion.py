"""Whether anything in the window may move (GUI thread only)."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Slot
from PySide6.QtWidgets import QApplication, QStyle

if TYPE_CHECKING:
    from PySide6.QtDBus import QDBusMessage

_SERVICE, _PATH = "org.freedesktop.portal.Desktop", "/org/freedesktop/portal/desktop"
_INTERFACE = "org.freedesktop.portal.Settings"
_REDUCED = ("org.freedesktop.appearance", "reduced-motion")
_ANIMATIONS = ("org.gnome.desktop.interface", "enable-animations")
"""The same where the portal is older than ``_REDUCED``."""
_MOST_WRAPPINGS = 4
_ON_CHANGED = "1_on_changed(QDBusMessage)"
"""A slot as Qt's SLOT() writes it: text, whatever PySide's own types say of bytes."""


class Motion(QObject):
    """The user's choice, else the system's: Qt tells that of Windows, macOS and KDE, the desktop portal the others'.

    Attributes:
        choice: True: nothing moves; False: it may; None: as the system says.
    """

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.choice: bool | None = None
        self._told: dict[tuple[str, str], bool] = {}  # by the portal: nothing shall move

    @property
    def is_reduced(self) -> bool:
        """True if nothing shall move."""
        if self.choice is not None:
            return self.choice
        told = next((self._told[key] for key in (_REDUCED, _ANIMATIONS) if key in self._told), False)
        return told or QApplication.style().styleHint(QStyle.StyleHint.SH_Widget_Animation_Duration) <= 0

    def ask_portal(self) -> None:
        """Ask the desktop portal, and hear of changes; nothing happens where there is none. It waits for nothing."""
        if not has_session_bus():
            return
        from PySide6.QtDBus import QDBusConnection, QDBusMessage, QDBusPendingCallWatcher

        bus = QDBusConnection.sessionBus()
        if not bus.isConnected():
            return
        bus.connect(_SERVICE, _PATH, _INTERFACE, "SettingChanged", self, _ON_CHANGED)  # type: ignore[call-overload]
        for namespace, key in (_REDUCED, _ANIMATIONS):
            call = QDBusMessage.createMethodCall(_SERVICE, _PATH, _INTERFACE, "Read")
            call.setArguments([namespace, key])
            watcher = QDBusPendingCallWatcher(bus.asyncCall(call), self)
            watcher.finished.connect(lambda done, name=(namespace, key): self._on_read(name, done))

    def _on_read(self, name: tuple[str, str], watcher: Any) -> None:
        watcher.deleteLater()
        if not watcher.isError():
            self.take(*name, watcher.reply().arguments()[0])

    @Slot("QDBusMessage")
    def _on_changed(self, message: QDBusMessage) -> None:
        namespace, key, value = message.arguments()
        if (namespace, key) in (_REDUCED, _ANIMATIONS):
            self.take(namespace, key, value)

    def take(self, namespace: str, key: str, value: Any) -> None:
        """What the portal says of a setting."""
        name = (namespace, key)
        for _ in range(_MOST_WRAPPINGS):  # a variant in a variant, in old portals; PySide hands some on as arguments
            unwrap = getattr(value, "variant", None) or getattr(value, "asVariant", None)
            value = unwrap() if unwrap is not None else value
        self._told[name] = not value if name == _ANIMATIONS else value == 1


def has_session_bus() -> bool:
    """Without an address libdbus would start a bus of its own."""
    runtime = os.environ.get("XDG_RUNTIME_DIR", "")
    return bool(os.environ.get("DBUS_SESSION_BUS_ADDRESS")) or bool(runtime and (Path(runtime) / "bus").exists())
