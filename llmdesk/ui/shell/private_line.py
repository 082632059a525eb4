"""Says above the conversation that the chat is private (GUI thread only)."""

from __future__ import annotations

from PySide6.QtCore import QRect
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from llmdesk.ui.kit.labels import Label
from llmdesk.ui.kit.spacing import row
from llmdesk.ui.kit.theme import Theme
from llmdesk.ui.kit.words import tr

_ICON_PX, _SIDE_PX = 16, 24


class PrivateLine(QWidget):
    """A tinted line with a lock, hidden unless the chat shown is private."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        words = tr("Private chat: nothing of it is written to the disk, and it is gone when it is closed.")
        self.words = Label(theme, words, "text", "small", wraps=True)
        self.setAccessibleName(words)
        self.setLayout(row(theme, self.words, margins=(_SIDE_PX + _ICON_PX + 8, 6, _SIDE_PX, 6)))
        theme.changed.connect(self.update)
        self.hide()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Ground and lock."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), self._theme.color("user_bubble"))
        size, side = self._theme.px(_ICON_PX), self._theme.px(_SIDE_PX)
        self._theme.icon("lock", "text").paint(painter, QRect(side, (self.height() - size) // 2, size, size))
