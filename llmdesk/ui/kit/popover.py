"""A panel over the window under the control that opened it; Esc or a click beside it closes it (GUI thread only).

It is a child of the window, not a window of its own: no system places it elsewhere, grabs the mouse or closes it behind
our back.
"""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QPoint, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget

from llmdesk.ui.kit.controls import Panel
from llmdesk.ui.kit.theme import Theme

_MARGIN = 12


class Popover(QWidget):
    """Base of the model picker and the sampling panel; content goes into ``panel_layout``, which gives the height if
    none is asked for.

    Signals:
        closed(): it was closed, by whatever means.
    """

    closed = Signal()

    def __init__(self, theme: Theme, window: QWidget, width: int, height: int = 0) -> None:
        super().__init__(window)
        self._theme = theme
        self._window = window
        self._wanted = (width, height)
        self._anchor: QWidget | None = None
        self._align_right = False
        self._focus_before: QWidget | None = None
        self.panel = Panel(theme, 14)
        self.panel.setParent(self)
        self.panel_layout = QVBoxLayout(self.panel)
        self.panel_layout.setContentsMargins(1, 1, 1, 1)
        self.panel_layout.setSpacing(0)
        self.hide()

    def open_under(self, anchor: QWidget, align_right: bool = False) -> None:
        """Show the panel below a control, at its left or right edge."""
        self._anchor, self._align_right = anchor, align_right
        self._focus_before = QApplication.focusWidget()
        self._place()
        self._window.installEventFilter(self)  # only while open: it is called for every event of the window
        self.show()
        self._place()  # once more: only now everything in it knows its size
        self.raise_()
        self.setFocus()

    def close_panel(self) -> None:
        """Hide and give the keyboard back. Idempotent."""
        if self.isHidden():
            return
        self.hide()
        self._window.removeEventFilter(self)
        if self._focus_before is not None and self._focus_before.isVisible():
            self._focus_before.setFocus()
        self._focus_before = None
        self.closed.emit()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Stay in place when the window changes its size."""
        if event.type() == QEvent.Type.Resize and self.isVisible():
            self._place()
        return False

    def event(self, event: QEvent) -> bool:
        """While it is open, Esc belongs to the panel before any shortcut of the window."""
        is_override = event.type() == QEvent.Type.ShortcutOverride
        if is_override and isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Escape:
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc closes."""
        if event.key() == Qt.Key.Key_Escape:
            self.close_panel()
        else:
            super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A click beside the panel closes."""
        if not self.panel.geometry().contains(event.position().toPoint()):
            self.close_panel()

    def paintEvent(self, event: QPaintEvent) -> None:
        """The window behind recedes a little."""
        QPainter(self).fillRect(self.rect(), self._theme.color("window", 0.45))

    def _place(self) -> None:
        self.setGeometry(self._window.rect())
        width = min(self._wanted[0], self.width() - 2 * _MARGIN)
        left, top = _MARGIN, _MARGIN
        if self._anchor is not None:
            corner = self._anchor.mapTo(self._window, QPoint(0, self._anchor.height() + 8))
            left = corner.x() + (self._anchor.width() - width if self._align_right else 0)
            top = corner.y()
        left = max(_MARGIN, min(left, self.width() - width - _MARGIN))
        height = min(self._wanted[1] or self.panel.sizeHint().height(), self.height() - top - _MARGIN)
        self.panel.setGeometry(left, top, width, height)
