"""Keeps settings panel, engine and settings file in step (GUI thread only)."""

from __future__ import annotations

from functools import partial

import psutil
from PySide6.QtCore import QObject, Slot
from PySide6.QtWidgets import QWidget

from llmdesk.datatypes.model import ModelInfo, ModelStatus
from llmdesk.datatypes.work import WorkDone, WorkEvent
from llmdesk.engine.serving.runner import EngineRunner
from llmdesk.engine.serving.work import WorkContext
from llmdesk.errors import SettingsError, SetupError
from llmdesk.memory_need import GB, limit_bytes
from llmdesk.services.settings.definition import Values
from llmdesk.services.settings.settings import Settings
from llmdesk.ui.kit import files
from llmdesk.ui.kit.notice import Action, NoticeBar
from llmdesk.ui.kit.wording import size_text
from llmdesk.ui.kit.words import told, tr
from llmdesk.ui.settings.settings_panel import SettingsPanel
from llmdesk.ui.threads.event_bridge import EventBridge


class SettingsController(QObject):
    """What is chosen counts at once and is remembered; what is wrong with the settings file is told."""

    def __init__(
        self,
        panel: SettingsPanel,
        anchor: QWidget,
        notice: NoticeBar,
        runner: EngineRunner,
        bridge: EventBridge,
        settings: Settings,
    ) -> None:
        super().__init__(panel)
        self._panel, self._anchor, self._notice = panel, anchor, notice
        self._runner, self._bridge, self._settings = runner, bridge, settings
        panel.cache_chosen.connect(self._on_cache)
        panel.cache_emptied.connect(self._on_emptied)
        panel.idle_chosen.connect(self._on_idle)
        panel.file_requested.connect(self.open_file)
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
        """Show the panel under the menu."""
        self._panel.show_kept("", can_empty=False)
        self._show()
        self._runner.run(kept_answers, self._on_kept)
        self._panel.open_under(self._anchor, align_right=True)

    @Slot()
    def open_file(self) -> None:
        """Show settings.toml in the system's editor."""
        files.open_text_file(self._settings.file, self._notice)

    @Slot(str)
    def keep_context_policy(self, policy: str) -> None:
        """The user chose what a chat does when the context is full; the next one does the same."""
        self._settings.set("chat.context_policy", policy)

    @Slot(bool)
    def _on_cache(self, value: bool) -> None:
        self._settings.set("chat.answer_cache", value)

    @Slot()
    def _on_emptied(self) -> None:
        self._runner.run(empty_answers, self._on_kept)

    @Slot()
    def _look_if_open(self) -> None:
        if self._panel.isVisible():
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
        self._panel.show_kept(kept_text(answers, size_bytes), can_empty=answers > 0)

    @Slot(float)
    def _on_idle(self, seconds: float) -> None:
        self._settings.set("model.idle_unload_s", seconds)

    def _on_idle_changed(self, values: Values) -> None:
        self._runner.set_idle_unload(values.model.idle_unload_s)

    def _show_if_open(self, _: Values) -> None:
        if self._panel.isVisible():
            self._show()

    def _show(self) -> None:
        values = self._settings.values
        self._panel.show_settings(values.chat.answer_cache, values.model.idle_unload_s)
        self._panel.show_memory(memory_text(psutil.virtual_memory().total, self._runner.status.info))

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
        limit = words.format(size=f"{limit_bytes(total_bytes) / GB:.1f}")
    except SetupError as error:
        limit = told(error.user_message)
    if info is None or info.server or not info.memory_measured_bytes:
        return limit
    words = tr("{title} took {size} GB after loading.")
    if info.memory_estimated_bytes:
        words = tr("{title} took {size} GB after loading, up to {most} GB are expected when the context is full.")
    size, most = (f"{value / GB:.1f}" for value in (info.memory_measured_bytes, info.memory_estimated_bytes))
    return f"{limit} {words.format(title=info.title, size=size, most=most)}"
