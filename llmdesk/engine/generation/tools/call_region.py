"""A part of an answer that may be calls: from a mark that opens it to what ends it (pure)."""

from __future__ import annotations

from collections.abc import Callable

from llmdesk.engine.generation.tools.call_readers import ListReader, NamedReader, ObjectReader, SectionReader
from llmdesk.engine.generation.tools.calls import Calls, Progress, Reader
from llmdesk.engine.generation.tools.dialects import Opening
from llmdesk.engine.generation.tools.json_reader import SPACES
from llmdesk.engine.generation.tools.tag_readers import PairReader, PythonReader, TagReader

_READERS: dict[str, Callable[[Calls], Reader]] = {"{": ObjectReader, "[": ListReader, "<": TagReader}
"""By the first letter of a call."""

_READ_THEIR_END = (PairReader, PythonReader, SectionReader)
"""What closes their calls is theirs to read."""

_LONGEST_DOUBT = 2000
"""Letters after an opening within which a call must be certain: what is none is read again, as text."""


class CallRegion:
    """From an opening to what ends the calls there.

    Attributes:
        opening_text: the mark, and what was held before it.
    """

    def __init__(self, opening: Opening, held: str, calls: Calls) -> None:
        self._opening, self._calls = opening, calls
        self._ended_before = calls.ended
        self._reader: Reader | None = None
        self._doubtful: list[str] = []  # read since the last whole call
        self._ended = calls.ended
        self._after = ""  # what follows the calls, and may be the closing
        self._is_closing = self._is_lost = False
        self.opening_text = held
        if opening.is_body:
            for letter in opening.text:
                self._in_body(letter)

    @property
    def has_told(self) -> bool:
        """A call was told, so its mark is none of the text."""
        return self._calls.is_open or self._calls.ended > self._ended_before

    @property
    def leftover(self) -> str:
        """What was read and belongs to no call, once the region has ended."""
        if self._calls.is_open:  # told and then broken, or not at its end
            return ""
        return self._after if self._is_closing else "".join(self._doubtful)

    def take(self, letter: str) -> Progress:
        """The next letter."""
        if self._is_closing:
            return self._closing(letter)
        if self._is_lost:
            return self._skip(letter)
        if not self._calls.is_open:
            self._doubtful.append(letter)
            if len(self._doubtful) > _LONGEST_DOUBT:
                return "broken"
        progress = self._in_body(letter)
        if self._calls.ended > self._ended:
            self._ended, self._doubtful = self._calls.ended, []
        if progress == "broken" and self._calls.is_open and self._opening.closing:
            self._is_lost = True
            return "more"
        return progress

    def _skip(self, letter: str) -> Progress:
        """The rest of a call that broke after it was told: nobody can use it."""
        self._after = (self._after + letter)[-len(self._opening.closing) :]
        return "done" if self._after == self._opening.closing else "more"

    def _in_body(self, letter: str) -> Progress:
        if self._reader is None:
            if letter in SPACES:
                return "more"
            reader = self._reader_for(letter)
            if reader is None:
                return "broken"
            self._reader = reader
        progress = self._reader.take(letter)
        if progress != "done":
            return progress
        has_ended = isinstance(self._reader, _READ_THEIR_END)
        self._reader, self._is_closing = None, True
        return "done" if has_ended else "more"

    def _reader_for(self, letter: str) -> Reader | None:
        if self._opening.body == "sections":
            return SectionReader(self._calls)
        if self._opening.body == "python" and letter not in "{[":
            return PythonReader(self._calls)
        if self._opening.body == "pairs" and letter != "{":
            return PairReader(self._calls)
        if (make := _READERS.get(letter)) is not None:
            return make(self._calls)
        return NamedReader(self._calls) if self._opening.body == "named" else None

    def _closing(self, letter: str) -> Progress:
        """After a call: its closing, or the next one."""
        after = self._after + letter
        mark = after.lstrip(SPACES + ",;")
        if mark == self._opening.closing != "":
            self._after = ""
            return "done"
        if mark in ("{", "<") and not self._opening.closing.startswith(mark):
            self._after, self._is_closing = "", False
            return self.take(letter)
        self._after = after
        return "more" if self._opening.closing.startswith(mark) else "done"
