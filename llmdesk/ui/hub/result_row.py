"""One repository among those that were found (GUI thread only)."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QEnterEvent, QMouseEvent, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from llmdesk.datatypes.model import ModelSize
from llmdesk.memory_need import PROGRAM_BYTES, Fit, weights_bytes
from llmdesk.models.hub_data import Found
from llmdesk.ui.hub.hub_words import FIT_COLORS, facts_text, fit_text, problem_text
from llmdesk.ui.kit.buttons import Button
from llmdesk.ui.kit.labels import MEDIUM, ElidedLabel
from llmdesk.ui.kit.spacing import column, row
from llmdesk.ui.kit.surfaces import paint_raised
from llmdesk.ui.kit.theme import Theme
from llmdesk.ui.kit.words import tr


class ResultRow(QWidget):
    """Its name, facts, and how it fits or why it cannot be used.

    Signals:
        activated(str): the repository's name.
    """

    activated = Signal(str)

    def __init__(self, theme: Theme, found: Found, fit: Fit | str) -> None:
        super().__init__()
        self._theme, self.found = theme, found
        self._is_under_mouse = False
        title = _line(theme, found.repository, "text", is_title=True)
        problem = problem_text(found)
        takes = PROGRAM_BYTES + weights_bytes(ModelSize(0, 0, found.weights), "int4")
        self.judgement = problem or fit_text(fit, takes)
        color = "warning" if problem else FIT_COLORS[fit]
        words = column(theme, title, _line(theme, facts_text(found), "secondary"), spacing=3)
        if self.judgement:
            words.addWidget(_line(theme, self.judgement, color))
        self.button = Button(theme, tr("Look"), bordered=True, name=tr("Look at {name}", name=found.repository))
        self.button.clicked.connect(self._activate)
        line = row(theme, margins=(12, 8, 8, 8))
        line.addLayout(words, 1)
        line.addWidget(self.button, 0, Qt.AlignmentFlag.AlignTop)
        self.setLayout(line)
        self.setAccessibleName(f"{found.repository}, {facts_text(found)}. {self.judgement}")

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """A click anywhere looks at it."""
        if event.button() == Qt.MouseButton.LeftButton and self.rect().contains(event.position().toPoint()):
            self._activate()

    def enterEvent(self, event: QEnterEvent) -> None:
        """The mouse is over it."""
        self._is_under_mouse = True
        self.update()

    def leaveEvent(self, event: object) -> None:
        """It is gone."""
        self._is_under_mouse = False
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """A raised ground under the mouse."""
        if self._is_under_mouse:
            paint_raised(self, self._theme)

    @Slot()
    def _activate(self) -> None:
        self.activated.emit(self.found.repository)


def _line(theme: Theme, text: str, color: str, *, is_title: bool = False) -> ElidedLabel:
    label = ElidedLabel(theme, color, "ui", MEDIUM) if is_title else ElidedLabel(theme, color, "small")
    label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
    label.setText(text)
    return label
