"""The dashboard as one row, for narrow windows."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from llmdesk.services.live.live_data import LiveData
from llmdesk.ui.dashboard import wording
from llmdesk.ui.dashboard.parts import MEDIUM, SEMIBOLD, GraphPlace, LegendEntry
from llmdesk.ui.kit.steady_text import Text
from llmdesk.ui.kit.theme import Theme, ui_font

HEIGHT_PX = 52


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
        self.setFixedHeight(HEIGHT_PX)
        self.setAccessibleName("Live figures")
        self._figure = Text(theme, "text", ui_font(28, SEMIBOLD), "88.8")
        self._processor = LegendEntry(theme, "processor", "Processor", "100 %")
        self._memory = LegendEntry(theme, "memory", "Memory", f"{wording.widest_gigabytes(memory_bytes)} GB")
        self.place = GraphPlace(28, HEIGHT_PX - 14, above_px=0)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(20, 0, 20, 0)
        layout.setSpacing(8)
        layout.addWidget(self._figure)
        layout.addWidget(Text(theme, "secondary", ui_font(13, MEDIUM), "tokens / s", "tokens / s"))
        layout.addSpacing(12)
        layout.addWidget(self.place, 1)
        layout.addSpacing(12)
        layout.addWidget(self._processor)
        layout.addSpacing(12)
        layout.addWidget(self._memory)
        theme.changed.connect(self.update)

    def show_figures(self) -> None:
        """Take the figures anew."""
        tps = self._data.current_tps
        self._figure.set_color("secondary" if tps is None else "text")  # a dash is quiet, and stands beside the unit
        side = Qt.AlignmentFlag.AlignRight if tps is None else Qt.AlignmentFlag.AlignLeft
        self._figure.setAlignment(side | Qt.AlignmentFlag.AlignVCenter)
        self._figure.show_text(wording.speed(tps))
        sample = self._data.sample
        if sample is None:
            for entry in (self._processor, self._memory):
                entry.show_value(wording.NOTHING)
            return
        self._processor.show_value(wording.percent(sample.process_cpu_percent))
        self._memory.show_value(f"{wording.gigabytes(sample.process_rss_bytes)} GB")

    def refresh(self, turn: int) -> None:
        """One tick of the dashboard's clock; ``turn`` counts the ticks of a second."""
        if turn % 2:
            self.show_figures()
        else:
            self.place.refresh()
        if turn == 0:
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
