"""The page about usage, whose figures are read on another thread (GUI thread only)."""

from __future__ import annotations

from PySide6.QtCore import QObject, Slot

from llmdesk.core import Core
from llmdesk.datatypes.model import ErrorInfo
from llmdesk.ui.kit.theme import Theme
from llmdesk.ui.kit.words import error_text, tr
from llmdesk.ui.threads.background import Background
from llmdesk.ui.threads.event_bridge import EventBridge
from llmdesk.ui.usage.usage_page import UsagePage


class UsageController(QObject):
    """See the module. ``refresh`` only after ``make_page``."""

    def __init__(self, theme: Theme, parent: QObject, core: Core, bridge: EventBridge) -> None:
        super().__init__(parent)
        self._theme, self._core, self._background = theme, core, Background(bridge)
        self._page: UsagePage | None = None

    def make_page(self) -> UsagePage:
        """Once."""
        self._page = UsagePage(self._theme)
        self._page.erase_requested.connect(self._erase)
        self._page.undo_requested.connect(self._undo)
        self._page.show_chosen.connect(self._on_show_chosen)
        return self._page

    @Slot()
    def refresh(self) -> None:
        """Show figures of now."""
        assert self._page is not None
        self._page.undo.hide()
        self._show()

    def _show(self) -> None:
        page = self._page
        assert page is not None
        if not self._core.settings.values.usage.show:
            words = tr(
                "This is switched off: nothing is added up. Chats keep the figures of their answers; these count again "
                "once it is switched on."
            )
            page.show_message(words, is_on=False)
            return
        self._background.run(lambda: self._core.chats.usage(), page.show_rows, self._tell, kind="usage")

    @Slot(bool)
    def _on_show_chosen(self, is_on: bool) -> None:
        self._core.settings.set("usage.show", is_on)
        self._show()

    @Slot()
    def _erase(self) -> None:
        assert self._page is not None
        self._core.chats.erase_usage()
        self._page.undo.show()
        self._show()

    @Slot()
    def _undo(self) -> None:
        self._core.chats.restore_usage()
        self.refresh()

    def _tell(self, error: ErrorInfo) -> None:
        assert self._page is not None
        self._page.show_message(error_text(error))
