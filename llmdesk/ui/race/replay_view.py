"""A race played on one clock, side by side, and its result (GUI thread only)."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QSize, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QHideEvent, QKeyEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QLayout, QStackedLayout, QVBoxLayout, QWidget

from llmdesk.services.axis_steps import axis_top
from llmdesk.services.race.race import Race
from llmdesk.services.race.result import verdict
from llmdesk.services.recording.clock import ReplayClock
from llmdesk.ui.kit.access import announce
from llmdesk.ui.kit.buttons import Button
from llmdesk.ui.kit.labels import SEMIBOLD, ElidedLabel, Label, SteadyLabel
from llmdesk.ui.kit.pace import frame_ms
from llmdesk.ui.kit.replay_badge import ReplayBadge
from llmdesk.ui.kit.scaled_theme import ScaledTheme
from llmdesk.ui.kit.spacing import fix, row, settle, space
from llmdesk.ui.kit.theme import Theme
from llmdesk.ui.kit.wording import number_text
from llmdesk.ui.kit.words import tr
from llmdesk.ui.race import wording
from llmdesk.ui.race.lane_column import LaneColumn
from llmdesk.ui.race.result_view import ResultView
from llmdesk.ui.race.transport import Transport

_LANE_PX, _HEIGHT_PX = 370.0, 640.0  # at 100 %
_CARD_PX = 1040.0
_LEAST_PERCENT, _MOST_PERCENT = 70, 400
_RESULT_AFTER_MS = 1_800
_STEP_S = 1.0


class ReplayView(QWidget):
    """See the module. It grows with its room, so that it can be read from far away.

    Args:
        now: the clock that it follows.

    Signals:
        closed(): back to the set-up.
        finished(): it was played to its end, and the result is shown.
    """

    closed = Signal()
    finished = Signal()

    def __init__(self, theme: Theme, race: Race, now: Callable[[], float]) -> None:
        super().__init__()
        self.race = race
        self._outcome = " ".join(filter(None, (wording.verdict_words(race), wording.quality_words(race))))
        self._theme = scaled = ScaledTheme(theme, 100, self)
        self._card_theme = ScaledTheme(theme, 100, self)
        found = verdict(race)
        self._winner = None if found.is_draw else found.winner
        self._was_shown = False
        self.clock = ReplayClock(race.duration_s, now)
        self.columns = [LaneColumn(scaled, race, number) for number in range(len(race.runs))]
        self.transport = Transport(scaled, race.duration_s)
        self.result = ResultView(self._card_theme, race)
        self.verdict = SteadyLabel(scaled, "", "text", "body", SEMIBOLD)
        self.conditions = Label(scaled, "", "secondary", "small", wraps=True)
        self._tick, self._later = QTimer(self), QTimer(self)
        self._tick.setInterval(frame_ms())
        self._later.setSingleShot(True)
        self._later.setInterval(_RESULT_AFTER_MS)
        self._scale_graphs()
        self._build()
        self._connect()
        self._show()

    @property
    def shows_result(self) -> bool:
        """The card instead of the lanes."""
        return self._places.currentWidget() is self.result

    def play(self) -> None:
        """From here; at the end, from the beginning."""
        self.show_result(False)
        self.clock.play()
        self._tick.start()
        self._show()

    @Slot()
    def toggle(self) -> None:
        """Pause, or go on."""
        if self.clock.is_playing:
            self.clock.pause()
            self._tick.stop()
            self._show()
        else:
            self.play()

    @Slot()
    def restart(self) -> None:
        """From the beginning."""
        self.clock.seek(0.0)
        self.play()

    @Slot(float)
    def seek(self, position_s: float) -> None:
        """Be there, and go on as before."""
        self.show_result(False)
        self.clock.seek(position_s)
        self._show()

    def show_result(self, is_shown: bool) -> None:
        """The card, or the lanes again."""
        self._later.stop()
        self._places.setCurrentWidget(self.result if is_shown else self._lanes)
        self.transport.result.set_text(tr("Lanes") if is_shown else tr("Result"))
        for part in (self.verdict, self.conditions):
            part.setVisible(not is_shown)  # the card says so, too

    def press(self, event: QKeyEvent) -> bool:
        """A key of the page; True: it was one of these."""
        steps = {Qt.Key.Key_Left: -_STEP_S, Qt.Key.Key_Right: _STEP_S}
        key = Qt.Key(event.key())
        if event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
            return False
        if key == Qt.Key.Key_Space:
            self.toggle()
        elif key in steps:
            self.seek(self.clock.position_s + steps[key])
        elif key in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            self.transport.step_speed(1 if key == Qt.Key.Key_Up else -1)
        elif key in (Qt.Key.Key_Home, Qt.Key.Key_PageUp):
            self.restart()
        elif key == Qt.Key.Key_End:
            self.seek(self.clock.end_s)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_PageDown):
            self._on_result_wanted()
        else:
            return False
        return True

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Everything grows with the room."""
        super().resizeEvent(event)
        lanes_px = _LANE_PX * max(2, len(self.columns))
        for theme, width_px in ((self._theme, lanes_px), (self._card_theme, _CARD_PX)):
            share = min(self.width() / width_px, self.height() / _HEIGHT_PX)
            theme.set_scale(min(max(_LEAST_PERCENT, int(100 * share)), _MOST_PERCENT))
        settle(self)

    def minimumSizeHint(self) -> QSize:
        """It takes what it is given, and shrinks with it."""
        return QSize(0, 0)

    def showEvent(self, event: QShowEvent) -> None:
        """It begins when somebody looks."""
        super().showEvent(event)
        if not self._was_shown:
            self._was_shown = True
            self.play()

    def hideEvent(self, event: QHideEvent) -> None:
        """Another page: it stands still."""
        super().hideEvent(event)
        if not event.spontaneous():
            self.clock.pause()
            self._tick.stop()
            self._later.stop()
            self._show()

    @Slot()
    def _on_tick(self) -> None:
        self._show()
        if not self.clock.is_playing:
            self._tick.stop()
            self._later.start()
            announce(self, wording.verdict_words(self.race))

    @Slot()
    def _on_finished(self) -> None:
        self.show_result(True)
        self.finished.emit()

    @Slot()
    def _on_result_wanted(self) -> None:
        self.show_result(not self.shows_result)

    def _show(self) -> None:
        t_s = self.clock.position_s
        for each in self.columns:
            each.show_at(t_s)
        is_over = t_s >= self.clock.end_s
        self.verdict.show_text(self._outcome if is_over else "")
        ahead = self._winner if is_over else self._ahead(t_s)
        for number, each in enumerate(self.columns):
            each.show_ahead(number == ahead)
        self.transport.show_place(t_s, self.clock.is_playing)

    def _ahead(self, t_s: float) -> int | None:
        """The lane that has written most, of several that are done the first; None: they are level."""
        tracks = [each.track for each in self.columns]
        ranks = [(each.tokens_at(t_s), -each.end_s if each.is_over(t_s) else -t_s) for each in tracks]
        best = max(ranks)
        return ranks.index(best) if best[0] and ranks.count(best) == 1 else None

    def _scale_graphs(self) -> None:
        """One scale for all: a slow lane looks slow."""
        top = axis_top(max((tps for each in self.columns for _, tps in each.graph.points), default=0.0))
        text = tr("{top} tok/s", top=number_text(top))
        for each in self.columns:
            each.graph.set_scale(self.race.duration_s, top, text)

    def _build(self) -> None:
        theme, prompt = self._theme, " ".join(self.race.plan.prompt.split())
        sentence = ElidedLabel(theme, "secondary", "ui", least=80)
        sentence.setText(tr("“{prompt}” Each lane ran alone; here all are played on one clock.", prompt=prompt))
        badge = ReplayBadge(theme, side_px=1)
        fix(theme, badge, width=140)
        self.setup = Button(theme, tr("New race"), bordered=True)
        head = row(theme, Label(theme, tr("Race"), "text", "greeting", SEMIBOLD), sentence, 1, self.setup, spacing=16)
        head.addWidget(badge)
        self._lanes = QWidget()
        lanes = row(theme, spacing=16)
        for each in self.columns:
            lanes.addWidget(each, 1)
        self._lanes.setLayout(lanes)
        place = QWidget()
        self._places = QStackedLayout(place)
        self._places.addWidget(self._lanes)
        self._places.addWidget(self.result)
        self.conditions.setText(f"{wording.machine_words(self.race)}.")
        layout = QVBoxLayout(self)
        layout.setSizeConstraint(QLayout.SizeConstraint.SetNoConstraint)  # else the window could not become smaller
        space(theme, layout, (26, 12, 26, 16), spacing=12)
        layout.addLayout(head)
        layout.addWidget(place, 1)
        layout.addWidget(self.transport)
        layout.addWidget(self.verdict)
        layout.addWidget(self.conditions)

    def _connect(self) -> None:
        self._tick.timeout.connect(self._on_tick)
        self._later.timeout.connect(self._on_finished)
        self.setup.clicked.connect(self.closed)
        transport = self.transport
        transport.toggled.connect(self.toggle)
        transport.restarted.connect(self.restart)
        transport.sought.connect(self.seek)
        transport.result_wanted.connect(self._on_result_wanted)
        transport.speed_chosen.connect(self._on_speed)

    @Slot(float)
    def _on_speed(self, speed: float) -> None:
        self.clock.speed = speed
