"""What can be done with chats in the list, and undone (GUI thread only)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot

from llmdesk.services.chats.session import Session
from llmdesk.services.chats.sessions import Sessions
from llmdesk.ui.kit.notice import Action, NoticeBar
from llmdesk.ui.kit.words import tr

if TYPE_CHECKING:
    from llmdesk.services.chats.store import ChatStore

NOTICE = "chats_deleted"
UNDO_S = 10.0


class ChatDeeds(QObject):
    """Changes chats in the store, or open ones that are in no store (private ones, or where nothing is kept).

    Signals:
        changed(): an open chat that is in no store has another title, or is back.
        restored(chat_id): the chat that was shown when it was deleted is there again.
        undo_changed(): see ``can_undo``.
    """

    changed = Signal()
    restored = Signal(str)
    undo_changed = Signal()

    def __init__(self, notice: NoticeBar, sessions: Sessions, title_of: Callable[[str], str]) -> None:
        super().__init__(notice)
        self._notice, self._sessions, self._title_of = notice, sessions, title_of
        self.store: ChatStore | None = None
        self._undo: Callable[[], None] | None = None

    @property
    def can_undo(self) -> bool:
        """True while the last deletion or archiving can be taken back."""
        return self._undo is not None

    def unkept(self, chat_id: str) -> Session | None:
        """An open chat that is in no store."""
        session = self._sessions.find(chat_id)
        return session if session is not None and self.is_unkept(session) else None

    def is_unkept(self, session: Session) -> bool:
        """True while nothing of it is in the store. (One that was opened just now is not followed yet.)"""
        is_known = self.store is not None and self.store.knows(session.conversation.id)
        return session.keeper is None and not is_known

    def is_kept(self, chat_ids: Sequence[str]) -> bool:
        """True if all of these are in the store, which can be written."""
        can_write = self.store is not None and not self.store.is_read_only
        return can_write and bool(chat_ids) and not any(map(self.unkept, chat_ids))

    def rename(self, chat_id: str, title: str) -> None:
        """A title of the user's own; empty: the words of the first prompt again."""
        if (session := self.unkept(chat_id)) is not None:
            session.conversation.name = title
            self.changed.emit()
        elif (store := self._writable()) is not None:
            store.rename(chat_id, title)

    def set_pinned(self, chat_ids: Sequence[str], on: bool) -> None:
        """Keep them at the top."""
        if (store := self._writable()) is not None:
            for chat_id in chat_ids:
                store.set_pinned(chat_id, on)

    def move(self, chat_ids: Sequence[str], folder: str) -> None:
        """Into a folder; empty: out of theirs."""
        if (store := self._writable()) is not None:
            for chat_id in chat_ids:
                store.move(chat_id, folder)

    def set_archived(self, chat_ids: Sequence[str], on: bool) -> None:
        """Out of the list into the archive, or back; told, with a way back."""
        store = self._writable()
        if store is None or not chat_ids:
            return
        count, title = len(chat_ids), self._title_of(chat_ids[0])
        if on:
            words = tr("In the archive: “{title}”.", title=title)
            words = words if count == 1 else tr("In the archive: %n chat(s).", n=count)
        else:
            words = tr("In the list again: “{title}”.", title=title)
            words = words if count == 1 else tr("In the list again: %n chat(s).", n=count)
        for chat_id in chat_ids:
            store.set_archived(chat_id, on)

        def back() -> None:
            for chat_id in chat_ids:
                store.set_archived(chat_id, not on)

        self._offer_undo(words, back)

    def delete(self, chat_ids: Sequence[str]) -> None:
        """Delete them, stopping what runs in them. They can be brought back, see ``undo``."""
        unkept = [session for session in map(self.unkept, chat_ids) if session is not None]
        unkept_ids = {session.conversation.id for session in unkept}
        kept_ids = [chat_id for chat_id in chat_ids if chat_id not in unkept_ids]
        store = self._writable() if kept_ids else None
        if store is None:
            kept_ids = []
        if not unkept and not kept_ids:
            return
        deleted = [chat_id for chat_id in chat_ids if chat_id in unkept_ids or chat_id in kept_ids]
        words = tr("Deleted: “{title}”.", title=self._title_of(deleted[0]))
        words = words if len(deleted) == 1 else tr("Deleted: %n chat(s).", n=len(deleted))
        shown_id = self._sessions.current.conversation.id
        if store is not None:
            store.delete(kept_ids)
        for chat_id in deleted:
            self._sessions.close(chat_id)

        def back() -> None:
            if store is not None:
                store.restore(kept_ids)
            for session in unkept:
                self._sessions.show(session)
            self.changed.emit()
            if shown_id in kept_ids:
                self.restored.emit(shown_id)

        self._offer_undo(words, back)

    @Slot()
    def undo(self) -> None:
        """Take the last deletion or archiving back, if there is one."""
        undo, self._undo = self._undo, None
        self._notice.dismiss(NOTICE)
        if undo is not None:
            undo()
            self.undo_changed.emit()

    def _offer_undo(self, words: str, undo: Callable[[], None]) -> None:
        self._undo = undo
        self._notice.show_notice(NOTICE, words, actions=[Action(tr("Undo"), self.undo)], duration_s=UNDO_S)
        self.undo_changed.emit()

    def _writable(self) -> ChatStore | None:
        """The store, unless it cannot be written now, which is told then."""
        store = self.store
        if store is None or not store.is_read_only:
            return store
        problem = store.problem
        message = problem.user_message if problem is not None else tr("The chats can be read and not changed now.")
        self._notice.show_notice("chats_read_only", message, problem.hint if problem is not None else "", tone="bad")
        return None
