"""The model in the top bar: state dot, title, precision, chevron (GUI thread only)."""

from __future__ import annotations

import math

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Slot
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QAbstractButton, QSizePolicy

from llmdesk.datatypes.model import Precision
from llmdesk.ui.kit.labels import MEDIUM
from llmdesk.ui.kit.surfaces import draw_focus_ring
from llmdesk.ui.kit.theme import Theme
from llmdesk.ui.kit.words import tr
from llmdesk.ui.models.precision_button import PrecisionButton

_HEIGHT_PX = 36
_LEAST_PX = 110
_TITLE_LEFT_PX = 34
_RIGHT_PX = 42  # chevron and the room around it
_DETAIL_GAP_PX = 8
_PRECISION_OVERLAP_PX = 12  # its own room at the right lies under the chevron's


class Pill(QAbstractButton):
    """See the module. Progress runs along its lower edge. A click on the precision changes that, else the model."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._dot = "secondary"
        self._detail = ""
        self._fraction: float | None = None
        self._has_precision = False
        self.precision = PrecisionButton(theme)
        self.precision.setParent(self)
        self.precision.hide()
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)  # a long title pushes nothing out
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)  # a click leaves the keyboard where it was
        theme.changed.connect(self.restyle)
        self.restyle()

    def show_state(
        self, title: str, detail: str, dot: str, fraction: float | None = None, precision: Precision | None = None
    ) -> None:
        """``dot`` is a colour of the theme, ``fraction`` (0..1) shows progress; a precision replaces the detail."""
        self._dot, self._detail, self._fraction = dot, detail, fraction
        self._has_precision = precision is not None
        if precision is not None:
            self.precision.show_precision(precision)
        self.setText(title)
        self.setAccessibleName(tr("Model: {title}", title=f"{title} {precision or detail}".strip()))
        self.updateGeometry()
        self._place_precision()
        self.update()

    @property
    def detail(self) -> str:
        """What stands behind the title: the precision in force, or the state."""
        return self.precision.text() if self._has_precision else self._detail

    @property
    def is_cut(self) -> bool:
        """True while not all of the title can be seen."""
        return self._title_width() > self._title_room()

    def sizeHint(self) -> QSize:
        """Room for all of it."""
        px = self._theme.px
        width = self._title_width() + px(_TITLE_LEFT_PX) + px(_RIGHT_PX)
        return QSize(math.ceil(width + self._detail_width()), px(_HEIGHT_PX))

    def minimumSizeHint(self) -> QSize:
        """The title may be elided, and the detail left out."""
        return QSize(self._theme.px(_LEAST_PX), self._theme.px(_HEIGHT_PX))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The precision stands behind the title."""
        super().resizeEvent(event)
        self._place_precision()

    def paintEvent(self, event: QPaintEvent) -> None:
        """See the class."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        rect = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        radius = self.height() / 2
        painter.setPen(QPen(self._theme.color("line")))
        painter.setBrush(self._theme.color("raised" if self.underMouse() or self.isDown() else "surface"))
        painter.drawRoundedRect(rect, radius, radius)
        draw_focus_ring(painter, self, self._theme, radius)
        self._draw_progress(painter, rect)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._theme.color(self._dot))
        dot = self._theme.px(4)
        painter.drawEllipse(QPointF(self._theme.px(22), self.height() / 2), dot, dot)
        self._draw_texts(painter)
        self._draw_chevron(painter)

    def _title_width(self) -> float:
        return QFontMetricsF(self.font()).horizontalAdvance(self.text())

    def _room(self) -> float:
        """Between the dot and the chevron."""
        return self.width() - self._theme.px(_TITLE_LEFT_PX) - self._theme.px(_RIGHT_PX)

    def _shows_detail(self) -> bool:
        return self._detail_width() > 0 and self._room() - self._detail_width() > self._room() / 2

    def _title_room(self) -> float:
        return self._room() - (self._detail_width() if self._shows_detail() else 0) + 1

    def _place_precision(self) -> None:
        size = self.precision.sizeHint()
        left = self._theme.px(_TITLE_LEFT_PX) + min(self._title_width(), self._title_room())
        self.precision.setGeometry(round(left), (self.height() - size.height()) // 2, size.width(), size.height())
        self.precision.setVisible(self._has_precision and self._shows_detail())

    def _detail_width(self) -> float:
        if self._has_precision:
            return self.precision.sizeHint().width() - self._theme.px(_PRECISION_OVERLAP_PX)
        if not self._detail:
            return 0.0
        return QFontMetricsF(self._small_font).horizontalAdvance(self._detail) + self._theme.px(_DETAIL_GAP_PX)

    def _draw_texts(self, painter: QPainter) -> None:
        left = self._theme.px(_TITLE_LEFT_PX)
        metrics = QFontMetricsF(self.font())
        title = metrics.elidedText(self.text(), Qt.TextElideMode.ElideRight, self._title_room())
        baseline = (self.height() + metrics.capHeight()) / 2
        painter.setFont(self.font())
        painter.setPen(self._theme.color("text"))
        painter.drawText(QPointF(left, baseline), title)
        if self._shows_detail() and not self._has_precision:
            painter.setFont(self._small_font)
            painter.setPen(self._theme.color("secondary"))
            left_of_detail = left + metrics.horizontalAdvance(title) + self._theme.px(_DETAIL_GAP_PX)
            painter.drawText(QPointF(left_of_detail, baseline), self._detail)

    def _draw_chevron(self, painter: QPainter) -> None:
        zoom = self._theme.zoom_percent / 100
        pen = QPen(self._theme.color("secondary"), 1.6 * zoom)
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
        painter.setPen(pen)
        x, y = self.width() - 22 * zoom, self.height() / 2
        corners = ((x - 4 * zoom, y - 2 * zoom), (x, y + 2 * zoom), (x + 4 * zoom, y - 2 * zoom))
        painter.drawPolyline([QPointF(*corner) for corner in corners])

    def _draw_progress(self, painter: QPainter, rect: QRectF) -> None:
        if self._fraction is None:
            return
        painter.save()
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._theme.color("warning"))
        height = self._theme.px(2)
        left, right = rect.left() + rect.height() / 2, rect.right() - rect.height() / 2
        width = (right - left) * min(max(self._fraction, 0.02), 1.0)
        painter.drawRoundedRect(QRectF(left, rect.bottom() - height - 0.5, width, height), height / 2, height / 2)
        painter.restore()

    @Slot()
    def restyle(self) -> None:
        """Colours or sizes changed."""
        self.setFont(self._theme.font("ui", MEDIUM))
        self._small_font = self._theme.font("note")
        self._place_precision()
        self.updateGeometry()
        self.update()
