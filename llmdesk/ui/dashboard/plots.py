"""What each graph of the dashboard shows. Imports pyqtgraph, so it is imported after the first paint (see graph.py)."""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Sequence

from llmdesk.services.live.live_data import SAMPLES_PER_S, TICKS_PER_S, LiveData
from llmdesk.services.live.ring_buffer import peak
from llmdesk.ui.dashboard import wording
from llmdesk.ui.dashboard.graph import Graph, Style
from llmdesk.ui.dashboard.scale import StepScale
from llmdesk.ui.kit.theme import Theme
from llmdesk.ui.kit.wording import number_text
from llmdesk.ui.kit.words import tr


class Plot:
    """A graph together with what feeds it. Subclasses say which history, which scale, and what it means in words."""

    def __init__(
        self,
        theme: Theme,
        data: LiveData,
        styles: Sequence[Style],
        hairlines: int,
        per_s: int,
        *,
        has_scale: bool = True,
    ) -> None:
        self._data = data
        self._per_s = per_s
        self.drawn_s = 0.0
        self._was_flat = False
        self._has_measured = False
        self.graph = Graph(theme, styles, self._tip, hairlines, self._top_text if has_scale else None)

    def refresh(self, force: bool = False) -> None:
        """Draw what is new; costs nothing if nothing is."""
        count = int(self.graph.span_s * self._per_s) + 2
        t_s, *values = (history[-count:] for history in self._histories())
        if not len(t_s) or (t_s[-1] == self.drawn_s and not force):
            return
        self.drawn_s = t_s[-1]
        flat = self._is_flat(values)
        if flat and self._was_flat and not force:  # an idle minute looks the same every time
            return
        self._was_flat = flat
        self._has_measured |= not Plot._is_flat(self, values)  # marks are no measurement
        self.graph.show_history(t_s, values, self._top(t_s[-1], values))

    def describe(self) -> str:
        """Name and current value, for screen readers."""
        raise NotImplementedError

    def _is_flat(self, values: Sequence[memoryview]) -> bool:
        return not any(peak(history) for history in values)

    def _histories(self) -> tuple[memoryview, ...]:
        raise NotImplementedError

    def _top(self, now_s: float, values: Sequence[memoryview]) -> float:
        raise NotImplementedError

    def _say(self, values: Sequence[float]) -> str:
        raise NotImplementedError

    def _top_text(self, top: float) -> str:
        """The value of the upper edge; empty where the legend says it."""
        raise NotImplementedError

    def _tip(self, ago_s: float, _near_s: float) -> str:
        """The values at a moment of the past."""
        t_s, *values = self._histories()
        if not len(t_s) or t_s[-1] - ago_s < t_s[0]:
            return ""
        index = min(len(t_s) - 1, bisect_left(t_s, t_s[-1] - ago_s))
        then = [history[index] for history in values]
        words = tr("llmdesk did not run") if any(map(math.isnan, then)) else self._say(then)
        return f"{words}, {wording.ago(ago_s)}"


class TokensPlot(Plot):
    """Tokens per second, with the marks."""

    def __init__(self, theme: Theme, data: LiveData, hairlines: int = 3, *, has_scale: bool = True) -> None:
        super().__init__(theme, data, [Style("tokens")], hairlines, TICKS_PER_S, has_scale=has_scale)
        self._scale = StepScale(floor=1.0)

    def refresh(self, force: bool = False) -> None:
        """See Plot."""
        super().refresh(force)
        self.graph.show_marks(mark.t_s for mark in self._data.marks)

    def _is_flat(self, values: Sequence[memoryview]) -> bool:
        return super()._is_flat(values) and not self._data.marks  # marks move

    def describe(self) -> str:
        """See Plot."""
        tps = self._data.current_tps
        if tps is None:
            return tr("Tokens per second, nothing measured")
        return tr("Tokens per second, now {speed}", speed=wording.speed(tps))

    def _histories(self) -> tuple[memoryview, ...]:
        return self._data.tick_t_s.window(), self._data.tps.window()

    def _top(self, now_s: float, values: Sequence[memoryview]) -> float:
        return self._scale.top(peak(values[0]), now_s)

    def _say(self, values: Sequence[float]) -> str:
        return tr("{speed} tok/s", speed=wording.speed(values[0]))

    def _top_text(self, top: float) -> str:
        return tr("{speed} tok/s", speed=number_text(top)) if self._has_measured else ""

    def _tip(self, ago_s: float, near_s: float) -> str:
        now_s = self._data.tick_t_s.window(1)
        for mark in reversed(self._data.marks):
            mark_ago_s = now_s[0] - mark.t_s if len(now_s) else 0.0
            if abs(mark_ago_s - ago_s) <= near_s:
                return f"{mark.text}, {wording.ago(mark_ago_s)}"
        return super()._tip(ago_s, near_s)


