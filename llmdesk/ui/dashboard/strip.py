"""The dashboard as one row, for narrow windows."""

from __future__ import annotations

from PySide6.QtCore import QSize, Signal, Slot
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from llmdesk.services.live.live_data import LiveData
from llmdesk.ui.dashboard import wording
from llmdesk.ui.dashboard.parts import GraphPlace, LegendEntry
from llmdesk.ui.kit.big_figure import DisplayLabel
from llmdesk.ui.kit.labels import MEDIUM, SteadyLabel
from llmdesk.ui.kit.spacing import gap, settle, space
from llmdesk.ui.kit.theme import Theme
from llmdesk.ui.kit.wording import NOTHING
from llmdesk.ui.kit.words import tr

HEIGHT_PX = 52
_LEAST_GRAPH_PX = 60


class Strip(QWidget):
    """Big figure, its graph, and the values of processor and memory. Fed by the Dashboard (GUI thread only).

    Signals:
        painted(): after each paint; the first one starts the building of the graph.
    """

    painted = Signal()

    def __init__(self, theme: Theme, data: LiveData, memory_bytes: int) -> None:
        super().__init__()
        self._theme = theme
        self._data = data
        self.setAccessibleName(tr("Live figures"))
        self._figure = DisplayLabel(theme, "strip", "note")
        unit = tr("tokens / s")
        self._unit = SteadyLabel(theme, unit, "secondary", "note", MEDIUM, room_for=unit)
        most = wording.gigabytes_text(wording.widest_gigabytes(memory_bytes))
        self._processor = LegendEntry(theme, "processor", tr("Processor"), "100 %")
        self._memory = LegendEntry(theme, "memory", tr("Memory"), most)
        self.place = GraphPlace(theme, 28, HEIGHT_PX - 14, above_px=0)
        layout = QHBoxLayout(self)
        space(theme, layout, (20, 0, 20, 0), spacing=8)
        layout.addWidget(self._figure)
        layout.addWidget(self._unit)
        gap(theme, layout, 12)
        layout.addWidget(self.place, 1)
        gap(theme, layout, 12)
        layout.addWidget(self._processor)
        gap(theme, layout, 12)
        layout.addWidget(self._memory)
        theme.changed.connect(self.restyle)
        self.restyle()

    @Slot()
    def restyle(self) -> None:
        """Colours or sizes changed."""
        self.setFixedHeight(self._theme.px(HEIGHT_PX))
        settle(self)
        self._leave_out()
        self.update()

    def minimumSizeHint(self) -> QSize:
        """The figure that rules."""
        return QSize(self._figure.width() + 2 * self._theme.px(20), self._theme.px(HEIGHT_PX))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Leave out what does not fit."""
        super().resizeEvent(event)
        self._leave_out()

    def _leave_out(self) -> None:
        """In a narrow window the figure and its unit are what stays."""
        layout = self.layout()
        if layout is None:
            return
        parts = (self._memory, self._processor, self._unit)
        for part in parts:
            part.show()
        for part in parts:
            layout.invalidate()
            if layout.totalMinimumSize().width() + self._theme.px(_LEAST_GRAPH_PX) <= self.width():
                break
            part.hide()

    def show_figures(self) -> None:
        """Take the figures anew."""
        tps = self._data.current_tps
        width_px = self._figure.width()
        self._figure.show_value(wording.speed(tps))
        if self._figure.width() != width_px:
            self._leave_out()
        sample = self._data.sample
        if sample is None:
            for entry in (self._processor, self._memory):
                entry.show_value(NOTHING)
            return
        self._processor.show_value(wording.percent(sample.process_cpu_percent))
        self._memory.show_value(wording.gigabytes_text(wording.gigabytes(sample.process_rss_bytes)))

    def refresh(self, turn: int) -> None:
        """One tick of the dashboard's clock; ``turn`` counts the ticks of a second."""
        if turn % 2:
            self.show_figures()
            self.place.refresh()
        if turn == 1:
            self.place.describe()

    def showEvent(self, event: QShowEvent) -> None:
        """Catch up with what happened while hidden."""
        super().showEvent(event)
        self.show_figures()
        self.place.refresh(force=True)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Ground and the hairline below."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), self._theme.color("surface"))
        painter.fillRect(0, self.height() - 1, self.width(), 1, self._theme.color("line"))
        painter.end()
        self.painted.emit()
