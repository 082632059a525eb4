"""The list of chats in the window: side bar, its menu, the palette, chats that were left, private ones, and the entries
of the table.
"""

from __future__ import annotations

from PySide6.QtCore import QObject, Slot

from llmdesk.services.chats.sessions import Change, SessionShown
from llmdesk.ui.chat.chat_controller import ChatController
from llmdesk.ui.chat.kept_chats import KeptChats
from llmdesk.ui.chat.left_chats import LeftChats
from llmdesk.ui.kit.theme import Theme
from llmdesk.ui.kit.words import tr
from llmdesk.ui.shell.main_window import MainWindow
from llmdesk.ui.shell.palette_controller import PaletteController
from llmdesk.ui.shell.window_state import WindowState
from llmdesk.ui.sidebar.chat_menu import ChatMenu
from llmdesk.ui.sidebar.side_bar_controller import SideBarController
from llmdesk.ui.threads.background import Background
from llmdesk.ui.threads.event_bridge import EventBridge


class ChatListRoom(QObject):
    """See the module (GUI thread only)."""

    def __init__(
        self,
        theme: Theme,
        window: MainWindow,
        state: WindowState,
        chat: ChatController,
        kept: KeptChats,
        background: Background,
        bridge: EventBridge,
    ) -> None:
        super().__init__(window)
        self._window, self._state, self._chat, self._kept = window, state, chat, kept
        bar = window.side_bar
        bar.model.folded_folders = set(state.folded_folders)
        self.controller = SideBarController(bar, window.notice, chat, background, bridge)
        self.menu = ChatMenu(theme, window, bar, self.controller.deeds, window.action_table["new_private_chat"])
        self.palette = PaletteController(theme, window, state, self.controller)
        place = window.side_bar_place
        self._left = LeftChats(window.chat, window.notice, chat.sessions, lambda: place.is_shown)
        place.changed.connect(self._left.follow_list)
        kept.opened.connect(self._on_opened)
        bar.model.folded.connect(self._keep_folded)
        self.controller.chat_shown.connect(self._on_chat_shown)
        self.controller.message_wanted.connect(window.chat.conversation_view.reveal)
        self.controller.deeds.undo_changed.connect(window.action_table.refresh)
        chat.sessions.subscribe(self._on_change)
        self._bind()

    def _bind(self) -> None:
        window, table, deeds = self._window, self._window.action_table, self.controller.deeds
        table.bind("palette", self.palette.toggle)
        table.bind("search_chats", self._search)
        table.bind("new_private_chat", self._new_private_chat)
        table.bind("rename_chat", self._rename, self._has_chat)
        table.bind("delete_chat", lambda: deeds.delete(self._meant_ids()), self._has_chat)
        table.bind("pin_chat", self._pin, self._has_kept_chat)
        table.bind("archive_chat", lambda: deeds.set_archived(self._meant_ids(), True), self._has_kept_chat)
        table.bind("undo_chats", deeds.undo, lambda: deeds.can_undo)
        table.bind("archive", self._toggle_archive)
        window.chat.conversation_view.turns_changed.connect(table.refresh)
        window.side_bar.chats.selectionModel().selectionChanged.connect(lambda *_: table.refresh())

    def _meant_ids(self) -> list[str]:
        """Those chosen in the list while it has the keyboard, else the chat shown."""
        chats = self._window.side_bar.chats
        if chats.hasFocus() and chats.chosen_ids:
            return chats.chosen_ids
        current = self._chat.sessions.current
        return [] if current.conversation.is_empty else [current.conversation.id]

    def _has_chat(self) -> bool:
        return bool(self._meant_ids())

    def _has_kept_chat(self) -> bool:
        return self.controller.deeds.is_kept(self._meant_ids())

    def _rename(self) -> None:
        """In place; a folder that hides it is unfolded."""
        chat_id, bar = self._meant_ids()[0], self._window.side_bar
        info = bar.model.infos.get(chat_id)
        if info is None:
            return
        self._window.side_bar_place.show()
        bar.leave_search()
        if info.folder in bar.model.folded_folders and not info.is_pinned:
            bar.model.toggle(info.folder)
        bar.chats.rename(chat_id)

    def _pin(self) -> None:
        chat_ids, infos = self._meant_ids(), self._window.side_bar.model.infos
        is_pinned = all(infos[each].is_pinned for each in chat_ids if each in infos)
        self.controller.deeds.set_pinned(chat_ids, not is_pinned)

    def _search(self) -> None:
        self._window.side_bar_place.show()
        self._window.side_bar.search.setFocus()
        self._window.side_bar.search.selectAll()

    def _toggle_archive(self) -> None:
        self._window.side_bar_place.show()
        self._window.side_bar.leave_search()
        self.controller.show_archive(not self._window.side_bar.is_archive)

    def _new_private_chat(self) -> None:
        self._chat.sessions.new(private=True)
        self._window.chat.setFocus()

    @Slot()
    def _on_opened(self) -> None:
        if self._kept.store is not None:
            self.controller.use(self._kept.store)

    @Slot()
    def _keep_folded(self) -> None:
        self._state.folded_folders = sorted(self._window.side_bar.model.folded_folders)

    @Slot()
    def _on_chat_shown(self) -> None:
        """Chosen with the mouse or Enter: what comes next is written."""
        self._window.side_bar_place.close_over()
        self._window.chat.setFocus()

    def _on_change(self, change: Change) -> None:
        if isinstance(change, SessionShown):
            is_private = change.session.is_private
            self._window.private_line.setVisible(is_private)
            self._window.setWindowTitle(tr("Private chat – llmdesk") if is_private else "llmdesk")
            self._window.action_table.refresh()
