"""Files of llmdesk's own in JSON that anybody may have written: races, recordings (any thread).

All of a file is checked before anything is done with it: that it is a file, its size, its kind and version, its form,
and what its kind says of its values. It is packed where its name ends in .gz.
"""

from __future__ import annotations

import functools
import gzip
import json
import zlib
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Generic, TypeVar

from pydantic import TypeAdapter, ValidationError

from llmdesk.errors import RecordingError
from llmdesk.file_errors import in_words
from llmdesk.services.plain_json import read_json
from llmdesk.toml_file import mistake
from llmdesk.whole_files import OWN, writing
from llmdesk.words import Words, filled, say

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

Content = TypeVar("Content", bound="DataclassInstance")

_GZIP = b"\x1f\x8b"


@dataclass(frozen=True, slots=True)
class KindWords:
    """The sentences about a kind of file; each has a place for the file's ``{name}``.

    Attributes:
        unwritten: with ``{reason}``.
        too_large: with ``{size}``, in MB.
        other, newer: it is of another kind; of a later version, and what to do then.
        damaged: with ``{reason}``, and what to do then.
    """

    unwritten: Words
    too_large: Words
    other: Words
    newer: Words
    newer_hint: Words
    damaged: Words
    damaged_hint: Words


@dataclass(frozen=True, slots=True)
class Kind(Generic[Content]):
    """A kind of file.

    Attributes:
        content: what it holds, with ``format`` and ``version`` among its fields.
        version: the latest that is known here.
        most_bytes: unpacked; a file that claims more is not unpacked any further.
        mistakes: what no content can have been, in words.
        indent: of its lines; None: all in one.
        mode: of a new file: the user's own where chats may be in it, else as of a report (whole_files.py).
    """

    content: type[Content]
    format: str
    version: int
    most_bytes: int
    words: KindWords
    mistakes: Callable[[Content], Iterator[str]]
    indent: int | None = None
    mode: int = OWN

    def write(self, content: Content, path: Path) -> None:
        """Write it whole or not at all. Raises RecordingError."""
        separators = (",", ":" if self.indent is None else ": ")
        text = json.dumps(
            asdict(content), ensure_ascii=False, indent=self.indent, separators=separators, allow_nan=False
        )
        written = gzip.compress(text.encode(), mtime=0) if path.suffix == ".gz" else text.encode()
        try:
            with writing(path, self.mode) as file:
                file.write(written)
        except OSError as error:
            told = filled(self.words.unwritten, name=path.name, reason=error.strerror)
            raise RecordingError(told, say("Choose another folder.")) from error

    def read(self, path: Path) -> Content:
        """Read and check all of it.

        Raises:
            RecordingError: it cannot be read, is of another kind, is damaged, or of a newer version.
        """
        written = self._unpacked(path)
        self._check_head(written, path.name)
        try:
            content: Content = _adapter(self.content).validate_json(written, strict=True)
        except ValidationError as error:
            item = error.errors(include_url=False, include_input=False)[0]
            place = ".".join(str(step) for step in item["loc"]) or "the file"
            raise self._damaged(path.name, f"{place}: {mistake(dict(item))}") from error
        if impossible := next(self.mistakes(content), ""):
            raise self._damaged(path.name, impossible)
        return content

    def _unpacked(self, path: Path) -> bytes:
        try:
            if not path.is_file():
                raise RecordingError(say("{name} is not there, or no file.", name=path.name))
            with path.open("rb") as file:
                is_packed = file.read(2) == _GZIP
                file.seek(0)
                opened = gzip.GzipFile(fileobj=file) if is_packed else file
                content = opened.read(self.most_bytes + 1)
        except (EOFError, zlib.error, gzip.BadGzipFile) as error:
            raise self._damaged(path.name, in_words(error)) from error
        except OSError as error:
            reason = error.strerror or in_words(error)
            raise RecordingError(say("{name} cannot be read: {reason}.", name=path.name, reason=reason)) from error
        if len(content) > self.most_bytes:
            raise RecordingError(filled(self.words.too_large, name=path.name, size=self.most_bytes >> 20))
        return content

    def _check_head(self, written: bytes, name: str) -> None:
        """A file of another kind or of a later version is not called damaged."""
        try:
            head = read_json(written)
        except (ValueError, RecursionError) as error:
            raise self._damaged(name, in_words(error)) from error
        if not isinstance(head, dict) or head.get("format") != self.format:
            raise RecordingError(filled(self.words.other, name=name))
        version = head.get("version")
        if isinstance(version, int) and version > self.version:
            raise RecordingError(filled(self.words.newer, name=name), self.words.newer_hint)

    def _damaged(self, name: str, reason: str) -> RecordingError:
        return RecordingError(filled(self.words.damaged, name=name, reason=reason), self.words.damaged_hint)


@functools.cache
def _adapter(content: type[Content]) -> TypeAdapter[Content]:
    return TypeAdapter(content)
