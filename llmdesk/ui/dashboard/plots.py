"""What each graph of the dashboard shows. Imports numpy, so it is imported after the first paint (see graph.py)."""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Sequence

import numpy as np

from llmdesk.services.live.causes import meaning
from llmdesk.services.live.live_data import LiveData
from llmdesk.services.live.ring_buffer import RingBuffer
from llmdesk.ui.dashboard import wording
from llmdesk.ui.dashboard.curves import Points, Style, thinned
from llmdesk.ui.dashboard.graph import Graph
from llmdesk.ui.dashboard.scale import StepScale
from llmdesk.ui.dashboard.time_view import TimeView
from llmdesk.ui.kit.theme import Theme
from llmdesk.ui.kit.wording import number_text
from llmdesk.ui.kit.words import told, tr


class Plot:
    """A graph together with what feeds it. Subclasses say which history, which scale, and what it means in words."""

    _LEAST_TOP = 1.0  # of a scale that follows the values

    def __init__(
        self,
        theme: Theme,
        data: LiveData,
        time_view: TimeView,
        styles: Sequence[Style],
        hairlines: int,
        *,
        has_scale: bool = True,
    ) -> None:
        self._data, self._time = data, time_view
        self.drawn_s = 0.0
        self._drawn: tuple[float, float] = (0.0, 0.0)  # right edge and span
        self._history = data.history
        self._begin_anew()
        self.graph = Graph(theme, styles, self._tip, time_view, hairlines, self._top_text if has_scale else None)
        self.graph.resized.connect(self.redraw)  # lines are drawn in pixels
        time_view.changed.connect(self.redraw)  # the graph is a child of the view's owner: both go together

    def _begin_anew(self) -> None:
        self._scale = StepScale(self._LEAST_TOP)
        self._was_flat = self._shows_measured = False

    def redraw(self) -> None:
        """Another stretch is to be shown, or at another size."""
        if self.graph.isVisible():
            self.refresh(force=True)

    def refresh(self, force: bool = False) -> None:
        """Draw what is new; costs nothing if nothing is."""
        times, *rings = self._histories()
        if self._data.history is not self._history:  # a replay begins or ends
            self._begin_anew()
        self._history = self._data.history
        if not len(times):
            return
        all_s = np.frombuffer(times.window())
        newest_s = float(all_s[-1]) if self._time.end_s is None else self._time.end_s
        if (newest_s, self.graph.span_s) == self._drawn and not force:
            return
        self._drawn, self.drawn_s = (newest_s, self.graph.span_s), newest_s
        begin = max(0, int(np.searchsorted(all_s, newest_s - self.graph.span_s)) - 1)
        end = int(np.searchsorted(all_s, newest_s, side="right"))
        shown = [np.frombuffer(ring.window())[begin:end] for ring in rings]
        if end - begin < 1:
            return
        first = times.written - len(times) + begin
        t_s, values = thinned(all_s[begin:end], shown, first, self.graph.width())
        peaks = [peak(value) for value in values]
        flat = self._is_flat(peaks)
        if flat and self._was_flat and not force:  # an idle minute looks the same every time
            return
        self._was_flat = flat
        self._shows_measured = any(peaks)
        self.graph.show_history(t_s, values, self._top(newest_s, peaks), newest_s)

    def describe(self) -> str:
        """Name and current value, for screen readers."""
        raise NotImplementedError

    def _is_flat(self, peaks: Sequence[float]) -> bool:
        return not any(peaks)

    def _histories(self) -> tuple[RingBuffer, ...]:
        """The times, then a history for each curve."""
        raise NotImplementedError

    def _top(self, now_s: float, peaks: Sequence[float]) -> float:
        """The value of the upper edge."""
        raise NotImplementedError

    def _say(self, values: Sequence[float]) -> str:
        raise NotImplementedError

    def _top_text(self, top: float) -> str:
        """The value of the upper edge; empty where the legend says it."""
        raise NotImplementedError

    def _tip(self, t_s: float, _near_s: float) -> str:
        """The values at a moment of the past."""
        times, *rings = (ring.window() for ring in self._histories())
        if not len(times) or t_s < times[0]:
            return ""
        index = min(len(times) - 1, bisect_left(times, t_s))
        then = [ring[index] for ring in rings]
        words = tr("llmdesk did not run") if any(map(math.isnan, then)) else self._say(then)
        return f"{words}, {wording.ago(times[-1] - t_s)}"


def peak(values: Points) -> float:
    """The highest value, gaps left out; 0 if there is none."""
    known = values[~np.isnan(values)]
    return float(known.max()) if len(known) else 0.0


