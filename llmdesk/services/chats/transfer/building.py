"""A draft becomes a chat of ours (pure)."""

from __future__ import annotations

import time
from collections import Counter
from hashlib import blake2b
from uuid import UUID

from llmdesk.errors import TransferError
from llmdesk.services.chats.chat_options import ChatOptions
from llmdesk.services.chats.conversation import Conversation
from llmdesk.services.chats.kept import ChatInfo, KeptChat
from llmdesk.services.chats.message import Message, MessageState
from llmdesk.services.chats.transfer.drafts import DraftChat, DraftMessage, Turned, in_turns
from llmdesk.words import say

_LINE_CHARS = 200


class NothingSaid(TransferError):
    """A chat without a word."""


def kept_chat(draft: DraftChat) -> KeptChat:
    """The same chat in our own form.

    Raises:
        NothingSaid: it is empty.
        TransferError: it cannot be a chat.
    """
    turned = in_turns(draft)
    if not turned:
        raise NothingSaid(say("It has no messages."), "")
    now_s = time.time()
    first_s = next((each.message.created_s for each in turned if each.message.created_s), 0.0)
    created_s = draft.created_s or first_s
    last_s = max(each.message.created_s for each in turned)
    chat_id = _chat_id(draft, created_s)
    messages = _messages(turned, chat_id, created_s or now_s)
    title = " ".join(draft.title.split())[:_LINE_CHARS]
    conversation = Conversation.of(chat_id, messages, _chosen_ids(turned, messages), title)
    info = ChatInfo(
        id=conversation.id,
        title=conversation.title,
        is_title_own=bool(title),
        # What lies in the future is now: else the chat would stand above all new ones for years. Its id stays its own.
        created_s=min(created_s or now_s, now_s),
        changed_s=min(max(draft.changed_s, last_s, created_s) or now_s, now_s),
        is_pinned=draft.is_pinned,
        is_archived=draft.is_archived,
        message_count=len(messages),
    )
    return KeptChat(info, conversation, ChatOptions(system_prompt=draft.system_prompt))


def _chat_id(draft: DraftChat, created_s: float) -> str:
    """Always the same one for the same chat of the same program: so it is not imported twice."""
    known_by = draft.id or "\0".join((draft.title, *(message.text for message in draft.messages)))
    return _lasting_id(created_s, f"{draft.program}\0{known_by}")


def _lasting_id(created_s: float, known_by: str) -> str:
    """An id like those of ids.py, but with a digest where they have a counter and chance."""
    bits = int.from_bytes(blake2b(known_by.encode("utf-8", "replace"), digest_size=10).digest())
    counter, random = bits >> 62 & 0xFFF, bits & ((1 << 62) - 1)
    return str(UUID(int=round(created_s * 1000) << 80 | 7 << 76 | counter << 64 | 0b10 << 62 | random))


def _messages(turned: tuple[Turned, ...], chat_id: str, begin_s: float) -> list[Message]:
    """Ids hold the time, and are always the same for the same message, too."""
    messages: list[Message] = []
    used: Counter[str] = Counter()  # what fills a gap, and ways through the same steps, share an id of the file
    for each in turned:
        known_by = f"{chat_id}\0{each.message.role}\0{each.message.id}"
        used[known_by] += 1
        message_id = _lasting_id(each.message.created_s or begin_s, f"{known_by}\0{used[known_by]}")
        messages.append(_message(each.message, message_id, messages[each.parent].id if each.parent >= 0 else ""))
    return messages


def _message(draft: DraftMessage, message_id: str, parent_id: str) -> Message:
    if draft.role == "user":
        return Message(message_id, parent_id, "user", pieces=[draft.text])
    state: MessageState = "done"
    if draft.error is not None:
        state = "failed"
    elif draft.finish_reason == "cancelled" or draft.is_empty:
        state = "cancelled"
    finish_reason = draft.finish_reason or ("cancelled" if state == "cancelled" else "stop")
    return Message(
        message_id,
        parent_id,
        "assistant",
        state,
        draft.model_id,
        finish_reason=None if state == "failed" else finish_reason,
        error=draft.error,
        pieces=[draft.text] if draft.text else [],
        reasoning_pieces=[draft.reasoning] if draft.reasoning else [],
        reasoning_s=draft.reasoning_s if draft.reasoning else 0.0,
    )


def _chosen_ids(turned: tuple[Turned, ...], messages: list[Message]) -> frozenset[str]:
    """One of each set of versions: the last one that was shown."""
    chosen = {message.parent_id: message.id for each, message in zip(turned, messages, strict=True) if each.is_shown}
    return frozenset(chosen.values())
