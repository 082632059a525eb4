"""Keeps preset, own values and settings in step (GUI thread only)."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QWidget

from llmdesk.datatypes.chat import SamplingParams
from llmdesk.errors import SettingsError
from llmdesk.services.presets import CUSTOM
from llmdesk.services.settings.definition import SamplingGroup, SamplingValues, Values
from llmdesk.services.settings.settings import Settings
from llmdesk.ui.settings.sampling import SamplingPanel
from llmdesk.ui.threads.event_bridge import EventBridge


class SamplingController(QObject):
    """What is chosen counts for the next answer and is remembered.

    Signals:
        changed(SamplingGroup): another preset is in force, or there are others to choose from.
    """

    changed = Signal(object)

    def __init__(self, panel: SamplingPanel, anchor: QWidget, settings: Settings, bridge: EventBridge) -> None:
        super().__init__(panel)
        self._panel, self._anchor, self._settings = panel, anchor, settings
        panel.changed.connect(self._on_custom)
        panel.kept.connect(self._on_kept)
        panel.removed.connect(self._on_removed)
        settings.subscribe(self._on_settings, "sampling", bridge.run)

    @property
    def sampling(self) -> SamplingGroup:
        """What is in force."""
        return self._settings.values.sampling

    @Slot(str)
    def choose(self, name: str) -> None:
        """A preset, or ``Custom``, which opens the form."""
        self._settings.set("sampling.preset", name)
        if name == CUSTOM:
            self._panel.show_params(self.sampling.custom.params())
            self._panel.show_presets(tuple(self.sampling.presets))
            self._panel.open_under(self._anchor, align_right=True)

    @Slot(object)
    def _on_custom(self, params: SamplingParams) -> None:
        values = {f"sampling.custom.{name}": value for name, value in _values(params).items()}
        self._settings.set_all(values | {"sampling.preset": CUSTOM})

    @Slot(str, object)
    def _on_kept(self, name: str, params: SamplingParams) -> None:
        preset = {key: value for key, value in _values(params).items() if value is not None}
        try:
            self._settings.set_all({("sampling", "presets", name): preset, "sampling.preset": name})
        except SettingsError as error:
            self._panel.show_message(error.user_message)

    @Slot(str)
    def _on_removed(self, name: str) -> None:
        preset = CUSTOM if self.sampling.preset == name else self.sampling.preset
        self._settings.set_all({("sampling", "presets", name): None, "sampling.preset": preset})

    def _on_settings(self, values: Values) -> None:
        self._panel.show_presets(tuple(values.sampling.presets))
        self.changed.emit(values.sampling)


def _values(params: SamplingParams) -> dict[str, float | None]:
    return {name: getattr(params, name) for name in SamplingValues.model_fields}
