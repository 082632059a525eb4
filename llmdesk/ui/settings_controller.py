"""Keeps settings panel, engine, chat and settings file in step (GUI thread only)."""

from __future__ import annotations

import psutil
from PySide6.QtCore import QObject, Slot

from llmdesk.datatypes import ModelInfo
from llmdesk.engine.runner import EngineRunner
from llmdesk.errors import SetupError
from llmdesk.memory_need import GB, LIMIT_VARIABLE, limit_bytes
from llmdesk.ui.chat_controller import ChatController
from llmdesk.ui.main_window import MainWindow
from llmdesk.ui.window_state import WindowState


class SettingsController(QObject):
    """What is chosen counts at once and is remembered."""

    def __init__(self, window: MainWindow, chat: ChatController, runner: EngineRunner, state: WindowState) -> None:
        super().__init__(window)
        self._window, self._chat, self._runner, self._state = window, chat, runner, state
        chat.uses_response_cache = state.uses_response_cache
        chat.context.choose(state.context_policy)
        runner.set_idle_unload(state.idle_unload_s)
        window.settings_requested.connect(self.open)
        window.settings_panel.cache_chosen.connect(self._on_cache)
        window.settings_panel.idle_chosen.connect(self._on_idle)
        chat.context.policy_chosen.connect(self._on_policy)

    @Slot()
    def open(self) -> None:
        """Show the panel under the menu."""
        panel = self._window.settings_panel
        panel.show_settings(self._state.uses_response_cache, self._state.idle_unload_s)
        panel.show_memory(memory_text(psutil.virtual_memory().total, self._runner.status.info))
        panel.open_under(self._window.top_bar.more, align_right=True)

    @Slot(bool)
    def _on_cache(self, value: bool) -> None:
        self._chat.uses_response_cache = self._state.uses_response_cache = value

    @Slot(float)
    def _on_idle(self, seconds: float) -> None:
        self._state.idle_unload_s = seconds
        self._runner.set_idle_unload(seconds)

    @Slot(str)
    def _on_policy(self, policy: str) -> None:
        self._state.context_policy = policy  # type: ignore[assignment]  # out of the table of policies


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
