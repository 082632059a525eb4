"""The prompt library: search, put in, write new ones, import (GUI thread only)."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal, Slot
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from llmdesk.services.prompts.library import Library, Prompt
from llmdesk.ui.chat.prompts.fuzzy import fit
from llmdesk.ui.kit.buttons import Button, IconButton
from llmdesk.ui.kit.labels import MEDIUM, ElidedLabel, Label
from llmdesk.ui.kit.popover import Popover
from llmdesk.ui.kit.search_field import SearchField
from llmdesk.ui.kit.spacing import FlowLayout, column, row, space
from llmdesk.ui.kit.theme import Theme
from llmdesk.ui.kit.words import told, tr


class PromptRow(QWidget):
    """One prompt. Signals: used(), edited()."""

    used = Signal()
    edited = Signal()

    def __init__(self, theme: Theme, prompt: Prompt) -> None:
        super().__init__()
        self.prompt = prompt
        title, text = ElidedLabel(theme, weight=MEDIUM), ElidedLabel(theme, "secondary", "note")
        title.setText(prompt.title)
        text.setText(prompt.description or " ".join(prompt.text.split())[:200])
        for label in (title, text):
            label.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.use = Button(theme, tr("Use"), bordered=True)
        self.use.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.use.setAccessibleName(tr("Use the prompt {title}", title=prompt.title))
        self.use.clicked.connect(self.used)
        self.edit = IconButton(theme, "edit", tr("Edit the prompt {title}", title=prompt.title))
        self.edit.clicked.connect(self.edited)
        layout = QHBoxLayout(self)
        space(theme, layout, (20, 6, 16, 6), spacing=8)
        layout.addLayout(column(theme, title, text, spacing=0), 1)
        layout.addWidget(self.edit)
        layout.addWidget(self.use)


class PromptsPanel(Popover):
    """Prompts as rows.

    Signals:
        used(Prompt): it is to be put in.
        edit_requested(Prompt | None): None is a new one.
        import_requested(), folder_requested().
    """

    used = Signal(object)
    edit_requested = Signal(object)
    import_requested = Signal()
    folder_requested = Signal()

    def __init__(self, theme: Theme, window: QWidget) -> None:
        super().__init__(theme, window, 520, 560, title=tr("Prompts"))
        self.rows: list[PromptRow] = []
        self.search = SearchField(theme, tr("Search prompts"))
        self.search.textChanged.connect(self._on_search)
        self.search.returnPressed.connect(self._on_enter)
        self._message = Label(theme, "", "secondary", "note", wraps=True)
        self._message.hide()
        self.head.addLayout(row(theme, self.search, margins=(20, 4, 20, 8)))
        self.panel_layout.addStretch(1)
        self.setFocusProxy(self.search)
        buttons = FlowLayout(theme, margins=(20, 10, 20, 16))
        for text, signal in (
            (tr("New prompt"), self._ask_new),
            (tr("Import…"), self.import_requested.emit),
            (tr("Open folder"), self.folder_requested.emit),
        ):
            button = Button(theme, text, bordered=True)
            button.clicked.connect(lambda _checked=False, told=signal: told())
            buttons.addWidget(button)
        self.foot.addLayout(row(theme, self._message, margins=(20, 8, 20, 0)))
        self.foot.addLayout(buttons)

    def show_library(self, library: Library) -> None:
        """What is there now."""
        for old in self.rows:
            self.panel_layout.removeWidget(old)
            old.hide()
            old.deleteLater()
        self.rows = [self._make_row(prompt) for prompt in library.prompts]
        for number, made in enumerate(self.rows):
            self.panel_layout.insertWidget(number, made)
        self._on_search(self.search.text())
        self.show_message(told(library.problems[0].user_message) if library.problems else "")

    def show_message(self, text: str) -> None:
        """What came of it; empty takes the line away."""
        self._message.setText(text)
        self._message.setVisible(bool(text))

    @property
    def message(self) -> str:
        """The line above the buttons."""
        return self._message.text()

    def showEvent(self, event: QShowEvent) -> None:
        """Begin with all of them."""
        super().showEvent(event)
        self.search.clear()

    @property
    def shown(self) -> Sequence[Prompt]:
        """Those that the search left."""
        return [made.prompt for made in self.rows if not made.isHidden()]

    def _make_row(self, prompt: Prompt) -> PromptRow:
        made = PromptRow(self._theme, prompt)
        made.used.connect(lambda: self.used.emit(prompt))
        made.edited.connect(lambda: self.edit_requested.emit(prompt))
        return made

    def _ask_new(self) -> None:
        self.edit_requested.emit(None)

    @Slot(str)
    def _on_search(self, words: str) -> None:
        for made in self.rows:
            prompt = made.prompt
            text = f"{prompt.title} {prompt.description} {prompt.name}"
            made.setVisible(all(fit(word, text) >= 2 for word in words.split()))

    @Slot()
    def _on_enter(self) -> None:
        if self.shown:
            self.used.emit(self.shown[0])
