"""The figure that rules, in large type (GUI thread only)."""

from __future__ import annotations

import math

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QFont, QFontMetricsF
from PySide6.QtWidgets import QWidget

from llmdesk.ui.kit.labels import MEDIUM, NORMAL, SEMIBOLD, SteadyLabel
from llmdesk.ui.kit.spacing import row
from llmdesk.ui.kit.theme import Theme
from llmdesk.ui.kit.type_scale import Step
from llmdesk.ui.kit.wording import NOTHING


class DisplayLabel(SteadyLabel):
    """A number in large type, as wide as its digits, which all are equally wide.

    A dash in its place is quiet: in ``quiet_step``, the type of the unit, for a dash of large type hangs in mid-air.
    """

    def __init__(self, theme: Theme, step: Step, quiet_step: Step) -> None:
        self._steps: tuple[Step, Step] = (quiet_step, step)
        super().__init__(theme, NOTHING, "secondary", quiet_step, NORMAL, room_for="")

    def show_value(self, text: str) -> None:
        """A number, or the dash."""
        if text == self.text():
            return
        is_measured = text != NOTHING
        self.set_step(self._steps[is_measured], SEMIBOLD if is_measured else NORMAL)
        self.set_color("text" if is_measured else "secondary")
        self.setText(text)
        self._fit_width()

    def take_style(self) -> None:
        """See SteadyLabel."""
        super().take_style()
        self._fit_width()

    def _fit_width(self) -> None:
        """So that what stands behind it follows the last digit; no layout runs while the digits are as many."""
        self.setFixedWidth(self._needed_px(self.text()))

    def _font(self) -> QFont:
        font = super()._font()
        if self._step == "display":
            font.setLetterSpacing(QFont.SpacingType.AbsoluteSpacing, -self._theme.zoom_percent / 100)
        return font


class BigFigure(QWidget):
    """The figure that rules, with its unit behind it on the same baseline."""

    def __init__(self, theme: Theme, unit: str) -> None:
        super().__init__()
        self._theme = theme
        self._value = DisplayLabel(theme, "display", "unit")
        self._unit = SteadyLabel(theme, unit, "secondary", "unit", MEDIUM, room_for=unit)
        layout = row(theme, spacing=8)
        for label in (self._value, self._unit):
            layout.addWidget(label, 0, Qt.AlignmentFlag.AlignBottom)
        layout.addStretch(1)
        self.setLayout(layout)
        theme.changed.connect(self.restyle)
        self.restyle()

    @property
    def text(self) -> str:
        """The number, or the dash."""
        return self._value.text()

    def show_value(self, text: str) -> None:
        """Show a number without its unit."""
        size_px = self._value.font().pixelSize()
        self._value.show_value(text)
        if self._value.font().pixelSize() != size_px:
            self.restyle()

    @Slot()
    def restyle(self) -> None:
        """Colours or sizes changed: both stand on the baseline of the large type."""
        display = QFontMetricsF(self._theme.font("display", SEMIBOLD))
        for label in (self._value, self._unit):
            metrics = QFontMetricsF(label.font())
            drop_px = round(display.descent() - metrics.descent())
            label.setContentsMargins(0, 0, 0, drop_px)
            label.setFixedHeight(math.ceil(metrics.height()) + drop_px)
        self.setFixedHeight(math.ceil(display.height()))
