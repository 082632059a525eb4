"""The precision of the model in use, and the choice of another (GUI thread only)."""

from __future__ import annotations

from llmdesk.datatypes.model import Precision
from llmdesk.ui.kit.choice_button import ChoiceButton
from llmdesk.ui.kit.theme import Theme
from llmdesk.ui.kit.words import tr

_HEIGHT_PX = 24


def meanings() -> dict[Precision, str]:
    """What each precision costs and gives."""
    return {
        "bf16": tr("16 bits, as trained; largest and slowest"),
        "int8": tr("8 bits, half the memory, hardly any loss"),
        "int4": tr("4 bits, a quarter of the memory, fastest; some loss"),
    }


class PrecisionButton(ChoiceButton):
    """Shows the precision in force; a click opens the others. What is chosen is remembered for the model.

    What ``chosen`` tells is a Precision.
    """

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme, "bf16", opens_below=True)
        self.actions_by_precision = {precision: self.add_choice(precision) for precision in meanings()}
        self.set_default(None)

    def set_default(self, default: Precision | None) -> None:
        """Which precision is the model's own choice."""
        for precision, action in self.actions_by_precision.items():
            words = (
                tr("{precision}: {meaning}, this model's default") if precision == default else "{precision}: {meaning}"
            )
            action.setText(words.format(precision=precision, meaning=meanings()[precision]))

    def show_precision(self, precision: Precision) -> None:
        """Which one is in force."""
        tip = tr("The precision of the weights; a click changes it for this model")
        name = tr("Precision: {precision}", precision=precision)
        self.show_choice(self.actions_by_precision[precision], precision, tip, name)

    def _height(self) -> int:
        """As low as a line of small text allows."""
        return self._theme.px(_HEIGHT_PX)
