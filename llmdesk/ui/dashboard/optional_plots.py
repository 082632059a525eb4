"""Graphs of what only some machines tell: power and a GPU. Imports numpy, see plots.py."""

from __future__ import annotations

from collections.abc import Sequence

from llmdesk.services.live.live_data import LiveData
from llmdesk.services.live.ring_buffer import RingBuffer
from llmdesk.ui.dashboard import wording
from llmdesk.ui.dashboard.curves import Style
from llmdesk.ui.dashboard.plots import Plot
from llmdesk.ui.dashboard.time_view import TimeView
from llmdesk.ui.kit.theme import Theme
from llmdesk.ui.kit.wording import number_text
from llmdesk.ui.kit.words import tr


class PowerPlot(Plot):
    """Watts; a gap where they were not measured."""

    _LEAST_TOP = 5.0

    def __init__(self, theme: Theme, data: LiveData, time_view: TimeView) -> None:
        super().__init__(theme, data, time_view, [Style("warning")], 1)

    def describe(self) -> str:
        """See Plot."""
        sample = self._data.sample
        return tr("Power, now {value}", value=wording.power(sample.power.watts if sample else None))

    def _histories(self) -> tuple[RingBuffer, ...]:
        return self._data.sample_t_s, self._data.power_w

    def _top(self, now_s: float, peaks: Sequence[float]) -> float:
        return self._scale.top(peaks[0], now_s)

    def _say(self, values: Sequence[float]) -> str:
        return wording.power(values[0])

    def _top_text(self, top: float) -> str:
        return tr("{watts} W", watts=number_text(top)) if self._shows_measured else ""


class GpuPlot(Plot):
    """How much of the time the GPU was busy, 0 to 100 %."""

    def __init__(self, theme: Theme, data: LiveData, time_view: TimeView) -> None:
        super().__init__(theme, data, time_view, [Style("accent")], 1)

    def describe(self) -> str:
        """See Plot."""
        values = self._data.gpu_percent.window(1)
        return tr("GPU, now {percent}", percent=wording.percent(values[0] if len(values) else 0.0))

    def _histories(self) -> tuple[RingBuffer, ...]:
        return self._data.sample_t_s, self._data.gpu_percent

    def _top(self, now_s: float, peaks: Sequence[float]) -> float:
        return 100.0

    def _say(self, values: Sequence[float]) -> str:
        return tr("GPU {percent}", percent=wording.percent(values[0]))

    def _top_text(self, top: float) -> str:
        return wording.percent(top)
