"""Our own JSON, in which nothing of a chat is lost (docs/chat-format.md; pure).

A message has the fields of the dataclass ``Message``, its words as ``text``, and ``is_chosen``. What is read is checked
against the types of these dataclasses: the file may come from anybody.
"""

from __future__ import annotations

import json
import math
import re
import time
from collections.abc import Iterable, Iterator
from dataclasses import asdict, fields
from functools import cache
from typing import Any
from uuid import UUID

from llmdesk import __version__
from llmdesk.errors import TransferError
from llmdesk.services.chats.chat_options import ChatOptions
from llmdesk.services.chats.conversation import Conversation
from llmdesk.services.chats.ids import new_id, time_of
from llmdesk.services.chats.kept import ChatInfo, KeptChat
from llmdesk.services.chats.message import Message
from llmdesk.services.chats.prompt_queue import QueuedPrompt
from llmdesk.services.chats.transfer.values import LATEST_S, Object, items, obj, parse, text
from llmdesk.services.files.attachment import Attachment
from llmdesk.toml_file import mistake
from llmdesk.words import say

FORMAT = "llmdesk-chats"
VERSION = 1

_HEAD = re.compile(r'\s*\{[^\[\]{}]{0,2000}"chats"\s*:\s*\[')  # what stands before the chats is short and flat
_INFO_FIELDS = tuple(field.name for field in fields(ChatInfo) if field.name != "message_count")


def chats_json(chats: Iterable[KeptChat]) -> str:
    """A document with these chats."""
    return "".join(pieces(chats))


def pieces(chats: Iterable[KeptChat]) -> Iterator[str]:
    """The same bit by bit: only one chat need be in memory."""
    yield f'{{"format": "{FORMAT}", "version": {VERSION}, "written_by": "llmdesk {__version__}", "chats": ['
    separator = "\n"
    for kept in chats:
        yield separator + json.dumps(chat_object(kept), ensure_ascii=False, indent=1)
        separator = ",\n"
    yield "\n]}\n"


def chat_object(kept: KeptChat) -> Object:
    """A chat as it stands in the document."""
    found: Object = {name: getattr(kept.info, name) for name in _INFO_FIELDS}
    conversation = kept.conversation
    found["options"] = asdict(kept.options)
    found["draft"] = kept.draft
    found["draft_files"] = [asdict(each) for each in kept.draft_files]
    found["queue"] = [asdict(prompt) for prompt in kept.queue]
    found["messages"] = [_message_object(message, conversation) for message in conversation.messages]
    return found


def _message_object(message: Message, conversation: Conversation) -> Object:
    found: Object = {"id": message.id, "parent_id": message.parent_id, "role": message.role}
    found["is_chosen"] = conversation.is_chosen(message)
    found["text"] = message.text
    found |= asdict(message)
    del found["pieces"]
    return found


def first_chat(written: str) -> int | None:
    """Where the first chat of a document begins; None if it is another format.

    Raises:
        TransferError: a later version wrote it.
    """
    found = _HEAD.match(written)
    if found is None:
        return None
    try:
        head = parse(f"{found[0]}]}}", FORMAT)
    except TransferError:  # whoever reads all of it says so
        return None
    return found.end() if is_document(head) else None


def is_document(value: Any) -> bool:
    """True for a document of ours. Raises TransferError: a later version wrote it."""
    if obj(value).get("format") != FORMAT:
        return False
    version = value.get("version")
    if not isinstance(version, int) or version > VERSION:
        raise TransferError(say("A newer version of llmdesk wrote this."), say("Update llmdesk to import it."))
    return True


