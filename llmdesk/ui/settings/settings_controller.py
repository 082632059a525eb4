"""Keeps settings panel, engine, chat and settings file in step (GUI thread only)."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import psutil
from PySide6.QtCore import QObject, Slot

from llmdesk.datatypes.model import ModelInfo, ModelStatus
from llmdesk.engine.generation.response_cache import ResponseCache
from llmdesk.engine.serving.runner import EngineRunner
from llmdesk.errors import SetupError
from llmdesk.memory_need import GB, LIMIT_VARIABLE, limit_bytes
from llmdesk.ui.chat.chat_controller import ChatController
from llmdesk.ui.kit.wording import size_text
from llmdesk.ui.shell.main_window import MainWindow
from llmdesk.ui.shell.window_state import WindowState
from llmdesk.ui.threads.event_bridge import EventBridge


class SettingsController(QObject):
    """What is chosen counts at once and is remembered."""

    def __init__(
        self, window: MainWindow, chat: ChatController, runner: EngineRunner, bridge: EventBridge, state: WindowState
    ) -> None:
        super().__init__(window)
        self._window, self._chat, self._runner, self._bridge, self._state = window, chat, runner, bridge, state
        sessions = self._sessions = chat.sessions
        sessions.configure(
            replace(
                sessions.options,
                uses_response_cache=state.uses_response_cache,
                context_policy=state.context_policy,
            )
        )
        runner.set_idle_unload(state.idle_unload_s)
        window.settings_requested.connect(self.open)
        window.settings_panel.cache_chosen.connect(self._on_cache)
        window.settings_panel.cache_emptied.connect(self._on_emptied)
        window.settings_panel.idle_chosen.connect(self._on_idle)
        chat.policy_chosen.connect(self._on_policy)
        bridge.finished.connect(self._look_if_open)
        bridge.model_status.connect(self._on_model_status)

    @Slot()
    def open(self) -> None:
        """Show the panel under the menu."""
        panel = self._window.settings_panel
        panel.show_settings(self._state.uses_response_cache, self._state.idle_unload_s)
        panel.show_kept("", can_empty=False)
        self._runner.use_responses(self._look)
        panel.show_memory(memory_text(psutil.virtual_memory().total, self._runner.status.info))
        panel.open_under(self._window.top_bar.more, align_right=True)

    @Slot(bool)
    def _on_cache(self, value: bool) -> None:
        self._state.uses_response_cache = value
        self._sessions.configure(replace(self._sessions.options, uses_response_cache=value))

    @Slot()
    def _on_emptied(self) -> None:
        self._runner.use_responses(self._clear)

    @Slot()
    def _look_if_open(self) -> None:
        if self._window.settings_panel.isVisible():
            self._runner.use_responses(self._look)

    @Slot(object)
    def _on_model_status(self, status: ModelStatus) -> None:
        if status.state != "loading":
            self._look_if_open()

    def _clear(self, responses: ResponseCache | None) -> None:
        """Engine thread."""
        if responses is not None:
            responses.clear()
        self._look(responses)

    def _look(self, responses: ResponseCache | None) -> None:
        """Engine thread: the figures are taken here, and shown on the GUI thread."""
        answers, size_bytes = (len(responses), responses.size_bytes) if responses is not None else (0, 0)
        self._bridge.call(partial(self._show_kept, answers, size_bytes))

    def _show_kept(self, answers: int, size_bytes: int) -> None:
        self._window.settings_panel.show_kept(kept_text(answers, size_bytes), can_empty=answers > 0)

    @Slot(float)
    def _on_idle(self, seconds: float) -> None:
        self._state.idle_unload_s = seconds
        self._runner.set_idle_unload(seconds)

    @Slot(str)
    def _on_policy(self, policy: str) -> None:
        self._state.context_policy = policy  # type: ignore[assignment]  # out of the table of policies


def kept_text(answers: int, size_bytes: int) -> str:
    """How much the answer cache holds."""
    if not answers:
        return "No answers kept"
    size = size_text(max(size_bytes, 1000))  # never "0 kB"
    return f"1 answer, {size}" if answers == 1 else f"{answers} answers, {size}"


def memory_text(total_bytes: int, info: ModelInfo | None) -> str:
    """How much a model may take on this machine, and what the one in use takes."""
    try:
        limit = f"llmdesk with its model may take {limit_bytes(total_bytes) / GB:.1f} GB ({LIMIT_VARIABLE} sets it)."
    except SetupError as error:
        limit = error.user_message
    if info is None or info.server or not info.memory_measured_bytes:
        return limit
    took = f"{info.title} took {info.memory_measured_bytes / GB:.1f} GB after loading"
    if info.memory_estimated_bytes:
        took += f", up to {info.memory_estimated_bytes / GB:.1f} GB are expected when the context is full"
    return f"{limit} {took}."
