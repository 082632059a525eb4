"""An open chat as it is at this moment, for another thread to write (on the thread of the session)."""

from __future__ import annotations

import time
from copy import copy
from dataclasses import fields

from llmdesk.services.chats.conversation import Conversation
from llmdesk.services.chats.ids import time_of
from llmdesk.services.chats.kept import ChatInfo, KeptChat
from llmdesk.services.chats.message import Message
from llmdesk.services.chats.session import Session


def snapshot(session: Session) -> KeptChat:
    """Copies of its messages; the session goes on changing its own. What only the store knows is not in the info."""
    conversation = session.conversation
    messages = [_copy(message) for message in conversation.messages]
    chosen = {message.id for message in conversation.messages if conversation.is_chosen(message)}
    copied = Conversation.of(conversation.id, messages, chosen, conversation.name)
    info = ChatInfo(
        conversation.id,
        conversation.title,
        bool(conversation.name),
        time_of(conversation.id),
        time.time(),
        message_count=len(messages),
    )
    return KeptChat(info, copied, session.options, session.draft, session.queue.prompts, session.draft_files)


def _copy(message: Message) -> Message:
    copied = copy(message)
    for field in fields(copied):
        if isinstance(value := getattr(copied, field.name), list):  # the pieces go on growing
            setattr(copied, field.name, list(value))
    return copied
