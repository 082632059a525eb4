"""How far something is, shown on the window's button in the task bar (GUI thread only)."""

from __future__ import annotations

import sys
from collections.abc import Callable

from PySide6.QtWidgets import QWidget

from llmdesk import paths
from llmdesk.ui.kit.motion import has_session_bus

Show = Callable[[float], None]
"""A fraction from 0 to 1; below 0: nothing goes on any more."""
_PATH = "/io/github/llmdesk/llmdesk"
_INTERFACE = "com.canonical.Unity.LauncherEntry"


def task_bar_of(window: QWidget) -> Show:
    """What shows it on this system; nothing where there is no way."""
    if sys.platform == "win32":
        from llmdesk.ui.shell.windows_task_bar import WindowsTaskBar

        bar = WindowsTaskBar()
        return lambda fraction: bar.show(int(window.winId()), fraction)
    if sys.platform.startswith("linux") and has_session_bus():
        return _show_by_signal
    return lambda fraction: None


def _show_by_signal(fraction: float) -> None:
    """KDE's task bar, Dash to Dock, Plank and others listen to what Unity's launcher listened to."""
    from PySide6.QtDBus import QDBusConnection, QDBusMessage

    message = QDBusMessage.createSignal(_PATH, _INTERFACE, "Update")
    is_shown = fraction >= 0.0
    values = {"progress": min(1.0, max(0.0, fraction)), "progress-visible": is_shown}
    message.setArguments([f"application://{paths.APP_ID}.desktop", values])
    QDBusConnection.sessionBus().send(message)
