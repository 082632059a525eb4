"""Which stretch of the history the graphs show, and which moment is read: one for all graphs of a view (GUI thread)."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal, Slot

from llmdesk.services.live.live_data import HISTORY_S, LiveData

SPANS_S = (10.0, 20.0, 30.0, 60.0, 120.0, 300.0, 600.0, 1200.0, 1800.0, float(HISTORY_S))


class TimeView(QObject):
    """Live, the newest value stands at the right edge and moves; paused, the stretch stands still.

    Signals:
        changed(): another stretch is shown, or live instead of paused.
        hovered(): another moment is read, or none.
    """

    changed = Signal()
    hovered = Signal()

    def __init__(self, data: LiveData, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._data = data
        self.chosen_span_s: float | None = None
        self.end_s: float | None = None
        self.hover_s: float | None = None

    @property
    def is_paused(self) -> bool:
        """True while the stretch stands still."""
        return self.end_s is not None

    @property
    def newest_s(self) -> float:
        """The newest moment of the history; 0 before the first."""
        newest = self._data.tick_t_s.window(1)
        return newest[0] if len(newest) else 0.0

    @Slot()
    def toggle(self) -> None:
        """Stand still, or go on."""
        if self.is_paused:
            self.go_live()
        else:
            self._stand_at(self.newest_s)

    @Slot()
    def go_live(self) -> None:
        """Show the newest values again."""
        if self.is_paused:
            self.end_s = None
            self.changed.emit()

    def zoom(self, steps: int, span_s: float, at_s: float | None = None) -> None:
        """So many steps closer (or further: negative), from the span shown; paused, ``at_s`` keeps its place."""
        wanted = span_s
        for _ in range(abs(steps)):
            wanted = _next_span(wanted, closer=steps > 0)
        if wanted == span_s:
            return
        self.chosen_span_s = wanted
        if self.end_s is not None and at_s is not None:
            self.end_s = self._clamped(at_s + (self.end_s - at_s) * wanted / span_s)
        self.changed.emit()

    @Slot()
    def reset_zoom(self) -> None:
        """As much as the width of each graph shows by itself."""
        if self.chosen_span_s is not None:
            self.chosen_span_s = None
            self.changed.emit()

    def move(self, seconds: float) -> None:
        """Look further back (negative), or forward; at the newest value it is live again."""
        wanted_s = self._clamped((self.end_s if self.end_s is not None else self.newest_s) + seconds)
        if wanted_s >= self.newest_s and seconds > 0:
            self.go_live()
        else:
            self._stand_at(wanted_s)

    def move_to_oldest(self, span_s: float) -> None:
        """The beginning of what is known."""
        self._stand_at(self._clamped(self._data.tick_t_s.window()[0] + span_s if len(self._data.tick_t_s) else 0.0))

    def hover(self, t_s: float | None) -> None:
        """Read this moment; None: none."""
        if t_s != self.hover_s:
            self.hover_s = t_s
            self.hovered.emit()

    def _stand_at(self, end_s: float) -> None:
        if end_s != self.end_s:
            self.end_s = end_s
            self.changed.emit()

    def _clamped(self, end_s: float) -> float:
        times = self._data.tick_t_s.window()
        return min(max(end_s, times[0]), times[-1]) if len(times) else end_s


def _next_span(span_s: float, closer: bool) -> float:
    if closer:
        return next((step for step in reversed(SPANS_S) if step < span_s * 0.99), SPANS_S[0])
    return next((step for step in SPANS_S if step > span_s * 1.01), SPANS_S[-1])
