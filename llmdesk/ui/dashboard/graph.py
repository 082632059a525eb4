"""A graph without frame or axes: curves over "seconds ago", drawn by pyqtgraph.

Importing this module imports numpy and pyqtgraph (a quarter of a second), so it is imported after the first paint.

What keeps it cheap, because every millisecond here is taken from the model: curve items in a bare ViewBox (no axes,
menus or mouse), created once; fixed ranges, so that nothing is laid out per frame; history read in place; and no
smooth pens. Qt strokes a smooth 2 px pen in 0.75 ms for 240 points, while filling the same shape as a polygon takes
0.17 ms (measured on one core of a server processor), so the lines are polygons.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QEvent, QLineF, QPoint, QRectF, Qt, Signal, Slot
from PySide6.QtGui import (
    QFocusEvent,
    QFontMetricsF,
    QHelpEvent,
    QPainterPath,
    QPalette,
    QPen,
    QResizeEvent,
    QShowEvent,
)
from PySide6.QtWidgets import (
    QGraphicsItemGroup,
    QGraphicsLineItem,
    QGraphicsPathItem,
    QGraphicsRectItem,
    QGraphicsSimpleTextItem,
    QToolTip,
    QVBoxLayout,
)

from llmdesk.ui.dashboard import wording
from llmdesk.ui.dashboard.curves import Points, Style, band, make_mark, stretches
from llmdesk.ui.dashboard.time_view import TimeView
from llmdesk.ui.dashboard.time_widget import TimeWidget
from llmdesk.ui.kit.colors import AREA_ALPHA
from llmdesk.ui.kit.theme import Theme

SECONDS_PER_PX = 0.18  # one minute over the width of the column
MIN_SPAN_S, MAX_SPAN_S = 60.0, 300.0
TOP_PX = 8  # room above the highest value, for the dot of a mark
SCALE_PX = 17  # the same with the words at the top
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
        self._theme = theme
        self._styles = list(styles)
        self._tip = tip
        self._top, self._drawn_span_s, self._newest_s = 1.0, 0.0, 0.0
        self._view = pg.GraphicsView()
        self._box = pg.ViewBox(enableMenu=False, enableMouse=False, defaultPadding=0)
        self._make_quiet()
        self._top_text = top_text
        self._above_px = TOP_PX if top_text is None else SCALE_PX
        # The first is the ground; the last one, where there are words, is the top.
        self._hairlines = [QGraphicsLineItem() for _ in range(hairlines + (1 if top_text is None else 2))]
        self._scale = [QGraphicsSimpleTextItem() for _ in range(2)]  # top value, span of time
        for item in (*self._hairlines, *self._scale):
            item.setZValue(-1)
            self._view.scene().addItem(item)
        self._spaces = hairlines + 1
        # The areas; a smooth line runs along their edge, so they need no smoothing of their own.
        self._curves = [pg.PlotCurveItem(antialias=False, skipFiniteCheck=True) for _ in self._styles]
        self._lines = [QGraphicsPathItem() for _ in self._styles]
        for curve, line in zip(self._curves, self._lines, strict=True):
            self._box.addItem(curve)
            self._view.scene().addItem(line)
        self._marks: dict[float, QGraphicsItemGroup] = {}
        self._reader, self._ring = QGraphicsLineItem(), QGraphicsRectItem()  # where the pointer is; the keyboard
        for extra in (self._reader, self._ring):
            extra.setZValue(20)
            extra.hide()
            self._view.scene().addItem(extra)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._view)
        theme.changed.connect(self.restyle)
        time_view.hovered.connect(self._show_reader)
        self.restyle()

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
        """Seconds from the left edge to the right one, as chosen, else wider graphs reach further back."""
        return self._time.chosen_span_s or min(MAX_SPAN_S, max(MIN_SPAN_S, self.width() / self._px(1) * SECONDS_PER_PX))

    def show_history(self, t_s: Points, values: Sequence[Points], top: float, newest_s: float) -> None:
        """Draw the curves, oldest value first; ``newest_s`` is the right edge, ``top`` the value of the upper one."""
        if (top, self.span_s) != (self._top, self._drawn_span_s):
            self._top, self._drawn_span_s = top, self.span_s
            self._set_ranges()
        second_px = self.span_s / max(1, self.width())
        self._newest_s = newest_s // second_px * second_px  # whole pixels: else lines shimmer from frame to frame
        if self._top_text is not None and self._top_text(top) != self._scale[0].text():
            self._place_scale()
        x = t_s - self._newest_s
        for style, curve, line, y in zip(self._styles, self._curves, self._lines, values, strict=True):
            if not style.quiet:
                curve.setData(x, np.nan_to_num(y))
            width_px = self._px(QUIET_LINE_PX if style.quiet else LINE_PX)
            path = QPainterPath()
            path.setFillRule(Qt.FillRule.WindingFill)  # where the outline crosses itself in a sharp corner
            for part in stretches(y):
                path.addPath(self._line(x[part], y[part], width_px))
            line.setPath(path)

    def _line(self, x_s: Points, y: Points, width_px: float) -> QPainterPath:
        top_px = self._px(self._above_px)
        height_px = self.height() - top_px - BOTTOM_PX
        x_px = self.width() * (1 + x_s / self.span_s)
        y_px = top_px + height_px * (1 - y / self._top)
        path: QPainterPath = pg.arrayToQPath(*band(x_px, y_px, width_px), finiteCheck=False)
        return path

    def show_marks(self, times_s: Iterable[float]) -> None:
        """Dotted lines with a dot at these moments; those out of sight are taken away."""
        newest_s = self._newest_s + 2 * self.span_s / max(1, self.width())  # not rounded
        wanted = {t_s for t_s in times_s if self._newest_s - self.span_s < t_s and (t_s < newest_s or self.is_live)}
        for t_s in self._marks.keys() - wanted:
            self._view.scene().removeItem(self._marks.pop(t_s))
        for t_s in wanted - self._marks.keys():
            self._marks[t_s] = self._make_mark()
        for t_s, mark in self._marks.items():
            mark.setPos(round(self.width() * (1 + min(0.0, t_s - self._newest_s) / self.span_s)) - 0.5, 0)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The ranges depend on the size in pixels."""
        super().resizeEvent(event)
        self._set_ranges()
        self.resized.emit()

    def showEvent(self, event: QShowEvent) -> None:
        """It may have got its size while it was hidden."""
        super().showEvent(event)
        self.resized.emit()

    def event(self, event: QEvent) -> bool:
        """Tool tips: what the graph shows under the pointer. Pens: for the screen that the window is on."""
        if event.type() == QEvent.Type.DevicePixelRatioChange:
            self.restyle()
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            self.read(event.pos(), event.globalPos())
            return True
        return super().event(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Where the keyboard is."""
        super().focusInEvent(event)
        self._ring.setVisible(event.reason() in (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason))

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """It went elsewhere."""
        super().focusOutEvent(event)
        self._ring.hide()

    def read(self, place: QPoint, on_screen: QPoint) -> None:
        """See TimeWidget."""
        second_px = self.span_s / max(1, self.width())
        QToolTip.showText(on_screen, self._tip(self.moment(place.x()), self._px(NEAR_PX) * second_px), self)

    @Slot()
    def _show_reader(self) -> None:
        """A line at the moment that is read."""
        t_s = self._time.hover_s
        is_seen = t_s is not None and self._newest_s - self.span_s <= t_s <= self._newest_s
        self._reader.setVisible(is_seen)
        if t_s is not None and is_seen:
            x_px = round(self.width() * (1 - (self._newest_s - t_s) / self.span_s)) - 0.5
            self._reader.setLine(QLineF(x_px, self._px(self._above_px), x_px, self.height() - BOTTOM_PX))

    def _make_quiet(self) -> None:
        view = self._view
        view.setCentralItem(self._box)
        view.setAntialiasing(True)
        view.setInteractive(False)
        view.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        view.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        view.setMinimumSize(1, 1)
        self._box.disableAutoRange()

    def _set_ranges(self) -> None:
        top_px = self._px(self._above_px)
        width_px, height_px = self.width(), max(top_px + 12, self.height())
        value_px = self._top / (height_px - top_px - BOTTOM_PX)
        self._box.setRange(
            xRange=(-self.span_s, 0.0),
            yRange=(-BOTTOM_PX * value_px, self._top + top_px * value_px),
            padding=0,
            disableAutoRange=True,
        )
        for number, item in enumerate(self._hairlines):
            share = number / self._spaces
            y_px = round(top_px + (height_px - top_px - BOTTOM_PX) * (1 - share)) + 0.5
            item.setLine(QLineF(0, y_px, width_px, y_px))
        self._ring.setRect(QRectF(0.5, 0.5, width_px - 1, height_px - 1))
        self._place_scale()
        for t_s in list(self._marks):  # drawn for the old height
            self._view.scene().removeItem(self._marks.pop(t_s))

    def line_path(self, number: int) -> QPainterPath:
        """The line of a curve as it was drawn last, in pixels."""
        return self._lines[number].path()

    @property
    def scale_texts(self) -> tuple[str, str]:
        """Top value and span of time, as they stand at the top."""
        top, span = (item.text() for item in self._scale)
        return top, span

    def _place_scale(self) -> None:
        """Above the top hairline: the value at the left, how far the graph reaches back at the right."""
        if self._top_text is None:
            return
        for item, text in zip(self._scale, (self._top_text(self._top), wording.span(self.span_s)), strict=True):
            item.setText(text)
        above = self._px(self._above_px) - 2
        metrics = QFontMetricsF(self._scale[0].font())
        right_px = self.width() - metrics.horizontalAdvance(self._scale[1].text())
        for item, x in zip(self._scale, (0.0, right_px), strict=True):
            item.setPos(x, above - metrics.height())

    def _px(self, size_px: float) -> float:
        """Pixels at the zoom in force, not rounded: lines and dots may have any width."""
        return size_px * self._theme.zoom_percent / 100

    def _make_mark(self) -> QGraphicsItemGroup:
        radius = self._px(DOT_RADIUS_PX)
        top_px = self._px(self._above_px) - radius - 0.5 if self._top_text is not None else 0.5
        group = make_mark(self._theme.color("secondary"), radius, top_px, self.height() - BOTTOM_PX)
        self._view.scene().addItem(group)
        return group

    @Slot()
    def restyle(self) -> None:
        """Colours or sizes changed."""
        theme, surface = self._theme, self._theme.color("surface")
        self._view.setBackground(surface)
        self._view.setPalette(QPalette(surface))  # where an edge lies between two pixels of the screen
        for item in self._hairlines:
            item.setPen(QPen(theme.color("line"), 1))
        self._reader.setPen(QPen(theme.color("secondary"), 1))
        self._ring.setPen(QPen(theme.color("accent"), 1))
        for words in self._scale:
            words.setFont(theme.font("scale"))
            words.setBrush(theme.color("secondary"))
        for style, curve, line in zip(self._styles, self._curves, self._lines, strict=True):
            if not style.quiet:
                curve.setPen(None)
                curve.setFillLevel(0)
                curve.setBrush(theme.color(style.color, AREA_ALPHA))
            line.setPen(QPen(Qt.PenStyle.NoPen))
            line.setBrush(theme.color(style.color))
        self._set_ranges()
        self.resized.emit()  # lines depend on the zoom
