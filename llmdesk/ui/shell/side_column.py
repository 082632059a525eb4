"""The dashboard's place at the right of the window (GUI thread only)."""

from __future__ import annotations

from PySide6.QtCore import QEvent
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QWidget


class SideColumn(QWidget):
    """The dashboard's column: the dashboard keeps its own width while the column folds."""

    def __init__(self, dashboard: QWidget) -> None:
        super().__init__()
        self._dashboard = dashboard
        dashboard.setParent(self)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The dashboard takes the whole height."""
        super().resizeEvent(event)
        self._dashboard.setGeometry(0, 0, self._dashboard.sizeHint().width(), self.height())

    def event(self, event: QEvent) -> bool:
        """A figure that needs more room than was kept widens the column."""
        if event.type() == QEvent.Type.LayoutRequest and self.width() < self._dashboard.sizeHint().width():
            self.setFixedWidth(self._dashboard.sizeHint().width())
        return super().event(event)
