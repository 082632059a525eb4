"""OpenAI's export of ChatGPT: ``conversations.json``, since 2026 ``conversations-000.json`` and so on (pure).

Each chat has a ``mapping`` of nodes. Newer exports leave out some of the ``children``, so ``parent`` is what counts.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Literal

from llmdesk.services.chats.transfer.drafts import DraftChat, DraftMessage
from llmdesk.services.chats.transfer.values import Object, flag, items, number, obj, objects, text, time_s

PROGRAM = "ChatGPT"

_CITATION = re.compile(
    "\ue200[^\ue201]{0,2000}\ue201"
)  # ``cite``, a mark and numbers; nothing in the file resolves them
_CODE_RECIPIENTS = ("python", "code")
_FENCE = "````"


def is_chat(value: Any) -> bool:
    """True for a chat of this format."""
    return isinstance(value, dict) and "mapping" in value


def read(chat: Object) -> DraftChat:
    """One of them. Raises nothing: what is of a wrong type is not there."""
    mapping = {text(key): obj(node) for key, node in obj(chat.get("mapping")).items()}
    parents = _parents(mapping)
    model_id = text(chat.get("default_model_slug")) or text(chat.get("model_slug"))
    nodes = sorted(mapping, key=lambda key: time_s(_message(mapping[key]).get("create_time")))
    return DraftChat(
        PROGRAM,
        text(chat.get("conversation_id")) or text(chat.get("id")),
        text(chat.get("title")),
        tuple(_draft(key, parents.get(key, ""), _message(mapping[key]), model_id) for key in nodes),
        text(chat.get("current_node")),
        time_s(chat.get("create_time")),
        time_s(chat.get("update_time")),
        "\n\n".join(_system_prompts(mapping)),
        flag(chat.get("is_starred")) or time_s(chat.get("pinned_time")) > 0,
        flag(chat.get("is_archived")),
    )


def _parents(mapping: dict[str, Object]) -> dict[str, str]:
    """What each node says itself; else who has it among its children."""
    found = {text(child): key for key, node in mapping.items() for child in items(node.get("children"))}
    said = {key: text(node.get("parent")) for key, node in mapping.items()}
    return found | {key: parent for key, parent in said.items() if parent and parent in mapping}


def _message(node: Object) -> Object:
    return obj(node.get("message"))


def _system_prompts(mapping: dict[str, Object]) -> Iterator[str]:
    for node in mapping.values():
        message = _message(node)
        content = obj(message.get("content"))
        if _role(message) == "system" and content.get("content_type") == "text" and not _is_marked_hidden(message):
            words = _parts(content)
            if words.strip():
                yield words


def _draft(key: str, parent: str, message: Object, model_id: str) -> DraftMessage:
    role, words, reasoning = _said(message)
    metadata = obj(message.get("metadata"))
    is_answer = role == "assistant"
    return DraftMessage(
        key,
        parent,
        role,
        words,
        reasoning,
        number(metadata.get("finished_duration_sec")) if is_answer else 0.0,
        (text(metadata.get("model_slug")) or model_id) if is_answer else "",
        time_s(message.get("create_time")),
        "length" if is_answer and obj(metadata.get("finish_details")).get("type") == "max_tokens" else None,
    )


def _role(message: Object) -> str:
    return text(obj(message.get("author")).get("role"))


def _is_marked_hidden(message: Object) -> bool:
    metadata = obj(message.get("metadata"))
    return flag(metadata.get("is_visually_hidden_from_conversation")) or flag(metadata.get("is_user_system_message"))


def _said(message: Object) -> tuple[Literal["user", "assistant", "hidden"], str, str]:
    """Role, words and reasoning of a node."""
    content = obj(message.get("content"))
    kind, role = text(content.get("content_type")), _role(message)
    if not message or _is_marked_hidden(message) or kind in ("user_editable_context", "model_editable_context"):
        return "hidden", "", ""
    if role == "user":
        return "user", _with_files(_parts(content), message), ""
    if role == "tool":
        return _of_a_tool(kind, content)
    if role != "assistant":
        return "hidden", "", ""
    if kind in ("thoughts", "reasoning_recap"):
        return "assistant", "", _thoughts(content)
    recipient = text(message.get("recipient")) or "all"
    if kind == "code" and recipient in _CODE_RECIPIENTS:
        return "assistant", f"{_FENCE}python\n{_body(content)}\n{_FENCE}", ""
    if recipient != "all":
        return "hidden", "", ""  # a call of a tool
    return "assistant", _CITATION.sub("", _parts(content)), ""


def _of_a_tool(kind: str, content: Object) -> tuple[Literal["assistant", "hidden"], str, str]:
    """Of what tools said, the results of code and images are worth reading."""
    if kind == "execution_output" and _body(content).strip():
        return "assistant", f"{_FENCE}text\n{_body(content)}\n{_FENCE}", ""
    if kind == "multimodal_text":
        return "assistant", _parts(content), ""
    return "hidden", "", ""


def _thoughts(content: Object) -> str:
    """A recap ("Thought for 12 seconds") says nothing that is worth keeping."""
    thoughts = objects(content.get("thoughts"))
    parts = [f"{text(each.get('summary'))}\n\n{text(each.get('content'))}".strip() for each in thoughts]
    return "\n\n".join(filter(None, parts))


def _body(content: Object) -> str:
    return text(content.get("text")) or _parts(content)


def _parts(content: Object) -> str:
    parts = items(content.get("parts"))
    if not parts:
        return text(content.get("text"))
    return "\n\n".join(filter(str.strip, (_part(part) for part in parts)))


def _part(part: Any) -> str:
    """A piece of text, or anything else told in words."""
    if isinstance(part, str):
        return text(part)
    found = obj(part)
    kind = text(found.get("content_type"))
    if words := text(found.get("text")):
        return words
    if "image" in kind:
        prompt = text(obj(obj(found.get("metadata")).get("dalle")).get("prompt"))
        size = f"{number(found.get('width')):.0f} × {number(found.get('height')):.0f}"
        return f"[Image: {prompt or size}]"
    return f"[{'Audio' if 'audio' in kind else kind.replace('_', ' ') or 'Something'}]" if found else ""


def _with_files(words: str, message: Object) -> str:
    """Names of what was attached, below the words; images are told already."""
    attachments = objects(obj(message.get("metadata")).get("attachments"))
    names = [
        f"[File: {text(each.get('name'))}]"
        for each in attachments
        if text(each.get("name")) and not text(each.get("mime_type") or each.get("mimeType")).startswith("image/")
    ]
    return "\n\n".join(filter(None, (words, *names)))
