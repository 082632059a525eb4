"""Lines over a few points: a test run after run, or speeds after longer and longer contexts (GUI thread only)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QHelpEvent, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QToolTip, QWidget

from llmdesk.services.axis_steps import axis_top
from llmdesk.ui.kit.colors import AREA_ALPHA
from llmdesk.ui.kit.numbers import digits
from llmdesk.ui.kit.theme import Theme
from llmdesk.ui.kit.wording import number_text
from llmdesk.ui.kit.words import tr

_INKS = ("tokens", "processor", "memory", "time")
_REACH_PX = 16
_LABEL_PX, _TOP_PX, _SIDE_PX = 18, 20, 6


@dataclass(frozen=True, slots=True)
class Line:
    """Speeds in tok/s, one for each place of the axis below; None: not measured there."""

    name: str
    speeds: tuple[float | None, ...]


class LineChart(QWidget):
    """One to four lines from zero; the top value once, the places below, a tool tip at each point.

    Args:
        has_area: a single line stands over an area.
    """

    def __init__(self, theme: Theme, *, has_area: bool = False) -> None:
        super().__init__()
        self._theme, self._has_area = theme, has_area
        self._places: tuple[str, ...] = ()
        self.lines: tuple[Line, ...] = ()
        theme.changed.connect(self.update)

    def sizeHint(self) -> QSize:
        """As drawn."""
        return QSize(self._theme.px(300), self._theme.px(150))

    def minimumSizeHint(self) -> QSize:
        """Still readable."""
        return QSize(self._theme.px(120), self._theme.px(130))

    def show_lines(self, places: Sequence[str], lines: Sequence[Line]) -> None:
        """From left to right."""
        self._places, self.lines = tuple(places), tuple(lines[: len(_INKS)])
        words = [
            tr("{name}: {speeds} tok/s", name=line.name, speeds=", ".join(_figure(speed) for speed in line.speeds))
            for line in self.lines
        ]
        self.setAccessibleName("; ".join(words))
        self.update()

    def event(self, event: QEvent) -> bool:
        """The point under the mouse."""
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            QToolTip.showText(event.globalPos(), self._words_at(QPointF(event.pos())), self)
            return True
        return super().event(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Hairlines, words, lines with dots."""
        if not self.lines:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._draw_ground(painter)
        for number in reversed(range(len(self.lines))):
            self._draw_line(painter, number)

    def _draw_ground(self, painter: QPainter) -> None:
        theme, plot = self._theme, self._plot()
        painter.setPen(QPen(theme.color("line")))
        for share in (0.0, 0.5, 1.0):
            y = plot.top() + share * plot.height()
            painter.drawLine(QPointF(plot.left(), y), QPointF(plot.right(), y))
        painter.setFont(theme.font("scale"))
        painter.setPen(theme.color("secondary"))
        words = tr("{top} tok/s", top=number_text(self._top()))
        painter.drawText(QRectF(plot.left(), 0, plot.width(), theme.px(16)), Qt.AlignmentFlag.AlignRight, words)
        for number, left in self.shown_places(painter.fontMetrics().horizontalAdvance):
            place = QRectF(left, plot.bottom() + theme.px(4), plot.width(), theme.px(_LABEL_PX))
            painter.drawText(place, Qt.AlignmentFlag.AlignLeft, self._places[number])

    def shown_places(self, width_px: Callable[[str], float]) -> list[tuple[int, float]]:
        """(number, left edge) of the words below that have room: the first, the last, and what fits between."""
        plot, gap = self._plot(), self._theme.px(10)
        last = len(self._places) - 1
        found: list[tuple[int, float]] = []
        taken: list[tuple[float, float]] = []
        for number in dict.fromkeys([0, last, *range(1, last)]):
            width = width_px(self._places[number])
            left = max(plot.left(), min(self._x(number) - width / 2, plot.right() - width))
            if all(left >= end + gap or left + width <= begin - gap for begin, end in taken):
                taken.append((left, left + width))
                found.append((number, left))
        return sorted(found)

    def _draw_line(self, painter: QPainter, number: int) -> None:
        theme, plot, ink = self._theme, self._plot(), _INKS[number]
        points = [point for point, _ in self._points(self.lines[number])]
        if not points:
            return
        if self._has_area:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.color(ink, AREA_ALPHA))
            corners = [QPointF(points[-1].x(), plot.bottom()), QPointF(points[0].x(), plot.bottom())]
            painter.drawPolygon(QPolygonF([*points, *corners]))
        painter.setPen(QPen(theme.color(ink), theme.px(2)))
        painter.setBrush(theme.color("surface"))
        painter.drawPolyline(QPolygonF(points))
        for point in points:
            painter.drawEllipse(point, theme.px(3), theme.px(3))
        if len(self.lines) > 1:
            self._draw_name(painter, number, ink)

    def _draw_name(self, painter: QPainter, number: int, ink: str) -> None:
        """In a row at the top, in the lines' colours."""
        painter.setFont(self._theme.font("scale"))
        painter.setPen(self._theme.color(ink))
        metrics = painter.fontMetrics()
        before = sum(metrics.horizontalAdvance(f"{line.name}   ") for line in self.lines[:number])
        painter.drawText(QPointF(self._plot().left() + before, metrics.ascent()), self.lines[number].name)

    def _words_at(self, where: QPointF) -> str:
        reach = self._theme.px(_REACH_PX)
        for line in self.lines:
            for point, place in self._points(line):
                if (point - where).manhattanLength() <= reach:
                    speed = _figure(line.speeds[place])
                    return tr("{name}, {place}: {speed} tok/s", name=line.name, place=self._places[place], speed=speed)
        return ""

    def _points(self, line: Line) -> list[tuple[QPointF, int]]:
        plot, top = self._plot(), self._top()
        return [
            (QPointF(self._x(place), plot.bottom() - plot.height() * speed / top), place)
            for place, speed in enumerate(line.speeds)
            if speed is not None
        ]

    def _plot(self) -> QRectF:
        px = self._theme.px
        bottom = px(_LABEL_PX) + px(6)
        return QRectF(px(_SIDE_PX), px(_TOP_PX), self.width() - 2 * px(_SIDE_PX), self.height() - px(_TOP_PX) - bottom)

    def _x(self, place: int) -> float:
        plot = self._plot()
        if len(self._places) < 2:
            return plot.center().x()
        return plot.left() + place * plot.width() / (len(self._places) - 1)

    def _top(self) -> float:
        return axis_top(max((speed for line in self.lines for speed in line.speeds if speed), default=0.0))


def _figure(speed: float | None) -> str:
    return "–" if speed is None else digits(speed, ".1f")
