"""What a replay is moved with; it stands in the prompt's place (GUI thread only)."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QVBoxLayout

from llmdesk.ui.kit.buttons import Button
from llmdesk.ui.kit.choice_button import ChoiceButton
from llmdesk.ui.kit.labels import Label, SteadyLabel
from llmdesk.ui.kit.scrubber import STEPS_PER_S, Scrubber
from llmdesk.ui.kit.spacing import row, space
from llmdesk.ui.kit.surfaces import Panel
from llmdesk.ui.kit.theme import Theme
from llmdesk.ui.kit.words import tr

SPEEDS = (0.25, 0.5, 1.0, 2.0, 4.0, 10.0)


class ReplayBar(Panel):
    """Play and pause, where it is, how fast, and an end; below it what was recorded where.

    While the keyboard is here, Space plays and pauses, Left and Right move by a second, Home and End to its ends.

    Signals:
        toggled(), ended(): buttons.
        sought(float): seconds.
        speed_chosen(float).
    """

    toggled = Signal()
    ended = Signal()
    sought = Signal(float)
    speed_chosen = Signal(float)

    def __init__(self, theme: Theme, duration_s: float, conditions: str) -> None:
        super().__init__(theme, radius=14)
        self._duration_s = duration_s
        self.setAccessibleName(tr("Replay"))
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.play = Button(theme, tr("Pause"), bordered=True)
        self.play.clicked.connect(self.toggled)
        self.slider = Scrubber(theme, round(duration_s * STEPS_PER_S))
        self.slider.valueChanged.connect(self._on_slider)
        self._time = SteadyLabel(theme, "", "text", "ui", room_for=_time_text(duration_s, duration_s))
        self.speed = ChoiceButton(theme, _speed_text(1.0), bordered=True)
        self._speeds = {speed: self.speed.add_choice(str(speed), _speed_text(speed)) for speed in SPEEDS}
        self.speed.chosen.connect(self._choose_speed)
        self._choose_speed("1.0")
        end = Button(theme, tr("End the replay"), bordered=True)
        end.clicked.connect(self.ended)
        layout = QVBoxLayout(self)
        space(theme, layout, (12, 10, 12, 10), spacing=6)
        line = row(theme, self.play)
        line.addWidget(self.slider, 1)
        for part in (self._time, self.speed, end):
            line.addWidget(part)
        layout.addLayout(line)
        layout.addWidget(Label(theme, conditions, "secondary", "small", wraps=True))

    def show_place(self, position_s: float, is_playing: bool) -> None:
        """Where it is."""
        self.slider.blockSignals(True)
        self.slider.setValue(round(position_s * STEPS_PER_S))
        self.slider.blockSignals(False)
        self._time.show_text(_time_text(position_s, self._duration_s))
        words = tr("Pause") if is_playing else tr("Play")
        if self.play.text() != words:
            self.play.set_text(words)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """See the class."""
        second = STEPS_PER_S
        places = {
            Qt.Key.Key_Left: self.slider.value() - second,
            Qt.Key.Key_Right: self.slider.value() + second,
            Qt.Key.Key_Home: 0,
            Qt.Key.Key_End: self.slider.maximum(),
        }
        key = Qt.Key(event.key())
        if event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
            super().keyPressEvent(event)
        elif key == Qt.Key.Key_Space:
            self.toggled.emit()
        elif key in places:
            self.slider.setValue(places[key])
        else:
            super().keyPressEvent(event)

    @Slot(int)
    def _on_slider(self, value: int) -> None:
        self.sought.emit(value / STEPS_PER_S)

    @Slot(str)
    def _choose_speed(self, value: str) -> None:
        speed = float(value)
        text = _speed_text(speed)
        self.speed.show_choice(self._speeds[speed], text, tr("Speed"), tr("Speed {speed}", speed=text))
        self.speed_chosen.emit(speed)


def _time_text(position_s: float, duration_s: float) -> str:
    return tr("{now} s of {all} s", now=f"{position_s:.1f}", all=f"{duration_s:.1f}")


def _speed_text(speed: float) -> str:
    return f"{speed:g}×"
