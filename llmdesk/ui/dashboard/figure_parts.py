"""All figures and graphs of the live column, made once for each place that shows them (GUI thread only).

``Dashboard`` lays them out as a column, ``LiveScreen`` over a whole screen; what they say is the same.
"""

from __future__ import annotations

import psutil
from PySide6.QtCore import Qt
from PySide6.QtGui import QFontMetricsF
from PySide6.QtWidgets import QHBoxLayout, QWidget

from llmdesk.datatypes.resources import ResourceSample
from llmdesk.services.live.live_data import TICKS_PER_S, LiveData
from llmdesk.ui.dashboard import wording
from llmdesk.ui.dashboard.bars import CoreBars, ShareBar
from llmdesk.ui.dashboard.parts import ClickableLine, GraphPlace, LegendEntry, Tile, fill_header, header
from llmdesk.ui.dashboard.roofline_block import RooflineBlock
from llmdesk.ui.dashboard.time_view import TimeView
from llmdesk.ui.kit.big_figure import BigFigure
from llmdesk.ui.kit.buttons import IconButton
from llmdesk.ui.kit.labels import SteadyLabel
from llmdesk.ui.kit.spacing import row
from llmdesk.ui.kit.theme import Theme
from llmdesk.ui.kit.wording import NOTHING, tip_text
from llmdesk.ui.kit.words import told, tr


