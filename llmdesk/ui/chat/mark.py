"""Shows for a moment which message was meant (GUI thread only)."""

from __future__ import annotations

import shiboken6
from PySide6.QtCore import QPoint, QRect, QRectF, Qt, QTimer, Slot
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from llmdesk.ui.chat.style import ChatStyle

SHOWN_MS = 1_600
FOLLOW_MS = 25
RADIUS_PX = 10
AROUND_PX = (12, 6)


class Mark(QWidget):
    """A tint over a message that goes away by itself; it takes no clicks.

    Args:
        content: what scrolls, with the message somewhere in it.
    """

    def __init__(self, style: ChatStyle, content: QWidget, message: QWidget) -> None:
        super().__init__(content)
        self._style = style
        self._content = content
        self._message = message
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        timer = QTimer(self)
        timer.timeout.connect(self._follow)
        timer.start(FOLLOW_MS)
        self._follow()
        self.show()
        self.raise_()
        QTimer.singleShot(SHOWN_MS, self, self.deleteLater)

    @Slot()
    def _follow(self) -> None:
        """Around the message, wherever it is now."""
        if not shiboken6.isValid(self._message) or not self._content.isAncestorOf(self._message):
            self.hide()
            return
        beside, above = map(self._style.px, AROUND_PX)
        place = QRect(self._message.mapTo(self._content, QPoint(0, 0)), self._message.size())
        self.setGeometry(place.adjusted(-beside, -above, beside, above))

    def paintEvent(self, event: QPaintEvent) -> None:
        """The tint and its edge."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(self._style.color("accent", 0.6), 1.5))
        painter.setBrush(self._style.color("accent", 0.10))
        radius = self._style.px(RADIUS_PX)
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), radius, radius)
