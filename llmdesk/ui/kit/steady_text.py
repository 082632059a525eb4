"""Text that changes several times a second without moving anything (GUI thread only)."""

from __future__ import annotations

import math

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QFont, QFontMetricsF, QPalette
from PySide6.QtWidgets import QLabel

from llmdesk.ui.kit.theme import Theme


class Text(QLabel):
    """One line in a colour of the theme. ``room_for`` fixes the width; without it the layout does.

    A text that needs more room than was kept takes it once and for all. With a fixed size, Qt does not lay the window
    out again at each change.
    """

    def __init__(self, theme: Theme, color: str, font: QFont, room_for: str | None = None, text: str = "") -> None:
        super().__init__(text)
        self._theme = theme
        self._color = color
        self.setFont(font)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self._metrics = QFontMetricsF(self.font())
        self._keeps_room = room_for is not None
        self.setFixedHeight(round(self._metrics.height()))
        if room_for is not None:
            self.setFixedWidth(self._needed_px(room_for))
        theme.changed.connect(self._on_theme_changed)
        self._on_theme_changed()

    def show_text(self, text: str) -> None:
        """Like setText, but free when nothing changed."""
        if text == self.text():
            return
        if self._keeps_room and (needed_px := self._needed_px(text)) > self.width():
            self.setFixedWidth(needed_px)
        self.setText(text)

    def set_color(self, color: str) -> None:
        """Another colour of the table."""
        if color != self._color:
            self._color = color
            self._on_theme_changed()

    def _needed_px(self, text: str) -> int:
        return math.ceil(self._metrics.horizontalAdvance(text)) + 1

    @Slot()
    def _on_theme_changed(self) -> None:
        palette = self.palette()
        palette.setColor(QPalette.ColorRole.WindowText, self._theme.color(self._color))
        self.setPalette(palette)
