"""What a race is moved with while it is played (GUI thread only)."""

from __future__ import annotations

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QWidget

from llmdesk.ui.kit.buttons import Button
from llmdesk.ui.kit.labels import SEMIBOLD, SteadyLabel
from llmdesk.ui.kit.numbers import digits
from llmdesk.ui.kit.scrubber import STEPS_PER_S, Scrubber
from llmdesk.ui.kit.spacing import row
from llmdesk.ui.kit.theme import Theme
from llmdesk.ui.kit.words import tr
from llmdesk.ui.race.pick_one import PickOne

SPEEDS = (0.5, 1.0, 2.0, 4.0)


class Transport(QWidget):
    """Play and pause, where it is, how fast, again, and the result.

    Signals:
        toggled(), restarted(), result_wanted(): buttons.
        sought(float): seconds.
        speed_chosen(float).
    """

    toggled = Signal()
    restarted = Signal()
    result_wanted = Signal()
    sought = Signal(float)
    speed_chosen = Signal(float)

    def __init__(self, theme: Theme, duration_s: float) -> None:
        super().__init__()
        self.play = Button(theme, tr("Pause"), bordered=True)
        self.slider = Scrubber(theme, round(duration_s * STEPS_PER_S))
        self.slider.setAccessibleName(tr("Place in the race"))
        self._now = SteadyLabel(theme, "", "text", "figure", SEMIBOLD, room_for=_seconds(duration_s))
        self._all = SteadyLabel(theme, tr("of {seconds} s", seconds=digits(duration_s, ".1f")), "secondary", "note")
        self.speed = PickOne[float](theme, tr("Speed"))
        self.speed.set_values([(speed, f"{speed:g}×") for speed in SPEEDS], 1.0)
        self.again = Button(theme, tr("Again"), bordered=True)
        self.result = Button(theme, tr("Result"), primary=True)
        layout = row(theme, self.play, spacing=12)
        layout.addWidget(self.slider, 1)
        for part in (self._now, self._all, self.speed, self.again, self.result):
            layout.addWidget(part)
        self.setLayout(layout)
        self.play.clicked.connect(self.toggled)
        self.again.clicked.connect(self.restarted)
        self.result.clicked.connect(self.result_wanted)
        self.slider.valueChanged.connect(self._on_slider)
        self.speed.picked.connect(self._on_speed)

    def show_place(self, position_s: float, is_playing: bool) -> None:
        """Where it is."""
        self.slider.blockSignals(True)
        self.slider.setValue(round(position_s * STEPS_PER_S))
        self.slider.blockSignals(False)
        self._now.show_text(_seconds(position_s))
        self.play.set_text(tr("Pause") if is_playing else tr("Play"))

    def step_speed(self, steps: int) -> None:
        """The next faster or slower one."""
        place = SPEEDS.index(self.speed.value or 1.0) + steps
        self.speed.pick(SPEEDS[min(max(0, place), len(SPEEDS) - 1)])
        self._on_speed()

    @Slot(int)
    def _on_slider(self, value: int) -> None:
        self.sought.emit(value / STEPS_PER_S)

    @Slot()
    def _on_speed(self) -> None:
        self.speed_chosen.emit(self.speed.value or 1.0)


def _seconds(seconds: float) -> str:
    return tr("{seconds} s", seconds=digits(seconds, ".1f"))
