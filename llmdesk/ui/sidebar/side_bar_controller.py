"""Brings the side bar together with the open chats and those that are kept (GUI thread only)."""

from __future__ import annotations

import datetime
import logging
import time
from collections.abc import Iterable, Sequence
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from llmdesk.datatypes.model import ErrorInfo
from llmdesk.services.chats.ids import time_of
from llmdesk.services.chats.kept import ChatInfo, ChatsChanged, Hit, KeptChat
from llmdesk.services.chats.session import AnswerEnded, AnswerStarted, Session
from llmdesk.services.chats.sessions import Change, SessionClosed, SessionShown
from llmdesk.ui.chat.chat_controller import ChatController
from llmdesk.ui.kit.notice import NoticeBar
from llmdesk.ui.sidebar.chat_deeds import ChatDeeds
from llmdesk.ui.sidebar.chat_list_model import title_of
from llmdesk.ui.sidebar.side_bar import SideBar
from llmdesk.ui.threads.background import Background
from llmdesk.ui.threads.event_bridge import EventBridge

if TYPE_CHECKING:
    from llmdesk.services.chats.store import ChatStore

log = logging.getLogger(__name__)

_MANY = 500
"""So many chats that changed at once are not asked for one by one."""
_MINUTE_MS = 60_000


class SideBarController(QObject):
    """See the module.

    Signals:
        chat_shown(): a chat was chosen in the side bar and is shown now.
        message_wanted(message_id, words): to be brought into view in the chat shown, at the first of these words.
        listed(): the list is as the store has it.
    """

    chat_shown = Signal()
    message_wanted = Signal(str, object)
    listed = Signal()

    def __init__(
        self, bar: SideBar, notice: NoticeBar, chat: ChatController, background: Background, bridge: EventBridge
    ) -> None:
        super().__init__(bar)
        self._bar, self._notice, self._chat, self._sessions = bar, notice, chat, chat.sessions
        self._background, self._bridge = background, bridge
        self.deeds = ChatDeeds(notice, self._sessions, self._title_of)
        self._store: ChatStore | None = None
        self._own_ids: frozenset[str] = frozenset()  # open chats that are in no store
        self._unread_own: set[str] = set()
        self._stale: set[str] = set()
        self._is_reading = False
        self._wanted_id = ""
        self._day = QTimer(self)
        self._day.setInterval(_MINUTE_MS)
        self._day.timeout.connect(self._on_minute)
        self._day.start()
        bar.chats.opened.connect(self.open)
        bar.hit_chosen.connect(self._on_hit)
        bar.search_changed.connect(self._search)
        bar.archive_chosen.connect(self.show_archive)
        bar.model.renamed.connect(self.deeds.rename)
        bar.model.dropped.connect(self.deeds.move)
        bar.chats.undo_requested.connect(self.deeds.undo)
        self.deeds.changed.connect(self._show_own)
        self.deeds.restored.connect(self.open)
        self._sessions.subscribe(self._on_change)

    @property
    def store(self) -> ChatStore | None:
        """None until it is open."""
        return self._store

    def use(self, store: ChatStore) -> None:
        """The store is open: list what it has."""
        self._store = self.deeds.store = store
        store.subscribe(self._on_chats_changed, self._bridge.run)
        self._read_all()

    # -- chats that are shown ------------------------------------------------------------------------------------------

    @Slot(str)
    def open(self, chat_id: str, message_id: str = "", words: Sequence[str] = ()) -> None:
        """Show a chat, and a message of it if one is named, there the first of the words."""
        self._wanted_id = chat_id
        session = self._sessions.find(chat_id)
        if session is not None:
            self._show(session, message_id, words)
        elif self._store is not None:
            load = partial(self._store.load, chat_id)
            self._background.run(load, partial(self._on_loaded, message_id, words), self._tell_error, kind="open_chat")

    def _on_loaded(self, message_id: str, words: Sequence[str], kept: KeptChat) -> None:
        if self._wanted_id == kept.info.id:  # nothing else was opened meanwhile
            self._show(self._sessions.open_kept(kept), message_id, words)

    def _show(self, session: Session, message_id: str, words: Sequence[str]) -> None:
        self._sessions.show(session)
        self.chat_shown.emit()
        conversation = session.conversation
        if message_id and conversation.holds(message_id):
            for each in _way_to(session, message_id):
                self._chat.choose_version(each)
            self.message_wanted.emit(message_id, words)

    @Slot(object)
    def _on_hit(self, hit: Hit) -> None:
        self.open(hit.chat_id, hit.message_id, hit.words)

    # -- the list ------------------------------------------------------------------------------------------------------

    @Slot(bool)
    def show_archive(self, is_archive: bool) -> None:
        """The archive in the list's place, or the list."""
        if is_archive is not self._bar.is_archive:
            self._bar.show_archive(is_archive)
            self._bar.model.set_all([])
            self._read_all()

    def _read_all(self) -> None:
        store, is_archive = self._store, self._bar.is_archive
        if store is not None:
            self._background.run(
                lambda: store.chats(archived=is_archive), self._on_all, self._tell_error, kind="chat_list"
            )

    def _on_all(self, infos: Sequence[ChatInfo]) -> None:
        self._bar.model.set_all([*infos, *self._own_infos(other_than={info.id for info in infos})])
        self._show_state()
        self._bar.chats.choose([self._sessions.current.conversation.id])
        self._bar.tell_empty()
        self.listed.emit()

    def _on_chats_changed(self, change: ChatsChanged) -> None:
        self._stale |= change.chat_ids
        self._read_stale()

    def _read_stale(self) -> None:
        """One look at a time: what changes meanwhile is looked at next."""
        if self._is_reading or not self._stale or self._store is None:
            return
        chat_ids, self._stale = frozenset(self._stale), set()
        if len(chat_ids) > _MANY:
            self._read_all()
            return
        self._is_reading = True
        read = partial(self._store.infos, chat_ids)
        self._background.run(read, partial(self._on_infos, chat_ids), self._on_read_failed)

    def _on_infos(self, asked_ids: Iterable[str], infos: Sequence[ChatInfo]) -> None:
        self._is_reading = False
        here = [info for info in infos if info.is_archived is self._bar.is_archive]
        gone = set(asked_ids) - {info.id for info in here} - self._own_ids
        self._bar.model.update(here, gone)
        self._bar.tell_empty()
        self.listed.emit()
        self._read_stale()

    def _on_read_failed(self, error: ErrorInfo) -> None:
        self._is_reading = False
        log.error("the list of chats could not be read: %s", error.detail)

    # -- open chats ----------------------------------------------------------------------------------------------------

    def _on_change(self, change: Change) -> None:
        match change:
            case SessionShown():
                if self._wanted_id != change.session.conversation.id:
                    self._wanted_id = ""
                self._unread_own.discard(change.session.conversation.id)
                if change.session.conversation.is_empty:
                    self._bar.leave_search()  # it is none of what was found, and soon the first of the list
                self._show_own()
                self._show_state()
            case AnswerEnded():
                if change.session is not self._sessions.current:
                    self._unread_own.add(change.session.conversation.id)
                self._show_own()
                self._show_state()
            case AnswerStarted() | SessionClosed():
                self._show_own()
                self._show_state()

    @Slot()
    def _show_own(self) -> None:
        """Open chats that are in no store stand in the list for as long as they are open."""
        infos = self._own_infos()
        own_ids = frozenset(info.id for info in infos)
        gone, self._own_ids = self._own_ids - own_ids, own_ids
        if not self._bar.is_archive:
            self._bar.model.update(infos, [each for each in gone if self._sessions.find(each) is None])
            self._bar.tell_empty()
        self._bar.model.private_ids = frozenset(
            session.conversation.id for session in self._sessions.open if session.is_private
        )
        if gone:  # or they are in the store now
            self._stale |= gone
            self._read_stale()

    def _own_infos(self, other_than: Iterable[str] = ()) -> list[ChatInfo]:
        open_ones = [s for s in self._sessions.open if self.deeds.is_unkept(s) and not s.conversation.is_empty]
        infos = (_info_of(session, session.conversation.id in self._unread_own) for session in open_ones)
        return [info for info in infos if info.id not in set(other_than)] if not self._bar.is_archive else []

    def _show_state(self) -> None:
        model, shown_id = self._bar.model, self._sessions.current.conversation.id
        running = (session for session in self._sessions.open if session.is_generating)
        model.set_running(frozenset(session.conversation.id for session in running))
        if shown_id != model.shown_id:
            model.set_shown(shown_id)
            if len(self._bar.chats.chosen_ids) <= 1:
                self._bar.chats.choose([shown_id])

    @Slot()
    def _on_minute(self) -> None:
        self._bar.model.set_today(datetime.date.today())

    # -- search --------------------------------------------------------------------------------------------------------

    @Slot(str)
    def _search(self, words: str) -> None:
        store = self._store
        if words and store is not None:
            self._background.run(
                lambda: store.search(words), partial(self._on_hits, words), self._tell_error, kind="search"
            )

    def _on_hits(self, words: str, hits: Sequence[Hit]) -> None:
        if words == self._bar.search.text().strip():  # else another search is on its way, or none is wanted
            self._bar.show_hits(hits)

    # -- helpers -------------------------------------------------------------------------------------------------------

    def _title_of(self, chat_id: str) -> str:
        info = self._bar.model.infos.get(chat_id)
        session = self._sessions.find(chat_id)
        if info is None and session is not None:
            return session.conversation.title
        return title_of(info) if info is not None else ""

    def _tell_error(self, error: ErrorInfo) -> None:
        self._notice.show_notice("chat_store", error.user_message, error.hint, tone="bad")


def _info_of(session: Session, is_unread: bool) -> ChatInfo:
    """Of an open chat that is in no store."""
    conversation = session.conversation
    messages = conversation.messages
    changed_s = max((time_of(message.id) for message in messages), default=0.0) or time.time()
    return ChatInfo(
        conversation.id,
        conversation.title,
        bool(conversation.name),
        time_of(conversation.id),
        changed_s,
        is_unread=is_unread,
        message_count=len(messages),
    )


def _way_to(session: Session, message_id: str) -> list[str]:
    """The messages from the first prompt to this one."""
    way = [message_id]
    while parent_id := session.conversation.message(way[-1]).parent_id:
        way.append(parent_id)
    return way[::-1]
