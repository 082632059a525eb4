"""From files to chats: whose format is it, and what does it hold (any thread but the GUI thread; reads files).

What is wrong with one chat, or one file of several, hurts no other.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from llmdesk.datatypes.model import ErrorInfo
from llmdesk.errors import LlmdeskError, TransferError, error_info
from llmdesk.services.chats.kept import KeptChat
from llmdesk.services.chats.transfer import chatgpt, jan, lm_studio, open_webui, own_format, values
from llmdesk.services.chats.transfer.building import NothingSaid, kept_chat
from llmdesk.services.chats.transfer.containers import THREAD, Entry, entries
from llmdesk.services.chats.transfer.drafts import DraftChat
from llmdesk.words import say

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Read:
    """A chat that was read, or what is wrong with it; with neither it is empty. ``name``: as users know it."""

    name: str
    chat: KeptChat | None = None
    error: ErrorInfo | None = None


def read_chats(path: Path) -> Iterator[Read]:
    """Whatever chats a file, a folder or a ZIP holds. Does not raise for what is wrong with files."""
    held = _Held()
    try:
        for entry in entries(path):
            try:
                yield from _chats_of(entry, held)
            except LlmdeskError as error:
                held.is_known = True
                yield Read(entry.name, error=error_info(error))
        yield from _jan_chats(held)
    except LlmdeskError as error:
        held.is_known = True
        yield Read(path.name, error=error_info(error))
    if not held.is_known:
        yield Read(path.name, error=_unknown().info())


def _unknown() -> TransferError:
    return TransferError(
        say("There are no chats in it that llmdesk knows how to read."),
        say("It reads exports of llmdesk, ChatGPT, LM Studio, Jan and Open WebUI."),
    )


@dataclass(slots=True)
class _Held:
    """What was found so far; of Jan's folders the parts, until all have been seen."""

    is_known: bool = False
    threads: dict[str, values.Object] = field(default_factory=dict)
    messages: dict[str, list[values.Object]] = field(default_factory=dict)


def _chats_of(entry: Entry, held: _Held) -> Iterator[Read]:
    if entry.name.lower().endswith(".jsonl"):
        lines = _lines(entry)
        if any(map(jan.is_message, lines)):
            held.is_known = True
            held.messages[entry.folder] = lines
        return
    document = values.parse(entry.read(), entry.name)
    if entry.name == THREAD and jan.is_thread(document):
        held.is_known = True
        held.threads[entry.folder] = document
        return
    found = _recognised(document, entry)
    if found is not None:
        held.is_known = True
        chats, read = found
        del document
        yield from (_read(chat, read) for chat in chats)


def _recognised(document: Any, entry: Entry) -> tuple[list[Any], Callable[[values.Object], KeptChat]] | None:
    """The chats in a document, and what reads one of them."""
    if (chats := own_format.chats_in(document)) is not None:
        return chats, own_format.read
    if (chats := chatgpt.chats_in(document)) is not None:
        return chats, lambda chat: kept_chat(chatgpt.read(chat))
    if (chats := open_webui.chats_in(document)) is not None:
        return chats, lambda chat: kept_chat(open_webui.read(chat))
    if (chats := lm_studio.chats_in(document)) is not None:
        name = entry.name.removesuffix(".json").removesuffix(".conversation")
        return chats, lambda chat: kept_chat(lm_studio.read(chat, name))
    return None


def _lines(entry: Entry) -> list[values.Object]:
    lines: list[values.Object] = []
    for number, raw in enumerate(entry.read().split(b"\n"), start=1):
        if raw.strip():
            lines.append(values.obj(values.parse(raw, f"{entry.name}, line {number},")))
    return lines


def _jan_chats(held: _Held) -> Iterator[Read]:
    for folder in sorted({*held.threads, *held.messages}):
        thread, lines = held.threads.get(folder, {}), held.messages.get(folder, [])
        yield _read(thread, lambda thread: kept_chat(_jan_draft(thread, lines, folder)))  # noqa: B023


def _jan_draft(thread: values.Object, lines: list[values.Object], folder: str) -> DraftChat:
    return jan.read(thread, lines, Path(folder).name)


def _read(chat: Any, read: Callable[[values.Object], KeptChat]) -> Read:
    found = values.obj(chat)
    name = " ".join(_title(found).split())[:80]
    try:
        if not isinstance(chat, dict):
            raise TransferError(say("It is no chat."), "")
        return Read(name, read(found))
    except NothingSaid:
        return Read(name)
    except LlmdeskError as error:
        return Read(name, error=error_info(error))
    except Exception as error:  # of a shape that nobody has thought of: the other chats can be imported
        log.exception("a chat could not be read")
        return Read(name, error=error_info(error))


def _title(chat: values.Object) -> str:
    metadata = values.obj(chat.get("metadata"))
    for title in (chat.get("title"), chat.get("name"), metadata.get("title"), chat.get("id")):
        if found := values.text(title):
            return found
    return "Untitled"
