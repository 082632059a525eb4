"""Small pieces of the dashboard: tiles, legends, places of graphs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, Qt, Slot
from PySide6.QtGui import QFont, QFontMetricsF, QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from llmdesk.ui.dashboard import wording
from llmdesk.ui.kit.steady_text import Text
from llmdesk.ui.kit.theme import Theme, ui_font

if TYPE_CHECKING:
    from llmdesk.ui.dashboard.plots import Plot  # imports pyqtgraph

MEDIUM = QFont.Weight.Medium
SEMIBOLD = QFont.Weight.DemiBold
TILE_RADIUS_PX = 10
HEADER_ABOVE_PX = 20


class Swatch(QFrame):
    """The little stroke in front of a legend."""

    def __init__(self, theme: Theme, color: str) -> None:
        super().__init__()
        self._theme = theme
        self._color = color
        self.setFixedSize(10, 3)
        self.setAutoFillBackground(True)
        theme.changed.connect(self._on_theme_changed)
        self._on_theme_changed()

    @Slot()
    def _on_theme_changed(self) -> None:
        palette = self.palette()
        palette.setColor(QPalette.ColorRole.Window, self._theme.color(self._color))
        self.setPalette(palette)


class BigFigure(QWidget):
    """The figure that rules, with its unit on the same baseline. Three digits and a point never move the unit."""

    def __init__(self, theme: Theme, unit: str) -> None:
        super().__init__()
        font = ui_font(60, SEMIBOLD)
        font.setLetterSpacing(QFont.SpacingType.AbsoluteSpacing, -1.0)
        self._font, self._quiet_font = font, ui_font(34)
        self._value = Text(theme, "text", font, "88.8")
        unit_text = Text(theme, "secondary", ui_font(17, MEDIUM), unit, unit)
        drop_px = round(QFontMetricsF(font).descent() - QFontMetricsF(unit_text.font()).descent())
        unit_text.setContentsMargins(0, 0, 0, drop_px)
        unit_text.setFixedHeight(unit_text.height() + drop_px)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        layout.addWidget(self._value)
        layout.addWidget(unit_text, 0, Qt.AlignmentFlag.AlignBottom)
        layout.addStretch(1)
        self.setFixedHeight(self._value.height())

    def show_value(self, text: str) -> None:
        """Show a number without its unit."""
        if text == self._value.text():
            return
        is_measured = text != wording.NOTHING
        # A dash is as quiet as the unit, and stands beside it.
        self._value.setFont(self._font if is_measured else self._quiet_font)
        self._value.set_color("text" if is_measured else "secondary")
        side = Qt.AlignmentFlag.AlignLeft if is_measured else Qt.AlignmentFlag.AlignRight
        self._value.setAlignment(side | Qt.AlignmentFlag.AlignVCenter)
        self._value.show_text(text)


class Tile(QFrame):
    """A figure above the name of what it measures, on a raised ground."""

    def __init__(self, theme: Theme, name: str) -> None:
        super().__init__()
        self._theme = theme
        self._value = Text(theme, "text", ui_font(19, SEMIBOLD), "88.8 ms", wording.NOTHING)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 9, 8, 9)
        layout.setSpacing(2)
        layout.addWidget(self._value)
        layout.addWidget(Text(theme, "secondary", ui_font(12.5), text=name))
        theme.changed.connect(self.update)

    def show_value(self, text: str) -> None:
        """Show a figure with its unit."""
        self._value.show_text(text)

    def paintEvent(self, event: QPaintEvent) -> None:
        """The rounded ground."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._theme.color("raised"))
        painter.drawRoundedRect(QRectF(self.rect()), TILE_RADIUS_PX, TILE_RADIUS_PX)


class LegendEntry(QWidget):
    """A stroke in the colour of a curve, its name, its value now, and what the value is a part of."""

    def __init__(self, theme: Theme, color: str, name: str, room_for: str, of: str | None = None) -> None:
        super().__init__()
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        if color:
            layout.addWidget(Swatch(theme, color), 0, Qt.AlignmentFlag.AlignVCenter)
        layout.addWidget(Text(theme, "secondary", ui_font(12.5), name, name))
        self._value = Text(theme, "text", ui_font(12.5, SEMIBOLD), room_for)
        self._value.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        layout.addWidget(self._value)
        self._of = Text(theme, "secondary", ui_font(12.5), of) if of is not None else None
        if self._of is not None:
            layout.addWidget(self._of)

    def show_value(self, text: str, of: str = "") -> None:
        """Show a value, and behind it what it is a part of."""
        self._value.show_text(text)
        if self._of is not None:
            self._of.show_text(of)


class GraphPlace(QWidget):
    """Where a graph will be, so that nothing moves when it comes."""

    def __init__(self, lowest_px: int, highest_px: int, above_px: int = 4) -> None:
        super().__init__()
        self.setMinimumHeight(lowest_px + above_px)
        self.setMaximumHeight(highest_px + above_px)
        self._plot: Plot | None = None
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, above_px, 0, 0)

    @property
    def filled(self) -> bool:
        """True once the graph is there."""
        return self._plot is not None

    def fill(self, plot: Plot) -> None:
        """The graph is there."""
        self._plot = plot
        self._layout.addWidget(plot.graph)
        plot.refresh(force=True)
        self.describe()

    def refresh(self, force: bool = False) -> None:
        """Draw what is new, if anybody can see it."""
        if self._plot is not None and self.isVisible():
            self._plot.refresh(force)

    def describe(self) -> None:
        """Tell screen readers the value of now."""
        if self._plot is not None:
            self._plot.graph.setAccessibleName(self._plot.describe())


def header(theme: Theme, title: str, *entries: QWidget) -> QWidget:
    """The line above a graph: its title at the left, the legend at the right."""
    row = QWidget()
    layout = QHBoxLayout(row)
    layout.setContentsMargins(0, HEADER_ABOVE_PX, 0, 0)
    layout.setSpacing(8)
    layout.addWidget(Text(theme, "text", ui_font(13, SEMIBOLD), title, title))
    layout.addStretch(1)
    for entry in entries:
        layout.addWidget(entry)
    return row
