"""Chats to files, folders and ZIPs; whatever is written is there whole or not at all.

Threads: any but the GUI thread.
"""

from __future__ import annotations

import re
import time
import zipfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO, Literal

from llmdesk.datatypes.model import ErrorInfo
from llmdesk.error_values import error_info
from llmdesk.errors import LlmdeskError, TransferError, WorkStopped
from llmdesk.file_errors import said_of_writing
from llmdesk.services.chats.kept import KeptChat
from llmdesk.services.chats.transfer import own_format
from llmdesk.services.chats.transfer.markdown import chat_markdown
from llmdesk.whole_files import writing
from llmdesk.words import say

Format = Literal["markdown", "html", "json", "pdf"]
SUFFIXES: dict[Format, str] = {"markdown": ".md", "html": ".html", "json": ".json", "pdf": ".pdf"}

Render = Callable[[KeptChat], bytes]
Load = Callable[[str], KeptChat]
"""A chat by its id; raises LlmdeskError."""

_UNSAFE = re.compile(r'[\x00-\x1f\x7f<>:"/\\|?*\u202a-\u202e\u2066-\u2069]+')
_RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\.|$)", re.I)  # names of devices on Windows
_MAX_NAME_BYTES = 120
_ZIP_TIMES_S = (315_619_200.0, 4_354_646_400.0)  # ZIPs know no time before 1980 and none after 2107


@dataclass(slots=True)
class Progress:
    """How far a transfer has come; written by its thread, read by any. ``stop`` may be called on any thread."""

    done: int = 0
    total: int = 0
    is_stopped: bool = False

    def stop(self) -> None:
        """End it soon."""
        self.is_stopped = True

    def check(self) -> None:
        """Raises WorkStopped if it is to end."""
        if self.is_stopped:
            raise WorkStopped(say("Stopped."), "")


@dataclass(slots=True)
class Exported:
    """What has become of an export: how many chats were written, and which could not be (id, why)."""

    count: int = 0
    failed: list[tuple[str, ErrorInfo]] = field(default_factory=list)


def render_text(kind: Format) -> Render:
    """What writes a chat in this format. PDF is made by Qt, above the services."""
    if kind == "markdown":
        return lambda kept: chat_markdown(kept).encode()
    if kind == "html":
        from llmdesk.services.chats.transfer.html import chat_html  # with a parser and colours: not before it is needed

        return lambda kept: chat_html(kept).encode()
    return lambda kept: own_format.chats_json([kept]).encode()


class ChatExport:
    """Several chats, loaded one by one: memory does not grow with their number.

    A chat that cannot be loaded is noted in ``result``, and the others go on. Each method raises LlmdeskError, or
    WorkStopped after ``progress.stop()``.
    """

    def __init__(self, chat_ids: Sequence[str], load: Load, progress: Progress | None = None) -> None:
        self._ids, self._load = tuple(chat_ids), load
        self._progress = progress or Progress()
        self._progress.total = len(self._ids)
        self.result = Exported()

    def to_json(self, target: Path) -> None:
        """All in one file of our own format, which can be imported again."""
        with said_of_writing(target, TransferError), writing(target) as out:
            self.to_json_stream(out)

    def to_json_stream(self, out: BinaryIO) -> None:
        """The same to a file that is open."""
        for piece in own_format.pieces(self._chats()):
            out.write(piece.encode())

    def to_file(self, target: Path, render: Render) -> None:
        """A single chat. Raises StoreError, too: it cannot be loaded."""
        for kept in self._chats(raises=True):
            _write_file(kept, target, render)

    def to_stream(self, out: BinaryIO, render: Render) -> None:
        """The same to a file that is open."""
        for kept in self._chats(raises=True):
            out.write(render(kept))

    def to_zip(self, target: Path, suffix: str, render: Render) -> None:
        """A file for each chat."""
        with (
            said_of_writing(target, TransferError),
            writing(target) as out,
            zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive,
        ):
            names = _Names(())
            for kept in self._chats():
                first_s, last_s = _ZIP_TIMES_S
                moment = time.localtime(min(max(kept.info.changed_s, first_s), last_s))[:6]
                entry = zipfile.ZipInfo(names.new(kept.info.title, suffix), moment)
                entry.compress_type = zipfile.ZIP_DEFLATED
                archive.writestr(entry, render(kept))

    def to_folder(self, folder: Path, suffix: str, render: Render) -> None:
        """The same into a folder, which is made if it is not there; files in it are left as they are."""
        with said_of_writing(folder, TransferError):
            folder.mkdir(parents=True, exist_ok=True)
            names = _Names(each.name for each in folder.iterdir())
        for kept in self._chats():
            _write_file(kept, folder / names.new(kept.info.title, suffix), render)

    def _chats(self, *, raises: bool = False) -> Iterator[KeptChat]:
        for chat_id in self._ids:
            self._progress.check()
            try:
                kept = self._load(chat_id)
            except LlmdeskError as error:
                if raises:
                    raise
                self.result.failed.append((chat_id, error_info(error)))
            else:
                yield kept
                self.result.count += 1
            self._progress.done += 1


def file_name(title: str) -> str:
    """A title as the beginning of a file's name that every system takes."""
    name = " ".join(_UNSAFE.sub(" ", title).split()).strip(". ") or "Chat"
    if _RESERVED.match(name):
        name = f"_{name}"
    return name.encode("utf-8", "replace")[:_MAX_NAME_BYTES].decode("utf-8", "ignore").strip(". ")


class _Names:
    """Gives each chat a name that no other file has, also where case does not count."""

    def __init__(self, taken: Iterable[str]) -> None:
        self._taken = {name.casefold() for name in taken}

    def new(self, title: str, suffix: str) -> str:
        stem = file_name(title)
        name, number = f"{stem}{suffix}", 1
        while name.casefold() in self._taken:
            number += 1
            name = f"{stem} ({number}){suffix}"
        self._taken.add(name.casefold())
        return name


def _write_file(kept: KeptChat, target: Path, render: Render) -> None:
    written = render(kept)
    with said_of_writing(target, TransferError), writing(target) as out:
        out.write(written)