class TokensPlot(Plot):
    """Tokens per second, with the marks."""

    def __init__(
        self, theme: Theme, data: LiveData, time_view: TimeView, hairlines: int = 3, *, has_scale: bool = True
    ) -> None:
        super().__init__(theme, data, time_view, [Style("tokens")], hairlines, has_scale=has_scale)

    def refresh(self, force: bool = False) -> None:
        """See Plot."""
        super().refresh(force)
        self.graph.show_marks(mark.t_s for mark in self._data.marks)

    def _is_flat(self, peaks: Sequence[float]) -> bool:
        marks = self._data.marks
        has_mark = bool(marks) and marks[-1].t_s > self._time.newest_s - self.graph.span_s  # marks move
        return super()._is_flat(peaks) and not has_mark

    def describe(self) -> str:
        """See Plot."""
        tps = self._data.current_tps
        if tps is None:
            return tr("Tokens per second, nothing measured")
        return tr("Tokens per second, now {speed}", speed=wording.speed(tps))

    def _histories(self) -> tuple[RingBuffer, ...]:
        return self._data.tick_t_s, self._data.tps

    def _top(self, now_s: float, peaks: Sequence[float]) -> float:
        return self._scale.top(peaks[0], now_s)

    def _say(self, values: Sequence[float]) -> str:
        return tr("{speed} tok/s", speed=wording.speed(values[0]))

    def _top_text(self, top: float) -> str:
        return tr("{speed} tok/s", speed=number_text(top)) if self._shows_measured else ""

    def _tip(self, t_s: float, near_s: float) -> str:
        """The mark that is nearest, with what it means; else the value."""
        found = min(self._data.marks, key=lambda mark: abs(mark.t_s - t_s), default=None)
        if found is None or abs(found.t_s - t_s) > near_s:
            return super()._tip(t_s, near_s)
        words = f"{told(found.text)}, {wording.ago(self._time.newest_s - found.t_s)}"
        return "\n".join(filter(None, (words, told(meaning(found.kind)))))


class TokenTimePlot(Plot):
    """Milliseconds per token."""

    _LEAST_TOP = 5.0

    def __init__(self, theme: Theme, data: LiveData, time_view: TimeView) -> None:
        super().__init__(theme, data, time_view, [Style("time")], 1)

    def describe(self) -> str:
        """See Plot."""
        times_ms = self._data.throughput.token_ms()
        if times_ms is None:
            return tr("Time per token, nothing measured")
        p50, p99 = (wording.duration(value_ms / 1000) for value_ms in times_ms)
        return tr("Time per token, half below {p50}, 99 % below {p99}", p50=p50, p99=p99)

    def _histories(self) -> tuple[RingBuffer, ...]:
        return self._data.tick_t_s, self._data.token_ms

    def _top(self, now_s: float, peaks: Sequence[float]) -> float:
        return self._scale.top(peaks[0], now_s)

    def _say(self, values: Sequence[float]) -> str:
        if not values[0]:
            return tr("No tokens")
        return tr("{duration} per token", duration=wording.duration(values[0] / 1000))

    def _top_text(self, top: float) -> str:
        return tr("{ms} ms", ms=number_text(top)) if self._shows_measured else ""


class ProcessorPlot(Plot):
    """This process before the system, 0 to 100 % of all cores."""

    def __init__(self, theme: Theme, data: LiveData, time_view: TimeView) -> None:
        super().__init__(theme, data, time_view, [Style("secondary", quiet=True), Style("processor")], 1)

    def describe(self) -> str:
        """See Plot."""
        sample = self._data.sample
        if sample is None:
            return tr("Processor, nothing measured")
        values = self._say([sample.system_cpu_percent, sample.process_cpu_percent])
        return tr("Processor, now {values}", values=values)

    def _histories(self) -> tuple[RingBuffer, ...]:
        data = self._data
        return data.sample_t_s, data.system_percent, data.process_percent

    def _top(self, now_s: float, peaks: Sequence[float]) -> float:
        return 100.0

    def _say(self, values: Sequence[float]) -> str:
        process, system = wording.percent(values[1]), wording.percent(values[0])
        return tr("llmdesk {process}, system {system}", process=process, system=system)

    def _top_text(self, top: float) -> str:
        return wording.percent(top)


class MemoryPlot(Plot):
    """This process before the system, 0 to all memory."""

    def __init__(self, theme: Theme, data: LiveData, time_view: TimeView) -> None:
        super().__init__(theme, data, time_view, [Style("secondary", quiet=True), Style("memory")], 1)

    def describe(self) -> str:
        """See Plot."""
        sample = self._data.sample
        if sample is None:
            return tr("Memory, nothing measured")
        values = self._say([sample.system_used_bytes, sample.process_rss_bytes])
        total = wording.gigabytes(sample.system_total_bytes)
        return tr("Memory, now {values} of {total} GB", values=values, total=total)

    def _histories(self) -> tuple[RingBuffer, ...]:
        data = self._data
        return data.sample_t_s, data.system_bytes, data.process_bytes

    def _top(self, now_s: float, peaks: Sequence[float]) -> float:
        return float(self._data.sample.system_total_bytes) if self._data.sample else 1.0

    def _say(self, values: Sequence[float]) -> str:
        process, system = wording.gigabytes(values[1]), wording.gigabytes(values[0])
        return tr("llmdesk {process} GB, system {system} GB", process=process, system=system)

    def _top_text(self, top: float) -> str:
        return ""
