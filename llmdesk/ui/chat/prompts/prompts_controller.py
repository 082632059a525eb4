"""The prompt library at work: read and written on threads of their own, put into the composer (GUI thread only)."""

from __future__ import annotations

import contextlib
import datetime
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QMimeData, QObject, Signal, Slot
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget

from llmdesk.datatypes.model import ErrorInfo
from llmdesk.services.prompts import variables
from llmdesk.services.prompts.library import Library, Prompt, PromptFolder
from llmdesk.ui.chat.composer import Composer
from llmdesk.ui.kit import files
from llmdesk.ui.kit.late import Late
from llmdesk.ui.kit.theme import Theme
from llmdesk.ui.kit.words import error_text, tr
from llmdesk.ui.threads.background import Background

if TYPE_CHECKING:
    from llmdesk.ui.chat.prompts.prompt_editor import PromptEditor
    from llmdesk.ui.chat.prompts.prompts_panel import PromptsPanel
    from llmdesk.ui.chat.prompts.variables_form import VariablesForm

Insert = Callable[[str], None]


class PromptsController(QObject):
    """See the module.

    Signals:
        changed(): the library was read.
    """

    changed = Signal()

    def __init__(
        self, theme: Theme, window: QWidget, composer: Composer, anchor: QWidget, folder: PromptFolder, work: Background
    ) -> None:
        super().__init__(window)
        self._theme = theme
        self._window, self._composer, self._anchor, self._folder, self._work = window, composer, anchor, folder, work
        self.library = Library()
        self._is_asked_for = False
        self._panel: Late[PromptsPanel] = Late(self._make_panel)
        self._editor: Late[PromptEditor] = Late(self._make_editor)
        self._form: Late[VariablesForm] = Late(self._make_form)
        self._insert: Insert = self._into_composer
        self._asked: Prompt | None = None

    @property
    def panel(self) -> PromptsPanel:
        """The library."""
        return self._panel()

    @property
    def editor(self) -> PromptEditor:
        """Where a prompt is written."""
        return self._editor()

    @property
    def form(self) -> VariablesForm:
        """Where a prompt's variables are asked for."""
        return self._form()

    def read_once(self) -> None:
        """Look at the folders, if nobody has yet."""
        if not self._is_asked_for:
            self.read()

    def read(self) -> None:
        """Look at the folders anew."""
        self._is_asked_for = True
        self._work.run(self._folder.read, self._on_read, self._on_failed, kind="prompts")

    @Slot()
    def open(self) -> None:
        """The library; what is used goes into the composer."""
        self.open_for(self._into_composer)

    def open_for(self, insert: Insert) -> None:
        """The same for another field."""
        self._insert = insert
        self.panel.show_message("")
        self.read()
        self.panel.open_under(self._anchor, align_right=True)

    def use(self, prompt: Prompt) -> None:
        """Put a prompt into the composer; its variables are asked for first."""
        self._insert = self._into_composer
        self._fill(prompt)

    @Slot(object)
    def edit(self, prompt: Prompt | None) -> None:
        """Change one, or write a new one."""
        self.editor.show_prompt(prompt)
        self.editor.open_under(self._anchor, align_right=True)

    def write_new(self, text: str) -> None:
        """Keep a text as a new prompt."""
        self.editor.show_prompt(None, text)
        self.editor.open_under(self._anchor, align_right=True)

    @Slot()
    def take_in(self) -> None:
        """Prompts out of files."""
        chosen = files.ask_for_files(self._window, tr("Import prompts"), tr("Prompts (*.toml);;All files (*)"))
        if chosen:
            self._work.run(partial(self._folder.take_in, chosen), self._on_taken_in, self._on_failed)

    def _fill(self, prompt: Prompt) -> None:
        names = variables.asked_in(prompt.text)
        self._asked = prompt
        if names:
            self.form.ask(names)
            self.form.open_under(self._anchor, align_right=True)
        else:
            self._on_answered({})

    @Slot(object)
    def _on_used(self, prompt: Prompt) -> None:
        self.panel.close_panel()
        self._fill(prompt)

    @Slot(object)
    def _on_answered(self, answers: dict[str, str]) -> None:
        if self._asked is not None:
            clipboard = QGuiApplication.clipboard().text() if variables.uses_clipboard(self._asked.text) else ""
            text = variables.filled(self._asked.text, answers, clipboard, datetime.date.today())
            self._insert(text)

    def _into_composer(self, text: str) -> None:
        data = QMimeData()
        data.setText(text)  # what is too long is refused like a paste
        self._composer.edit.insertFromMimeData(data)
        self._composer.edit.ensureCursorVisible()
        self._composer.edit.setFocus()

    @Slot(object, str)
    def _on_saved(self, prompt: Prompt, old_name: str) -> None:
        self._work.run(partial(self._folder.save, prompt, old_name), self._on_written, self._on_not_written)

    @Slot(str)
    def _on_deleted(self, name: str) -> None:
        self._work.run(partial(self._folder.delete, name), self._on_written, self._on_not_written)

    def _on_written(self, _: object) -> None:
        self.editor.close_panel()
        self.read()

    def _on_not_written(self, error: ErrorInfo) -> None:
        self.editor.show_message(error_text(error))

    def _on_taken_in(self, count: int) -> None:
        self.read()
        self.panel.show_message(tr("%n prompt(s) taken in.", n=count))

    def _on_read(self, library: Library) -> None:
        self.library = library
        self.changed.emit()
        if (panel := self._panel.made) is None:
            return
        message = panel.message
        panel.show_library(library)
        if message and not panel.message:
            panel.show_message(message)

    def _on_failed(self, error: ErrorInfo) -> None:
        self.panel.show_message(error_text(error))

    def _open_folder(self) -> None:
        with contextlib.suppress(OSError):  # then its place is told
            self._folder.own.mkdir(parents=True, exist_ok=True)
        if not files.show_in_system(self._folder.own):
            self.panel.show_message(str(self._folder.own))

    def _make_panel(self) -> PromptsPanel:
        from llmdesk.ui.chat.prompts.prompts_panel import PromptsPanel

        panel = PromptsPanel(self._theme, self._window)
        panel.show_library(self.library)
        panel.used.connect(self._on_used)
        panel.edit_requested.connect(self.edit)
        panel.import_requested.connect(self.take_in)
        panel.folder_requested.connect(self._open_folder)
        return panel

    def _make_editor(self) -> PromptEditor:
        from llmdesk.ui.chat.prompts.prompt_editor import PromptEditor

        editor = PromptEditor(self._theme, self._window)
        editor.saved.connect(self._on_saved)
        editor.deleted.connect(self._on_deleted)
        return editor

    def _make_form(self) -> VariablesForm:
        from llmdesk.ui.chat.prompts.variables_form import VariablesForm

        form = VariablesForm(self._theme, self._window)
        form.answered.connect(self._on_answered)
        return form
