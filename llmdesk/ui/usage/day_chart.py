"""Tokens day by day, each model in a colour of its own (GUI thread only)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from PySide6.QtCore import QEvent, QRectF, QSize, Qt
from PySide6.QtGui import QHelpEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QToolTip, QWidget

from llmdesk.services.axis_steps import axis_top
from llmdesk.services.usage.usage import UsageRow
from llmdesk.ui.kit.numbers import day, digits
from llmdesk.ui.kit.theme import Theme
from llmdesk.ui.kit.words import tr

DAYS = 30
COLORS = ("tokens", "processor", "memory", "time")
OTHERS_COLOR = "secondary"
_ABOVE_PX, _BELOW_PX = 18, 18
_LEAST_TOP = 10.0  # from here on all tops are whole numbers


class DayChart(QWidget):
    """The last thirty days, a bar for each; the pointer on a bar reads it."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._days: list[list[tuple[str, str, int]]] = []  # of each day: colour, model, tokens
        self._first = date.today()
        self._top = round(_LEAST_TOP)
        theme.changed.connect(self.update)

    def sizeHint(self) -> QSize:
        """As drawn."""
        return QSize(self._theme.px(600), self._theme.px(190))

    def minimumSizeHint(self) -> QSize:
        """Still readable."""
        return QSize(self._theme.px(200), self._theme.px(190))

    def show_rows(self, rows: Sequence[UsageRow], models: Sequence[str], today: date) -> None:
        """``models``: those with a colour of their own, in this order."""
        self._first = today - timedelta(days=DAYS - 1)
        self._days = [[] for _ in range(DAYS)]
        for each in rows:
            place = (date.fromisoformat(each.day) - self._first).days
            if 0 <= place < DAYS:
                self._days[place].append((color_of(each.model, models), each.model, each.new_tokens))
        self._top = round(axis_top(max(self.bars, default=0), _LEAST_TOP))
        self.setAccessibleName(tr("Tokens per day, at most {top}", top=digits(self._top)))
        self.update()

    @property
    def bars(self) -> list[int]:
        """Tokens of each day, the oldest first."""
        return [sum(tokens for _, _, tokens in each) for each in self._days]

    def event(self, event: QEvent) -> bool:
        """The tool tip of a bar."""
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip and self._days:
            place = min(DAYS - 1, max(0, int(event.pos().x() / self.width() * DAYS)))
            title = day(self._first + timedelta(days=place))
            lines = [tr("{model}: {tokens} tokens", model=model, tokens=digits(n)) for _, model, n in self._days[place]]
            QToolTip.showText(event.globalPos(), "\n".join([title, *(lines or [tr("nothing")])]), self)
            return True
        return super().event(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Hairlines, bars, the top value and the first and last day once."""
        theme, px = self._theme, self._theme.px
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        plot = QRectF(0, px(_ABOVE_PX), self.width(), self.height() - px(_ABOVE_PX + _BELOW_PX))
        painter.setPen(QPen(theme.color("line")))
        for share in (0.0, 0.5, 1.0):
            y = round(plot.top() + share * plot.height()) + 0.5
            painter.drawLine(0, round(y), self.width(), round(y))
        painter.setFont(theme.font("scale"))
        painter.setPen(theme.color("secondary"))
        above = QRectF(0, 0, self.width(), px(_ABOVE_PX - 2))
        painter.drawText(above, Qt.AlignmentFlag.AlignLeft, tr("{top} tokens", top=digits(self._top)))
        below = QRectF(0, plot.bottom() + px(3), self.width(), px(_BELOW_PX - 3))
        painter.drawText(below, Qt.AlignmentFlag.AlignLeft, day(self._first))
        painter.drawText(below, Qt.AlignmentFlag.AlignRight, day(self._first + timedelta(days=DAYS - 1)))
        self._draw_bars(painter, plot)

    def _draw_bars(self, painter: QPainter, plot: QRectF) -> None:
        painter.setPen(Qt.PenStyle.NoPen)
        step = plot.width() / DAYS
        for place, parts in enumerate(self._days):
            bottom = plot.bottom()
            for color, _, tokens in parts:
                height = plot.height() * tokens / self._top
                painter.setBrush(self._theme.color(color))
                painter.drawRect(QRectF(plot.left() + (place + 0.14) * step, bottom - height, 0.72 * step, height))
                bottom -= height


def color_of(model: str, models: Sequence[str]) -> str:
    """The name of a model's colour in the theme."""
    return COLORS[models.index(model)] if model in models[: len(COLORS)] else OTHERS_COLOR
