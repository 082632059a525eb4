"""A field for several lines (GUI thread only)."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QPlainTextEdit

from llmdesk.ui.kit.styled import scroll_bar_css
from llmdesk.ui.kit.theme import Theme


class TextArea(QPlainTextEdit):
    """So many lines high; more are scrolled. Tab goes on to the next control.

    Signals:
        submitted(): Ctrl+Enter.
    """

    submitted = Signal()

    def __init__(self, theme: Theme, name: str, lines: int, placeholder: str = "") -> None:
        super().__init__()
        self._theme, self._lines = theme, lines
        self.setAccessibleName(name)
        self.setPlaceholderText(placeholder)
        self.setTabChangesFocus(True)
        theme.changed.connect(self.restyle)
        self.restyle()

    def sizeHint(self) -> QSize:
        """Some words wide."""
        return QSize(self._theme.px(294), self.height())

    def minimumSizeHint(self) -> QSize:
        """It takes what it is given."""
        return QSize(0, self.height())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Ctrl+Enter is done."""
        is_enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if is_enter and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.submitted.emit()
        else:
            super().keyPressEvent(event)

    @Slot()
    def restyle(self) -> None:
        """Colours or sizes changed."""
        c, px = self._theme.colors, self._theme.px
        self.setFont(self._theme.font())
        self.setFixedHeight(self._lines * self.fontMetrics().lineSpacing() + px(20))
        self.setStyleSheet(
            f"QPlainTextEdit {{ background: {c.window}; color: {c.text}; border: 1px solid {c.line};"
            f" border-radius: {px(8)}px; padding: {px(4)}px; selection-background-color: {c.accent};"
            f" selection-color: {c.on_accent}; placeholder-text-color: {c.secondary}; }}"
            f"QPlainTextEdit:focus {{ border: 2px solid {c.accent}; padding: {px(4) - 1}px; }}"
            + scroll_bar_css(self._theme)
        )
