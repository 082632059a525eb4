"""Telling through the desktop what ended while nobody looked at the window (GUI thread only; waits for nothing)."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable
from functools import partial
from typing import Any

from PySide6.QtCore import QObject

from llmdesk import paths
from llmdesk.ui.kit.motion import has_session_bus
from llmdesk.ui.threads.background import Background

_SERVICE, _PATH = "org.freedesktop.portal.Desktop", "/org/freedesktop/portal/desktop"
_INTERFACE = "org.freedesktop.portal.Notification"
_TIMEOUT_S = 5

Tell = Callable[[str, str], None]
"""Title and text."""


class Notifier(QObject):
    """On Linux by the desktop portal, else by notify-send where that is there; elsewhere by the icon beside the clock.

    (PySide cannot send the unsigned numbers that the notification service itself asks for.)

    Args:
        by_icon: tells through the icon; nothing happens while there is none.
    """

    def __init__(self, background: Background, by_icon: Tell, parent: QObject) -> None:
        super().__init__(parent)
        self._background, self._by_icon = background, by_icon

    def tell(self, kind: str, title: str, text: str) -> None:
        """``kind``: a later message of the same kind takes the place of the one before."""
        if not sys.platform.startswith("linux"):
            self._by_icon(title, text)
        elif has_session_bus():
            self._by_portal(kind, title, text)

    def _by_portal(self, kind: str, title: str, text: str) -> None:
        from PySide6.QtDBus import QDBusConnection, QDBusMessage, QDBusPendingCallWatcher

        call = QDBusMessage.createMethodCall(_SERVICE, _PATH, _INTERFACE, "AddNotification")
        call.setArguments([kind, {"title": title, "body": text, "priority": "normal"}])
        watcher = QDBusPendingCallWatcher(QDBusConnection.sessionBus().asyncCall(call), self)
        watcher.finished.connect(lambda done: self._on_sent(title, text, done))

    def _on_sent(self, title: str, text: str, watcher: Any) -> None:
        watcher.deleteLater()
        if watcher.isError() and (program := shutil.which("notify-send")):
            command = [program, "--app-name=llmdesk", f"--icon={paths.APP_ID}", "--", title, text]
            self._background.run(partial(_run, command), lambda _: None, lambda _: None)


def _run(command: list[str]) -> None:
    """File thread. A desktop without notifications loses this one."""
    subprocess.run(command, capture_output=True, timeout=_TIMEOUT_S, check=False)
