"""The settings of the window: what shows them, what changes them, and what follows them (GUI thread only)."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QObject

from llmdesk.engine.serving.runner import EngineRunner
from llmdesk.services.settings.definition import Values
from llmdesk.services.settings.settings import Settings
from llmdesk.ui.chat.chat_controller import ChatController
from llmdesk.ui.settings.appearance import AppearanceController
from llmdesk.ui.settings.sampling_controller import SamplingController
from llmdesk.ui.settings.settings_controller import SettingsController
from llmdesk.ui.shell.main_window import MainWindow
from llmdesk.ui.threads.event_bridge import EventBridge


class SettingsRoom(QObject):
    """Brings the controllers of settings together with the window and the chat."""

    def __init__(
        self,
        window: MainWindow,
        chat: ChatController,
        appearance: AppearanceController,
        settings: Settings,
        runner: EngineRunner,
        bridge: EventBridge,
    ) -> None:
        super().__init__(window)
        top_bar = window.top_bar
        self._chat = chat
        self._sampling = SamplingController(window.sampling_panel, top_bar.sampling, settings, bridge)
        self._panel = SettingsController(window.settings_panel, top_bar.more, window.notice, runner, bridge, settings)
        window.settings_requested.connect(self._panel.open)
        window.theme_chosen.connect(appearance.choose_theme)
        window.zoom_chosen.connect(appearance.choose_zoom)
        appearance.theme_changed.connect(window.show_theme)
        top_bar.sampling_chosen.connect(self._sampling.choose)
        self._sampling.changed.connect(top_bar.show_sampling)
        chat.policy_chosen.connect(self._panel.keep_context_policy)
        window.show_theme(appearance.theme_name)
        top_bar.show_sampling(self._sampling.sampling)
        self._use_for_chat(settings.values)
        settings.subscribe(self._use_for_chat, "sampling", bridge.run)
        settings.subscribe(self._use_for_chat, "chat", bridge.run)

    def _use_for_chat(self, values: Values) -> None:
        sessions = self._chat.sessions
        options = replace(
            sessions.options,
            sampling=values.sampling.params(),
            context_policy=values.chat.context_policy,
            uses_response_cache=values.chat.answer_cache,
        )
        sessions.configure(options)
