"""Grounds, lines and bars that other things stand on (GUI thread only)."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt, Slot
from PySide6.QtGui import QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import QFrame, QProgressBar, QWidget

from llmdesk.ui.kit.theme import Theme

_FOCUS_WIDTH = 2.0
_STEPS = 1_000


def paint_raised(widget: QWidget, theme: Theme, radius_px: float = 8) -> None:
    """A raised, rounded ground under a whole widget, from its ``paintEvent``; the radius is that at 100 %."""
    painter = QPainter(widget)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme.color("raised"))
    radius = theme.px(radius_px)
    painter.drawRoundedRect(QRectF(widget.rect()), radius, radius)


class Hairline(QWidget):
    """One pixel of the line colour."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self.setFixedHeight(1)
        theme.changed.connect(self.update)

    def paintEvent(self, event: QPaintEvent) -> None:
        """The line."""
        QPainter(self).fillRect(self.rect(), self._theme.color("line"))


class Panel(QFrame):
    """A surface with a hairline and rounded corners.

    Args:
        radius: of the corners, at 100 %.
        ground, edge: colours of the table, with their opacity; no edge: ``edge=None``.
        tail: the lower right corner is nearly sharp, as of a speech bubble.
    """

    def __init__(
        self,
        theme: Theme,
        radius: float = 12,
        ground: tuple[str, float] = ("surface", 1.0),
        edge: tuple[str, float] | None = ("line", 1.0),
        *,
        tail: bool = False,
    ) -> None:
        super().__init__()
        self._theme = theme
        self._radius = radius
        self._ground, self._edge = ground, edge
        self._tail = tail
        theme.changed.connect(self.update)

    def set_edge(self, color: str, alpha: float = 1.0) -> None:
        """Another hairline."""
        self._edge = (color, alpha)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Ground and border."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(self._pen())
        painter.setBrush(self._theme.color(*self._ground))
        rect = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        radius = self._theme.px(self._radius)
        if not self._tail:
            painter.drawRoundedRect(rect, radius, radius)
            return
        path = QPainterPath()
        path.setFillRule(Qt.FillRule.WindingFill)
        path.addRoundedRect(rect, radius, radius)
        corner = QRectF(rect.right() - radius, rect.bottom() - radius, radius, radius)
        path.addRoundedRect(corner, self._theme.px(4), self._theme.px(4))
        painter.drawPath(path)

    def _pen(self) -> QPen:
        if self._edge is None:
            return QPen(Qt.PenStyle.NoPen)
        color, alpha = self._edge
        return QPen(self._theme.color(color, 1.0 if self._theme.is_high_contrast else alpha))


class ThinBar(QProgressBar):
    """A rounded bar without text; without a fraction it only says that something is under way."""

    def __init__(self, theme: Theme, name: str, height: float = 6) -> None:
        super().__init__()
        self._theme = theme
        self._height = height
        self.setRange(0, _STEPS)
        self.setTextVisible(False)
        self.setAccessibleName(name)
        theme.changed.connect(self.restyle)
        self.restyle()

    def set_fraction(self, fraction: float | None) -> None:
        """0..1, None if nobody knows."""
        steps = 0 if fraction is None else _STEPS
        if steps != self.maximum():  # else Qt paints it for nothing
            self.setRange(0, steps)
        if fraction is not None and (value := round(min(1.0, max(0.0, fraction)) * _STEPS)) != self.value():
            self.setUpdatesEnabled(False)  # else Qt paints at once, and all that waits to be painted with it
            self.setValue(value)
            self.setUpdatesEnabled(True)

    @Slot()
    def restyle(self) -> None:
        """Colours or sizes changed."""
        height = self._theme.px(self._height)
        self.setFixedHeight(height)
        css, radius = self._theme.css, height // 2
        self.setStyleSheet(
            f"QProgressBar {{ background: {css('line')}; border: none; border-radius: {radius}px; }}"
            f"QProgressBar::chunk {{ background: {css('accent')}; border-radius: {radius}px; }}"
        )


def current_pen(theme: Theme, *, has_keyboard: bool, is_current: bool) -> QPen:
    """The edge of a row in a list: a ring where the keyboard is; with high contrast the current row has a line, too."""
    if has_keyboard:
        return QPen(theme.color("accent"), focus_width(theme))
    return QPen(theme.color("text")) if is_current and theme.is_high_contrast else QPen(Qt.PenStyle.NoPen)


def focus_width(theme: Theme) -> float:
    """Of the ring around what has the keyboard."""
    return 3.0 if theme.is_high_contrast else _FOCUS_WIDTH


def draw_focus_ring(painter: QPainter, widget: QWidget, theme: Theme, radius: float, color: str = "accent") -> None:
    """The ring of a control that has the keyboard."""
    if not widget.hasFocus():
        return
    painter.save()
    painter.setPen(QPen(theme.color(color), focus_width(theme)))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRoundedRect(QRectF(widget.rect()).adjusted(1, 1, -1, -1), radius, radius)
    painter.restore()
