"""Files of plain text, read whole (any thread but the window's)."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Container, Iterator
from pathlib import Path

from llmdesk.errors import FileError
from llmdesk.services.chats.context_count import guess_tokens
from llmdesk.services.files.attachment import Attachment, kept_path
from llmdesk.words import printable, say

MAX_TEXT_BYTES = 2_000_000
MAX_FOLDER_FILES = 50
_HINT = say("Attach a part of it, or remove it.")


def read_text(path: Path, most_bytes: int = MAX_TEXT_BYTES) -> Attachment:
    """A text in UTF-8, or UTF-16 with its mark. Raises FileError: no file, too large, or no text."""
    data = read_whole(path, most_bytes, _HINT)
    text = _decoded(path.name, data)
    return Attachment(printable(path.name), "text", len(data), guess_tokens(text), text, path=kept_path(path))


def read_whole(path: Path, most_bytes: int, hint: str | None = None) -> bytes:
    """All of a file. Raises FileError: no file, or (with the hint) too large."""
    try:
        if not stat.S_ISREG(path.stat().st_mode):  # a pipe or a device would never end
            raise FileError(say("{name} is no file.", name=path.name))
        with path.open("rb") as file:
            data = file.read(most_bytes + 1)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise FileError(say("{name} cannot be read: {reason}.", name=path.name, reason=reason)) from error
    if len(data) > most_bytes:
        limit = most_bytes // 1_000_000
        raise FileError(say("{name} is larger than {limit} MB.", name=path.name, limit=limit), hint)
    return data


def files_in(folder: Path) -> list[Path]:
    """The files below a folder, by name; hidden ones and links are left out. Raises FileError: none, or too many."""
    found: list[Path] = []
    for path in walk(folder):
        found.append(path)
        if len(found) > MAX_FOLDER_FILES:
            message = say("{name} has more than {limit} files.", name=folder.name, limit=MAX_FOLDER_FILES)
            raise FileError(message, say("Attach the files that the question is about."))
    if not found:
        raise FileError(say("There are no files in {name}.", name=folder.name), "")
    return found


def walk(
    folder: Path, on_error: Callable[[OSError], None] | None = None, passed_over: Container[str] = ()
) -> Iterator[Path]:
    """All files below a folder, by name; hidden ones, links, and folders of these names are left out."""
    for parent, folders, names in os.walk(folder, onerror=on_error):
        folders[:] = sorted(name for name in folders if not name.startswith(".") and name not in passed_over)
        for name in sorted(names):
            path = Path(parent) / name
            if not name.startswith(".") and not path.is_symlink():
                yield path


def _decoded(name: str, data: bytes) -> str:
    is_utf16 = data[:2] in (b"\xff\xfe", b"\xfe\xff")
    try:
        text = data.decode("utf-16" if is_utf16 else "utf-8-sig")
    except UnicodeDecodeError:
        text = ""
    if "\0" in text or (data and not text):
        raise FileError(
            say("{name} is no text.", name=name), say("Attach text, code, Markdown, CSV, PDF, DOCX, XLSX or an image.")
        )
    if not text.strip():
        raise FileError(say("{name} is empty.", name=name), "")
    return text.replace("\r\n", "\n")
