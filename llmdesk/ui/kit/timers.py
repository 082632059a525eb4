"""Timers of the window (GUI thread only)."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer


def make_timer(parent: QObject, slot: Callable[[], None], interval_ms: int, *, once: bool = False) -> QTimer:
    """One that calls a slot again and again, or once; it is not started yet."""
    timer = QTimer(parent)
    timer.setInterval(interval_ms)
    timer.setSingleShot(once)
    timer.timeout.connect(slot)
    return timer
