"""Where the window stands: with its frame inside of a screen that is there (GUI thread only)."""

from __future__ import annotations

from PySide6.QtCore import QMargins, QPoint, QRect, QSize, Qt
from PySide6.QtGui import QGuiApplication, QScreen
from PySide6.QtWidgets import QWidget

from llmdesk.ui.shell.window_state import WindowState

DEFAULT_SIZE = QSize(1440, 900)
MINIMUM_SIZE = QSize(720, 480)
_USUAL_FRAME = QMargins(4, 32, 4, 4)  # until the window manager tells


def fitted(wanted: QRect, available: QRect, frame: QMargins) -> QRect:
    """The window without its frame, moved and made smaller until both are within the screen."""
    room = available.marginsRemoved(frame)
    size = wanted.size().boundedTo(room.size())
    left = max(room.left(), min(wanted.left(), room.right() + 1 - size.width()))
    top = max(room.top(), min(wanted.top(), room.bottom() + 1 - size.height()))
    return QRect(QPoint(left, top), size)


class WindowPlace:
    """Restores a window's place, and puts it right once the frame is known."""

    def __init__(self, window: QWidget) -> None:
        self._window = window
        self._placed = QRect()

    def restore(self, state: WindowState) -> None:
        """Where it was when it was closed; at the first start in the middle, as large as the screen allows."""
        window = self._window
        was_restored = window.restoreGeometry(state.geometry)
        if window.isFullScreen():  # it was presented when it ended
            window.setWindowState(window.windowState() & ~Qt.WindowState.WindowFullScreen)
        available = self._screen().availableGeometry()
        room = available.marginsRemoved(_USUAL_FRAME).size()
        window.setMinimumSize(MINIMUM_SIZE.boundedTo(room))
        wanted = window.geometry()
        if not was_restored:
            wanted = QRect(QPoint(0, 0), DEFAULT_SIZE.boundedTo(room))
            wanted.moveCenter(available.marginsRemoved(_USUAL_FRAME).center())
        if not self._fills_screen():
            self._place(fitted(wanted, available, _USUAL_FRAME))

    def adjust(self) -> None:
        """The window is on the screen: its frame is what it is. A size that somebody has chosen since is left alone."""
        handle = self._window.windowHandle()
        if handle is None or self._fills_screen() or self._window.size() != self._placed.size():
            return
        frame, available = handle.frameMargins(), self._screen().availableGeometry()
        self._window.setMinimumSize(MINIMUM_SIZE.boundedTo(available.marginsRemoved(frame).size()))
        here = fitted(self._window.geometry(), available, frame)
        if here != self._window.geometry():
            self._place(here)

    def _place(self, rect: QRect) -> None:
        self._placed = rect
        self._window.setGeometry(rect)

    def _fills_screen(self) -> bool:
        return self._window.isMaximized() or self._window.isFullScreen()

    def _screen(self) -> QScreen:
        """The one that shows the middle of the window, else the main one."""
        found = QGuiApplication.screenAt(self._window.geometry().center())
        return found or QGuiApplication.primaryScreen()
