"""The precision of the model in use, and the choice of another (GUI thread only)."""

from __future__ import annotations

from PySide6.QtCore import QSize
from PySide6.QtGui import QFontMetricsF

from llmdesk.datatypes.model import Precision
from llmdesk.ui.kit.choice_button import ChoiceButton
from llmdesk.ui.kit.theme import Theme

MEANINGS: dict[Precision, str] = {
    "bf16": "16 bits, as trained; largest and slowest",
    "int8": "8 bits, half the memory, hardly any loss",
    "int4": "4 bits, a quarter of the memory, fastest; some loss",
}
HEIGHT_PX = 24


class PrecisionButton(ChoiceButton):
    """Shows the precision in force; a click opens the others. What is chosen is remembered for the model.

    What ``chosen`` tells is a Precision.
    """

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme, "bf16")
        self.actions_by_precision = {precision: self.add_choice(precision) for precision in MEANINGS}
        self.set_default(None)

    def sizeHint(self) -> QSize:
        """As low as a line of small text allows."""
        return QSize(round(QFontMetricsF(self.font()).horizontalAdvance(self.text())) + 24, HEIGHT_PX)

    def set_default(self, default: Precision | None) -> None:
        """Which precision is the model's own choice."""
        for precision, action in self.actions_by_precision.items():
            mark = ", this model's default" if precision == default else ""
            action.setText(f"{precision}: {MEANINGS[precision]}{mark}")

    def show_precision(self, precision: Precision) -> None:
        """Which one is in force."""
        tip = "The precision of the weights; a click changes it for this model"
        self.show_choice(self.actions_by_precision[precision], precision, tip, f"Precision: {precision}")
