"""Chats from other programs, or from another llmdesk, into the store (any thread but the GUI thread)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path

from llmdesk.datatypes.model import ErrorInfo
from llmdesk.errors import StoreError, TransferError, WorkStopped
from llmdesk.services.chats.kept import ChatInfo, KeptChat
from llmdesk.services.chats.store import ChatStore
from llmdesk.services.chats.transfer.exporting import Progress
from llmdesk.services.chats.transfer.reading import Read, read_chats
from llmdesk.services.chats.transfer.values import UnreadableFile
from llmdesk.words import say

_BATCH = 25
_WRITE_S = 60.0


@dataclass(slots=True)
class Imported:
    """What has become of an import.

    Attributes:
        added: chats that are new here.
        known: chats that were here already; they stay as they are.
        empty: chats without a word.
        failed: what could not be imported, and why (``failure_words`` tells it).
        is_stopped: it was stopped before the end; what had been added stays.
    """

    added: list[ChatInfo] = field(default_factory=list)
    known: list[ChatInfo] = field(default_factory=list)
    empty: int = 0
    failed: list[tuple[str, ErrorInfo]] = field(default_factory=list)
    is_stopped: bool = False

    def summary(self) -> str:
        """In a few sentences."""
        parts = [f"{_count(len(self.added))} imported."]
        if self.known:
            parts.append(f"{_count(len(self.known))} {_were(len(self.known))} here already and stayed as before.")
        if self.empty:
            parts.append(f"{_count(self.empty)} {_were(self.empty)} empty.")
        if self.failed:
            parts.append(f"{_count(len(self.failed))} could not be imported.")
        return " ".join(parts)


def failure_words(name: str, error: ErrorInfo) -> str:
    """One of ``Imported.failed`` in a sentence that names it, once."""
    if error.kind == UnreadableFile.__name__:
        return error.user_message
    return say("“{name}”: {reason}", name=name, reason=error.user_message)


def _count(count: int) -> str:
    return f"{count:,} chat{'' if count == 1 else 's'}"


def _were(count: int) -> str:
    return "was" if count == 1 else "were"


def import_chats(
    paths: Iterable[Path],
    store: ChatStore,
    progress: Progress | None = None,
    told: Callable[[Progress], None] = lambda progress: None,
) -> Imported:
    """Add all chats in these files, folders and ZIPs that are not here yet. Each is there whole or not at all.

    ``told`` is called after each chat.

    Raises:
        StoreError: chats cannot be written here.
    """
    progress = progress or Progress()
    made = Imported()
    batch: list[KeptChat] = []
    try:
        for path in paths:
            for read in read_chats(path):
                progress.check()
                _note(read, made, batch)
                if len(batch) >= _BATCH:
                    _write(batch, store, made)
                progress.done += 1
                told(progress)
    except WorkStopped:
        made.is_stopped = True
    _write(batch, store, made)
    return made


def _note(read: Read, made: Imported, batch: list[KeptChat]) -> None:
    if read.error is not None:
        made.failed.append((read.name, read.error))
    elif read.chat is None:
        made.empty += 1
    else:
        batch.append(read.chat)


def _write(batch: list[KeptChat], store: ChatStore, made: Imported) -> None:
    """Empties the batch. What was written is looked at again: an id of a message may belong to another chat."""
    if not batch:
        return
    ids = {kept.info.id for kept in batch}
    known, were_here = {info.id for info in store.infos(ids)}, store.ids_here(ids)
    new: list[KeptChat] = []
    for kept in batch:
        if kept.info.id in known:
            made.known.append(kept.info)
        else:
            known.add(kept.info.id)
            new.append(kept)
            store.add(kept)
    batch.clear()
    if not store.flush(_WRITE_S):
        raise store.problem or StoreError(say("The chats could not be written."))
    counts = {info.id: info.message_count for info in store.infos([kept.info.id for kept in new])}
    for kept in new:
        if counts.get(kept.info.id, 0) >= kept.info.message_count:
            made.added.append(kept.info)
        else:
            if kept.info.id not in were_here:
                store.purge([kept.info.id])
            error = TransferError(say("Its messages belong to another chat here."), "")
            made.failed.append((kept.info.title, error.info()))
