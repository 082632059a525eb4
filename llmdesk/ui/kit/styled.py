"""Qt's own controls in the theme's colours, by style sheet: menus, fields, thin scroll bars (GUI thread only)."""

from __future__ import annotations

from PySide6.QtCore import QObject, QPoint, Slot
from PySide6.QtWidgets import QMenu, QWidget

from llmdesk.ui.kit.theme import Theme, ui_font


class Menu(QMenu):
    """A menu in the theme's colours with room around its words."""

    def __init__(self, theme: Theme, parent: QWidget, title: str = "") -> None:
        super().__init__(title, parent)
        self._theme = theme
        self.setFont(ui_font(14))
        theme.changed.connect(self._recolor)
        self._recolor()

    def open_under(self, anchor: QWidget) -> None:
        """Below a control, right edges in line."""
        corner = anchor.mapToGlobal(anchor.rect().bottomRight())
        self.popup(corner - QPoint(self.sizeHint().width(), -4))

    @Slot()
    def _recolor(self) -> None:
        c = self._theme.colors
        self.setStyleSheet(
            f"QMenu {{ background: {c.surface}; color: {c.text}; border: 1px solid {c.line}; padding: 6px; }}"
            "QMenu::item { padding: 7px 28px 7px 12px; border-radius: 6px; }"
            f"QMenu::item:selected {{ background: {c.raised}; }}"
            f"QMenu::item:disabled {{ color: {c.secondary}; }}"
            f"QMenu::separator {{ background: {c.line}; height: 1px; margin: 6px 8px; }}"
            "QMenu::indicator { width: 14px; height: 14px; left: 6px; }"
        )


class FieldStyle(QObject):
    """Gives an input field a rounded border and, to a list, a thin scroll bar, in the theme's colours."""

    def __init__(self, theme: Theme, widget: QWidget) -> None:
        super().__init__(widget)
        self._theme, self._widget = theme, widget
        theme.changed.connect(self._apply)
        self._apply()

    @Slot()
    def _apply(self) -> None:
        c = self._theme.colors
        self._widget.setStyleSheet(
            f"QLineEdit, QAbstractSpinBox {{ background: {c.window}; color: {c.text}; border: 1px solid {c.line};"
            f" border-radius: 8px; selection-background-color: {c.accent}; selection-color: {c.on_accent}; }}"
            f"QLineEdit:focus, QAbstractSpinBox:focus {{ border: 2px solid {c.accent}; }}"
            "QLineEdit { padding: 0 8px; }"
            "QLineEdit:focus { padding: 0 7px; }"
            # No arrows: the keys and the wheel step. (Without buttons at all, Qt leaves no room for the text.)
            "QAbstractSpinBox::up-button, QAbstractSpinBox::down-button { width: 0; height: 0; border: none; }"
            "QAbstractSpinBox QLineEdit, QAbstractSpinBox QLineEdit:focus"
            " { border: none; background: transparent; padding: 0 8px; }"
            "QScrollArea, QScrollArea > QWidget > QWidget { background: transparent; border: none; }"
            "QScrollBar:vertical { background: transparent; width: 10px; margin: 0; }"
            f"QScrollBar::handle:vertical {{ background: {c.line}; border-radius: 3px; min-height: 32px;"
            " margin: 2px; }"
            "QScrollBar::add-line, QScrollBar::sub-line, QScrollBar::add-page, QScrollBar::sub-page"
            " { background: none; border: none; height: 0; }"
            f"QProgressBar {{ background: {c.line}; border: none; border-radius: 2px; }}"
            f"QProgressBar::chunk {{ background: {c.accent}; border-radius: 2px; }}"
        )
