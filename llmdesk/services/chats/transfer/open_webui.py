"""Open WebUI's export of chats: a list with ``chat.history.messages``, a tree by ``parentId`` (pure)."""

from __future__ import annotations

import html
import re
from typing import Any

from llmdesk.datatypes.model import ErrorInfo
from llmdesk.errors import LlmdeskError
from llmdesk.services.chats.transfer.drafts import DraftChat, DraftMessage
from llmdesk.services.chats.transfer.values import Object, flag, items, number, obj, objects, text, time_s

PROGRAM = "Open WebUI"

_DETAILS_BEGIN = re.compile(r"<details\b([^<>]{0,4000})>\s*(?:<summary>[^<]{0,1000}</summary>)?\n?")
_DETAILS_END = "</details>"
_ATTRIBUTE = re.compile(r'(\w+)="([^"]{0,4000})"')
_QUOTE = re.compile(r"^> ?", re.M)


def is_chat(value: Any) -> bool:
    """True for a chat of this format."""
    return bool(_history(obj(value)))


def read(chat: Object) -> DraftChat:
    """One of them."""
    content = obj(chat.get("chat")) or chat
    history = _history(chat)
    params = obj(content.get("params"))
    entries = {text(key): obj(entry) for key, entry in obj(history.get("messages")).items()}
    return DraftChat(
        PROGRAM,
        text(chat.get("id")) or text(content.get("id")),
        text(chat.get("title")) or text(content.get("title")),
        tuple(_draft(key, entries[key]) for key in _in_order(entries)),
        text(history.get("currentId")) or text(history.get("current_id")),
        time_s(chat.get("created_at")) or time_s(content.get("timestamp")),
        time_s(chat.get("updated_at")),
        text(params.get("system")) or text(content.get("system")),
        flag(chat.get("pinned")),
        flag(chat.get("archived")),
    )


def _history(chat: Object) -> Object:
    history = obj((obj(chat.get("chat")) or chat).get("history"))
    return history if isinstance(history.get("messages"), dict) else {}


def _in_order(entries: dict[str, Object]) -> list[str]:
    """Versions in the order of their parent's ``childrenIds``, the rest as it stands in the file."""
    places = {
        text(child): place
        for entry in entries.values()
        for place, child in enumerate(items(entry.get("childrenIds")))
        if isinstance(child, str)
    }
    return sorted(entries, key=lambda key: places.get(key, 0))


def _draft(key: str, entry: Object) -> DraftMessage:
    role, parent = text(entry.get("role")), text(entry.get("parentId"))
    created_s = time_s(entry.get("timestamp"))
    words = _words(entry)
    if role == "user":
        return DraftMessage(key, parent, "user", words, created_s=created_s)
    if role != "assistant":
        return DraftMessage(key, parent, "hidden")
    said, reasoning, reasoning_s = _in_parts(words)
    return DraftMessage(
        key,
        parent,
        "assistant",
        said,
        reasoning or text(entry.get("reasoning_content")),
        reasoning_s,
        text(entry.get("model")),
        created_s,
        "cancelled" if entry.get("done") is False else None,
        _error(entry.get("error")),
    )


def _words(entry: Object) -> str:
    content = entry.get("content")
    if isinstance(content, str):
        parts = [text(content)]
    else:
        parts = [
            text(part.get("text")) or ("[Image]" if "image" in text(part.get("type")) else "")
            for part in objects(content)
        ]
    for file in objects(entry.get("files")):
        name = text(file.get("name")) or text(obj(file.get("file")).get("filename"))
        parts.append("[Image]" if file.get("type") == "image" else f"[File: {name}]" if name else "")
    return "\n\n".join(filter(str.strip, parts))


def _in_parts(words: str) -> tuple[str, str, float]:
    """Answer, reasoning and its seconds: Open WebUI keeps reasoning and calls of tools in the text, as HTML."""
    said: list[str] = []
    reasoning: list[str] = []
    seconds, place = 0.0, 0
    while (begin := _DETAILS_BEGIN.search(words, place)) is not None:
        attributes = dict(_ATTRIBUTE.findall(begin[1]))
        end = words.find(_DETAILS_END, begin.end())
        if end < 0:
            break
        if "type" not in attributes:  # the answer's own
            said.append(words[place : end + len(_DETAILS_END)])
        else:
            said.append(words[place : begin.start()])
            if attributes["type"] == "reasoning":
                body = words[begin.end() : end]
                reasoning.append(_QUOTE.sub("", html.unescape(body)).strip())
                seconds += _seconds(attributes.get("duration", ""))
        place = end + len(_DETAILS_END)
    said.append(words[place:])
    return "".join(said).strip("\n"), "\n\n".join(filter(None, reasoning)), seconds


def _seconds(words: str) -> float:
    try:
        return max(0.0, number(float(words)))
    except ValueError:
        return 0.0


def _error(error: Any) -> ErrorInfo | None:
    if not error:
        return None
    said = text(error) or text(obj(error).get("content")) or text(obj(error).get("message"))
    return LlmdeskError(said or "Open WebUI got no answer.", "").info()
