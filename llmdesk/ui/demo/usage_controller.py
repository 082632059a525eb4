"""Opens the page about usage and reads its figures on another thread (GUI thread only)."""

from __future__ import annotations

from PySide6.QtCore import QObject, Qt, Slot

from llmdesk.core import Core
from llmdesk.datatypes.model import ErrorInfo
from llmdesk.ui.kit.theme import Theme
from llmdesk.ui.kit.words import told, tr
from llmdesk.ui.shell.main_window import MainWindow
from llmdesk.ui.threads.background import Background
from llmdesk.ui.threads.event_bridge import EventBridge
from llmdesk.ui.usage.usage_page import UsagePage


class UsageController(QObject):
    """The page is a window of the main one."""

    def __init__(self, theme: Theme, window: MainWindow, core: Core, bridge: EventBridge) -> None:
        super().__init__(window)
        self._core, self._background = core, Background(bridge)
        self.page = UsagePage(theme)
        self.page.setParent(window, Qt.WindowType.Window)
        self.page.erase_requested.connect(self._erase)
        window.action_table.bind("usage", self.open)

    @Slot()
    def open(self) -> None:
        """Show it with figures of now."""
        self.page.show()
        self.page.raise_()
        self.page.activateWindow()
        self._read()

    def _read(self) -> None:
        if not self._core.settings.values.usage.show:
            self.page.show_message(tr("Counting is switched off in the settings (usage.show)."))
            return
        self._background.run(lambda: self._core.chats.usage(), self.page.show_rows, self._tell, kind="usage")

    @Slot()
    def _erase(self) -> None:
        self._core.chats.erase_usage()
        self._read()

    def _tell(self, error: ErrorInfo) -> None:
        self.page.show_message(f"{told(error.user_message)} {told(error.hint)}")
