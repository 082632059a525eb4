"""One way to fetch a repository (GUI thread only)."""

from __future__ import annotations

from typing import Literal

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QSizePolicy, QWidget

from llmdesk.memory_need import Fit
from llmdesk.models.hub_data import RemoteChoice
from llmdesk.ui.hub.hub_words import FIT_COLORS, choice_facts, choice_text, fit_text
from llmdesk.ui.kit.buttons import Button
from llmdesk.ui.kit.labels import MEDIUM, ElidedLabel, Tag
from llmdesk.ui.kit.spacing import column, row
from llmdesk.ui.kit.theme import Theme
from llmdesk.ui.kit.wording import size_text
from llmdesk.ui.kit.words import tr


class ChoiceRow(QWidget):
    """Its name, size, what it takes in memory, and the button that fetches it.

    Signals:
        chosen(RemoteChoice): its button was pressed.
    """

    chosen = Signal(object)

    def __init__(self, theme: Theme, choice: RemoteChoice, fit: Fit | Literal[""], *, is_recommended: bool) -> None:
        super().__init__()
        self.choice = choice
        name = ElidedLabel(theme, "text", "ui", MEDIUM)
        name.setText(choice_text(choice))
        name.explain(choice.filename)
        title = row(theme, name)
        if is_recommended:
            title.addWidget(Tag(theme, tr("recommended here")))
        title.addStretch(1)
        facts, memory = ElidedLabel(theme, "secondary", "small"), ElidedLabel(theme, FIT_COLORS[fit], "small")
        facts.setText(choice_facts(choice))
        memory.setText(fit_text(fit, choice.memory_bytes))
        for label in (facts, memory):
            label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        words = column(theme, spacing=3)
        words.addLayout(title)
        words.addWidget(facts)
        words.addWidget(memory)
        size = size_text(choice.size_bytes)
        self.button = Button(
            theme, tr("Fetch {size}", size=size), primary=is_recommended, bordered=not is_recommended,
            name=tr("Fetch {name}, {size}", name=choice_text(choice), size=size),
        )  # fmt: skip
        self.button.clicked.connect(self._choose)
        line = row(theme, margins=(12, 6, 8, 6))
        line.addLayout(words, 1)
        line.addWidget(self.button, 0, Qt.AlignmentFlag.AlignTop)
        self.setLayout(line)

    @Slot()
    def _choose(self) -> None:
        self.chosen.emit(self.choice)
