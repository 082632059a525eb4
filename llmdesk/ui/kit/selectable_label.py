"""Wrapped words that the mouse can select and copy (GUI thread only)."""

from __future__ import annotations

import re

from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import (
    QClipboard,
    QContextMenuEvent,
    QFocusEvent,
    QFont,
    QGuiApplication,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
)

from llmdesk.ui.kit.labels import NORMAL, Label
from llmdesk.ui.kit.styled import Menu
from llmdesk.ui.kit.theme import Theme
from llmdesk.ui.kit.type_scale import Step
from llmdesk.ui.kit.words import tr


class SelectableLabel(Label):
    """A wrapped label: drag, double click for a word, Ctrl+A, Ctrl+C, and a menu on the right button."""

    def __init__(
        self, theme: Theme, text: str = "", color: str = "text", step: Step = "ui", weight: QFont.Weight = NORMAL
    ) -> None:
        self._selected = (0, 0)
        self._anchor = 0
        super().__init__(theme, text, color, step, weight, wraps=True)
        self.setCursor(Qt.CursorShape.IBeamCursor)
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)

    @property
    def selected(self) -> tuple[int, int]:
        """Which characters are selected (from, to)."""
        return self._selected

    @property
    def selection(self) -> str:
        """What is selected."""
        return self.text()[slice(*self._selected)]

    def select(self, begin: int, end: int) -> None:
        """Mark characters; what is marked can be pasted with the middle button where the system has that."""
        self._selected = (min(begin, end), max(begin, end))
        clipboard = QGuiApplication.clipboard()
        if self.selection and clipboard.supportsSelection():
            clipboard.setText(self.selection, QClipboard.Mode.Selection)
        self.update()

    def copy(self) -> None:
        """Put what is selected on the clipboard."""
        if self.selection:
            QGuiApplication.clipboard().setText(self.selection)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Begin to select."""
        if event.button() == Qt.MouseButton.LeftButton:
            self._anchor = self._position(event.position())
            self.select(self._anchor, self._anchor)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Select up to here."""
        if event.buttons() & Qt.MouseButton.LeftButton:
            self.select(self._anchor, self._position(event.position()))

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Select the word."""
        here = self._position(event.position())
        for word in re.finditer(r"\S+", self.text()):
            if word.start() <= here <= word.end():
                self.select(*word.span())

    def event(self, event: QEvent) -> bool:
        """Ctrl+C and Ctrl+A belong to the words while they have the keyboard, before any shortcut of the window."""
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and self._command(event):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Copy and select all."""
        match self._command(event):
            case "copy":
                self.copy()
            case "all":
                self.select(0, len(self.text()))
            case _:
                super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """One selection at a time; a menu only borrows the keyboard."""
        super().focusOutEvent(event)
        if event.reason() != Qt.FocusReason.PopupFocusReason:
            self._selected = (0, 0)
            self.update()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Copy, select all."""
        menu = Menu(self._theme, self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addAction(tr("Copy"), self.copy).setEnabled(bool(self.selection))
        menu.addAction(tr("Select all"), lambda: self.select(0, len(self.text())))
        menu.popup(event.globalPos())

    @staticmethod
    def _command(event: QKeyEvent) -> str:
        if event.matches(QKeySequence.StandardKey.Copy):
            return "copy"
        return "all" if event.matches(QKeySequence.StandardKey.SelectAll) else ""

    def _position(self, point: QPointF) -> int:
        assert self._wrapped is not None
        return self._wrapped.position_at(point - self._text_place(self._wrapped).topLeft())


class CodeLabel(SelectableLabel):
    """The same in the type for code: addresses, keys, commands. They run from the left in every language."""

    def __init__(self, theme: Theme, text: str = "") -> None:
        super().__init__(theme, text, step="code")
        self.setLayoutDirection(Qt.LayoutDirection.LeftToRight)

    def _font(self) -> QFont:
        font = self._theme.code_font(self._step)
        font.setFeature(QFont.Tag("calt"), 0)  # no ligatures: // is two characters
        return font
