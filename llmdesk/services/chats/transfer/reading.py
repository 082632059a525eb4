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
from llmdesk.error_values import error_info
from llmdesk.errors import LlmdeskError, TransferError
from llmdesk.services.chats.kept import KeptChat
from llmdesk.services.chats.transfer import chatgpt, jan, lm_studio, open_webui, own_format, values
from llmdesk.services.chats.transfer.building import NothingSaid, kept_chat
from llmdesk.services.chats.transfer.containers import THREAD, Entry, entries
from llmdesk.services.chats.transfer.drafts import DraftChat
from llmdesk.words import say

log = logging.getLogger(__name__)

_TITLE_CHARS = 80
Reader = Callable[[values.Object], KeptChat]


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
        yield Read(path.name or str(path), error=error_info(error))
    if not held.is_known:
        yield Read(path.name or str(path), error=_unknown().info())


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
    written = values.decoded(entry.read(), entry.name)
    if (place := own_format.first_chat(written)) is not None:
        held.is_known = True
        yield from (_read(chat, own_format.read) for chat in values.each(written, place, entry.name))
    elif written.lstrip().startswith("["):
        yield from _of_a_list(values.each(written, written.index("[") + 1, entry.name), entry, held)
    else:
        yield from _of_a_document(values.parse(written, entry.name), entry, held)


def _of_a_list(chats: Iterator[Any], entry: Entry, held: _Held) -> Iterator[Read]:
    """Each is recognised by itself. What is no chat is told if others are: else the list is of something else."""
    others: list[str] = []
    is_known = False
    for chat in chats:
        if (read := _reader(chat, entry)) is not None:
            held.is_known = is_known = True
            yield _read(chat, read)
        else:
            others.append(_title(values.obj(chat)))
    if is_known:
        yield from (Read(name, error=_no_chat().info()) for name in others)


def _of_a_document(document: Any, entry: Entry, held: _Held) -> Iterator[Read]:
    if entry.name == THREAD and jan.is_thread(document):
        held.is_known = True
        held.threads[entry.folder] = document
        return
    if own_format.is_document(document):  # its parts stand in another order than we write them
        held.is_known = True
        yield from (_read(chat, own_format.read) for chat in values.items(document.get("chats")))
        return
    under_a_key = values.items(values.obj(document).get("conversations"))  # ChatGPT's, in some exports
    for chat in under_a_key or [document]:
        if (read := _reader(chat, entry)) is not None:
            held.is_known = True
            yield _read(chat, read)


def _reader(chat: Any, entry: Entry) -> Reader | None:
    """What reads a chat of this shape."""
    if chatgpt.is_chat(chat):
        return lambda chat: kept_chat(chatgpt.read(chat))
    if open_webui.is_chat(chat):
        return lambda chat: kept_chat(open_webui.read(chat))
    if lm_studio.is_chat(chat):
        name = entry.name.removesuffix(".json").removesuffix(".conversation")
        return lambda chat: kept_chat(lm_studio.read(chat, name))
    return None


def _lines(entry: Entry) -> list[values.Object]:
    lines: list[values.Object] = []
    for number, raw in enumerate(entry.read().split(b"\n"), start=1):
        if raw.strip():
            lines.append(values.obj(_line(raw, f"{entry.name}, line {number},")))
    return lines


def _line(raw: bytes, name: str) -> Any:
    return values.parse(values.decoded(raw, name), name)


def _jan_chats(held: _Held) -> Iterator[Read]:
    for folder in sorted({*held.threads, *held.messages}):
        thread, lines = held.threads.get(folder, {}), held.messages.get(folder, [])
        yield _read(thread, lambda thread: kept_chat(_jan_draft(thread, lines, folder)))  # noqa: B023


def _jan_draft(thread: values.Object, lines: list[values.Object], folder: str) -> DraftChat:
    return jan.read(thread, lines, Path(folder).name)


def _read(chat: Any, read: Reader) -> Read:
    found = values.obj(chat)
    name = _title(found)
    try:
        if not isinstance(chat, dict):
            raise _no_chat()
        return Read(name, read(found))
    except NothingSaid:
        return Read(name)
    except LlmdeskError as error:
        return Read(name, error=error_info(error))
    except Exception as error:  # of a shape that nobody has thought of: the other chats can be imported
        log.exception("a chat could not be read")
        return Read(name, error=error_info(error))


def _no_chat() -> TransferError:
    return TransferError(say("It is no chat."), "")


def _title(chat: values.Object) -> str:
    """For messages about it."""
    metadata = values.obj(chat.get("metadata"))
    for title in (chat.get("title"), chat.get("name"), metadata.get("title"), chat.get("id")):
        if found := " ".join(values.text(title).split()):
            return found[:_TITLE_CHARS]
    return "Untitled"
