"""A widget that shows a stretch of the history: mouse, wheel and keys move, zoom and read it (GUI thread only)."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QKeyEvent, QMouseEvent, QWheelEvent
from PySide6.QtWidgets import QToolTip, QWidget

from llmdesk.ui.dashboard.time_view import TimeView

_WHEEL_STEP = 120
_MOVE_SHARE = 0.25  # of what is shown

_KEYS = frozenset(
    {
        *(Qt.Key.Key_Space, Qt.Key.Key_Up, Qt.Key.Key_Plus, Qt.Key.Key_Down, Qt.Key.Key_Minus),
        *(Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Home, Qt.Key.Key_End, Qt.Key.Key_0),
    }
)
_COMMANDS = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier | Qt.KeyboardModifier.MetaModifier


class TimeWidget(QWidget):
    """Its width is ``span_s`` seconds, of which the last is ``newest_s``; subclasses say both, and what to read."""

    def __init__(self, time_view: TimeView) -> None:
        super().__init__()
        self._time = time_view
        self._wheel = 0
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    @property
    def span_s(self) -> float:
        """Seconds from the left edge to the right one."""
        raise NotImplementedError

    @property
    def newest_s(self) -> float:
        """The moment at the right edge."""
        raise NotImplementedError

    def read(self, place: QPoint, on_screen: QPoint) -> None:
        """Tell what was measured at this place."""
        raise NotImplementedError

    def moment(self, x_px: float) -> float:
        """Which moment is drawn there."""
        return self.newest_s - max(0.0, (self.width() - x_px) * self.span_s / max(1, self.width()))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Read the moment under the pointer, in all graphs of the view."""
        self._time.hover(self.moment(event.position().x()))
        self.read(event.position().toPoint(), event.globalPosition().toPoint())

    def leaveEvent(self, event: QEvent) -> None:
        """Nothing is read any more."""
        self._time.hover(None)
        QToolTip.hideText()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """The wheel zooms the time; with Ctrl it is the window's."""
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            event.ignore()
            return
        self._wheel += event.angleDelta().y()
        steps = int(self._wheel / _WHEEL_STEP)
        self._wheel -= steps * _WHEEL_STEP
        if steps:
            self._time.zoom(steps, self.span_s, self.moment(event.position().x()))
        event.accept()

    def takes(self, event: QKeyEvent) -> bool:
        """Whether it is one of its keys; what else is typed is for somebody else."""
        return event.key() in _KEYS and not event.modifiers() & _COMMANDS

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Space: pause; up, down, plus, minus: zoom; left, right, Home: back in time; End: live."""
        time, span_s = self._time, self.span_s
        key = event.key()
        if not self.takes(event):
            super().keyPressEvent(event)
        elif key == Qt.Key.Key_Space:
            time.toggle()
        elif key in (Qt.Key.Key_Up, Qt.Key.Key_Plus, Qt.Key.Key_Down, Qt.Key.Key_Minus):
            time.zoom(1 if key in (Qt.Key.Key_Up, Qt.Key.Key_Plus) else -1, span_s)
        elif key in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            time.move(span_s * _MOVE_SHARE * (-1 if key == Qt.Key.Key_Left else 1))
        elif key == Qt.Key.Key_Home:
            time.move_to_oldest(span_s)
        elif key == Qt.Key.Key_End:
            time.go_live()
        else:
            time.reset_zoom()
