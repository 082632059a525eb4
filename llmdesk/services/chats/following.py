"""Writes a chat down as it changes (on the thread of its conversation; the store's thread does the writing)."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import Protocol

from llmdesk.listeners import Unsubscribe
from llmdesk.services.chats.ids import time_of
from llmdesk.services.chats.kept import ChatInfo
from llmdesk.services.chats.message import (
    Change,
    Message,
    MessageAdded,
    MessageEnded,
    MessageResumed,
    MessagesRemoved,
    MessagesRestored,
    PathChanged,
    ReasoningAdded,
    SourcesFound,
    TextAdded,
)
from llmdesk.services.chats.session import (
    DraftChanged,
    DraftFilesChanged,
    OptionsChanged,
    QueueChanged,
    Session,
    SessionChange,
)
from llmdesk.services.chats.storage import writing
from llmdesk.services.chats.storage.codec import to_json
from llmdesk.services.chats.storage.inbox import Inbox, Write
from llmdesk.services.chats.storage.writing import TEXT, row_of


class Written(Protocol):
    """What a follower needs of the store."""

    owner_id: str
    inbox: Inbox

    def knows(self, chat_id: str) -> bool:
        """False for a chat of which the file has nothing."""

    def note_known(self, chat_id: str) -> None:
        """From now on it has."""

    def when_written(self, call: Callable[[], None]) -> None:
        """See submission.Keeper."""


class Follower:
    """Keeps one session from now on, until ``end``. What it has already is written at once, unless the store has it."""

    def __init__(self, session: Session, store: Written) -> None:
        self._session, self._store = session, store
        self._leave: list[Unsubscribe] = [
            session.conversation.subscribe(self._on_change),
            session.subscribe(self._on_session_change),
        ]
        session.keeper = self
        if store.knows(self._id):
            self._write_draft()
            self._write_draft_files()
            self._write_queue()
            self._write_options()
        elif not session.conversation.is_empty or session.draft or session.draft_files:
            self._write_all_if_unknown()

    def when_written(self, call: Callable[[], None]) -> None:
        """See submission.Keeper."""
        self._store.when_written(call)

    def end(self) -> None:
        """Keep no more of it. A chat without messages is not kept. Idempotent."""
        if self._session.keeper is not self:
            return
        self._session.keeper = None
        for leave in self._leave:
            leave()
        chat_id = self._session.conversation.id
        if self._session.conversation.is_empty and self._store.knows(chat_id):
            self._put(lambda connection: writing.drop_if_empty(connection, chat_id))

    # -- what happens -------------------------------------------------------------------------------------------------

    def _on_change(self, change: Change) -> None:
        if self._write_all_if_unknown():
            return  # with this change
        match change:
            case MessageAdded():
                self._add(change.message)
            case TextAdded():
                self._append(change.message.id, TEXT, change.text)
            case ReasoningAdded():
                self._append(change.message.id, "reasoning_pieces", change.text)
            case MessagesRemoved():
                self._remove(change.messages)
            case MessagesRestored():
                self._restore(change.messages)
            case MessageEnded():
                self._update(change.message)
            case MessageResumed() | SourcesFound():
                self._update(change.message, takes_over=True)
            case PathChanged():
                self._choose(change.message)

    def _on_session_change(self, change: SessionChange) -> None:
        if not isinstance(change, DraftChanged | DraftFilesChanged | OptionsChanged | QueueChanged):
            return
        session = self._session
        is_nothing = session.conversation.is_empty and not (session.draft or session.draft_files)
        if (is_nothing and not self._store.knows(self._id)) or self._write_all_if_unknown():
            return
        match change:
            case DraftChanged():
                self._write_draft()
            case DraftFilesChanged():
                self._write_draft_files()
            case QueueChanged():
                self._write_queue()
            case OptionsChanged():
                self._write_options()

    # -- helpers ------------------------------------------------------------------------------------------------------

    @property
    def _id(self) -> str:
        return self._session.conversation.id

    def _write_all_if_unknown(self) -> bool:
        if self._store.knows(self._id):
            return False
        self._store.note_known(self._id)
        conversation = self._session.conversation
        now_s = time.time()
        title = conversation.name or conversation.title
        info = ChatInfo(self._id, title, bool(conversation.name), time_of(self._id) or now_s, now_s)
        options, draft = to_json(self._session.options), self._session.draft
        queue = to_json(self._session.queue.prompts)
        rows = [row_of(conversation, message) for message in conversation.messages]
        owner_id = self._store.owner_id
        self._put(lambda connection: writing.add_chat(connection, info, options, draft, queue), is_news=True)
        if rows:
            self._put(lambda connection: writing.add_messages(connection, rows, owner_id), is_news=True)
        if self._session.draft_files:
            self._write_draft_files()
        return True

    def _write_draft(self) -> None:
        chat_id = self._id
        self._store.inbox.gather(
            (chat_id, "draft"),
            self._session.draft,
            lambda draft: Write(lambda connection: writing.set_draft(connection, chat_id, draft)),
            replaces=True,
        )

    def _write_draft_files(self) -> None:
        chat_id, files = self._id, to_json(self._session.draft_files)
        self._put(lambda connection: writing.set_draft_files(connection, chat_id, files))

    def _write_queue(self) -> None:
        chat_id, queue = self._id, to_json(self._session.queue.prompts)
        self._put(lambda connection: writing.set_queue(connection, chat_id, queue))

    def _write_options(self) -> None:
        chat_id, options = self._id, to_json(self._session.options)
        self._put(lambda connection: writing.set_options(connection, chat_id, options))

    def _add(self, message: Message) -> None:
        row, owner_id, now_s = row_of(self._session.conversation, message), self._store.owner_id, time.time()
        self._put(lambda connection: writing.add_messages(connection, [row], owner_id))
        self._choose(message)
        self._put(lambda connection: writing.touch(connection, row.chat_id, now_s, revives=True), is_news=True)

    def _append(self, message_id: str, part: str, text: str) -> None:
        owner_id = self._store.owner_id
        self._store.inbox.gather(
            (message_id, part),
            text,
            lambda whole: Write(lambda connection: writing.append(connection, message_id, part, whole, owner_id)),
        )

    def _update(self, message: Message, *, takes_over: bool = False) -> None:
        row, owner_id, now_s = row_of(self._session.conversation, message), self._store.owner_id, time.time()
        self._put(lambda connection: writing.update_message(connection, row, owner_id, takes_over=takes_over))
        self._put(lambda connection: writing.touch(connection, row.chat_id, now_s), is_news=True)

    def _choose(self, message: Message) -> None:
        chat_id, parent_id, message_id = self._id, message.parent_id, message.id
        self._put(lambda connection: writing.choose(connection, chat_id, parent_id, message_id))
        if not parent_id:
            title = self._session.conversation.title_of(message.title_text)
            self._put(lambda connection: writing.set_words_title(connection, chat_id, title), is_news=True)

    def _remove(self, messages: Sequence[Message]) -> None:
        """Messages that are none of the conversation's any more."""
        message_ids, now_s = [message.id for message in messages], time.time()
        self._put(lambda connection: writing.remove_messages(connection, message_ids, now_s), is_news=True)

    def _restore(self, messages: Sequence[Message]) -> None:
        """They are back."""
        message_ids = [message.id for message in messages]
        self._put(lambda connection: writing.remove_messages(connection, message_ids, None), is_news=True)

    def _put(self, work: Callable[..., object], *, is_news: bool = False) -> None:
        self._store.inbox.put(Write(work, frozenset([self._id]) if is_news else frozenset()))
