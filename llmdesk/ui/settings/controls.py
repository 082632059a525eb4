"""A fitting control for each kind of setting (GUI thread only)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal, get_args, get_origin

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QLineEdit, QWidget

from llmdesk.services.settings.definition import Setting
from llmdesk.ui.kit.choice_button import ChoiceButton
from llmdesk.ui.kit.labels import Label
from llmdesk.ui.kit.spacing import fix, row
from llmdesk.ui.kit.styled import FieldStyle
from llmdesk.ui.kit.switch import Switch
from llmdesk.ui.kit.text_area import TextArea
from llmdesk.ui.kit.theme import Theme
from llmdesk.ui.kit.wording import field_text, preset_title
from llmdesk.ui.kit.words import tr
from llmdesk.ui.settings.titles import choice_titles

_TEXT_PX, _NUMBER_PX = 210, 96
_LONG_TEXTS = ("chat.system_prompt", "stand.system_prompt")


class Control(QObject):
    """Shows and takes one value.

    Attributes:
        widget: to be put into a row.
        focus: what gets the keyboard.

    Signals:
        chosen(object): a value, of the setting's type or as text for ``keys.value_of``; None: the default.
    """

    chosen = Signal(object)
    widget: QWidget
    focus: QWidget

    def show_value(self, value: Any) -> None:
        """What is in force; does not emit."""
        raise NotImplementedError

    def show_text(self) -> None:
        """What was typed is wrong: it stays, to be mended."""


class SwitchControl(Control):
    """On and off."""

    def __init__(self, theme: Theme, name: str) -> None:
        super().__init__()
        self.switch = Switch(theme, name)
        self.widget = self.focus = self.switch
        self.switch.clicked.connect(self._on_clicked)

    def show_value(self, value: Any) -> None:
        """See Control."""
        self.switch.setChecked(bool(value))

    @Slot(bool)
    def _on_clicked(self, is_on: bool) -> None:
        self.chosen.emit(is_on)


class ChoiceControl(Control):
    """One of a few values, in a menu."""

    def __init__(self, theme: Theme, name: str, values: Sequence[str], titles: Mapping[str, str]) -> None:
        super().__init__()
        self._name, self._titles = name, titles
        self.button = ChoiceButton(theme, "", opens_below=True, bordered=True)
        self.actions_by_value = {value: self.button.add_choice(value, titles.get(value, value)) for value in values}
        self.widget = self.focus = self.button
        self.button.chosen.connect(self._on_chosen)

    def show_value(self, value: Any) -> None:
        """See Control. A value that came since gets a line of its own."""
        title = self._titles.get(value, str(value))
        if value not in self.actions_by_value:
            self.actions_by_value[value] = self.button.add_choice(str(value), title)
        self.button.show_choice(self.actions_by_value[value], title, "", f"{self._name}: {title}")

    @Slot(str)
    def _on_chosen(self, value: str) -> None:
        self.chosen.emit(value)


class FieldControl(Control):
    """A number with its unit, or words; taken when the field is left or with Enter."""

    def __init__(self, theme: Theme, name: str, setting: Setting, is_number: bool) -> None:
        super().__init__()
        self._is_number = is_number
        self.field = QLineEdit()
        unit = tr(setting.unit) if setting.unit else ""
        self.field.setAccessibleName(f"{name}, {unit}" if unit else name)
        FieldStyle(theme, self.field)
        fix(theme, self.field, width=_NUMBER_PX if is_number else _TEXT_PX)
        if setting.default is None:
            self.field.setPlaceholderText(tr("not set"))
        self.widget, self.focus = QWidget(), self.field
        parts = [self.field, Label(theme, unit, "secondary", "note")] if unit else [self.field]
        self.widget.setLayout(row(theme, *parts))
        self._shown = ""
        self.field.editingFinished.connect(self._on_edited)

    def show_value(self, value: Any) -> None:
        """See Control."""
        is_number = isinstance(value, int | float) and not isinstance(value, bool)
        text = field_text(value) if is_number else "" if value is None else str(value)
        self._shown = text
        self.field.setText(text)

    def show_text(self) -> None:
        """See Control."""
        self._shown = self.field.text()

    @Slot()
    def _on_edited(self) -> None:
        text = self.field.text()
        if text != self._shown:
            self.chosen.emit(None if self._is_number and not text.strip() else text)


class LongTextControl(Control):
    """Several lines; taken when the field is left."""

    def __init__(self, theme: Theme, name: str) -> None:
        super().__init__()
        self.area = _LeftArea(theme, name, 3)
        fix(theme, self.area, max_width=_TEXT_PX * 1.4)
        self.widget = self.focus = self.area
        self._shown = ""
        self.area.left.connect(self._on_left)

    def show_value(self, value: Any) -> None:
        """See Control."""
        self._shown = str(value)
        if value != self.area.toPlainText():
            self.area.setPlainText(self._shown)

    @Slot()
    def _on_left(self) -> None:
        text = self.area.toPlainText().strip()
        if text != self._shown:
            self.chosen.emit(text)


class _LeftArea(TextArea):
    """Signals: left(): the keyboard went elsewhere."""

    left = Signal()

    def focusOutEvent(self, event: Any) -> None:
        """See Qt."""
        super().focusOutEvent(event)
        self.left.emit()


class TableControl(Control):
    """A table of the file: how much is in it."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.label = Label(theme, "", "secondary", "note")
        self.widget = self.focus = self.label

    def show_value(self, value: Any) -> None:
        """See Control."""
        self.label.setText(", ".join(value) if value else tr("none"))


def control_for(theme: Theme, setting: Setting, name: str, presets: Sequence[str]) -> Control:
    """By the setting's type."""
    annotation = setting.field.annotation
    if get_origin(annotation) is Mapping:
        return TableControl(theme)
    if annotation is bool:
        return SwitchControl(theme, name)
    if get_origin(annotation) is Literal:
        return ChoiceControl(theme, name, [str(value) for value in get_args(annotation)], choice_titles())
    if setting.key == "sampling.preset":
        return ChoiceControl(theme, name, presets, {each: preset_title(each) for each in presets})
    if setting.key in _LONG_TEXTS:
        return LongTextControl(theme, name)
    return FieldControl(theme, name, setting, annotation is not str)
