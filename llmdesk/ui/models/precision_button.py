"""The precision of the model in use, and the choice of another (GUI thread only)."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QSize, Signal, Slot
from PySide6.QtGui import QAction, QActionGroup, QFontMetricsF

from llmdesk.datatypes import Precision
from llmdesk.ui.controls import Button
from llmdesk.ui.styled import Menu
from llmdesk.ui.theme import Theme, ui_font

MEANINGS: dict[Precision, str] = {
    "bf16": "16 bits, as trained; largest and slowest",
    "int8": "8 bits, half the memory, hardly any loss",
    "int4": "4 bits, a quarter of the memory, fastest; some loss",
}
HEIGHT_PX = 24


class PrecisionButton(Button):
    """Shows the precision in force; a click opens the others. What is chosen is remembered for the model.

    Signals:
        chosen(str): a Precision.
    """

    chosen = Signal(str)

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme, "bf16", quiet=True)
        self.setFont(ui_font(12.5))
        self.choices = Menu(theme, self)
        group = QActionGroup(self)
        self.actions_by_precision: dict[Precision, QAction] = {}
        for precision in MEANINGS:
            action = QAction(group)
            action.setCheckable(True)
            action.setData(precision)
            self.choices.addAction(action)
            self.actions_by_precision[precision] = action
        group.triggered.connect(self._on_triggered)
        self.clicked.connect(self._open)
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
        self.setText(precision)
        self.setToolTip("The precision of the weights; a click changes it for this model")
        self.setAccessibleName(f"Precision: {precision}")
        self.actions_by_precision[precision].setChecked(True)
        self.updateGeometry()

    @Slot(QAction)
    def _on_triggered(self, action: QAction) -> None:
        self.chosen.emit(action.data())

    @Slot()
    def _open(self) -> None:
        self.choices.popup(self.mapToGlobal(QPoint(0, -self.choices.sizeHint().height() - 4)))
