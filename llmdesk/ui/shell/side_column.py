"""A place at a side of the window (GUI thread only)."""

from __future__ import annotations

from PySide6.QtCore import QEvent
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QWidget


class SideColumn(QWidget):
    """A column of the window: what stands in it keeps its own width while the column folds."""

    def __init__(self, content: QWidget) -> None:
        super().__init__()
        self._content = content
        content.setParent(self)

    def take(self, content: QWidget) -> None:
        """It is back from another place."""
        content.setParent(self)
        content.setGeometry(0, 0, content.sizeHint().width(), self.height())
        content.show()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The content takes the whole height."""
        super().resizeEvent(event)
        if self._content.parentWidget() is self:
            self._content.setGeometry(0, 0, self._content.sizeHint().width(), self.height())

    def event(self, event: QEvent) -> bool:
        """A figure that needs more room than was kept widens the column."""
        if event.type() == QEvent.Type.LayoutRequest and self.width() < self._content.sizeHint().width():
            self.setFixedWidth(self._content.sizeHint().width())
        return super().event(event)
