"""One setting in the dialog: title, sentence, key, where its value comes from, control, way back (GUI thread only)."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QGridLayout, QVBoxLayout, QWidget

from llmdesk.services.settings.definition import Setting
from llmdesk.services.settings.settings import Origin
from llmdesk.ui.kit.buttons import Button
from llmdesk.ui.kit.labels import MEDIUM, Label, Tag
from llmdesk.ui.kit.selectable_label import CodeLabel
from llmdesk.ui.kit.spacing import FlowLayout, space
from llmdesk.ui.kit.theme import Theme
from llmdesk.ui.kit.words import tr
from llmdesk.ui.settings.controls import Control, TableControl
from llmdesk.ui.settings.own_presets import OwnPresets

_NARROW_PX = 480


class SettingRow(QWidget):
    """Signals: chosen(key, value): see Control; None: back to the default."""

    chosen = Signal(str, object)

    def __init__(self, theme: Theme, setting: Setting, title: str, control: Control) -> None:
        super().__init__()
        self._theme, self.setting, self.title, self.control = theme, setting, title, control
        self._is_narrow = False
        control.setParent(self)
        self.sentence = tr(setting.description)
        self.origin = Tag(theme)
        self.mistake = Label(theme, "", "bad", "note", wraps=True)
        self.reset = Button(theme, tr("Default"), quiet=True)
        self.reset.setAccessibleName(tr("Default: {title}", title=title))
        self.reset.clicked.connect(self._on_reset)
        control.chosen.connect(self._on_chosen)
        self.more = QVBoxLayout()
        self._build()

    def matches(self, words: str) -> bool:
        """True if name, sentence or key hold all of these words."""
        text = f"{self.title} {self.sentence} {self.setting.key} {self.setting.variable}".casefold()
        return all(word in text for word in words.casefold().split())

    def show_value(self, value: Any, origin: Origin) -> None:
        """What is in force, and where it comes from."""
        self.mistake.hide()
        self.control.show_value(value)
        is_fixed = origin == "environment"
        variable = self.setting.variable
        texts = {"default": "", "file": tr("set"), "environment": variable}
        self.origin.setText(texts[origin])
        self.origin.setVisible(origin != "default")
        self.origin.setToolTip(
            tr("The environment variable {name} goes before the file.", name=variable)
            if is_fixed
            else tr("It stands in settings.toml.")
        )
        self.control.widget.setEnabled(not is_fixed)
        self.control.widget.setToolTip(
            tr("The environment variable {name} sets it; it cannot be changed here.", name=variable) if is_fixed else ""
        )
        self.reset.setVisible(origin == "file" and not isinstance(self.control, TableControl | OwnPresets))

    def show_mistake(self, text: str) -> None:
        """What was chosen is none; it did not count."""
        self.mistake.setText(text)
        self.mistake.show()
        self.control.show_text()
        self.control.focus.setAccessibleDescription(text)

    def minimumSizeHint(self) -> QSize:
        """It takes what it is given."""
        return QSize(0, super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Where there is no room beside the words, the control stands below them."""
        super().resizeEvent(event)
        if self._is_narrow != (self.width() < self._theme.px(_NARROW_PX)):
            self._is_narrow = not self._is_narrow
            self._place_control()

    def _place_control(self) -> None:
        widget, top = self.control.widget, Qt.AlignmentFlag.AlignTop
        self._grid.removeWidget(widget)
        if self._is_narrow:
            self._grid.addWidget(widget, 3, 0, 1, 2, Qt.AlignmentFlag.AlignLeft)
        else:
            self._grid.addWidget(widget, 0, 1, 4, 1, Qt.AlignmentFlag.AlignRight | top)

    @Slot(object)
    def _on_chosen(self, value: object) -> None:
        self.chosen.emit(self.setting.key, value)

    @Slot()
    def _on_reset(self) -> None:
        self.chosen.emit(self.setting.key, None)
        self.control.focus.setFocus()

    def _build(self) -> None:
        heading = Label(self._theme, self.title, weight=MEDIUM, wraps=True)
        heading.setBuddy(self.control.focus)
        sentence = Label(self._theme, self.sentence, "secondary", "note", wraps=True)
        self.control.focus.setAccessibleDescription(self.sentence)
        marks = FlowLayout(self._theme, spacing=8)
        for widget in (CodeLabel(self._theme, self.setting.key), self.origin, self.reset):
            marks.addWidget(widget)
        grid = self._grid = QGridLayout(self)
        space(self._theme, grid, (20, 10, 20, 10), spacing=12, down=2)
        grid.setColumnStretch(0, 1)
        grid.setRowStretch(3, 1)  # beside a high control the words stay together
        grid.addWidget(heading, 0, 0)
        grid.addWidget(sentence, 1, 0)
        grid.addLayout(marks, 2, 0)
        grid.addWidget(self.mistake, 4, 0, 1, 2)
        grid.addLayout(self.more, 5, 0, 1, 2)
        self._place_control()
        self.mistake.hide()
        self.origin.hide()
        self.reset.hide()
