"""One prompt of the library, to be written or changed (GUI thread only)."""

from __future__ import annotations

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QLineEdit, QWidget

from llmdesk.services.prompts.library import MAX_CHARS, MAX_DESCRIPTION_CHARS, Prompt
from llmdesk.ui.kit.buttons import Button
from llmdesk.ui.kit.labels import Label
from llmdesk.ui.kit.popover import Popover
from llmdesk.ui.kit.spacing import FlowLayout, column
from llmdesk.ui.kit.styled import FieldStyle
from llmdesk.ui.kit.text_area import TextArea
from llmdesk.ui.kit.theme import Theme
from llmdesk.ui.kit.words import tr

_LINES = 8


class PromptEditor(Popover):
    """Signals: saved(Prompt, old_name), deleted(name). It stays open until ``close_panel``, so that nothing is lost."""

    saved = Signal(object, str)
    deleted = Signal(str)

    def __init__(self, theme: Theme, window: QWidget) -> None:
        super().__init__(theme, window, 520, title=tr("Prompt"))
        self._name = ""
        self.title, self.description = QLineEdit(), QLineEdit()
        self.text = TextArea(theme, tr("Text of the prompt"), _LINES)
        self.save = Button(theme, tr("Save"), primary=True)
        self.delete = Button(theme, tr("Delete"), bordered=True)
        self._message = Label(theme, "", "secondary", "note", wraps=True)
        self._build()

    def show_prompt(self, prompt: Prompt | None, text: str = "") -> None:
        """One to be changed, or a new one with this text. A shipped one is saved as the user's own of that name."""
        self._name = prompt.name if prompt is not None else ""
        self.title.setText(prompt.title if prompt is not None else "")
        self.description.setText(prompt.description if prompt is not None else "")
        self.text.setPlainText(prompt.text if prompt is not None else text)
        self.delete.setVisible(prompt is not None and prompt.is_own)
        self.show_message(tr("{{language}} is asked for when it is used; {{clipboard}} and {{date}} are known."))
        self._update()

    def show_message(self, text: str) -> None:
        """The line above the buttons."""
        self._message.setText(text)

    @property
    def message(self) -> str:
        """The line above the buttons."""
        return self._message.text()

    @Slot()
    def _update(self) -> None:
        text = self.text.toPlainText()
        self.save.setEnabled(bool(self.title.text().strip()) and len(text.strip()) > 0 and len(text) <= MAX_CHARS)

    @Slot()
    def _on_save(self) -> None:
        if self.save.isEnabled():
            title, description = self.title.text().strip(), self.description.text().strip()
            self.saved.emit(Prompt(self._name, title, self.text.toPlainText(), description), self._name)

    @Slot()
    def _on_delete(self) -> None:
        self.deleted.emit(self._name)

    def _build(self) -> None:
        self.setFocusProxy(self.title)
        for field, name, chars in (
            (self.title, tr("Title"), 200),
            (self.description, tr("Description"), MAX_DESCRIPTION_CHARS),
        ):
            field.setAccessibleName(name)
            field.setPlaceholderText(name)
            field.setMaxLength(chars)
            FieldStyle(self._theme, field)
            field.textChanged.connect(self._update)
        self.text.textChanged.connect(self._update)
        self.text.submitted.connect(self._on_save)
        self.save.clicked.connect(self._on_save)
        self.delete.clicked.connect(self._on_delete)
        parts = (self.title, self.description, self.text, self._message)
        self.panel_layout.addLayout(column(self._theme, *parts, margins=(20, 4, 20, 8)))
        buttons = FlowLayout(self._theme, margins=(20, 0, 20, 20))
        buttons.addWidget(self.save)
        buttons.addWidget(self.delete)
        self.panel_layout.addLayout(buttons)
