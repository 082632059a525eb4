"""Keeps settings dialog, engine and settings file in step (GUI thread only)."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import psutil
from PySide6.QtCore import QObject, Slot
from PySide6.QtWidgets import QWidget

from llmdesk.datatypes.model import ModelInfo, ModelStatus
from llmdesk.datatypes.work import WorkDone, WorkEvent
from llmdesk.engine.serving.runner import EngineRunner
from llmdesk.engine.serving.work import WorkContext
from llmdesk.errors import SettingsError, SetupError
from llmdesk.memory_need import GB, limit_bytes
from llmdesk.services.settings import keys
from llmdesk.services.settings.definition import Values
from llmdesk.services.settings.settings import Settings
from llmdesk.services.settings.settings_file import UNSET
from llmdesk.ui.kit import files
from llmdesk.ui.kit.late import Late
from llmdesk.ui.kit.notice import Action, NoticeBar
from llmdesk.ui.kit.numbers import digits
from llmdesk.ui.kit.wording import size_text
from llmdesk.ui.kit.words import told, tr
from llmdesk.ui.threads.event_bridge import EventBridge

if TYPE_CHECKING:
    from llmdesk.ui.settings.settings_dialog import SettingsDialog


class SettingsController(QObject):
    """What is chosen counts at once and is remembered; what is wrong with the settings file is told."""

    def __init__(
        self,
        dialog: Late[SettingsDialog],
        anchor: QWidget,
        notice: NoticeBar,
        runner: EngineRunner,
        bridge: EventBridge,
        settings: Settings,
    ) -> None:
        super().__init__(notice)
        self._dialog, self._anchor, self._notice = dialog, anchor, notice
        self._runner, self._bridge, self._settings = runner, bridge, settings
        dialog.then(self._connect)
        bridge.finished.connect(self._look_if_open)
        bridge.model_status.connect(self._on_model_status)
        settings.subscribe(self._on_idle_changed, "model.idle_unload_s", bridge.run)
        settings.subscribe(self._show_if_open, run=bridge.run)
        settings.subscribe_problems(self._tell, bridge.run)
        runner.set_idle_unload(settings.values.model.idle_unload_s)
        if settings.problems:
            self._tell(settings.problems[0])

    @Slot()
    def open(self) -> None:
        """Show the dialog."""
        dialog = self._dialog()
        dialog.show_kept("", can_empty=False)
        self._show(dialog)
        self._runner.run(kept_answers, self._on_kept)
        dialog.open_under(self._anchor, align_right=True)

    def _connect(self, dialog: SettingsDialog) -> None:
        from llmdesk.ui.settings.own_presets_controller import OwnPresetsController

        dialog.make_rows(self._settings.values.sampling.names)
        OwnPresetsController(dialog.rows["sampling.presets"], self._settings)
        dialog.chosen.connect(self._on_chosen)
        dialog.cache_emptied.connect(self._on_emptied)
        dialog.file_requested.connect(self.open_file)

    @Slot()
    def open_file(self) -> None:
        """Show settings.toml in the system's editor."""
        files.open_text_file(self._settings.file, self._notice)

    @Slot(str, object)
    def _on_chosen(self, key: str, value: object) -> None:
        """At once; what is wrong is told at its field."""
        try:
            self._settings.set(key, keys.value_of(key, value) if isinstance(value, str) else value)
        except SettingsError as error:
            self._dialog().rows[key].show_mistake(_mistake(error, key))
        else:
            self._show_row(self._dialog(), key)

    @Slot()
    def _on_emptied(self) -> None:
        self._runner.run(empty_answers, self._on_kept)

    @Slot()
    def _look_if_open(self) -> None:
        if self._open_dialog is not None:
            self._runner.run(kept_answers, self._on_kept)

    @Slot(object)
    def _on_model_status(self, status: ModelStatus) -> None:
        if status.state != "loading":
            self._look_if_open()

    def _on_kept(self, event: WorkEvent[tuple[int, int]]) -> None:
        """Engine thread: on to the GUI thread. If the engine is ending there is nothing to show."""
        if isinstance(event, WorkDone):
            self._bridge.call(partial(self._show_kept, *event.value))

    def _show_kept(self, answers: int, size_bytes: int) -> None:
        self._dialog().show_kept(kept_text(answers, size_bytes), can_empty=answers > 0)

    def _on_idle_changed(self, values: Values) -> None:
        self._runner.set_idle_unload(values.model.idle_unload_s)

    def _show_if_open(self, _: Values) -> None:
        if (dialog := self._open_dialog) is not None:
            self._show(dialog)

    @property
    def _open_dialog(self) -> SettingsDialog | None:
        dialog = self._dialog.made
        return dialog if dialog is not None and dialog.isVisible() else None

    def _show(self, dialog: SettingsDialog) -> None:
        for key in dialog.rows:
            self._show_row(dialog, key)
        dialog.memory.setText(memory_text(psutil.virtual_memory().total, self._runner.status.info))

    def _show_row(self, dialog: SettingsDialog, key: str) -> None:
        value = self._settings.value(key)
        dialog.rows[key].show_value(None if value is UNSET else value, self._settings.origin(key))

    def _tell(self, problem: SettingsError) -> None:
        """Of several mistakes in the file, the first one."""
        hint, mistakes = problem.hint, self._settings.problems
        if problem in mistakes:
            problem = mistakes[0]
            more = len(mistakes) - 1
            hint = told(problem.hint)
            if more:
                hint = f"{hint} {tr('%n more mistake(s) in the file.', n=more)}".strip()
        action = Action(tr("Open file"), self.open_file)
        self._notice.show_notice("settings", problem.user_message, hint, tone="warning", actions=[action])


def _mistake(error: SettingsError, key: str) -> str:
    """The field says which setting it is."""
    words = told(error.user_message).removeprefix(f"{key}: ")
    return words[:1].upper() + words[1:]


def kept_answers(context: WorkContext) -> tuple[int, int]:
    """How many answers the cache of the loaded model holds, and their bytes. Engine thread."""
    responses = context.model.responses if context.model else None
    return (len(responses), responses.size_bytes) if responses is not None else (0, 0)


def empty_answers(context: WorkContext) -> tuple[int, int]:
    """Forget them; see ``kept_answers``."""
    responses = context.model.responses if context.model else None
    if responses is not None:
        responses.clear()
    return kept_answers(context)


def kept_text(answers: int, size_bytes: int) -> str:
    """How much the answer cache holds."""
    if not answers:
        return tr("No answers kept")
    size = size_text(max(size_bytes, 1000))  # never "0 kB"
    return tr("%n answer(s), {size}", n=answers, size=size)


def memory_text(total_bytes: int, info: ModelInfo | None) -> str:
    """How much a model may take on this machine, and what the one in use takes."""
    try:
        words = tr("llmdesk with its model may take {size} GB (engine.memory_limit_gb sets it).")
        limit = words.format(size=digits(limit_bytes(total_bytes) / GB, ".1f"))
    except SetupError as error:
        limit = told(error.user_message)
    if info is None or info.server or not info.memory_measured_bytes:
        return limit
    words = tr("{title} took {size} GB after loading.")
    if info.memory_estimated_bytes:
        words = tr("{title} took {size} GB after loading, up to {most} GB are expected when the context is full.")
    size, most = (digits(value / GB, ".1f") for value in (info.memory_measured_bytes, info.memory_estimated_bytes))
    return f"{limit} {words.format(title=info.title, size=size, most=most)}"
