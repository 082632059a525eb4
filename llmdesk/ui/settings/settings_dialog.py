"""All settings in one dialog that can be searched, made from their definition (GUI thread only)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise

from PySide6.QtCore import Signal, Slot
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QWidget

from llmdesk.services.settings.definition import SETTINGS, Setting
from llmdesk.ui.kit.buttons import Button
from llmdesk.ui.kit.labels import SEMIBOLD, Label
from llmdesk.ui.kit.popover import Popover
from llmdesk.ui.kit.search_field import SearchField
from llmdesk.ui.kit.spacing import FlowLayout, row
from llmdesk.ui.kit.theme import Theme
from llmdesk.ui.kit.words import tr
from llmdesk.ui.settings.controls import Control, control_for
from llmdesk.ui.settings.own_presets import OwnPresets
from llmdesk.ui.settings.setting_row import SettingRow
from llmdesk.ui.settings.titles import group_titles, setting_titles

WIDTH_PX, HEIGHT_PX = 720, 680


class SettingsDialog(Popover):
    """See the module. The rows are made when it is opened for the first time: the window's start must not wait.

    Signals:
        chosen(key, value): by the user; a text is to be read as it is written in the file, None is the default.
        cache_emptied(): the kept answers are to be forgotten.
        file_requested(): settings.toml is to be shown.
    """

    chosen = Signal(str, object)
    cache_emptied = Signal()
    file_requested = Signal()

    def __init__(self, theme: Theme, window: QWidget) -> None:
        super().__init__(theme, window, WIDTH_PX, HEIGHT_PX, title=tr("Settings"))
        self.rows: dict[str, SettingRow] = {}
        self.headings: dict[str, QWidget] = {}
        self._jumps: list[Button] = []
        self.search = SearchField(theme, tr("Search settings"))
        self.search.textChanged.connect(self._on_search)
        self._nothing = Label(theme, tr("No setting has these words."), "secondary", wraps=True)
        self.kept = Label(theme, "", "secondary", "note")
        self.empty_cache = Button(theme, tr("Empty"), bordered=True)
        self.empty_cache.setAccessibleName(tr("Empty the answer cache"))
        self.empty_cache.clicked.connect(self.cache_emptied)
        self.memory = Label(theme, "", "secondary", "note", wraps=True)
        self.open_file = Button(theme, tr("Open file"), bordered=True)
        self.open_file.setToolTip(tr("settings.toml, in the system's editor"))
        self.open_file.clicked.connect(self.file_requested)
        self._groups = FlowLayout(theme, spacing=4, margins=(12, 0, 20, 0))
        self.head.addLayout(row(theme, self.search, self.open_file, margins=(20, 4, 20, 8)))
        self.panel_layout.addLayout(self._groups)
        self.setFocusProxy(self.search)

    def make_rows(self, presets: Sequence[str]) -> None:
        """Once."""
        if self.rows:
            return
        titles, groups = setting_titles(), group_titles()
        for setting in SETTINGS.values():
            group = setting.key.partition(".")[0]
            if group not in self.headings:
                self._add_heading(group, groups.get(group, group))
            title = titles.get(setting.key, setting.key)
            made = SettingRow(self._theme, setting, title, self._control_for(setting, title, presets))
            made.chosen.connect(self.chosen)
            self.rows[setting.key] = made
            self.panel_layout.addWidget(made)
        self.rows["chat.answer_cache"].more.addLayout(row(self._theme, self.empty_cache, self.kept, 1))
        self.rows["engine.memory_limit_gb"].more.addLayout(row(self._theme, self.memory))
        self.panel_layout.addLayout(row(self._theme, self._nothing, margins=(20, 20, 20, 20)))
        self.panel_layout.addStretch(1)
        self._nothing.hide()
        for before, button in pairwise((self.open_file, *self._jumps)):  # they stand above all rows
            QWidget.setTabOrder(before, button)

    def _control_for(self, setting: Setting, title: str, presets: Sequence[str]) -> Control:
        if setting.key == "sampling.presets":
            return OwnPresets(self._theme)
        return control_for(self._theme, setting, title, presets)

    def show_kept(self, text: str, can_empty: bool) -> None:
        """What the answer cache holds."""
        self.kept.setText(text)
        self.empty_cache.setEnabled(can_empty)

    def jump(self, group: str) -> None:
        """To a table."""
        self.search.clear()
        self.panel_layout.activate()
        bar = self.scroll_area.verticalScrollBar()
        bar.setValue(min(bar.maximum(), self.headings[group].y()))
        first = next(made for key, made in self.rows.items() if key.startswith(f"{group}."))
        first.control.focus.setFocus()

    def showEvent(self, event: QShowEvent) -> None:
        """Begin with all of them."""
        super().showEvent(event)
        self.search.clear()

    @property
    def shown_keys(self) -> list[str]:
        """The settings that the search left."""
        return [key for key, made in self.rows.items() if not made.isHidden()]

    @Slot(str)
    def _on_search(self, words: str) -> None:
        groups: Mapping[str, str] = group_titles()
        shown: set[str] = set()
        for key, made in self.rows.items():
            group = key.partition(".")[0]
            in_group = bool(words.strip()) and words.strip().casefold() in groups.get(group, group).casefold()
            made.setVisible(in_group or made.matches(words))
            if not made.isHidden():
                shown.add(group)
        for group, heading in self.headings.items():
            heading.setVisible(group in shown)
        self._nothing.setVisible(not shown)
        self.scroll_area.verticalScrollBar().setValue(0)

    def _add_heading(self, group: str, title: str) -> None:
        heading = self.headings[group] = QWidget()  # hidden with its margins
        label = Label(self._theme, title, step="body", weight=SEMIBOLD)
        heading.setLayout(row(self._theme, label, margins=(20, 16, 20, 2)))
        self.panel_layout.addWidget(heading)
        button = Button(self._theme, title, quiet=True)
        button.setAccessibleName(tr("Go to {group}", group=title))
        button.clicked.connect(lambda _checked=False: self.jump(group))
        self._groups.addWidget(button)
        self._jumps.append(button)
