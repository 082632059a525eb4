"""What a lane is drawn with: its dot, bar, graph, and text as it grows (GUI thread only)."""

from __future__ import annotations

import bisect
import math
from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen, QPolygonF, QTextLayout, QTextOption
from PySide6.QtWidgets import QSizePolicy, QWidget

from llmdesk.ui.kit.colors import AREA_ALPHA
from llmdesk.ui.kit.labels import MEDIUM, Label
from llmdesk.ui.kit.spacing import row
from llmdesk.ui.kit.theme import Theme
from llmdesk.ui.kit.wording import tip_text


class Dot(QWidget):
    """A lane's colour."""

    def __init__(self, theme: Theme, color: str) -> None:
        super().__init__()
        self._theme, self._color = theme, color
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self.update)

    def sizeHint(self) -> QSize:
        """Small."""
        return QSize(self._theme.px(11), self._theme.px(11))

    def paintEvent(self, event: QPaintEvent) -> None:
        """The dot."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._theme.color(self._color))
        painter.drawEllipse(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5))


class LaneBar(QWidget):
    """How far a lane has come, in its colour."""

    def __init__(self, theme: Theme, color: str, height: float = 6) -> None:
        super().__init__()
        self._theme, self._color, self._height = theme, color, height
        self.fraction = 0.0
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self.updateGeometry)

    def sizeHint(self) -> QSize:
        """A line."""
        return QSize(self._theme.px(120), self._theme.px(self._height))

    def show_fraction(self, fraction: float) -> None:
        """0..1."""
        if fraction != self.fraction:
            self.fraction = fraction
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Trough and bar."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        whole, radius = QRectF(self.rect()), self.height() / 2
        painter.setBrush(self._theme.color("line"))
        painter.drawRoundedRect(whole, radius, radius)
        if self.fraction > 0:
            whole.setWidth(max(2 * radius, whole.width() * min(1.0, self.fraction)))
            painter.setBrush(self._theme.color(self._color))
            painter.drawRoundedRect(whole, radius, radius)


class Fact(QWidget):
    """A name and its figure, a step stronger."""

    def __init__(self, theme: Theme, name: str, tip: str = "") -> None:
        super().__init__()
        self._value = Label(theme, "", "text", "small", MEDIUM)
        self._name = name
        self.setLayout(row(theme, Label(theme, name, "secondary", "small"), self._value, spacing=5))
        self.setToolTip(tip_text(tip))

    @property
    def text(self) -> str:
        """The figure."""
        return self._value.text()

    def show_value(self, words: str) -> None:
        """Another figure."""
        if words != self._value.text():
            self._value.setText(words)
            self.setAccessibleName(f"{self._name} {words}")


class LaneGraph(QWidget):
    """Tokens per second over the race's clock, as far as that has come; all lanes have the same scales.

    Args:
        top_text: the scales in words, on one of the lanes; empty: none.
    """

    def __init__(self, theme: Theme, color: str, points: Sequence[tuple[float, float]]) -> None:
        super().__init__()
        self._theme, self._color, self.points = theme, color, tuple(points)
        self._end_s, self._top, self._top_text, self._now_s = 1.0, 1.0, "", 0.0
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        theme.changed.connect(self.update)

    def set_scale(self, end_s: float, top: float, top_text: str) -> None:
        """Of all lanes together."""
        self._end_s, self._top, self._top_text = max(end_s, 1e-3), max(top, 1e-3), top_text
        self.update()

    def show_at(self, now_s: float) -> None:
        """The clock."""
        if now_s != self._now_s:
            self._now_s = now_s
            self.update()

    def sizeHint(self) -> QSize:
        """As drawn."""
        return QSize(self._theme.px(200), self._theme.px(92))

    def minimumSizeHint(self) -> QSize:
        """Still readable."""
        return QSize(self._theme.px(80), self._theme.px(80))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Hairlines, area, line; a dot where it is."""
        theme, px = self._theme, self._theme.px
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        plot = QRectF(0, px(14), self.width(), self.height() - px(16))
        painter.setPen(QPen(theme.color("line")))
        for share in (0.0, 1 / 3, 2 / 3, 1.0):
            y = plot.top() + share * plot.height()
            painter.drawLine(QPointF(plot.left(), y), QPointF(plot.right(), y))
        if self._top_text:
            painter.setFont(theme.font("scale"))
            painter.setPen(theme.color("secondary"))
            painter.drawText(QRectF(0, 0, self.width(), px(14)), Qt.AlignmentFlag.AlignRight, self._top_text)
        count = bisect.bisect_right(self.points, (self._now_s, math.inf))
        if count < 2:
            return
        line = [
            QPointF(plot.left() + plot.width() * t_s / self._end_s, plot.bottom() - plot.height() * tps / self._top)
            for t_s, tps in self.points[:count]
        ]
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.color(self._color, AREA_ALPHA))
        corners = [QPointF(line[-1].x(), plot.bottom()), QPointF(line[0].x(), plot.bottom())]
        painter.drawPolygon(QPolygonF([*line, *corners]))
        painter.setPen(QPen(theme.color(self._color), px(2)))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawPolyline(QPolygonF(line))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.color(self._color))
        painter.drawEllipse(line[-1], px(3), px(3))


class LaneText(QWidget):
    """Words as they grow, with a block cursor in the lane's colour; of a long text the end."""

    def __init__(self, theme: Theme, color: str) -> None:
        super().__init__()
        self._theme, self._color = theme, color
        self.text, self._has_cursor = "", False
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        theme.changed.connect(self.update)

    def show_text(self, text: str, *, has_cursor: bool) -> None:
        """All words so far."""
        if (text, has_cursor) != (self.text, self._has_cursor):
            self.text, self._has_cursor = text, has_cursor
            self.update()

    def sizeHint(self) -> QSize:
        """Some lines."""
        return QSize(self._theme.px(200), self._theme.px(160))

    def minimumSizeHint(self) -> QSize:
        """It gives way first."""
        return QSize(0, self._theme.px(48))

    def paintEvent(self, event: QPaintEvent) -> None:
        """The last lines that there is room for."""
        theme, px = self._theme, self._theme.px
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(theme.color("text"))
        font = theme.font("body")
        layout = QTextLayout(self.text.replace("\n", "\N{LINE SEPARATOR}"), font)
        option = QTextOption()
        option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        layout.setTextOption(option)
        height, top = 1.55 * font.pixelSize(), 0.0
        layout.beginLayout()
        while (line := layout.createLine()).isValid():
            line.setLineWidth(max(1.0, self.width() - px(12)))
            line.setPosition(QPointF(0, top))
            top += height
        layout.endLayout()
        shift = min(0.0, self.height() - top)
        shift = -height * math.ceil(-shift / height)  # whole lines
        layout.draw(painter, QPointF(0, shift))
        if not self._has_cursor:
            return
        last = layout.lineAt(max(0, layout.lineCount() - 1))
        x, y = (last.naturalTextWidth() + px(2), last.y() + shift) if layout.lineCount() else (0.0, 0.0)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.color(self._color))
        painter.drawRoundedRect(QRectF(x, y + px(1), px(8), 1.15 * font.pixelSize()), px(2), px(2))
