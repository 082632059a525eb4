"""Qt's own controls in the theme's colours and sizes, by style sheet: menus, fields, thin scroll bars (GUI thread)."""

from __future__ import annotations

from PySide6.QtCore import QObject, QPoint, Slot
from PySide6.QtWidgets import QAbstractSpinBox, QFrame, QMenu, QScrollArea, QWidget

from llmdesk.ui.kit.theme import Theme

SCROLL_BAR_PX = 12
FIELD_PX = 34


class Menu(QMenu):
    """A menu in the theme's colours with room around its words."""

    def __init__(self, theme: Theme, parent: QWidget, title: str = "") -> None:
        super().__init__(title, parent)
        self._theme = theme
        theme.changed.connect(self.restyle)
        self.restyle()

    def open_under(self, anchor: QWidget) -> None:
        """Below a control, right edges in line."""
        corner = anchor.mapToGlobal(anchor.rect().bottomRight())
        self.popup(corner - QPoint(self.sizeHint().width(), -self._theme.px(4)))

    @Slot()
    def restyle(self) -> None:
        """Colours or sizes changed."""
        self.setFont(self._theme.font())
        c, px = self._theme.colors, self._theme.px
        self.setStyleSheet(
            f"QMenu {{ background: {c.surface}; color: {c.text}; border: 1px solid {c.line}; padding: {px(6)}px; }}"
            f"QMenu::item {{ padding: {px(7)}px {px(28)}px {px(7)}px {px(12)}px; border-radius: {px(6)}px; }}"
            f"QMenu::item:selected {{ {current_css(self._theme)} }}"
            f"QMenu::item:disabled {{ color: {c.secondary}; }}"
            f"QMenu::separator {{ background: {c.line}; height: 1px; margin: {px(6)}px {px(8)}px; }}"
            f"QMenu::indicator {{ width: {px(14)}px; height: {px(14)}px; left: {px(6)}px; }}"
        )


def current_css(theme: Theme) -> str:
    """The ground of the current row of a menu or list; with high contrast in the accent colour."""
    c = theme.colors
    return f"background: {c.accent}; color: {c.on_accent};" if theme.is_high_contrast else f"background: {c.raised};"


class FieldStyle(QObject):
    """Gives an input field its type, height and a rounded border in the theme's colours."""

    def __init__(self, theme: Theme, widget: QWidget, height: float = FIELD_PX) -> None:
        super().__init__(widget)
        self._theme, self._widget, self._height = theme, widget, height
        theme.changed.connect(self.restyle)
        self.restyle()

    @Slot()
    def restyle(self) -> None:
        """Colours or sizes changed."""
        self._widget.setFont(self._theme.font())
        self._widget.setFixedHeight(self._theme.px(self._height))
        c, px = self._theme.colors, self._theme.px
        side = px(8)
        if isinstance(self._widget, QAbstractSpinBox):  # whose inner field the style sheet's padding does not reach
            self._widget.lineEdit().setTextMargins(side - 2, 0, side, 0)
        self._widget.setStyleSheet(
            f"QLineEdit, QAbstractSpinBox {{ background: {c.window}; color: {c.text}; border: 1px solid {c.line};"
            f" border-radius: {side}px; selection-background-color: {c.accent}; selection-color: {c.on_accent}; }}"
            f"QLineEdit {{ placeholder-text-color: {c.secondary}; }}"  # else half of the text's colour
            f"QLineEdit:focus, QAbstractSpinBox:focus {{ border: 2px solid {c.accent}; }}"
            f"QLineEdit {{ padding: 0 {side}px; }}"
            f"QLineEdit:focus {{ padding: 0 {side - 1}px; }}"
            # No arrows: the keys and the wheel step. (Without buttons at all, Qt leaves no room for the text.)
            "QAbstractSpinBox::up-button, QAbstractSpinBox::down-button { width: 0; height: 0; border: none; }"
            "QAbstractSpinBox QLineEdit, QAbstractSpinBox QLineEdit:focus"
            f" {{ border: none; background: transparent; padding: 0 {side}px; }}"
        )


class ScrollArea(QScrollArea):
    """Without a frame, with thin handles, on the ground behind it.

    Its style sheet stands on the bars alone: one on the area would be one on all that stands in it, and whenever it is
    set anew Qt gives these the colours back that they had when they were first shown.
    """

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._bars_theme = theme
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.viewport().setAutoFillBackground(False)
        theme.changed.connect(self._restyle_bars)
        self._restyle_bars()

    def setWidget(self, widget: QWidget) -> None:
        """Qt would fill it with the window's colour."""
        super().setWidget(widget)
        widget.setAutoFillBackground(False)

    @Slot()
    def _restyle_bars(self) -> None:
        css = scroll_bar_css(self._bars_theme)
        for bar in (self.verticalScrollBar(), self.horizontalScrollBar()):
            bar.setStyleSheet(css)


def scroll_bar_css(theme: Theme) -> str:
    """A thin handle without a trough or arrows, in both directions."""
    width, margin, least = theme.px(SCROLL_BAR_PX), theme.px(3), theme.px(32)
    radius = max(1, (width - 2 * margin) // 2)
    return (
        "QScrollBar { background: transparent; margin: 0; }"
        f"QScrollBar:vertical {{ width: {width}px; }}"
        f"QScrollBar:horizontal {{ height: {width}px; }}"
        f"QScrollBar::handle {{ background: {theme.css('secondary', 0.35)}; border-radius: {radius}px;"
        f" margin: {margin}px; }}"
        f"QScrollBar::handle:vertical {{ min-height: {least}px; }}"
        f"QScrollBar::handle:horizontal {{ min-width: {least}px; }}"
        f"QScrollBar::handle:hover {{ background: {theme.css('secondary', 0.6)}; }}"
        "QScrollBar::handle:disabled { background: transparent; }"
        "QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; }"
        "QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }"
    )
