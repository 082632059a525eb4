"""What a search is narrowed to: files, licence, what fits here (GUI thread only)."""

from __future__ import annotations

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QWidget

from llmdesk.models.hub_data import Format
from llmdesk.models.hub_entries import licence_title
from llmdesk.ui.kit.choice_button import ChoiceButton
from llmdesk.ui.kit.labels import Label
from llmdesk.ui.kit.spacing import FlowLayout, row
from llmdesk.ui.kit.switch import Switch
from llmdesk.ui.kit.theme import Theme
from llmdesk.ui.kit.words import tr

_LICENCES = ("", "apache-2.0", "mit", "gemma", "llama3.2", "llama3.1", "cc-by-nc-4.0")


class Filters(QWidget):
    """Three of them in a line.

    Signals:
        changed(): another files or licence: the hub is to be asked anew.
        fits_changed(): only what is shown changes.
    """

    changed = Signal()
    fits_changed = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.format: Format = "any"
        self.licence = ""
        self.files = ChoiceButton(theme, "", opens_below=True, bordered=True)
        self._formats = {value: self.files.add_choice(value, words) for value, words in _format_words().items()}
        self.files.chosen.connect(self._on_format)
        self.licences = ChoiceButton(theme, "", opens_below=True, bordered=True)
        self._licences = {value: self.licences.add_choice(value, _licence_words(value)) for value in _LICENCES}
        self.licences.chosen.connect(self._on_licence)
        self.fits = Switch(theme, tr("Only what fits this machine"))
        self.fits.toggled.connect(self.fits_changed)
        fits = QWidget()
        fits.setLayout(row(theme, self.fits, Label(theme, tr("Fits this machine"), "secondary", "note")))
        line = FlowLayout(theme, 8)
        for part in (self.files, self.licences, fits):
            line.addWidget(part)
        self.setLayout(line)
        self._show()

    @Slot(str)
    def _on_format(self, value: Format) -> None:
        self.format = value
        self._show()
        self.changed.emit()

    @Slot(str)
    def _on_licence(self, value: str) -> None:
        self.licence = value
        self._show()
        self.changed.emit()

    def _show(self) -> None:
        files = _format_words()[self.format]
        self.files.show_choice(self._formats[self.format], files, "", tr("Files: {choice}", choice=files))
        licence = _licence_words(self.licence)
        name = tr("Licence: {name}.", name=licence).rstrip(".。")
        self.licences.show_choice(self._licences[self.licence], licence, "", name)


def _format_words() -> dict[Format, str]:
    return {"any": tr("All files"), "gguf": "GGUF", "safetensors": "safetensors"}


def _licence_words(value: str) -> str:
    return licence_title(value) if value else tr("Any licence")
