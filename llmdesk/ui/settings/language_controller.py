"""The window's language: spoken from its start on, changed by the next one (GUI thread only)."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal, Slot

from llmdesk.services.settings.definition import Values
from llmdesk.services.settings.settings import Settings
from llmdesk.ui.kit.notice import Action, NoticeBar
from llmdesk.ui.kit.words import tr
from llmdesk.ui.threads.event_bridge import EventBridge


class LanguageController(QObject):
    """Tells that another language counts from the next start on, and offers that start.

    Signals:
        restart_requested(): llmdesk is to end and to start anew.
    """

    restart_requested = Signal()

    def __init__(self, notice: NoticeBar, settings: Settings, bridge: EventBridge) -> None:
        super().__init__(notice)
        self._notice, self._spoken = notice, settings.values.appearance.language
        settings.subscribe(self._on_language, "appearance.language", bridge.run)

    def _on_language(self, values: Values) -> None:
        from llmdesk.ui.settings.titles import choice_titles

        chosen = values.appearance.language
        if chosen == self._spoken:
            self._notice.dismiss("language")
            return
        words = tr("The window speaks {language} from the next start on.", language=choice_titles()[chosen])
        if chosen == "auto":
            words = tr("The window speaks the system's language from the next start on.")
        self._notice.show_notice("language", words, actions=[Action(tr("Start anew"), self._restart)])

    @Slot()
    def _restart(self) -> None:
        self.restart_requested.emit()