class FigureParts:
    """See the module. Whoever lays them out owns them; ``show`` and ``refresh`` draw only what changed.

    Args:
        expand: name and icon of the button at the end of the first line.
        is_wide: there is room for what the column leaves out.
    """

    def __init__(
        self, theme: Theme, data: LiveData, time_view: TimeView, expand: tuple[str, str], *, is_wide: bool
    ) -> None:
        self._theme, self._data, self._time = theme, data, time_view
        self._memory_bytes = psutil.virtual_memory().total
        self._processors = psutil.cpu_count() or 1
        self._has_plain_cores = psutil.cpu_count(logical=False) == self._processors
        self.painted_figures: tuple[float, float, float] | None = None
        self._absent: set[QWidget] = set()
        self._is_replay = False
        self._make_head(expand)
        self._make_processor()
        self._make_memory()
        self._make_rest(is_wide)
        time_view.changed.connect(self._show_time)
        self._show_time()

    # -- parts --------------------------------------------------------------------------------------------------------

    def _make_head(self, expand: tuple[str, str]) -> None:
        theme = self._theme
        live = tr("Paused, {ago}", ago=wording.ago(3600))
        self._live = SteadyLabel(theme, tr("Live"), "secondary", room_for=live)
        self._phase = SteadyLabel(theme, "", "secondary", room_for=wording.phase_text("prompt"))
        self._phase.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.pause = IconButton(theme, "pause", tr("Pause the graphs"))
        self.pause.clicked.connect(self._time.toggle)
        self.expand = IconButton(theme, expand[1], expand[0])
        self.head = row(theme, self._live, 1, self._phase, self.pause, self.expand, spacing=4)
        self.figure = BigFigure(theme, tr("tokens / s"))
        self.prompt_bar = ShareBar(theme, 3, ("tokens", "tokens"), has_track=False)
        self.tokens_place = GraphPlace(theme, 64, 170)
        self._first_token = Tile(theme, tr("first token"))
        self._prompt_speed = Tile(theme, tr("prompt tok/s"))
        self._token_time = Tile(theme, tr("per token p50"))
        self.roofline = RooflineBlock(theme)

    def _make_processor(self) -> None:
        theme = self._theme
        self._processor = LegendEntry(theme, "processor", "llmdesk", "100 %")
        self._processor_system = LegendEntry(theme, "secondary", tr("system"), "100 %")
        self._frequency = LegendEntry(theme, "", "", wording.frequency(8800))
        self.set_present(self._frequency, False)
        entries = (self._frequency, self._processor, self._processor_system)
        self.processor_line = fill_header(theme, ClickableLine(tr("Show or hide each core")), tr("Processor"), *entries)
        self.processor_place = GraphPlace(theme, 40, 110)
        self.cores = CoreBars(theme)
        self.set_present(self.cores, False)
        self.sentence = self._make_sentence(*wording.processor_sentences(self._processors, self._has_plain_cores))

    def _make_memory(self) -> None:
        theme = self._theme
        most, total = wording.widest_gigabytes(self._memory_bytes), wording.total_text(self._memory_bytes)
        self._memory = LegendEntry(theme, "memory", "llmdesk", wording.gigabytes_text(most))
        self._memory_system = LegendEntry(theme, "secondary", tr("system"), most, of=total)
        self.memory_line = header(theme, tr("Memory"), self._memory, self._memory_system)
        self.memory_place = GraphPlace(theme, 40, 110)
        widest = 888 * 10**8
        self.memory_parts = self._make_sentence(wording.memory_parts(widest, widest, widest))
        self.memory_warning = self._make_sentence(wording.memory_warning(self._memory_bytes))
        self.set_present(self.memory_warning, False)

    def _make_rest(self, is_wide: bool) -> None:
        theme = self._theme
        self._p50 = LegendEntry(theme, "", "p50", "88 ms")
        self._p99 = LegendEntry(theme, "", "p99", "88 ms")
        # In the column a tile says the median.
        self.time_line = header(theme, tr("Time per token"), *([self._p50] if is_wide else []), self._p99)
        self.time_place = GraphPlace(theme, 40, 110)
        self._power = LegendEntry(theme, "", "", wording.power(88.0), of=tr("not measurable"))
        self._energy = LegendEntry(theme, "", "", wording.energy(8.88), of=tr("per token"))
        self.power_line = header(theme, tr("Power"), self._power, self._energy)
        self.power_place = GraphPlace(theme, 40, 110)
        self._gpu = LegendEntry(theme, "accent", "", "100 %")
        self._gpu_memory = LegendEntry(theme, "", "llmdesk", wording.gigabytes_text("88.8"))
        self.gpu_line = header(theme, tr("Intel GPU"), self._gpu, self._gpu_memory)
        self.gpu_place = GraphPlace(theme, 40, 110)
        for part in (self.power_line, self.gpu_line, self.power_place, self.gpu_place, self.roofline):
            self.set_present(part, False)
        self.painted_line = self._make_sentence(wording.painted_sentence(88.8, 88.8, 888))
        self.painted_line.setToolTip(tip_text(wording.painted_meaning()))

    def _make_sentence(self, *possible: str) -> SteadyLabel:
        metrics = QFontMetricsF(self._theme.font("small"))
        return SteadyLabel(self._theme, "", "secondary", room_for=max(possible, key=metrics.horizontalAdvance))

    def tile_row(self) -> QHBoxLayout:
        """The three tiles."""
        tiles = row(self._theme, margins=(0, 16, 0, 0), spacing=8)
        for tile in (self._first_token, self._prompt_speed, self._token_time):
            tiles.addWidget(tile, 1)
        return tiles

    def is_present(self, part: QWidget) -> bool:
        """Whether there is anything to show in it."""
        return part not in self._absent

    def set_present(self, part: QWidget, is_present: bool) -> bool:
        """Show or hide a part. True if that is news."""
        if self.is_present(part) == is_present:
            return False
        (self._absent.discard if is_present else self._absent.add)(part)
        if part.parentWidget() is not None or not is_present:  # else nobody has laid it out here
            part.setVisible(is_present)
        return True

    def graph_places(self) -> tuple[GraphPlace, ...]:
        """From the top to the bottom."""
        return (
            *(self.tokens_place, self.processor_place, self.memory_place, self.time_place),
            *(self.power_place, self.gpu_place),
        )

    def build_graphs(self) -> None:
        """Put the graphs into their places. Imports numpy."""
        from llmdesk.ui.dashboard.optional_plots import GpuPlot, PowerPlot
        from llmdesk.ui.dashboard.plots import MemoryPlot, ProcessorPlot, TokensPlot, TokenTimePlot

        made = (TokensPlot, ProcessorPlot, MemoryPlot, TokenTimePlot, PowerPlot, GpuPlot)
        for place, make in zip(self.graph_places(), made, strict=True):
            if place.parentWidget() is not None and not place.filled:  # laid out here
                place.fill(make(self._theme, self._data, self._time))

    # -- what is new --------------------------------------------------------------------------------------------------

    def refresh(self, turn: int, now_s: float) -> bool:
        """One tick, of which every other draws: the speed and its graph twice a second, all else once, in turn.

        True if parts came or went, for whoever has to make room.
        """
        if turn % 2 == 0:
            return False
        changed = self.show(now_s) if turn == 1 else False
        self._show_speed()
        others = {
            1: (self.processor_place, self.power_place),
            3: (self.memory_place, self.time_place, self.gpu_place),
        }
        for place in (self.tokens_place, *others[turn]):
            place.refresh()
        if turn == TICKS_PER_S - 1:
            for place in self.graph_places():
                place.describe()
        return changed

    def show(self, now_s: float) -> bool:
        """Take all figures anew. True if parts came or went."""
        figures = self._data.figures()
        self._show_speed()
        self._first_token.show_value(wording.duration(figures.first_token_s))
        self._prompt_speed.show_value(wording.count(figures.prompt_tps))
        self._token_time.show_value(wording.duration(figures.token_p50_s))
        self._p50.show_value(wording.duration(figures.token_p50_s))
        self._p99.show_value(wording.duration(figures.token_p99_s))
        self._energy.show_value(wording.energy(figures.energy_per_token_j), tr("per token"))
        painted = self.painted_figures
        self.painted_line.show_text(wording.painted_sentence(*painted) if painted is not None else "")
        roofline = self._data.roofline
        changed = self.set_present(self.roofline, roofline.work is not None)
        others_compute = wording.others_compute(*self._data.mean_processor_percent())
        changed |= self.roofline.show_roofline(roofline, now_s, others_compute)
        if self._time.is_paused:
            self._show_time()
        return self._show_sample() | changed

    def _show_speed(self) -> None:
        """What is looked at most: how fast, or how much of the prompt is read."""
        data = self._data
        self.figure.show_value(wording.speed(data.current_tps))
        self._phase.show_text(wording.prompt_read(data.prompt_fraction) or wording.phase_text(data.phase))
        self.prompt_bar.show_fraction(data.prompt_fraction)

    def _show_sample(self) -> bool:
        sample = self._data.sample
        if sample is None:
            for entry in (self._processor, self._processor_system, self._memory, self._memory_system):
                entry.show_value(NOTHING)
            return False
        self._processor.show_value(wording.percent(sample.process_cpu_percent))
        self._processor_system.show_value(wording.percent(sample.system_cpu_percent))
        self._memory.show_value(wording.gigabytes_text(wording.gigabytes(sample.process_rss_bytes)))
        total = wording.total_text(sample.system_total_bytes)
        self._memory_system.show_value(wording.gigabytes(sample.system_used_bytes), total)
        data = self._data
        process, system = data.mean_processor_percent()
        self.sentence.show_text(wording.processor_sentence(process, system, self._processors, self._has_plain_cores))
        self.memory_parts.show_text(wording.memory_parts(data.model_bytes, data.cache_bytes, sample.free_bytes))
        if self.cores.isVisible():
            self.cores.show_cores(sample.core_percents)
        self.memory_warning.show_text(wording.memory_sentence(sample))
        return self._show_optional(sample)

    def _show_optional(self, sample: ResourceSample) -> bool:
        """What only some machines tell, or only sometimes is to be told."""
        wanted: dict[QWidget, bool] = {
            self._frequency: sample.frequency_mhz is not None,
            self.memory_warning: bool(self.memory_warning.text()),
            self.power_line: sample.power.watts is not None or bool(sample.power.reason),
            self._energy: sample.power.watts is not None,
            self.power_place: sample.power.watts is not None,
            self.gpu_line: sample.gpu is not None,
            self.gpu_place: sample.gpu is not None and sample.gpu.busy_percent is not None,
        }
        if sample.frequency_mhz is not None:
            self._frequency.show_value(wording.frequency(sample.frequency_mhz))
        power = sample.power
        is_measured = power.watts is not None or not power.reason
        if is_measured:
            self._power.show_value(wording.power(power.watts))
        else:
            self._power.show_value("", tr("not measurable"))
        meaning = tip_text(wording.power_meaning(told(power.source)) if is_measured else told(power.reason))
        if meaning != self.power_line.toolTip():
            self.power_line.setToolTip(meaning)
        if (gpu := sample.gpu) is not None:
            self._gpu.show_value(NOTHING if gpu.busy_percent is None else wording.percent(gpu.busy_percent))
            size = None if gpu.memory_bytes is None else wording.gigabytes_text(wording.gigabytes(gpu.memory_bytes))
            self._gpu_memory.show_value(size or NOTHING)
        news = [self.set_present(part, shows) for part, shows in wanted.items()]
        return any(news)

    @property
    def is_replay(self) -> bool:
        """What is shown was recorded."""
        return self._is_replay

    def set_replay(self, is_replay: bool) -> None:
        """What is shown is not live, and says so."""
        if is_replay is self._is_replay:
            return
        self._is_replay = is_replay
        self._live.set_color("warning" if is_replay else "secondary")
        self._show_time()

    def _show_time(self) -> None:
        """Live, or which moment stands still."""
        time = self._time
        words = tr("Replay") if self._is_replay else tr("Live")
        if time.end_s is not None:
            words = tr("Paused, {ago}", ago=wording.ago(time.newest_s - time.end_s))
        self._live.show_text(words)
        name = tr("Back to live") if time.is_paused else tr("Pause the graphs")
        if self.pause.toolTip() != name:
            self.pause.set_icon_name("play" if time.is_paused else "pause")
            self.pause.setToolTip(name)
            self.pause.setAccessibleName(name)
