"""Brings the presets in the settings dialog together with the settings (GUI thread only)."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QObject, Slot

from llmdesk.errors import SettingsError
from llmdesk.services.settings import keys
from llmdesk.services.settings.settings import Settings
from llmdesk.ui.kit.words import told, tr
from llmdesk.ui.settings.own_presets import OwnPresets
from llmdesk.ui.settings.setting_row import SettingRow

_PRESETS = "sampling.presets"


class OwnPresetsController(QObject):
    """What is done counts at once, also for which preset new chats begin with; what is wrong is told in the row."""

    def __init__(self, made: SettingRow, settings: Settings) -> None:
        super().__init__(made)
        assert isinstance(made.control, OwnPresets)
        self._row, self._control, self._settings = made, made.control, settings
        self._removed: tuple[str, dict[Any, Any]] | None = None  # its name, and what brings back all that was before
        self._control.edited.connect(self._on_edited)
        self._control.renamed.connect(self._on_renamed)
        self._control.removed.connect(self._on_removed)
        self._control.restored.connect(self._on_restored)

    @Slot(str, str, str)
    def _on_edited(self, name: str, field: str, text: str) -> None:
        table = self._table(name)
        try:
            table[field] = keys.value_of(f"sampling.custom.{field}", text) if text else None
        except SettingsError as error:
            self._tell(error)
            return
        self._set({_path(name): _whole(table)})

    @Slot(str, str)
    def _on_renamed(self, old: str, new: str) -> None:
        changes: dict[Any, Any] = {_path(new): _whole(self._table(old)), _path(old): None}
        if new in self._settings.values.sampling.presets:
            self._control.lines[old].show_values(self._table(old))
            self._row.show_mistake(tr("There is a preset “{name}” already.", name=new))
            return
        if self._settings.values.sampling.preset == old:
            changes["sampling.preset"] = new
        self._set(changes)

    @Slot(str)
    def _on_removed(self, name: str) -> None:
        group = self._settings.values.sampling
        before: dict[Any, Any] = {_path(name): _whole(self._table(name))}
        if group.preset == name:
            custom = {f"sampling.custom.{field}": value for field, value in group.custom.model_dump().items()}
            before |= {"sampling.preset": name} | custom
        self._removed = (name, before)
        self._set(group.without(name))
        self._control.offer_undo(name)

    @Slot()
    def _on_restored(self) -> None:
        if self._removed is not None:
            self._set(self._removed[1])
            self._control.offer_undo("")

    def _table(self, name: str) -> dict[str, Any]:
        return self._settings.values.sampling.presets[name].model_dump()

    def _set(self, changes: dict[Any, Any]) -> None:
        try:
            self._settings.set_all(changes)
        except SettingsError as error:
            self._tell(error)
        else:
            self._row.show_value(self._settings.value(_PRESETS), self._settings.origin(_PRESETS))

    def _tell(self, error: SettingsError) -> None:
        self._row.show_value(self._settings.value(_PRESETS), self._settings.origin(_PRESETS))
        self._row.show_mistake(told(error.user_message))


def _path(name: str) -> tuple[str, str, str]:
    return ("sampling", "presets", name)


def _whole(table: dict[str, Any]) -> dict[str, Any]:
    """The file knows no "nothing": what is not set is left out."""
    return {field: value for field, value in table.items() if value is not None}
