"""A switch: on or off, at once (GUI thread only)."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QPointF, QRectF, QSize, Qt, Slot
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QCheckBox, QSizePolicy

from llmdesk.ui.kit.keys import presses
from llmdesk.ui.kit.surfaces import draw_focus_ring
from llmdesk.ui.kit.theme import Theme

_WIDTH_PX, _HEIGHT_PX = 44, 26
_EDGE_PX = 4


class Switch(QCheckBox):
    """A check box for screen readers, drawn as a switch. ``name`` says what it switches."""

    def __init__(self, theme: Theme, name: str) -> None:
        super().__init__()
        self._theme = theme
        self.setAccessibleName(name)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self.restyle)

    def sizeHint(self) -> QSize:
        """Of the switch alone."""
        return QSize(self._theme.px(_WIDTH_PX), self._theme.px(_HEIGHT_PX))

    def minimumSizeHint(self) -> QSize:
        """The same."""
        return self.sizeHint()

    def hitButton(self, position: QPoint) -> bool:
        """All of it."""
        return self.rect().contains(position)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter switches like the space bar."""
        if not presses(self, event):
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Ground, knob, focus ring."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        rect = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        radius = rect.height() / 2
        is_on = self.isChecked()
        painter.setPen(QPen(self._theme.color("accent" if is_on else "secondary")))
        painter.setBrush(self._theme.color("accent" if is_on else "raised"))
        painter.drawRoundedRect(rect, radius, radius)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._theme.color("on_accent" if is_on else "secondary"))
        x = rect.right() - radius if is_on else rect.left() + radius
        knob = radius - self._theme.px(_EDGE_PX)
        painter.drawEllipse(QPointF(x, rect.center().y()), knob, knob)
        draw_focus_ring(painter, self, self._theme, radius, "text")

    @Slot()
    def restyle(self) -> None:
        """Colours or sizes changed."""
        self.updateGeometry()
        self.update()
