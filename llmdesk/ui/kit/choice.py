"""One of a few values, each a button (GUI thread only)."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QButtonGroup, QVBoxLayout, QWidget

from llmdesk.ui.kit.buttons import Button
from llmdesk.ui.kit.labels import MEDIUM, Label
from llmdesk.ui.kit.spacing import FlowLayout, space
from llmdesk.ui.kit.theme import Theme


class Choice(QWidget):
    """A title above buttons of which one is down.

    Signals:
        chosen(float): the value of a button that was pressed.
    """

    chosen = Signal(float)

    def __init__(self, theme: Theme, title: str, choices: Sequence[tuple[str, float]]) -> None:
        super().__init__()
        self._values = [value for _, value in choices]
        self._group = QButtonGroup(self)
        buttons = self._buttons = FlowLayout(theme, spacing=4)
        for number, (text, _) in enumerate(choices):
            button = Button(theme, text, bordered=True)
            button.setCheckable(True)
            button.setAccessibleName(f"{title}: {text}")
            self._group.addButton(button, number)
            buttons.addWidget(button)
        layout = QVBoxLayout(self)
        space(theme, layout, spacing=6)
        layout.addWidget(Label(theme, title, weight=MEDIUM, wraps=True))
        layout.addLayout(buttons)
        self._group.idClicked.connect(self._on_clicked)

    def put_beside(self, widget: QWidget) -> None:
        """Something that belongs to it, behind the buttons."""
        self._buttons.addWidget(widget)

    @property
    def value(self) -> float:
        """Of the button that is down."""
        return self._values[self._group.checkedId()]

    def choose(self, value: float) -> None:
        """Press the button of a value without a signal; the first one if there is none."""
        self._group.button(self._values.index(value) if value in self._values else 0).setChecked(True)

    def press(self, value: float) -> None:
        """As if the user had clicked."""
        self._group.button(self._values.index(value)).click()

    @Slot(int)
    def _on_clicked(self, number: int) -> None:
        self.chosen.emit(self._values[number])
