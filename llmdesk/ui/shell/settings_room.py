"""The settings of the window: what shows them, what changes them, and what follows them (GUI thread only)."""

from __future__ import annotations

from PySide6.QtCore import QObject, Slot

from llmdesk.engine.serving.runner import EngineRunner
from llmdesk.services.settings.settings import Settings
from llmdesk.ui.settings.appearance import AppearanceController
from llmdesk.ui.settings.language_controller import LanguageController
from llmdesk.ui.settings.settings_controller import SettingsController
from llmdesk.ui.shell.main_window import MainWindow
from llmdesk.ui.threads.event_bridge import EventBridge


class SettingsRoom(QObject):
    """Brings the controllers of settings together with the window; those of the chat shown are in chat_tools.py.

    Attributes:
        wants_restart: the window was closed to be opened anew.
    """

    def __init__(
        self,
        window: MainWindow,
        appearance: AppearanceController,
        settings: Settings,
        runner: EngineRunner,
        bridge: EventBridge,
    ) -> None:
        super().__init__(window)
        self.wants_restart, self._window = False, window
        more, notice = window.top_bar.more, window.notice
        self._controller = SettingsController(window.panels.settings, more, notice, runner, bridge, settings)
        window.settings_requested.connect(self._controller.open)
        window.theme_chosen.connect(appearance.choose_theme)
        window.zoom_chosen.connect(appearance.choose_zoom)
        appearance.theme_changed.connect(window.show_theme)
        window.show_theme(appearance.theme_name)
        self._language = LanguageController(notice, settings, bridge)
        self._language.restart_requested.connect(self._restart)

    @Slot()
    def _restart(self) -> None:
        self.wants_restart = True
        self._window.quit()
