"""Small pieces of the dashboard: tiles, legends, places of graphs."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

from PySide6.QtCore import QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QLayout, QVBoxLayout, QWidget

from llmdesk.ui.kit.labels import SEMIBOLD, SteadyLabel
from llmdesk.ui.kit.spacing import column, row
from llmdesk.ui.kit.theme import Theme
from llmdesk.ui.kit.wording import NOTHING

if TYPE_CHECKING:
    from llmdesk.ui.dashboard.plots import Plot  # imports numpy

TILE_RADIUS_PX = 10
HEADER_ABOVE_PX = 20
_NO_LIMIT_PX = 16_777_215  # Qt's own


class Swatch(QWidget):
    """The little stroke in front of a legend."""

    def __init__(self, theme: Theme, color: str) -> None:
        super().__init__()
        self._theme = theme
        self._color = color
        theme.changed.connect(self.restyle)
        self.restyle()

    def paintEvent(self, event: QPaintEvent) -> None:
        """The stroke."""
        QPainter(self).fillRect(self.rect(), self._theme.color(self._color))

    @Slot()
    def restyle(self) -> None:
        """Colours or sizes changed."""
        self.setFixedSize(self._theme.px(10), self._theme.px(3))
        self.update()


class Tile(QFrame):
    """A figure above the name of what it measures, on a raised ground."""

    def __init__(self, theme: Theme, name: str) -> None:
        super().__init__()
        self._theme = theme
        self._value = SteadyLabel(theme, NOTHING, "text", "figure", SEMIBOLD, room_for="88.8 ms")
        self.setLayout(
            column(theme, self._value, SteadyLabel(theme, name, "secondary"), margins=(12, 9, 8, 9), spacing=2)
        )
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
        radius = self._theme.px(TILE_RADIUS_PX)
        painter.drawRoundedRect(QRectF(self.rect()), radius, radius)


class LegendEntry(QWidget):
    """A stroke in the colour of a curve, its name, its value now, and what the value is a part of.

    What stands there ends at the right edge, also where the value is a part of nothing; the width stays.
    """

    def __init__(self, theme: Theme, color: str, name: str, room_for: str, of: str | None = None) -> None:
        super().__init__()
        layout = self._row = row(theme, 1, spacing=4)
        if color:
            layout.addWidget(Swatch(theme, color), 0, Qt.AlignmentFlag.AlignVCenter)
        layout.addWidget(SteadyLabel(theme, name, "secondary", room_for=name))
        self._value = SteadyLabel(theme, "", "text", "small", SEMIBOLD, room_for=room_for)
        self._value.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        layout.addWidget(self._value)
        self._of = SteadyLabel(theme, "", "secondary", room_for=of) if of is not None else None
        if self._of is not None:
            self._of.setAlignment(self._value.alignment())
            layout.addWidget(self._of)
            self._of.hide()
        self.setLayout(layout)

    def sizeHint(self) -> QSize:
        """With room for all of it."""
        return self._with_room(super().sizeHint())

    def minimumSizeHint(self) -> QSize:
        """The same."""
        return self.sizeHint()

    def show_value(self, text: str, of: str = "") -> None:
        """Show a value, and behind it what it is a part of."""
        self._value.show_text(text)
        if self._of is not None:
            self._of.show_text(of)
            self._of.setVisible(bool(of))

    def _with_room(self, hint: QSize) -> QSize:
        if self._of is not None and self._of.isHidden():
            hint.setWidth(hint.width() + self._of.width() + self._row.spacing())
        return hint


class GraphPlace(QWidget):
    """Where a graph will be, so that nothing moves when it comes."""

    def __init__(self, theme: Theme, lowest_px: int, highest_px: int, above_px: int = 4) -> None:
        super().__init__()
        self._theme = theme
        self._lowest_px, self._highest_px, self._above_px = lowest_px, highest_px, above_px
        self._plot: Plot | None = None
        self._layout = QVBoxLayout(self)
        theme.changed.connect(self.restyle)
        self.restyle()

    def set_unlimited(self) -> None:
        """It may take all the room that there is."""
        self._highest_px = _NO_LIMIT_PX
        self.restyle()

    @property
    def filled(self) -> bool:
        """True once the graph is there."""
        return self._plot is not None

    @property
    def plot(self) -> Plot:
        """The graph, once it is there."""
        assert self._plot is not None
        return self._plot

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

    @Slot()
    def restyle(self) -> None:
        """Colours or sizes changed."""
        px = self._theme.px
        self.setMinimumHeight(px(self._lowest_px + self._above_px))
        self.setMaximumHeight(min(_NO_LIMIT_PX, px(self._highest_px + self._above_px)))
        self._layout.setContentsMargins(0, px(self._above_px), 0, 0)

    def describe(self) -> None:
        """Tell screen readers the value of now."""
        if self._plot is not None:
            self._plot.graph.setAccessibleName(self._plot.describe())


class OptionalParts:
    """What a column does without where it is low, in groups, the least important first.

    ``is_present`` says whether there is anything to show in a part, however much room there is.
    """

    def __init__(
        self, column: QLayout, groups: tuple[tuple[QWidget, ...], ...], is_present: Callable[[QWidget], bool]
    ) -> None:
        self._column, self._groups, self._is_present = column, groups, is_present

    def hide(self) -> None:
        """Take all out, to learn how low the column can be."""
        for part in (part for group in self._groups for part in group):
            part.hide()

    def fit(self, height_px: int) -> None:
        """Hide the least important ones until the rest fits; figures stay when their graph goes."""
        for part in (part for group in self._groups for part in group):
            part.setVisible(self._is_present(part))
        for group in self._groups:
            if self._column.totalMinimumSize().height() <= height_px:
                break
            for part in group:
                part.hide()


class ClickableLine(QWidget):
    """A line that can be pressed, with the mouse or the keyboard.

    Signals:
        clicked(): it was.
    """

    clicked = Signal()

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setToolTip(name)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Pressed."""
        if event.button() == Qt.MouseButton.LeftButton and self.rect().contains(event.position().toPoint()):
            self.clicked.emit()


LineT = TypeVar("LineT", bound=QWidget)


def header(theme: Theme, title: str, *entries: QWidget, above_px: int = HEADER_ABOVE_PX) -> QWidget:
    """The line above a graph: its title at the left, the legend at the right."""
    return fill_header(theme, QWidget(), title, *entries, above_px=above_px)


def fill_header(theme: Theme, line: LineT, title: str, *entries: QWidget, above_px: int = HEADER_ABOVE_PX) -> LineT:
    """The same with a widget that can do more."""
    heading = SteadyLabel(theme, title, "text", "note", SEMIBOLD, room_for=title)
    line.setLayout(row(theme, heading, 1, *entries, margins=(0, above_px, 0, 0), spacing=8))
    return line
