"""The chats that are kept: the one that was open last comes back, and what goes wrong is told (GUI thread only)."""

from __future__ import annotations

import logging
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from llmdesk.core import Core
from llmdesk.datatypes.model import ErrorInfo
from llmdesk.errors import StoreError
from llmdesk.services.chats.kept import KeptChat
from llmdesk.services.chats.sessions import Sessions
from llmdesk.services.settings.definition import Values
from llmdesk.services.trace import trace
from llmdesk.ui.chat.chat_pane import ChatPane
from llmdesk.ui.kit.notice import NoticeBar
from llmdesk.ui.threads.background import Background
from llmdesk.ui.threads.event_bridge import EventBridge

if TYPE_CHECKING:
    from llmdesk.services.chats.keeping import Keeping
    from llmdesk.services.chats.store import ChatStore
    from llmdesk.services.chats.titles import Titles

log = logging.getLogger(__name__)

NOTICE = "chat_store"


class KeptChats(QObject):
    """See the module. Nothing on this thread waits for the file.

    Signals:
        opened(): ``store`` is there, and the chat that was open last is shown, if there is one.
    """

    opened = Signal()

    def __init__(
        self,
        pane: ChatPane,
        notice: NoticeBar,
        sessions: Sessions,
        core: Core,
        background: Background,
        bridge: EventBridge,
    ) -> None:
        super().__init__(pane)
        self._pane, self._notice, self._sessions, self._core = pane, notice, sessions, core
        self._background, self._bridge = background, bridge
        self.store: ChatStore | None = None
        self._keeping: Keeping | None = None
        self._titles: Titles | None = None
        self._error: ErrorInfo | None = None
        self._is_covered = False  # its notice, by another one
        notice.dismissed.connect(self._on_dismissed)
        notice.changed.connect(self._on_notice)

    def open(self) -> None:
        """Once the window is painted; never, where nothing is to be kept (a demo)."""
        keeps = self._core.settings.values.chat.keep
        self._background.run(lambda: _open(self._core, keeps), self._on_opened, self._on_failed)

    def _on_opened(self, found: tuple[ChatStore, KeptChat | None]) -> None:
        # Imported here: they bring the file's reading and writing, which the first painting must not wait for.
        from llmdesk.services.chats.keeping import Keeping
        from llmdesk.services.chats.titles import Titles

        store, kept = found
        self.store = store
        self._keeping = Keeping(self._sessions, store)
        self._titles = Titles(self._sessions, store, self._core.runner, self._bridge.run)
        if kept is not None:
            self._show(kept)
        self._use(self._core.settings.values)
        self._core.settings.subscribe(self._use, "chat", self._bridge.run)
        store.subscribe_problems(self._on_problem, self._bridge.run)
        if store.problem is not None:
            self._on_problem(store.problem)
        trace("chats_opened")
        self.opened.emit()

    def close(self) -> None:
        """The window goes."""
        if self._titles is not None:
            self._titles.close()

    def _show(self, kept: KeptChat) -> None:
        """The chat that was open last, unless another one has begun meanwhile. What was typed goes behind its draft."""
        current = self._sessions.current
        if current.conversation.is_empty and not current.is_private:
            draft = "\n".join(text for text in (kept.draft, self._pane.prompt()) if text)
            self._sessions.open_kept(replace(kept, draft=draft))

    def _use(self, values: Values) -> None:
        assert self._keeping is not None
        assert self._titles is not None
        self._keeping.switch(values.chat.keep)
        self._titles.is_on = values.chat.model_titles

    def _on_problem(self, problem: StoreError | None) -> None:
        self._tell(problem.info() if problem is not None else None)

    def _on_failed(self, error: ErrorInfo) -> None:
        log.error("the chats could not be opened: %s", error.detail)
        self._tell(error)

    def _tell(self, error: ErrorInfo | None) -> None:
        """That chats are not saved, until they are."""
        self._error = error
        if error is None:
            self._notice.dismiss(NOTICE)
        else:
            self._notice.show_notice(NOTICE, error.user_message, error.hint, tone="bad")
        self._is_covered = False

    @Slot(str, bool)
    def _on_dismissed(self, key: str, is_replaced: bool) -> None:
        """Who closed it has read it."""
        if key == NOTICE:
            self._is_covered = is_replaced

    @Slot()
    def _on_notice(self) -> None:
        if self._is_covered and not self._notice.key:
            QTimer.singleShot(0, self, self._come_back)

    @Slot()
    def _come_back(self) -> None:
        """That chats are not saved has to be known: it is told again after what covered it."""
        if self._is_covered and not self._notice.key and self._error is not None:
            self._tell(self._error)


def _open(core: Core, keeps: bool) -> tuple[ChatStore, KeptChat | None]:
    """On a thread of its own."""
    store = core.chats
    try:
        return store, store.last_open() if keeps else None
    except StoreError:  # its problem is told
        return store, None
