"""Pictures of the window in all looks, for the scripts that make them to be looked at."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QEventLoop, QTimer

from llmdesk.ui.shell.desktop import Desktop

_SETTLE_MS = 150


def take(desktop: Desktop, folder: Path, name: str, zooms: Sequence[int], sizes: Sequence[tuple[int, int]]) -> None:
    """In light and dark, each zoom and size."""
    for theme in ("light", "dark"):
        desktop.settings.set("appearance.theme", theme)
        for percent in zooms:
            desktop.settings.set("appearance.zoom_percent", percent)
            for width, height in sizes:
                desktop.window.resize(width, height)
                wait_ms(_SETTLE_MS)
                desktop.window.grab().save(str(folder / f"{name}-{theme}-{percent}-{width}.png"))


def wait_ms(duration_ms: int) -> None:
    """With the window at work."""
    loop = QEventLoop()
    QTimer.singleShot(duration_ms, loop.quit)
    loop.exec()
