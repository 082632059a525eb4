"""Shows for a moment which message was meant (GUI thread only)."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QRectF, Qt, QTimer
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from llmdesk.ui.chat.style import ChatStyle

SHOWN_MS = 1_600
RADIUS_PX = 10


class Mark(QWidget):
    """A tint over a message that goes away by itself; it does not move and takes no clicks."""

    def __init__(self, style: ChatStyle, message: QWidget) -> None:
        super().__init__(message)
        self._style = style
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setGeometry(message.rect())
        message.installEventFilter(self)
        self.show()
        self.raise_()
        QTimer.singleShot(SHOWN_MS, self, self.deleteLater)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """As large as the message."""
        if event.type() == QEvent.Type.Resize and isinstance(watched, QWidget):
            self.setGeometry(watched.rect())
        return False

    def paintEvent(self, event: QPaintEvent) -> None:
        """The tint and its edge."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(self._style.color("accent", 0.6), 1.5))
        painter.setBrush(self._style.color("accent", 0.10))
        radius = self._style.px(RADIUS_PX)
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), radius, radius)
