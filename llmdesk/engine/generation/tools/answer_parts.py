"""An answer as it streams, in its parts: reasoning, text for the reader, and calls of tools (pure).

It is read letter by letter, so that pieces of any size give the same. What may become a mark is held back until it is
certain; what looked like a call and is none becomes text, mark and all.
"""

from __future__ import annotations

import json
from collections import deque
from dataclasses import dataclass
from typing import Literal

from llmdesk.datatypes.tools import CallDelta, ToolUse
from llmdesk.engine.generation.tools.call_region import CallRegion
from llmdesk.engine.generation.tools.calls import Calls
from llmdesk.engine.generation.tools.dialects import PLAIN, Dialect, ReasoningMarks
from llmdesk.engine.generation.tools.json_reader import SPACES


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
        self._region: CallRegion | None = None
        self._held = ""
        self._is_first = True  # nothing was said yet
        self._may_reason = not is_reasoning
        self._drops_spaces = is_reasoning and not goes_on
        self._texts: dict[Literal["text", "reasoning"], list[str]] = {"text": [], "reasoning": []}

    @property
    def is_over(self) -> bool:
        """There is the one call that may be, so the rest of the answer is not wanted."""
        return bool(self._calls.ended) and not self._is_parallel

    def feed(self, text: str, is_token: bool = True) -> Piece:
        """What the next piece adds, which is a token's, or (``is_token`` false) was held back of earlier ones."""
        if self._is_plain:
            return self._noted(Piece(text))
        was_reasoning = self.is_reasoning
        self._read(deque(text))
        self.reasoning_tokens += is_token and (was_reasoning or self.is_reasoning)
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

    @property
    def _is_plain(self) -> bool:
        """There is nothing to look for (any more)."""
        is_watching = self._openings or self._held or self._drops_spaces or self._watches_reasoning
        return not (is_watching or self.is_reasoning)

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
            self._region, self._held = CallRegion(self._openings[held], self._held, self._calls), ""
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

    def _leftover(self, region: CallRegion) -> deque[str]:
        """What of a region is no call, to be read again. If it has none at all, its mark is text, too."""
        if region.has_told:
            self._drops_spaces = True
        else:
            self._say(region.opening_text)
        self._is_first = False
        return deque(region.leftover)
