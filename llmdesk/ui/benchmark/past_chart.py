"""How fast a test was here, run after run (GUI thread only)."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QWidget

from llmdesk.ui.kit.colors import AREA_ALPHA
from llmdesk.ui.kit.numbers import digits
from llmdesk.ui.kit.theme import Theme
from llmdesk.ui.kit.words import tr


class PastChart(QWidget):
    """A line over an area from zero; a dot for each run."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self.speeds: tuple[float, ...] = ()
        theme.changed.connect(self.update)

    def sizeHint(self) -> QSize:
        """As drawn."""
        return QSize(self._theme.px(300), self._theme.px(130))

    def minimumSizeHint(self) -> QSize:
        """Still readable."""
        return QSize(self._theme.px(120), self._theme.px(110))

    def show_speeds(self, speeds: Sequence[float]) -> None:
        """In tok/s, oldest first."""
        self.speeds = tuple(speeds)
        last = digits(self.speeds[-1], ".1f") if self.speeds else "–"
        self.setAccessibleName(tr("{speed} tok/s in the last run", speed=last))
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Hairlines, area, line, dots; the top value once."""
        if not self.speeds:
            return
        theme, px = self._theme, self._theme.px
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        plot = QRectF(px(4), px(18), self.width() - px(8), self.height() - px(24))
        top = 1.15 * max(self.speeds) or 1.0
        painter.setPen(QPen(theme.color("line")))
        for share in (0.0, 0.5, 1.0):
            y = plot.top() + share * plot.height()
            painter.drawLine(QPointF(plot.left(), y), QPointF(plot.right(), y))
        painter.setFont(theme.font("scale"))
        painter.setPen(theme.color("secondary"))
        words = tr("{top} tok/s", top=digits(top, ".1f"))
        painter.drawText(QRectF(0, 0, self.width() - px(4), px(16)), Qt.AlignmentFlag.AlignRight, words)
        points = self._points(plot, top)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.color("tokens", AREA_ALPHA))
        corners = [QPointF(points[-1].x(), plot.bottom()), QPointF(points[0].x(), plot.bottom())]
        painter.drawPolygon(QPolygonF([*points, *corners]))
        painter.setPen(QPen(theme.color("tokens"), px(2)))
        painter.setBrush(theme.color("surface"))
        painter.drawPolyline(QPolygonF(points))
        for point in points:
            painter.drawEllipse(point, px(3), px(3))

    def _points(self, plot: QRectF, top: float) -> list[QPointF]:
        step = plot.width() / max(1, len(self.speeds) - 1)
        left = plot.left() if len(self.speeds) > 1 else plot.center().x()
        return [
            QPointF(left + number * step, plot.bottom() - plot.height() * speed / top)
            for number, speed in enumerate(self.speeds)
        ]
