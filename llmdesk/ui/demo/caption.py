"""What a demo says about itself, above the conversation (GUI thread only)."""

from __future__ import annotations

from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from llmdesk.ui.chat.chat_pane import ChatPane
from llmdesk.ui.kit.labels import MEDIUM, Label
from llmdesk.ui.kit.spacing import row
from llmdesk.ui.kit.theme import Theme


class Caption(QWidget):
    """One sentence in large type on a tinted ground; hidden while there is none."""

    def __init__(self, theme: Theme, pane: ChatPane) -> None:
        super().__init__()
        self._theme = theme
        self.words = Label(theme, "", "text", "unit", MEDIUM, wraps=True)
        self.setLayout(row(theme, self.words, margins=(24, 12, 24, 12)))
        theme.changed.connect(self.update)
        pane.set_head(self)
        self.hide()

    def show_words(self, text: str) -> None:
        """Say it; empty: nothing."""
        self.words.setText(text)
        self.setAccessibleName(text)
        self.setVisible(bool(text))

    def paintEvent(self, event: QPaintEvent) -> None:
        """The ground, with a stroke of the accent colour at its left."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), self._theme.color("user_bubble"))
        painter.fillRect(0, 0, self._theme.px(4), self.height(), self._theme.color("accent"))