def read(chat: Object) -> KeptChat:
    """One of them. Raises TransferError if it is not what we write."""
    _check_values(chat)
    messages = [_message(message) for message in items(chat.get("messages"))]
    _check_tree(messages)
    chosen = {text(obj(each).get("id")) for each in items(chat.get("messages")) if obj(each).get("is_chosen") is True}
    _check_id(text(chat.get("id")))
    info = _valid(ChatInfo, {name: chat[name] for name in _INFO_FIELDS if name in chat})
    if not all(0 <= time_s <= LATEST_S for time_s in (info.created_s, info.changed_s)):
        raise _damaged(say("a time is outside the calendar"))
    options = _valid(ChatOptions, obj(chat.get("options")))
    conversation = Conversation.of(info.id, messages, chosen, "")
    if info.is_title_own or info.title not in ("", conversation.words_title):  # the user's, or a model's
        conversation.name = info.title
    values = {name: getattr(info, name) for name in _INFO_FIELDS}
    now_s = time.time()  # what lies in the future is now, as with other programs' chats (building.py)
    values |= {"created_s": min(info.created_s, now_s), "changed_s": min(info.changed_s, now_s)}
    queue = tuple(map(_queued, items(chat.get("queue"))))
    files = tuple(_valid(Attachment, obj(each)) for each in items(chat.get("draft_files")))
    counted = ChatInfo(**values, message_count=len(messages))
    return KeptChat(counted, conversation, options, text(chat.get("draft")), queue, files)


def _message(value: Any) -> Message:
    found = obj(value)
    if found.get("state") == "running":  # it was exported while it was written
        found = {**found, "state": "interrupted"}
    words = text(found.get("text"))
    message: Message = _valid(Message, {**found, "pieces": [words] if words else []})
    _check_id(message.id)
    return message


def _queued(value: Any) -> QueuedPrompt:
    """One prompt that waits; only its words where an earlier version wrote it."""
    found: Object = {"text": value} if isinstance(value, str) else obj(value)
    prompt: QueuedPrompt = _valid(QueuedPrompt, {**found, "id": new_id()})
    return prompt


def _valid(kind: Any, value: Object) -> Any:
    from pydantic import ValidationError

    try:
        return _adapter(kind).validate_python(value)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        where = ".".join(map(str, first["loc"])) or kind.__name__
        raise _damaged(say("{place}: {wanted}", place=where, wanted=mistake(dict(first)))) from error


@cache
def _adapter(kind: Any) -> Any:
    from pydantic import TypeAdapter  # takes a while to import

    return TypeAdapter(kind)


def _check_values(chat: Object) -> None:
    """Numbers that are none and halves of surrogate pairs pass JSON's grammar, and nothing after it."""
    waiting: list[Any] = [chat]
    while waiting:
        value = waiting.pop()
        if isinstance(value, dict):
            waiting += [*value.keys(), *value.values()]
        elif isinstance(value, list):
            waiting += value
        elif isinstance(value, float) and not math.isfinite(value):
            raise _damaged(say("a number is infinite"))
        elif isinstance(value, int) and abs(value) >= 1 << 63:
            raise _damaged(say("a number is too large"))
        elif isinstance(value, str) and text(value) != value:
            raise _damaged(say("a character is only half there"))


def _check_tree(messages: list[Message]) -> None:
    roles = {"": "assistant"}
    unanswered: set[str] = set()
    for message in messages:
        if message.id in roles:
            raise _damaged(say("two messages have the same id"))
        above = roles.get(message.parent_id)
        if above is None:
            raise _damaged(say("a message follows one that is not before it"))
        if (above, message.role) not in (("assistant", "user"), ("user", "assistant")):
            raise _damaged(say("prompts and answers do not take turns"))
        roles[message.id] = message.role
        unanswered.discard(message.parent_id)
        if message.role == "user":
            unanswered.add(message.id)
    if unanswered:
        raise _damaged(say("a prompt has no answer"))


def _check_id(value: str) -> None:
    """Ids hold the time that they were made at."""
    try:
        is_ours = UUID(value).version == 7 and value == str(UUID(value)) and time_of(value) <= LATEST_S
    except ValueError:
        is_ours = False
    if not is_ours:
        raise _damaged(say("an id is none of llmdesk's"))


def _damaged(reason: str) -> TransferError:
    return TransferError(say("It is damaged: {reason}.", reason=reason), say("Export it once more."))