class TokenTimePlot(Plot):
    """Milliseconds per token."""

    def __init__(self, theme: Theme, data: LiveData) -> None:
        super().__init__(theme, data, [Style("time")], 1, TICKS_PER_S)
        self._scale = StepScale(floor=5.0)

    def describe(self) -> str:
        """See Plot."""
        times_ms = self._data.throughput.token_ms()
        if times_ms is None:
            return tr("Time per token, nothing measured")
        p50, p99 = (wording.duration(value_ms / 1000) for value_ms in times_ms)
        return tr("Time per token, half below {p50}, 99 % below {p99}", p50=p50, p99=p99)

    def _histories(self) -> tuple[memoryview, ...]:
        return self._data.tick_t_s.window(), self._data.token_ms.window()

    def _top(self, now_s: float, values: Sequence[memoryview]) -> float:
        return self._scale.top(peak(values[0]), now_s)

    def _say(self, values: Sequence[float]) -> str:
        if not values[0]:
            return tr("No tokens")
        return tr("{duration} per token", duration=wording.duration(values[0] / 1000))

    def _top_text(self, top: float) -> str:
        return tr("{ms} ms", ms=number_text(top)) if self._has_measured else ""


class ProcessorPlot(Plot):
    """This process before the system, 0 to 100 % of all cores."""

    def __init__(self, theme: Theme, data: LiveData) -> None:
        super().__init__(theme, data, [Style("secondary", quiet=True), Style("processor")], 1, SAMPLES_PER_S)

    def describe(self) -> str:
        """See Plot."""
        sample = self._data.sample
        if sample is None:
            return tr("Processor, nothing measured")
        values = self._say([sample.system_cpu_percent, sample.process_cpu_percent])
        return tr("Processor, now {values}", values=values)

    def _histories(self) -> tuple[memoryview, ...]:
        data = self._data
        return data.sample_t_s.window(), data.system_percent.window(), data.process_percent.window()

    def _top(self, now_s: float, values: Sequence[memoryview]) -> float:
        return 100.0

    def _say(self, values: Sequence[float]) -> str:
        process, system = wording.percent(values[1]), wording.percent(values[0])
        return tr("llmdesk {process}, system {system}", process=process, system=system)

    def _top_text(self, top: float) -> str:
        return wording.percent(top)


class MemoryPlot(Plot):
    """This process before the system, 0 to all memory."""

    def __init__(self, theme: Theme, data: LiveData) -> None:
        super().__init__(theme, data, [Style("secondary", quiet=True), Style("memory")], 1, SAMPLES_PER_S)

    def describe(self) -> str:
        """See Plot."""
        sample = self._data.sample
        if sample is None:
            return tr("Memory, nothing measured")
        values = self._say([sample.system_used_bytes, sample.process_rss_bytes])
        total = wording.gigabytes(sample.system_total_bytes)
        return tr("Memory, now {values} of {total} GB", values=values, total=total)

    def _histories(self) -> tuple[memoryview, ...]:
        data = self._data
        return data.sample_t_s.window(), data.system_bytes.window(), data.process_bytes.window()

    def _top(self, now_s: float, values: Sequence[memoryview]) -> float:
        return float(self._data.sample.system_total_bytes) if self._data.sample else 1.0

    def _say(self, values: Sequence[float]) -> str:
        process, system = wording.gigabytes(values[1]), wording.gigabytes(values[0])
        return tr("llmdesk {process} GB, system {system} GB", process=process, system=system)

    def _top_text(self, top: float) -> str:
        return ""
