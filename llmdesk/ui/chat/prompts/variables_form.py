"""Asks for a prompt's variables before it is put in (GUI thread only)."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QVBoxLayout, QWidget

from llmdesk.ui.kit.buttons import Button
from llmdesk.ui.kit.labels import Label
from llmdesk.ui.kit.popover import Popover
from llmdesk.ui.kit.spacing import column, row, space
from llmdesk.ui.kit.text_area import TextArea
from llmdesk.ui.kit.theme import Theme
from llmdesk.ui.kit.words import key_text, tr


class VariablesForm(Popover):
    """Fields are empty at first, or as they were filled last. Ctrl+Enter, or the button, puts the prompt in.

    Signals:
        answered(dict): by name.
    """

    answered = Signal(object)

    def __init__(self, theme: Theme, window: QWidget) -> None:
        super().__init__(theme, window, 460, title=tr("Fill in"))
        self.fields: dict[str, TextArea] = {}
        self._said: dict[str, str] = {}
        self._fields = QVBoxLayout()
        space(theme, self._fields, (20, 4, 20, 8), spacing=8)
        self._holder: QWidget | None = None
        self.insert = Button(theme, tr("Put in"), primary=True)
        self.insert.setToolTip(key_text("Ctrl+Enter"))
        self.insert.clicked.connect(self._on_insert)
        self.panel_layout.addLayout(self._fields)
        self.panel_layout.addLayout(row(theme, 1, self.insert, margins=(20, 4, 20, 20)))

    def ask(self, names: Sequence[str]) -> None:
        """Make a field for each."""
        if self._holder is not None:
            self._fields.removeWidget(self._holder)
            self._holder.hide()
            self._holder.deleteLater()
        self.fields = {name: TextArea(self._theme, name, 2) for name in names}
        self._holder = QWidget()
        layout = column(self._theme, spacing=8)
        self._holder.setLayout(layout)
        for name, field in self.fields.items():
            label = Label(self._theme, name[:1].upper() + name[1:], "secondary", "note", wraps=True)
            label.setBuddy(field)
            field.setPlainText(self._said.get(name, ""))
            field.selectAll()
            field.submitted.connect(self._on_insert)
            layout.addWidget(label)
            layout.addWidget(field)
        self._fields.addWidget(self._holder)
        self.setFocusProxy(self.fields[names[0]])

    @Slot()
    def _on_insert(self) -> None:
        answers = {name: field.toPlainText() for name, field in self.fields.items()}
        self._said |= {name: text for name, text in answers.items() if "\n" not in text}
        self.close_panel()
        self.answered.emit(answers)
