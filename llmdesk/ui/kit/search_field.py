"""A field to search in, with a magnifying glass that follows the zoom (GUI thread only)."""

from __future__ import annotations

from PySide6.QtCore import QRect, Slot
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QLineEdit

from llmdesk.ui.kit.styled import FieldStyle
from llmdesk.ui.kit.theme import Theme

_HEIGHT_PX = 38
_ICON_PX, _SIDE_PX = 18, 10


class SearchField(QLineEdit):
    """``name`` is the placeholder and what screen readers say. (An icon of Qt's own stays as small at any zoom.)"""

    def __init__(self, theme: Theme, name: str) -> None:
        super().__init__()
        self._theme = theme
        self.setPlaceholderText(name)
        self.setAccessibleName(name)
        FieldStyle(theme, self, _HEIGHT_PX)
        theme.changed.connect(self.restyle)
        self.restyle()

    @Slot()
    def restyle(self) -> None:
        """Colours or sizes changed."""
        self.setTextMargins(self._theme.px(_ICON_PX + _SIDE_PX), 0, 0, 0)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """The field, then the icon."""
        super().paintEvent(event)
        size, side = self._theme.px(_ICON_PX), self._theme.px(_SIDE_PX)
        painter = QPainter(self)
        self._theme.icon("search").paint(painter, QRect(side, (self.height() - size) // 2, size, size))
