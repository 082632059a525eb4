"""Chats that somebody had, for the real store."""

from __future__ import annotations

import datetime
import time
from collections.abc import Sequence

from llmdesk.services.chats.chat_options import ChatOptions
from llmdesk.services.chats.conversation import Conversation
from llmdesk.services.chats.ids import id_at
from llmdesk.services.chats.kept import ChatInfo, KeptChat
from llmdesk.services.chats.message import Message
from llmdesk.services.chats.store import ChatStore

DAY_S = 86_400.0
MINUTE_S = 60.0


def kept_chat(
    title: str,
    turns: Sequence[tuple[str, str]] = (("a prompt", "an answer"),),
    *,
    ago_s: float = MINUTE_S,
    folder: str = "",
    is_pinned: bool = False,
    is_unread: bool = False,
    is_archived: bool = False,
) -> KeptChat:
    """A chat whose last message came that long ago."""
    changed_s = _before_now_s(ago_s)
    first_s = changed_s - len(turns) * 0.01
    messages: list[Message] = []
    for number, (prompt, answer) in enumerate(turns):
        parent_id = messages[-1].id if messages else ""
        asked = Message(id_at(first_s + number * 0.01), parent_id, "user", pieces=[prompt])
        messages.append(asked)
        messages.append(Message(id_at(first_s + number * 0.01 + 0.002), asked.id, "assistant", "done", pieces=[answer]))
    chat_id = id_at(first_s)
    conversation = Conversation.of(chat_id, messages, {message.id for message in messages}, title)
    info = ChatInfo(
        chat_id,
        title,
        is_title_own=True,
        created_s=first_s,
        changed_s=changed_s,
        is_pinned=is_pinned,
        folder=folder,
        is_archived=is_archived,
        is_unread=is_unread,
        message_count=len(messages),
    )
    return KeptChat(info, conversation, ChatOptions())


def _before_now_s(ago_s: float) -> float:
    """What was a moment ago was today, also right after midnight."""
    now_s = time.time()
    midnight_s = datetime.datetime.combine(datetime.date.today(), datetime.time()).timestamp()
    return max(now_s - ago_s, midnight_s + 1 - ago_s / DAY_S) if ago_s < DAY_S / 2 else now_s - ago_s


def fill(chats: Sequence[KeptChat]) -> None:
    """Into the file of this test's home."""
    store = ChatStore()
    for chat in chats:
        store.add(chat)
    assert store.flush(60)
    store.close()
