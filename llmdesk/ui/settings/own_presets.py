"""The user's own presets of sampling in the settings: renamed, edited, deleted, brought back (GUI thread only)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from llmdesk.services.settings.definition import SETTINGS, SamplingValues
from llmdesk.ui.kit.buttons import Button, IconButton
from llmdesk.ui.kit.labels import Label
from llmdesk.ui.kit.spacing import column, fix, row
from llmdesk.ui.kit.styled import FieldStyle
from llmdesk.ui.kit.theme import Theme
from llmdesk.ui.kit.wording import field_text, tip_text
from llmdesk.ui.kit.words import tr
from llmdesk.ui.settings.controls import Control
from llmdesk.ui.settings.titles import setting_titles

_NAME_PX, _NUMBER_PX = 150, 96
_LONGEST_NAME = 24  # it stands in the top bar


class OwnPresets(Control):
    """One line for each; its values unfold.

    Signals:
        edited(name, field, text): a value was written; empty text: the usual one.
        renamed(old, new), removed(name), restored(): by the user.
    """

    edited = Signal(str, str, str)
    renamed = Signal(str, str)
    removed = Signal(str)
    restored = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self.widget = QWidget()
        self.none = Label(theme, tr("none"), "secondary", "note")
        self.focus: QWidget = self.none
        self.undo = Button(theme, tr("Undo"), "refresh", bordered=True)
        self.undo.clicked.connect(self.restored)
        self._lines = QVBoxLayout()
        self._lines.setContentsMargins(0, 0, 0, 0)
        self.lines: dict[str, PresetLine] = {}
        self.widget.setLayout(column(theme, self.none, spacing=6))
        layout = self.widget.layout()
        assert isinstance(layout, QVBoxLayout)
        layout.addLayout(self._lines)
        layout.addLayout(row(theme, self.undo, 1))
        self.undo.hide()

    def show_value(self, value: Any) -> None:
        """See Control: presets by name. Lines that are open stay so."""
        presets: Mapping[str, Mapping[str, Any]] = value or {}
        for name in [name for name in self.lines if name not in presets]:
            line = self.lines.pop(name)
            self._lines.removeWidget(line)
            line.hide()
            line.deleteLater()
        for name in presets:
            if name not in self.lines:
                self.lines[name] = self._make(name)
            self.lines[name].show_values(presets[name])
        self.none.setVisible(not presets)

    def offer_undo(self, name: str) -> None:
        """This one was deleted; empty: there is nothing to be brought back."""
        self.undo.set_text(tr("Bring “{name}” back", name=name))
        self.undo.setVisible(bool(name))

    def _make(self, name: str) -> PresetLine:
        line = PresetLine(self._theme, name)
        line.edited.connect(self.edited)
        line.renamed.connect(self.renamed)
        line.removed.connect(self.removed)
        self._lines.addWidget(line)
        return line


class PresetLine(QWidget):
    """Signals: edited(name, field, text), renamed(old, new), removed(name): see OwnPresets."""

    edited = Signal(str, str, str)
    renamed = Signal(str, str)
    removed = Signal(str)

    def __init__(self, theme: Theme, name: str) -> None:
        super().__init__()
        self._theme, self._name = theme, name
        self._values: Mapping[str, Any] = {}
        self.title = QLineEdit()
        self.title.setMaxLength(max(_LONGEST_NAME, len(name)))
        self.title.setAccessibleName(tr("Name of the preset"))
        FieldStyle(theme, self.title)
        fix(theme, self.title, width=_NAME_PX)
        self.fold = IconButton(theme, "chevron-down", tr("Values of “{name}”", name=name))
        self.remove = IconButton(theme, "trash", tr("Delete “{name}”", name=name))
        self.fields: dict[str, QLineEdit] = {}
        self._form: QWidget | None = None  # made when it is opened for the first time
        self._layout = column(theme, spacing=6)
        self._layout.addLayout(row(theme, self.title, self.fold, self.remove, 1, spacing=4))
        self.setLayout(self._layout)
        self._show_name()
        self.title.editingFinished.connect(self._on_named)
        self.fold.clicked.connect(self.toggle)
        self.remove.clicked.connect(lambda: self.removed.emit(self._name))

    def show_values(self, values: Mapping[str, Any]) -> None:
        """What is in force."""
        self._values = values
        self._show_name()
        for name, field in self.fields.items():
            field.setText(_text(values.get(name)))

    @Slot()
    def toggle(self) -> None:
        """Show or hide the values."""
        if self._form is None:
            self._form = self._make_form()
            self._layout.addWidget(self._form)
            self._form.show()
        else:
            self._form.setVisible(self._form.isHidden())
        self.fold.set_icon_name("chevron-down" if self._form.isHidden() else "chevron-up")

    def _make_form(self) -> QWidget:
        form, titles = QWidget(), setting_titles()
        lines = column(self._theme, spacing=4)
        for name in SamplingValues.model_fields:
            setting = SETTINGS[f"sampling.custom.{name}"]
            title = titles[setting.key].rpartition(": ")[2].capitalize()
            field = self.fields[name] = QLineEdit(_text(self._values.get(name)))
            field.setAccessibleName(tr("{preset}: {value}", preset=self._name, value=title))
            field.setAccessibleDescription(tr(setting.description))
            field.setToolTip(tip_text(tr(setting.description)))
            if setting.default is None:
                field.setPlaceholderText(tr("not set"))
            FieldStyle(self._theme, field)
            fix(self._theme, field, width=_NUMBER_PX)
            field.editingFinished.connect(lambda name=name: self._on_edited(name))
            lines.addLayout(row(self._theme, Label(self._theme, title, "secondary", "note"), 1, field, spacing=8))
        form.setLayout(lines)
        return form

    def _on_edited(self, name: str) -> None:
        text = self.fields[name].text().strip()
        if text != _text(self._values.get(name)):
            self.edited.emit(self._name, name, text)

    @Slot()
    def _on_named(self) -> None:
        name = " ".join(self.title.text().split())
        if self.title.text() != self._shown and name and name != self._name:
            self.renamed.emit(self._name, name)
        else:
            self._show_name()

    def _show_name(self) -> None:
        self.title.setText(self._name)
        self._shown = self.title.text()  # one out of a file may be longer than the field takes: that renames nothing


def _text(value: Any) -> str:
    return "" if value is None else field_text(value)
