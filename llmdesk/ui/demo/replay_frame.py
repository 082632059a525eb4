"""Says over the whole window that what it shows is a replay (GUI thread only)."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from llmdesk.ui.kit.theme import Theme
from llmdesk.ui.kit.words import tr

_EDGE_PX = 5


class ReplayFrame(QWidget):
    """A frame around the window in the warning colour. It lies over everything and lets the mouse through."""

    def __init__(self, theme: Theme, ground: QWidget) -> None:
        super().__init__(ground)
        self._theme = theme
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setAccessibleName(tr("REPLAY"))
        theme.changed.connect(self.update)
        ground.installEventFilter(self)
        self.setGeometry(ground.rect())
        self.raise_()
        self.show()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Stay as large as the window, and above what comes into it."""
        if event.type() in (QEvent.Type.Resize, QEvent.Type.Move, QEvent.Type.ChildAdded, QEvent.Type.LayoutRequest):
            ground = self.parentWidget()
            if ground is not None:
                self.setGeometry(ground.rect())
                self.raise_()
                self.update()
        return False

    def paintEvent(self, event: QPaintEvent) -> None:
        """The frame."""
        px = self._theme.px
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        edge = px(_EDGE_PX)
        painter.setPen(QPen(self._theme.color("warning"), edge))
        painter.drawRect(QRectF(self.rect()).adjusted(edge / 2, edge / 2, -edge / 2, -edge / 2))
