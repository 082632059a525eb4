"""Bars of the dashboard: a share, the cores (GUI thread only)."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QRectF, Qt, Slot
from PySide6.QtGui import QHelpEvent, QLinearGradient, QPainter, QPaintEvent
from PySide6.QtWidgets import QToolTip, QWidget

from llmdesk.ui.dashboard import wording
from llmdesk.ui.kit.theme import Theme
from llmdesk.ui.kit.words import tr

_CORES_PX, _BELOW_PX = 28, 6


class ShareBar(QWidget):
    """A rounded track that is filled up to a share; painted again only when that is another pixel.

    Args:
        colors: from the left end to the right one.
        has_track: False: without a share there is nothing to be seen.
    """

    def __init__(self, theme: Theme, height_px: float, colors: tuple[str, str], *, has_track: bool = True) -> None:
        super().__init__()
        self._theme, self._height_px, self._colors, self._has_track = theme, height_px, colors, has_track
        self._fraction: float | None = None
        theme.changed.connect(self.restyle)
        self.restyle()

    @property
    def filled_px(self) -> int:
        """How much is filled."""
        return round(self.width() * min(1.0, self._fraction)) if self._fraction else 0

    def show_fraction(self, fraction: float | None) -> None:
        """0..1; None: nothing was measured."""
        before = self.filled_px, self._fraction is None
        self._fraction = fraction
        if before != (self.filled_px, fraction is None):
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Track and filling."""
        if self._fraction is None and not self._has_track:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._theme.color("raised"))
        radius = self.height() / 2
        painter.drawRoundedRect(QRectF(self.rect()), radius, radius)
        if self.filled_px:
            gradient = QLinearGradient(0, 0, self.width(), 0)
            for place, color in enumerate(self._colors):
                gradient.setColorAt(place, self._theme.color(color))
            painter.setBrush(gradient)
            painter.drawRoundedRect(QRectF(0, 0, max(self.filled_px, self.height()), self.height()), radius, radius)

    @Slot()
    def restyle(self) -> None:
        """Colours or sizes changed."""
        self.setFixedHeight(self._theme.px(self._height_px))
        self.update()


class CoreBars(QWidget):
    """One bar for each core, 0 to 100 %."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._percents: tuple[float, ...] = ()
        theme.changed.connect(self.restyle)
        self.restyle()

    @property
    def percents(self) -> tuple[float, ...]:
        """What is shown."""
        return self._percents

    def show_cores(self, percents: Sequence[float]) -> None:
        """Each core's load."""
        if tuple(percents) != self._percents:
            self._percents = tuple(percents)
            words = ", ".join(wording.percent(value) for value in percents)
            self.setAccessibleName(tr("Each core: {values}", values=words))
            self.update()

    def event(self, event: QEvent) -> bool:
        """Tool tip: the core under the pointer."""
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip and self._percents:
            number = min(len(self._percents) - 1, int(event.pos().x() * len(self._percents) / max(1, self.width())))
            words = tr("Core {number}: {percent}", number=number, percent=wording.percent(self._percents[number]))
            QToolTip.showText(event.globalPos(), words, self)
            return True
        return super().event(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """The bars, each on its track."""
        painter = QPainter(self)
        count, full = len(self._percents), self.height() - self._theme.px(_BELOW_PX)
        gap = min(self._theme.px(3), self.width() // max(1, 3 * count))
        for number, percent in enumerate(self._percents):  # the last ends at the edge, where curves end, too
            left, right = (round(edge * (self.width() + gap) / count) for edge in (number, number + 1))
            width = max(1, right - left - gap)
            height = round(full * min(100.0, percent) / 100)
            painter.fillRect(left, 0, width, full, self._theme.color("raised"))
            painter.fillRect(left, full - height, width, height, self._theme.color("processor"))

    @Slot()
    def restyle(self) -> None:
        """Colours or sizes changed."""
        self.setFixedHeight(self._theme.px(_CORES_PX + _BELOW_PX))
        self.update()
