"""Jan's folders of a chat: ``thread.json`` says what it is called, ``messages.jsonl`` has a message a line (pure)."""

from __future__ import annotations

from typing import Any

from llmdesk.datatypes.chat import FinishReason
from llmdesk.datatypes.model import ErrorInfo
from llmdesk.errors import LlmdeskError
from llmdesk.services.chats.transfer.drafts import DraftChat, DraftMessage
from llmdesk.services.chats.transfer.values import Object, flag, obj, objects, text, time_s
from llmdesk.words import say

PROGRAM = "Jan"

_REASONS: dict[str, FinishReason] = {"stopped": "cancelled", "pending": "cancelled"}


def is_thread(document: Any) -> bool:
    """True for the content of a ``thread.json``."""
    thread = obj(document)
    return thread.get("object") == "thread" or ("assistants" in thread and "id" in thread)


def is_message(document: Any) -> bool:
    """True for a line of a ``messages.jsonl``."""
    message = obj(document)
    return message.get("object") == "thread.message" or ("thread_id" in message and "content" in message)


def read(thread: Object, lines: list[Object], name: str) -> DraftChat:
    """A chat. ``thread`` may be empty; ``name``: of its folder, which is its id where nothing else says one."""
    assistant = next(iter(objects(thread.get("assistants"))), {})
    model_id = text(obj(thread.get("model")).get("id")) or text(obj(assistant.get("model")).get("id"))
    messages: list[DraftMessage] = []
    above = ""
    for place, line in enumerate(lines):
        message = _draft(str(place), above, line, model_id)
        messages.append(message)
        above = message.id
    metadata = obj(thread.get("metadata"))
    thread_id = text(thread.get("id")) or next((text(line.get("thread_id")) for line in lines), "") or name
    return DraftChat(
        PROGRAM,
        thread_id,
        text(thread.get("title")) or text(metadata.get("title")),
        tuple(messages),
        above,
        time_s(thread.get("created")) or next((message.created_s for message in messages if message.created_s), 0.0),
        time_s(thread.get("updated")),
        text(assistant.get("instructions")),
        flag(thread.get("isFavorite")) or flag(metadata.get("is_favorite")),
    )


def _draft(message_id: str, above: str, line: Object, model_id: str) -> DraftMessage:
    role = text(line.get("role"))
    created_s = time_s(line.get("created_at"))
    content = objects(line.get("content"))
    if role == "user":
        return DraftMessage(message_id, above, "user", _words(content), created_s=created_s)
    if role != "assistant":
        return DraftMessage(message_id, above, "hidden")
    status = text(line.get("status"))
    return DraftMessage(
        message_id,
        above,
        "assistant",
        _words(content),
        "\n\n".join(filter(None, (_value(part) for part in content if part.get("type") == "reasoning"))),
        model_id=text(obj(line.get("metadata")).get("modelId")) or model_id,
        created_s=created_s,
        finish_reason=_REASONS.get(status),
        error=_error(line) if status == "error" else None,
    )


def _error(line: Object) -> ErrorInfo:
    code = text(line.get("error_code")) or "unknown"
    return LlmdeskError(say("Jan could not answer this: {code}.", code=code)).info()


def _words(content: list[Object]) -> str:
    return "\n\n".join(filter(str.strip, (_part(part) for part in content)))


def _part(part: Object) -> str:
    match part.get("type"):
        case "text":
            return _value(part)
        case "image_url" | "image":
            return "[Image]"
        case "pdf" | "file":
            return f"[File: {text(obj(part.get('text')).get('value')) or text(part.get('name')) or 'PDF'}]"
        case _:
            return ""  # reasoning has a place of its own, calls of tools are not shown


def _value(part: Object) -> str:
    found = part.get("text")
    return text(obj(found).get("value")) or text(found)
