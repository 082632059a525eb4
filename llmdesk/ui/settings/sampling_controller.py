"""Keeps preset, own values, chat and settings file in step (GUI thread only)."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QObject, Slot

from llmdesk.datatypes.chat import SamplingParams
from llmdesk.services.presets import CUSTOM, DEFAULT_PRESET, PRESETS
from llmdesk.ui.chat.chat_controller import ChatController
from llmdesk.ui.shell.main_window import MainWindow
from llmdesk.ui.shell.window_state import WindowState


class SamplingController(QObject):
    """What is chosen counts for the next answer and is remembered."""

    def __init__(self, window: MainWindow, chat: ChatController, state: WindowState) -> None:
        super().__init__(window)
        self._window, self._chat, self._state = window, chat, state
        self._custom = state.custom_sampling
        window.top_bar.sampling_chosen.connect(self.choose)
        window.sampling_panel.changed.connect(self._on_custom)
        known = state.sampling_name in (*PRESETS, CUSTOM)
        self._apply(state.sampling_name if known else DEFAULT_PRESET)

    @Slot(str)
    def choose(self, name: str) -> None:
        """A preset, or ``Custom``, which opens the form."""
        self._apply(name)
        self._state.set_sampling(name, self._custom)
        if name == CUSTOM:
            self._window.sampling_panel.show_params(self._custom)
            self._window.sampling_panel.open_under(self._window.top_bar.sampling, align_right=True)

    @Slot(object)
    def _on_custom(self, params: SamplingParams) -> None:
        self._custom = params
        self._apply(CUSTOM)
        self._state.set_sampling(CUSTOM, params)

    def _apply(self, name: str) -> None:
        sessions = self._chat.sessions
        sessions.configure(replace(sessions.options, sampling=PRESETS.get(name, self._custom)))
        self._window.top_bar.show_sampling(name)
