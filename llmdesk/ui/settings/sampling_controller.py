"""How the chat shown chooses tokens: presets, values of its own, files of presets (GUI thread only)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QWidget

from llmdesk.datatypes.chat import SamplingParams
from llmdesk.datatypes.model import ErrorInfo
from llmdesk.errors import SettingsError
from llmdesk.services.chats.session import OptionsChanged
from llmdesk.services.chats.sessions import Change, Sessions, SessionShown
from llmdesk.services.presets import CUSTOM
from llmdesk.services.settings.definition import SamplingGroup, SamplingValues, Values
from llmdesk.services.settings.settings import Settings
from llmdesk.ui.kit import files
from llmdesk.ui.kit.late import Late
from llmdesk.ui.kit.words import error_text, told, tr
from llmdesk.ui.threads.background import Background
from llmdesk.ui.threads.event_bridge import EventBridge

if TYPE_CHECKING:
    from llmdesk.ui.settings.sampling import SamplingPanel


class SamplingController(QObject):
    """What is chosen counts for the next answer of the chat shown, and new chats begin with it.

    Signals:
        changed(SamplingGroup): all presets, with the one that the chat shown has.
    """

    changed = Signal(object)

    def __init__(
        self,
        panel: Late[SamplingPanel],
        anchor: QWidget,
        sessions: Sessions,
        settings: Settings,
        background: Background,
        bridge: EventBridge,
    ) -> None:
        super().__init__(anchor)
        self._panel, self._anchor, self._sessions, self._settings = panel, anchor, sessions, settings
        self._background = background
        panel.then(self._connect)
        settings.subscribe(self._on_settings, "sampling", bridge.run)
        sessions.subscribe(self._on_change)

    @property
    def sampling(self) -> SamplingGroup:
        """All presets, with the one that the chat shown has."""
        group, options = self._settings.values.sampling, self._sessions.options
        return group.model_copy(update={"preset": group.name_of(options.preset, options.sampling)})

    @Slot(str)
    def choose(self, name: str) -> None:
        """A preset, or ``Custom``, which opens the form with the chat's values, or those that were used last."""
        group, current = self._settings.values.sampling, self.sampling.preset
        own = self._sessions.options.sampling if current == CUSTOM else group.custom.params()
        self._use(name, group.named(name) or own)
        self._settings.set("sampling.preset", name)
        if name == CUSTOM:
            panel = self._panel()
            panel.show_params(self._sessions.options.sampling)
            panel.show_presets(tuple(group.presets))
            panel.open_under(self._anchor, align_right=True)

    @Slot()
    def take_in(self) -> None:
        """Presets out of a file."""
        from llmdesk.services.settings.preset_file import read_presets

        file = files.ask_for_file(self._anchor.window(), tr("Import presets"), _kinds())
        if file is not None:
            self._background.run(partial(read_presets, file), self._on_read, self._on_failed)

    @Slot()
    def give_away(self) -> None:
        """All presets of the user's own to a file; without any, the values in the form."""
        from llmdesk.services.settings.preset_file import write_presets

        file = files.ask_where(self._anchor.window(), tr("Export presets"), "presets.toml", _kinds())
        if file is None:
            return
        own = self._settings.values.sampling.presets
        current = {tr("My preset"): SamplingValues.model_validate(_values(self._sessions.options.sampling))}
        done = partial(self._on_written, file)
        self._background.run(partial(write_presets, file, own or current), done, self._on_failed)

    def _connect(self, panel: SamplingPanel) -> None:
        panel.changed.connect(self._on_custom)
        panel.kept.connect(self._on_kept)
        panel.removed.connect(self._on_removed)
        panel.import_requested.connect(self.take_in)
        panel.export_requested.connect(self.give_away)

    def _use(self, name: str, params: SamplingParams) -> None:
        options = self._sessions.options
        stop = options.sampling.stop  # no preset has any
        self._sessions.configure(replace(options, preset=name, sampling=replace(params, stop=stop)))

    @Slot(object)
    def _on_custom(self, params: SamplingParams) -> None:
        self._use(CUSTOM, params)
        values = {f"sampling.custom.{name}": value for name, value in _values(params).items()}
        self._settings.set_all(values | {"sampling.preset": CUSTOM})

    @Slot(str, object)
    def _on_kept(self, name: str, params: SamplingParams) -> None:
        try:
            self._settings.set_all({("sampling", "presets", name): _table(params), "sampling.preset": name})
        except SettingsError as error:
            self._panel().show_message(told(error.user_message))
        else:
            self._use(name, params)

    @Slot(str)
    def _on_removed(self, name: str) -> None:
        self._settings.set_all(self._settings.values.sampling.without(name))

    def _on_read(self, presets: Mapping[str, SamplingValues]) -> None:
        """One of a name that is there already takes its place."""
        changes = {("sampling", "presets", name): values for name, values in presets.items()}
        try:
            self._settings.set_all(changes)
        except SettingsError as error:
            self._panel().show_message(told(error.user_message))
        else:
            names = ", ".join(presets)
            self._panel().show_message(tr("Taken in: {names}. They stand in the list at the top.", names=names))

    def _on_written(self, file: Path, _: None) -> None:
        self._panel().show_message(tr("Written to {file}.", file=file))

    def _on_failed(self, error: ErrorInfo) -> None:
        self._panel().show_message(error_text(error))

    def _on_settings(self, values: Values) -> None:
        if (panel := self._panel.made) is not None:
            panel.show_presets(tuple(values.sampling.presets))
        self.changed.emit(self.sampling)

    def _on_change(self, change: Change) -> None:
        if isinstance(change, OptionsChanged | SessionShown) and change.session is self._sessions.current:
            self.changed.emit(self.sampling)


def _values(params: SamplingParams) -> dict[str, float | None]:
    return {name: getattr(params, name) for name in SamplingValues.model_fields}


def _table(params: SamplingParams) -> dict[str, float]:
    return {key: value for key, value in _values(params).items() if value is not None}


def _kinds() -> str:
    return tr("Presets (*.toml *.json);;All files (*)")
