"""The live column beside the conversation."""

from __future__ import annotations

import time
from collections.abc import Callable

import psutil
from PySide6.QtCore import QSize, Qt, QTimer, Slot
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from llmdesk.datatypes.chat import GenerationStats, PromptProgress, TokenEvent
from llmdesk.datatypes.resources import ResourceSample
from llmdesk.services.live.live_data import TICKS_PER_S, LiveData
from llmdesk.ui.dashboard import wording
from llmdesk.ui.dashboard.parts import BigFigure, GraphPlace, LegendEntry, OptionalParts, Tile, header
from llmdesk.ui.dashboard.strip import Strip
from llmdesk.ui.kit.labels import SteadyLabel
from llmdesk.ui.kit.spacing import gap, row, settle, space
from llmdesk.ui.kit.theme import Theme
from llmdesk.ui.kit.words import tr

WIDTH_PX = 372
MARGIN_PX = 20


class Dashboard(QWidget):
    """Live figures and graphs. GUI thread only.

    The history is sampled four times a second; drawn is what can be seen only: the speed and the figures twice a
    second, the other graphs once, since every millisecond is taken from the model. ``build_graphs`` imports pyqtgraph
    and follows the first paint by itself.

    Args:
        clock: ``time.perf_counter`` or the like; the same clock as in the events.
    """

    def __init__(
        self, theme: Theme, parent: QWidget | None = None, clock: Callable[[], float] = time.perf_counter
    ) -> None:
        super().__init__(parent)
        self._theme = theme
        self._clock = clock
        self.data = LiveData()
        self.painted_figures: tuple[float, float, float] | None = None
        self._ticks = 0
        self._building = False
        self._memory_bytes = psutil.virtual_memory().total
        self._processors = psutil.cpu_count() or 1
        self._has_plain_cores = psutil.cpu_count(logical=False) == self._processors
        self._strip = Strip(theme, self.data, self._memory_bytes)
        self._strip.painted.connect(self._on_painted)
        self._make_parts()
        self._lay_out()
        self.setAccessibleName(tr("Live figures"))
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Ignored)
        theme.changed.connect(self.restyle)
        self.timer = QTimer(self)
        self.timer.setInterval(1000 // TICKS_PER_S)
        self.timer.timeout.connect(self.tick)
        self.timer.start()
        self._show_figures()

    # -- what happens -------------------------------------------------------------------------------------------------

    @Slot(object)
    def add_sample(self, sample: ResourceSample) -> None:
        """One reading of the machine."""
        self.data.add_sample(sample)

    def answer_started(self, request_id: str) -> None:
        """A request was submitted (call it then: the time to the first token counts from here)."""
        self.data.answer_started(request_id, self._clock())
        self._show_figures()
        self._strip.show_figures()

    @Slot(object)
    def prompt_progress(self, event: PromptProgress) -> None:
        """A part of the prompt was read."""
        self.data.prompt_progress(event)

    def tokens(self, events: list[TokenEvent]) -> None:
        """A drained batch of new tokens."""
        self.data.tokens(events)

    def answer_ended(self, request_id: str, stats: GenerationStats | None) -> None:
        """An answer ended; its figures stay until the next one starts."""
        self.data.answer_ended(request_id, stats)
        self._show_figures()
        self._strip.show_figures()

    def set_painted(self, painted_tps: float, engine_tps: float, behind_ms: float) -> None:
        """How closely the conversation follows the engine: the line at the bottom."""
        self.painted_figures = (painted_tps, engine_tps, behind_ms)

    def mark(self, text: str) -> None:
        """A dotted line with a dot at now."""
        self.data.mark(text, self._clock())

    def strip(self) -> Strip:
        """The narrow form, one row; always the same widget. Whoever lays it out shows either it or the dashboard."""
        return self._strip

    @Slot()
    def build_graphs(self) -> None:
        """Import pyqtgraph and put the graphs into their places. Idempotent; takes about 0.3 s the first time."""
        if self.tokens_place.filled:
            return
        from llmdesk.ui.dashboard.plots import MemoryPlot, ProcessorPlot, TokensPlot, TokenTimePlot

        self.tokens_place.fill(TokensPlot(self._theme, self.data))
        self._processor_place.fill(ProcessorPlot(self._theme, self.data))
        self._memory_place.fill(MemoryPlot(self._theme, self.data))
        self.time_place.fill(TokenTimePlot(self._theme, self.data))
        self._strip.place.fill(TokensPlot(self._theme, self.data, hairlines=1, has_scale=False))

    # -- parts --------------------------------------------------------------------------------------------------------

    def _make_parts(self) -> None:
        theme = self._theme
        self._figure = BigFigure(theme, tr("tokens / s"))
        self._phase = SteadyLabel(theme, "", "secondary", room_for=wording.phase_text("prompt"))
        self._phase.setAlignment(Qt.AlignmentFlag.AlignRight)
        self._first_token = Tile(theme, tr("first token"))
        self._prompt_speed = Tile(theme, tr("prompt tok/s"))
        self._token_time = Tile(theme, tr("per token p50"))
        self.tokens_place = GraphPlace(theme, 64, 170)
        system = tr("system")
        self._processor = LegendEntry(theme, "processor", "llmdesk", "100 %")
        self._processor_system = LegendEntry(theme, "secondary", system, "100 %")
        self._processor_place = GraphPlace(theme, 40, 110)
        self._sentence = self._make_sentence(*wording.processor_sentences(self._processors, self._has_plain_cores))
        most, total = wording.widest_gigabytes(self._memory_bytes), wording.total_text(self._memory_bytes)
        self._memory = LegendEntry(theme, "memory", "llmdesk", wording.gigabytes_text(most))
        self._memory_system = LegendEntry(theme, "secondary", system, most, of=total)
        self._memory_place = GraphPlace(theme, 40, 110)
        self._memory_warning = self._make_sentence(wording.memory_warning(self._memory_bytes))
        self._p99 = LegendEntry(theme, "", "p99", "88 ms")
        self._time_header = header(theme, tr("Time per token"), self._p99)
        self.time_place = GraphPlace(theme, 40, 110)
        self._painted_line = self._make_sentence(wording.painted_sentence(88.8, 88.8, 888))

    def _make_sentence(self, *possible: str) -> SteadyLabel:
        metrics = QFontMetricsF(self._theme.font("small"))
        return SteadyLabel(self._theme, "", "secondary", room_for=max(possible, key=metrics.horizontalAdvance))

    def _lay_out(self) -> None:
        theme = self._theme
        column = self._column = QVBoxLayout(self)
        space(theme, column, (MARGIN_PX, 16, MARGIN_PX, 16))
        column.addLayout(row(theme, SteadyLabel(theme, tr("Live"), "secondary"), self._phase))
        column.addWidget(self._figure)
        column.addWidget(self.tokens_place, 3)
        column.addLayout(self._tile_row())
        column.addWidget(header(theme, tr("Processor"), self._processor, self._processor_system))
        column.addWidget(self._processor_place, 2)
        gap(theme, column, 4)
        column.addWidget(self._sentence)
        column.addWidget(header(theme, tr("Memory"), self._memory, self._memory_system))
        column.addWidget(self._memory_place, 2)
        gap(theme, column, 4)
        column.addWidget(self._memory_warning)
        column.addWidget(self._time_header)
        column.addWidget(self.time_place, 2)
        column.addStretch(0)
        gap(theme, column, 12)
        column.addWidget(self._painted_line)
        self._memory_warning.hide()
        self._optional = OptionalParts(
            column,
            ((self._time_header, self.time_place), (self._memory_place,), (self._sentence,), (self._processor_place,)),
        )
        self._measure()

    def _tile_row(self) -> QHBoxLayout:
        tiles = row(self._theme, margins=(0, 16, 0, 0), spacing=8)
        for tile in (self._first_token, self._prompt_speed, self._token_time):
            tiles.addWidget(tile, 1)
        return tiles

    def _measure(self) -> None:
        """How low it can be: without its least important parts, with a warning about memory."""
        has_warning = not self._memory_warning.isHidden()
        self._memory_warning.show()
        self._optional.hide()
        settle(self)
        self._column.invalidate()
        self._lowest_px = self._column.totalMinimumSize().height()
        self._memory_warning.setVisible(has_warning)
        self._optional.fit(self.height())

    @Slot()
    def restyle(self) -> None:
        """Colours or sizes changed."""
        self._measure()
        self.updateGeometry()
        self.update()

    # -- drawing ------------------------------------------------------------------------------------------------------

    @Slot()
    def tick(self) -> None:
        """Take the time and show what is new; the timer calls it."""
        self.data.tick(self._clock())
        self._ticks += 1
        turn = self._ticks % TICKS_PER_S
        if self.isVisible() and not self.window().isMinimized():
            self._refresh(turn)
        if self._strip.isVisible() and not self._strip.window().isMinimized():
            self._strip.refresh(turn)

    def _refresh(self, turn: int) -> None:
        """The speed twice a second, the rest in turn, so that no single slot takes long."""
        if turn % 2:
            self._show_figures()
        else:
            self.tokens_place.refresh()
        if turn == 0:
            self._memory_place.refresh()
        elif turn == 1:
            self._processor_place.refresh()
        elif turn == 3:
            self.time_place.refresh()
            for place in self.graph_places():
                place.describe()

    def graph_places(self) -> tuple[GraphPlace, ...]:
        """From the top to the bottom."""
        return self.tokens_place, self._processor_place, self._memory_place, self.time_place

    def _show_figures(self) -> None:
        figures = self.data.figures()
        self._figure.show_value(wording.speed(figures.tps))
        self._phase.show_text(wording.phase_text(figures.phase))
        self._first_token.show_value(wording.duration(figures.first_token_s))
        self._prompt_speed.show_value(wording.count(figures.prompt_tps))
        self._token_time.show_value(wording.duration(figures.token_p50_s))
        self._p99.show_value(wording.duration(figures.token_p99_s))
        if self.painted_figures is not None:
            self._painted_line.show_text(wording.painted_sentence(*self.painted_figures))
        self._show_sample()

    def _show_sample(self) -> None:
        sample = self.data.sample
        if sample is None:
            for entry in (self._processor, self._processor_system, self._memory, self._memory_system):
                entry.show_value(wording.NOTHING)
            return
        self._processor.show_value(wording.percent(sample.process_cpu_percent))
        self._processor_system.show_value(wording.percent(sample.system_cpu_percent))
        self._memory.show_value(wording.gigabytes_text(wording.gigabytes(sample.process_rss_bytes)))
        total = wording.total_text(sample.system_total_bytes)
        self._memory_system.show_value(wording.gigabytes(sample.system_used_bytes), total)
        process, system = self.data.mean_processor_percent()
        self._sentence.show_text(wording.processor_sentence(process, system, self._processors, self._has_plain_cores))
        warning = wording.memory_sentence(sample)
        self._memory_warning.show_text(warning)
        if bool(warning) == self._memory_warning.isHidden():
            self._memory_warning.setVisible(bool(warning))
            self._optional.fit(self.height())

    # -- Qt -----------------------------------------------------------------------------------------------------------

    def sizeHint(self) -> QSize:
        """As wide as drawn, or as the words need in a wider type; as high as there is."""
        return QSize(self.minimumSizeHint().width(), self._theme.px(640))

    def minimumSizeHint(self) -> QSize:
        """Lower than its parts: what does not fit is left out (see OptionalParts)."""
        return QSize(max(self._theme.px(WIDTH_PX), self._column.totalMinimumSize().width()), self._lowest_px)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Ground and the hairline towards the conversation."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), self._theme.color("surface"))
        painter.fillRect(0, 0, 1, self.height(), self._theme.color("line"))
        painter.end()
        self._on_painted()

    def showEvent(self, event: QShowEvent) -> None:
        """Catch up with what happened while hidden."""
        super().showEvent(event)
        self._show_figures()
        for place in self.graph_places():
            place.refresh(force=True)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Leave out what does not fit."""
        super().resizeEvent(event)
        self._optional.fit(self.height())

    @Slot()
    def _on_painted(self) -> None:
        """The first paint is done: now there is time for the graphs."""
        if not self._building:
            self._building = True
            QTimer.singleShot(0, self.build_graphs)
