"""The live column beside the conversation."""

from __future__ import annotations

import time
from collections.abc import Callable

import psutil
from PySide6.QtCore import QSize, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from llmdesk.datatypes.chat import GenerationStats, PromptProgress, TokenEvent
from llmdesk.datatypes.resources import ResourceSample
from llmdesk.services.live.causes import Kind
from llmdesk.services.live.live_data import TICKS_PER_S, LiveData
from llmdesk.ui.dashboard.figure_parts import FigureParts
from llmdesk.ui.dashboard.frame_timer import FrameTimer
from llmdesk.ui.dashboard.parts import GraphPlace, OptionalParts
from llmdesk.ui.dashboard.strip import Strip
from llmdesk.ui.dashboard.time_view import TimeView
from llmdesk.ui.kit.pace import PACE
from llmdesk.ui.kit.spacing import gap, settle, space
from llmdesk.ui.kit.theme import Theme
from llmdesk.ui.kit.words import tr

WIDTH_PX = 372
MARGIN_PX = 20


class Dashboard(QWidget):
    """Live figures and graphs. GUI thread only.

    The history is sampled four times a second; drawn is what can be seen only: the speed and its graph twice a
    second, all else once, since every millisecond is taken from the model. While an answer grows, that happens in the
    frames that show its words: to wake up for it alone takes a core from the model, too. ``build_graphs`` imports numpy
    and follows the first paint by itself, or ``release_graphs``, if somebody has held them back.

    Args:
        clock: ``time.perf_counter`` or the like; the same clock as in the events.

    Signals:
        ticked(turn): after each tick; ``turn`` counts those of a second. Other views of the same data draw then.
        cores_wanted(bool): whether samples shall tell each core by itself.
        window_wanted(): the figures are to be shown in a window of their own.
    """

    ticked = Signal(int)
    cores_wanted = Signal(bool)
    window_wanted = Signal()

    def __init__(
        self, theme: Theme, parent: QWidget | None = None, clock: Callable[[], float] = time.perf_counter
    ) -> None:
        super().__init__(parent)
        self._theme = theme
        self.clock = clock
        self.is_leaping = False  # a replay gives it what it leaps over: that does not come when it says
        self.data = LiveData()
        self.time_view = TimeView(self.data, self)
        self._ticks = 0
        self._building = self._was_painted = self._holds_graphs = False
        self._strip = Strip(theme, self.data, psutil.virtual_memory().total)
        self._strip.painted.connect(self._on_painted)
        self.parts = FigureParts(
            theme, self.data, self.time_view, (tr("Show in a window of its own"), "expand"), is_wide=False
        )
        self.parts.expand.clicked.connect(self.window_wanted)
        self.parts.processor_line.clicked.connect(self.toggle_cores)
        self._lay_out()
        self.setAccessibleName(tr("Live figures"))
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Ignored)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)  # else what lies behind it is painted, too
        theme.changed.connect(self.restyle)
        self.timer = FrameTimer(1000 // TICKS_PER_S, self)
        self.timer.ticked.connect(self.tick)
        PACE.frame_begins.connect(self.timer.join_frame)
        self.timer.start()
        self._show_figures()

    # -- what happens -------------------------------------------------------------------------------------------------

    @Slot(object)
    def add_sample(self, sample: ResourceSample) -> None:
        """One reading of the machine."""
        self.data.add_sample(sample)

    def answer_started(self, request_id: str) -> None:
        """A request was submitted (call it then: the time to the first token counts from here)."""
        self.data.answer_started(request_id, self.clock())
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
        self.parts.painted_figures = (painted_tps, engine_tps, behind_ms)

    @property
    def painted_figures(self) -> tuple[float, float, float] | None:
        """The same; None before it was measured."""
        return self.parts.painted_figures

    @Slot()
    def toggle_cores(self) -> None:
        """Show each core by itself, or no more."""
        is_wanted = not self.parts.is_present(self.parts.cores)
        self.parts.set_present(self.parts.cores, is_wanted)
        self._optional.fit(self.height())
        self.cores_wanted.emit(is_wanted)

    def mark(self, text: str, kind: Kind = "note") -> None:
        """A dotted line with a dot at now."""
        self.data.mark(text, self.clock(), kind)

    def strip(self) -> Strip:
        """The narrow form, one row; always the same widget. Whoever lays it out shows either it or the dashboard."""
        return self._strip

    @Slot()
    def build_graphs(self) -> None:
        """Import what draws the graphs and put them into their places. Idempotent."""
        if self.tokens_place.filled:
            return
        self.parts.build_graphs()
        from llmdesk.ui.dashboard.plots import TokensPlot

        self._strip.place.fill(TokensPlot(self._theme, self.data, self.time_view, hairlines=1, has_scale=False))

    def hold_graphs(self) -> None:
        """Not until ``release_graphs``: something else comes first."""
        self._holds_graphs = True

    @Slot()
    def release_graphs(self) -> None:
        """Now there is time for them. Idempotent."""
        self._holds_graphs = False
        if self._was_painted:
            self._on_painted()

    # -- parts --------------------------------------------------------------------------------------------------------

    @property
    def tokens_place(self) -> GraphPlace:
        """Where the speed is drawn."""
        return self.parts.tokens_place

    @property
    def time_place(self) -> GraphPlace:
        """Where the time per token is drawn."""
        return self.parts.time_place

    def _lay_out(self) -> None:
        theme, parts = self._theme, self.parts
        column = self._column = QVBoxLayout(self)
        space(theme, column, (MARGIN_PX, 10, MARGIN_PX, 16))
        column.addLayout(parts.head)
        column.addWidget(parts.figure)
        column.addWidget(parts.prompt_bar)
        column.addWidget(parts.tokens_place, 3)
        column.addLayout(parts.tile_row())
        column.addWidget(parts.roofline)
        column.addWidget(parts.processor_line)
        column.addWidget(parts.processor_place, 2)
        gap(theme, column, 4)
        for widget in (parts.cores, parts.sentence, parts.memory_line):
            column.addWidget(widget)
        column.addWidget(parts.memory_place, 2)
        gap(theme, column, 4)
        for widget in (parts.memory_parts, parts.memory_warning, parts.time_line):
            column.addWidget(widget)
        column.addWidget(parts.time_place, 2)
        for widget in (parts.gpu_line, parts.power_line):
            column.addWidget(widget)
        column.addStretch(0)
        gap(theme, column, 12)
        column.addWidget(parts.painted_line)
        self._optional = OptionalParts(
            column,
            (
                (parts.time_line, parts.time_place),
                (parts.power_line, parts.gpu_line),
                (parts.memory_place,),
                (parts.memory_parts,),
                (parts.cores,),
                (parts.sentence,),
                (parts.roofline,),
                (parts.processor_place,),
            ),
            parts.is_present,
        )
        self._measure()

    def _measure(self) -> None:
        """How low it can be: without its least important parts, with a warning about memory."""
        warning = self.parts.memory_warning
        has_warning = not warning.isHidden()
        warning.show()
        self._optional.hide()
        settle(self)
        self._column.invalidate()
        self._lowest_px = self._column.totalMinimumSize().height()
        warning.setVisible(has_warning)
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
        self.data.tick(self.clock())
        self._ticks += 1
        turn = self._ticks % TICKS_PER_S
        if self.isVisible() and not self.window().isMinimized():
            self._refresh(turn)
        if self._strip.isVisible() and not self._strip.window().isMinimized():
            self._strip.refresh(turn)
        self.ticked.emit(turn)

    def _refresh(self, turn: int) -> None:
        if self.parts.refresh(turn, self.clock()):
            self._optional.fit(self.height())

    def graph_places(self) -> tuple[GraphPlace, ...]:
        """From the top to the bottom."""
        return tuple(place for place in self.parts.graph_places() if place.parentWidget() is self)

    def _show_figures(self) -> None:
        if self.parts.show(self.clock()):
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
        # Beyond its edges: see Graph.
        painter.fillRect(self.rect().adjusted(-1, -1, 1, 1), self._theme.color("surface"))
        painter.fillRect(0, 0, 1, self.height(), self._theme.color("line"))
        painter.end()
        self._on_painted()

    def showEvent(self, event: QShowEvent) -> None:
        """Catch up with what happened while hidden."""
        super().showEvent(event)
        self.redraw()

    def redraw(self) -> None:
        """All of it anew: the data are others than a moment ago."""
        self._show_figures()
        self._strip.show_figures()
        for place in self.graph_places():
            place.refresh(force=True)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Leave out what does not fit."""
        super().resizeEvent(event)
        self._optional.fit(self.height())

    @Slot()
    def _on_painted(self) -> None:
        """The first paint is done: now there is time for the graphs."""
        self._was_painted = True
        if not self._building and not self._holds_graphs:
            self._building = True
            QTimer.singleShot(0, self, self.build_graphs)
