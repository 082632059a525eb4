"""LM Studio's ``*.conversation.json``: a list of messages, each with the versions that it has had (pure).

What follows a message follows the version of it that is selected.
"""

from __future__ import annotations

from typing import Any

from llmdesk.datatypes.chat import FinishReason
from llmdesk.services.chats.transfer.drafts import DraftChat, DraftMessage
from llmdesk.services.chats.transfer.values import Object, flag, index, obj, objects, text, time_s

PROGRAM = "LM Studio"

_REASONS: dict[str, FinishReason] = {
    "eosFound": "stop",
    "stopStringFound": "stop",
    "toolCalls": "stop",
    "maxPredictedTokensReached": "length",
    "contextLengthReached": "context_full",
    "userStopped": "cancelled",
    "modelUnloaded": "cancelled",
    "failed": "cancelled",
}


def is_chat(value: Any) -> bool:
    """True for a chat of this format."""
    messages = obj(value).get("messages")
    if not isinstance(messages, list):
        return False
    if not messages:
        return "usePerChatPredictionConfig" in value or "clientInput" in value
    return any("versions" in message for message in objects(messages))


def read(chat: Object, name: str) -> DraftChat:
    """A chat; ``name`` is its file's, by which it is known (LM Studio names files by the moment they were made)."""
    created_s = time_s(chat.get("createdAt"))
    messages: list[DraftMessage] = []
    above = ""
    for place, message in enumerate(objects(chat.get("messages"))):
        versions = objects(message.get("versions"))
        selected = min(index(message.get("currentlySelected")), max(0, len(versions) - 1))
        for number, version in enumerate(versions):
            messages.append(_draft(f"{place}.{number}", above, version))
        if versions:
            above = f"{place}.{selected}"
    return DraftChat(
        PROGRAM,
        f"{name}:{created_s:.3f}",
        text(chat.get("name")),
        tuple(messages),
        above,
        created_s,
        max(time_s(chat.get("userLastMessagedAt")), time_s(chat.get("assistantLastMessagedAt")), created_s),
        _system_prompt(chat),
        flag(chat.get("pinned")),
    )


def _system_prompt(chat: Object) -> str:
    fields = objects(obj(chat.get("perChatPredictionConfig")).get("fields"))
    found = [text(field.get("value")) for field in fields if field.get("key") == "llm.prediction.systemPrompt"]
    return next(filter(None, found), "") or text(chat.get("systemPrompt"))


def _draft(message_id: str, above: str, version: Object) -> DraftMessage:
    role = text(version.get("role"))
    if role == "user":
        return DraftMessage(message_id, above, "user", _words(version))
    if role != "assistant":
        return DraftMessage(message_id, above, "hidden")
    steps = [step for step in objects(version.get("steps")) if step.get("type") == "contentBlock"]
    said = [step for step in steps if obj(step.get("style")).get("type") != "thinking"]
    thought = [step for step in steps if obj(step.get("style")).get("type") == "thinking"]
    return DraftMessage(
        message_id,
        above,
        "assistant",
        "\n\n".join(filter(None, (_words(version), *map(_words, said)))),
        "\n\n".join(filter(None, map(_words, thought))),
        model_id=text(obj(version.get("senderInfo")).get("senderName")),
        finish_reason=_finish_reason(steps),
    )


def _finish_reason(steps: list[Object]) -> FinishReason | None:
    reasons = [text(obj(obj(step.get("genInfo")).get("stats")).get("stopReason")) for step in steps]
    return _REASONS.get(next(filter(None, reversed(reasons)), ""))


def _words(holder: Object) -> str:
    """What a version or a step says; ``isStructural`` are the model's own marks around its reasoning."""
    content = holder.get("content")
    if isinstance(content, str):
        return text(content)
    parts: list[str] = []
    for part in objects(content):
        if part.get("type") == "text" and not flag(part.get("isStructural")):
            parts.append(text(part.get("text")))
        elif part.get("type") == "file":
            kind = "Image" if part.get("fileType") == "image" else "File"
            parts.append(f"[{kind}: {text(part.get('fileIdentifier')) or text(part.get('name'))}]")
    return "\n\n".join(part.strip("\n") for part in parts if part.strip())
