"""A graph without frame or axes: curves over "seconds ago", painted by hand.

Importing this module imports numpy, so it is imported after the first paint.

What keeps it cheap, because every millisecond here is taken from the model: shapes are made when there is something
new, in one go by numpy, and painted without a scene of items; fixed ranges, so that nothing is laid out per frame;
history read in place; and no smooth pens. Qt strokes a smooth 2 px pen in 0.75 ms for 240 points, while filling the
same shape as a polygon takes 0.17 ms (measured on one core of a server processor), so the lines are polygons.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

import numpy as np
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt, Signal, Slot
from PySide6.QtGui import (
    QFocusEvent,
    QFontMetricsF,
    QHelpEvent,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPen,
    QPolygonF,
    QResizeEvent,
    QShowEvent,
)
from PySide6.QtWidgets import QToolTip

from llmdesk.ui.dashboard import wording
from llmdesk.ui.dashboard.curves import Points, Style, area, band, draw_mark, polygon, stretches
from llmdesk.ui.dashboard.time_view import SPANS_S, TimeView
from llmdesk.ui.dashboard.time_widget import TimeWidget
from llmdesk.ui.kit.colors import AREA_ALPHA
from llmdesk.ui.kit.theme import Theme
from llmdesk.ui.kit.wording import tip_text

SECONDS_PER_PX = 0.18  # one minute over the width of the column
MIN_SPAN_S, MAX_SPAN_S = 60.0, 300.0
TOP_PX = 8  # room above the highest value, for the dot of a mark
SCALE_PX = 20  # the same with the words at the top, which stand above the dot
BOTTOM_PX = 1
DOT_RADIUS_PX = 3.5
LINE_PX = 2.0
QUIET_LINE_PX = 1.0
NEAR_PX = 6  # how near the pointer must be to a mark to read it

TipText = Callable[[float, float], str]
"""(a moment, how many seconds beside it still count) -> what can be read there."""


class Graph(TimeWidget):
    """See the module. Curves are given back to front. GUI thread only.

    Args:
        tip: text for the pointer over the graph.
        hairlines: how many between the ground and the top.
        top_text: the value of the top in words; None: neither that nor the span of time is told.

    Signals:
        resized(): what is drawn in pixels has to be drawn anew.
    """

    resized = Signal()

    def __init__(
        self,
        theme: Theme,
        styles: Sequence[Style],
        tip: TipText,
        time_view: TimeView,
        hairlines: int = 3,
        top_text: Callable[[float], str] | None = None,
    ) -> None:
        super().__init__(time_view)
        self._theme, self._styles, self._tip = theme, list(styles), tip
        self._top, self._newest_s = 1.0, 0.0
        self._top_text = top_text
        self._above_px = TOP_PX if top_text is None else SCALE_PX
        self._hairlines = hairlines
        self._areas: list[QPolygonF | None] = [None for _ in self._styles]
        self._lines = [QPainterPath() for _ in self._styles]
        self._marks: tuple[float, ...] = ()  # where each stands, in pixels
        self._has_ring = False  # the keyboard is here
        self.setMinimumSize(1, 1)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        theme.changed.connect(self.restyle)
        time_view.hovered.connect(self.update)

    @property
    def newest_s(self) -> float:
        """See TimeWidget; a whole number of pixels, see show_history."""
        return self._newest_s

    @property
    def is_live(self) -> bool:
        """True while the newest value stands at the right edge."""
        return not self._time.is_paused

    @property
    def span_s(self) -> float:
        """Seconds from the left edge to the right one, as chosen, else wider graphs reach further back.

        In round figures: graphs of nearly the same width show the same.
        """
        if self._time.chosen_span_s:
            return self._time.chosen_span_s
        room_s = min(MAX_SPAN_S, max(MIN_SPAN_S, self.width() / self._px(1) * SECONDS_PER_PX))
        return max(span_s for span_s in SPANS_S if span_s <= room_s)

    def show_history(self, t_s: Points, values: Sequence[Points], top: float, newest_s: float) -> None:
        """Draw the curves, oldest value first; ``newest_s`` is the right edge, ``top`` the value of the upper one."""
        second_px = self._second_px
        self._top = top
        self._newest_s = newest_s // second_px * second_px  # whole pixels: else lines shimmer from frame to frame
        top_px = self._px(self._above_px)
        height_px = self.height() - top_px - BOTTOM_PX
        x_px = self.width() * (1 + (t_s - self._newest_s) / self.span_s)
        for number, (style, y) in enumerate(zip(self._styles, values, strict=True)):
            y_px = top_px + height_px * (1 - np.where(np.isfinite(y), y, np.nan) / (top if top > 0 else 1.0))
            width_px = self._px(QUIET_LINE_PX if style.quiet else LINE_PX)
            path = QPainterPath()
            path.setFillRule(Qt.FillRule.WindingFill)  # where the outline crosses itself in a sharp corner
            for part in stretches(y_px):
                path.addPolygon(polygon(*band(x_px[part], y_px[part], width_px)))
            self._lines[number] = path
            if not style.quiet:
                ground_px = top_px + height_px
                self._areas[number] = polygon(*area(x_px, np.where(np.isnan(y_px), ground_px, y_px), ground_px))
        self.update()

    def show_marks(self, times_s: Iterable[float]) -> None:
        """Dotted lines with a dot at these moments; those out of sight are taken away."""
        newest_s = self._newest_s + 2 * self._second_px  # not rounded
        seen = (t_s for t_s in times_s if self._newest_s - self.span_s < t_s and (t_s < newest_s or self.is_live))
        places = tuple(round(self.width() * (1 + min(0.0, t_s - self._newest_s) / self.span_s)) - 0.5 for t_s in seen)
        if places != self._marks:
            self._marks = places
            self.update()

    # -- painting -----------------------------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        """The ground, the scale, the curves, and what stands on them."""
        painter, theme = QPainter(self), self._theme
        # Beyond its edges: where one lies between two pixels of the screen, what is behind would shine through.
        painter.fillRect(self.rect().adjusted(-1, -1, 1, 1), theme.color("surface"))
        self._paint_scale(painter)
        for style, shape in zip(self._styles, self._areas, strict=True):
            if shape is not None:  # a smooth line runs along its edge, so it needs no smoothing of its own
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(theme.color(style.color, AREA_ALPHA))
                painter.drawPolygon(shape, Qt.FillRule.OddEvenFill)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for style, line in zip(self._styles, self._lines, strict=True):
            painter.fillPath(line, theme.color(style.color))
        radius = self._px(DOT_RADIUS_PX)
        top_px = self._px(self._above_px) - radius - 0.5 if self._top_text is not None else 0.5
        for x_px in self._marks:
            draw_mark(painter, theme.color("secondary"), x_px, radius, top_px, self.height() - BOTTOM_PX)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        self._paint_reader(painter)
        if self._has_ring:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(theme.color("accent"), 1))
            painter.drawRect(self.rect().adjusted(0, 0, -1, -1))

    def _paint_scale(self, painter: QPainter) -> None:
        """Hairlines (the first is the ground; the last one, where there are words, is the top) and the words above."""
        top_px, color = self._px(self._above_px), self._theme.color("line")
        room_px, spaces = max(self._px(12), self.height() - top_px - BOTTOM_PX), self._hairlines + 1
        for number in range(self._hairlines + (1 if self._top_text is None else 2)):
            painter.fillRect(0, round(top_px + room_px * (1 - number / spaces)), self.width(), 1, color)
        if self._top_text is None:
            return
        font = self._theme.font("scale")
        metrics = QFontMetricsF(font)
        painter.setFont(font)
        painter.setPen(self._theme.color("secondary"))
        above_dot_px = self._px(DOT_RADIUS_PX) + 1.5
        baseline_px, (top, span) = top_px - above_dot_px - metrics.descent(), self.scale_texts
        painter.drawText(QPointF(0, baseline_px), top)
        painter.drawText(QPointF(self.width() - metrics.horizontalAdvance(span), baseline_px), span)

    def _paint_reader(self, painter: QPainter) -> None:
        """A line at the moment that is read."""
        t_s = self._time.hover_s
        if t_s is None or not self._newest_s - self.span_s <= t_s <= self._newest_s:
            return
        x_px = round(self.width() * (1 - (self._newest_s - t_s) / self.span_s)) - 1
        top_px = round(self._px(self._above_px))
        painter.fillRect(x_px, top_px, 1, self.height() - BOTTOM_PX - top_px, self._theme.color("secondary"))

    # -- Qt -----------------------------------------------------------------------------------------------------------

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Shapes depend on the size in pixels."""
        super().resizeEvent(event)
        self.resized.emit()

    def showEvent(self, event: QShowEvent) -> None:
        """It may have got its size while it was hidden."""
        super().showEvent(event)
        self.resized.emit()

    def event(self, event: QEvent) -> bool:
        """Tool tips: what the graph shows under the pointer."""
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            self.read(event.pos(), event.globalPos())
            return True
        return super().event(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Where the keyboard is."""
        super().focusInEvent(event)
        self._has_ring = event.reason() in (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """It went elsewhere."""
        super().focusOutEvent(event)
        self._has_ring = False
        self.update()

    def read(self, place: QPoint, on_screen: QPoint) -> None:
        """See TimeWidget."""
        tip = self._tip(self.moment(place.x()), self._px(NEAR_PX) * self._second_px)
        QToolTip.showText(on_screen, tip_text(tip), self)

    def line_path(self, number: int) -> QPainterPath:
        """The line of a curve as it was drawn last, in pixels."""
        return self._lines[number]

    @property
    def scale_texts(self) -> tuple[str, str]:
        """Top value and span of time, as they stand at the top."""
        return ("", "") if self._top_text is None else (self._top_text(self._top), wording.span(self.span_s))

    @property
    def _second_px(self) -> float:
        """How many seconds are a pixel."""
        return self.span_s / max(1, self.width())

    def _px(self, size_px: float) -> float:
        """Pixels at the zoom in force, not rounded: lines and dots may have any width."""
        return size_px * self._theme.zoom_percent / 100

    @Slot()
    def restyle(self) -> None:
        """Colours or sizes changed: lines depend on the zoom."""
        self.update()
        self.resized.emit()
