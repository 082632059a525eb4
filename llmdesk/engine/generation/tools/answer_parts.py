"""An answer as it streams, in its parts: reasoning, text for the reader, and calls of tools (pure).

It is read letter by letter, so that pieces of any size give the same. What may become a mark is held back until it is
certain; what looked like a call and is none becomes text, mark and all.
"""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from llmdesk.datatypes.tools import CallDelta, ToolUse
from llmdesk.engine.generation.tools.call_readers import ListReader, NamedReader, ObjectReader
from llmdesk.engine.generation.tools.calls import Calls, Progress, Reader
from llmdesk.engine.generation.tools.dialects import PLAIN, Dialect, Opening, ReasoningMarks
from llmdesk.engine.generation.tools.json_reader import SPACES
from llmdesk.engine.generation.tools.tag_readers import PythonReader, TagReader

_READERS: dict[str, Callable[[Calls], Reader]] = {"{": ObjectReader, "[": ListReader, "<": TagReader}
"""By the first letter of a call."""

_LONGEST_DOUBT = 2000
"""Letters after an opening within which a call must be certain: what is none is read again, as text."""


@dataclass(frozen=True, slots=True)
class Piece:
    """What a piece of an answer adds to its parts; false if that is nothing."""

    text: str = ""
    reasoning: str = ""
    calls: tuple[CallDelta, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.text or self.reasoning or self.calls)


class AnswerParts:
    """Reads one answer.

    Args:
        dialect: how calls are written.
        use: what may be called; without tools nothing is a call.
        marks: around the reasoning; None: there is none.
        is_reasoning: the answer begins within the reasoning.
        goes_on: it is the rest of an answer, so that spaces at its beginning count.

    Attributes:
        is_reasoning: where the answer is now.
        reasoning_tokens: so many of its pieces were of the reasoning or its marks.
    """

    def __init__(
        self,
        dialect: Dialect = PLAIN,
        use: ToolUse = ToolUse(),  # noqa: B008  (frozen)
        marks: ReasoningMarks | None = None,
        is_reasoning: bool = False,
        goes_on: bool = False,
    ) -> None:
        self._openings = {opening.text: opening for opening in dialect.openings} if use.tools else {}
        self._marks, self._is_parallel = marks, use.is_parallel
        self._calls = Calls({tool.name: json.loads(tool.parameters) for tool in use.callable})
        self.is_reasoning, self.reasoning_tokens = is_reasoning, 0
        self._told: list[Piece] = []
        self._region: _Region | None = None
        self._held = ""
        self._is_first = True  # nothing was said yet
        self._may_reason = not is_reasoning
        self._drops_spaces = is_reasoning and not goes_on
        self._texts: dict[Literal["text", "reasoning"], list[str]] = {"text": [], "reasoning": []}

    @property
    def is_over(self) -> bool:
        """There is the one call that may be, so the rest of the answer is not wanted."""
        return bool(self._calls.ended) and not self._is_parallel

    def feed(self, text: str) -> Piece:
        """What the next piece adds, which is a token's."""
        if not (self._openings or self.is_reasoning or self._held or self._drops_spaces or self._watches_reasoning):
            return self._noted(Piece(text))
        was_reasoning = self.is_reasoning
        self._read(deque(text))
        self.reasoning_tokens += was_reasoning or self.is_reasoning
        return self._noted(self._news())

    @property
    def told(self) -> Piece:
        """All parts of the answer so far, each call in one piece."""
        calls: dict[int, CallDelta] = {}
        for delta in (delta for piece in self._told for delta in piece.calls):
            old = calls.get(delta.index, CallDelta(delta.index))
            calls[delta.index] = CallDelta(delta.index, old.name + delta.name, old.arguments + delta.arguments)
        text, reasoning = "".join(p.text for p in self._told), "".join(p.reasoning for p in self._told)
        return Piece(text, reasoning, tuple(calls.values()))

    def _noted(self, piece: Piece) -> Piece:
        if piece:
            self._told.append(piece)
        return piece

    def rest(self) -> Piece:
        """What was held back, at the end of the answer. A call that has not really begun is text."""
        while self._region is not None and not self.is_over:
            region, self._region = self._region, None
            self._read(self._leftover(region))
        self._calls.end()
        if not self.is_over:
            self._say(self._held)
        self._held = ""
        return self._noted(self._news())

    def _read(self, letters: deque[str]) -> None:
        while letters and not self.is_over:
            letter = letters.popleft()
            if self._region is not None:
                self._in_region(letter, letters)
            elif self.is_reasoning:
                self._in_reasoning(letter)
            else:
                self._in_text(letter)

    def _news(self) -> Piece:
        piece = Piece("".join(self._texts["text"]), "".join(self._texts["reasoning"]), self._calls.news())
        self._texts = {"text": [], "reasoning": []}
        return piece

    @property
    def _watches_reasoning(self) -> bool:
        return self._marks is not None and self._may_reason and self._is_first

    def _in_reasoning(self, letter: str) -> None:
        assert self._marks is not None
        self._held += letter
        closing, held = self._marks.closing, self._held.lstrip(SPACES)
        if held == closing:
            self.is_reasoning, self._held, self._drops_spaces = False, "", True
        elif not closing.startswith(held):
            self._release((closing,))

    def _in_text(self, letter: str) -> None:
        self._held += letter
        held = self._held.lstrip(SPACES)
        marks = [o.text for o in self._openings.values() if self._is_first or not o.only_first]
        if self._watches_reasoning:
            assert self._marks is not None
            marks += [mark for mark in (self._marks.opening, self._marks.plain) if mark]
            if held and held == self._marks.plain:
                self._may_reason, self._held, self._drops_spaces = False, "", True
                return
            if held == self._marks.opening:
                self.is_reasoning, self._may_reason, self._held, self._drops_spaces = True, False, "", True
                return
        if held in marks:
            self._region, self._held = _Region(self._openings[held], self._held, self._calls), ""
        elif not any(mark.startswith(held) for mark in marks):
            self._release(tuple(marks))

    def _release(self, marks: tuple[str, ...]) -> None:
        """Say what is held, but for an end of it that may become a mark."""
        held = self._held
        for at in range(1, len(held) + 1):
            rest = held[at:].lstrip(SPACES)
            if any(mark.startswith(rest) for mark in marks):
                break
        # What follows a text is no beginning of an answer any more.
        self._say(held[:at])
        self._held = held[at:]

    def _say(self, text: str) -> None:
        if self._drops_spaces:
            text = text.lstrip(SPACES)
        if not text:
            return
        self._drops_spaces = False
        if not self.is_reasoning and text.strip(SPACES):
            self._is_first = False
        self._texts["reasoning" if self.is_reasoning else "text"].append(text)

    def _in_region(self, letter: str, letters: deque[str]) -> None:
        assert self._region is not None
        region = self._region
        if region.take(letter) == "more":
            return
        self._region = None
        letters.extendleft(reversed(self._leftover(region)))
        self._calls.end()

    def _leftover(self, region: _Region) -> deque[str]:
        """What of a region is no call, to be read again. If it has none at all, its mark is text, too."""
        if region.has_told:
            self._drops_spaces = True
        else:
            self._say(region.opening_text)
        self._is_first = False
        return deque(region.leftover)


class _Region:
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
        has_ended = isinstance(self._reader, PythonReader)
        self._reader, self._is_closing = None, True
        return "done" if has_ended else "more"

    def _reader_for(self, letter: str) -> Reader | None:
        if self._opening.body == "python" and letter not in "{[":
            return PythonReader(self._calls)
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
