"""Answers of gpt-oss, which are messages: each has a head that names its channel, and maybe the tool it is for (pure).

``<|channel|>analysis<|message|>...<|end|><|start|>assistant<|channel|>commentary to=functions.name
<|constrain|>json<|message|>{...}<|call|>``, where the recipient may also stand before the channel.
"""

from __future__ import annotations

import re
from collections import deque
from typing import Literal

from llmdesk.datatypes.tools import ToolUse
from llmdesk.engine.generation.tools.answer_parts import AnswerParts, Piece
from llmdesk.engine.generation.tools.dialects import (
    CALL_END,
    CHANNEL,
    MESSAGE,
    MESSAGE_END,
    PLAIN,
    RETURN,
    START,
    Dialect,
    ReasoningMarks,
)
from llmdesk.engine.generation.tools.json_reader import SPACES, ValueReader

_HEAD_BEGINS = (CHANNEL, START, "to=")
_ENDS = (MESSAGE_END, CALL_END, RETURN, START)
_RECIPIENT = re.compile(r"\bto=(?:functions\.)?([\w.-]+)")
_LONGEST_HEAD = 200
_GAP = "\n\n"
"""Between two messages of one kind."""


class HarmonyParts(AnswerParts):
    """See AnswerParts. ``marks`` tell only whether an answer that goes on does so in its reasoning.

    What calls no tool that there is, and a call whose arguments are no JSON object, is text.
    """

    def __init__(
        self,
        dialect: Dialect,
        use: ToolUse = ToolUse(),  # noqa: B008  (frozen)
        marks: ReasoningMarks | None = None,
        is_reasoning: bool = False,
        goes_on: bool = False,
    ) -> None:
        super().__init__(dialect, use, marks, is_reasoning, goes_on)
        self._drops_spaces = False
        self._kind: Literal["text", "reasoning", "call", "head", "rest"] = "head"
        if goes_on or is_reasoning:
            self._kind = "reasoning" if is_reasoning else "text"
        self._recipient = ""
        self._value = ValueReader()
        self._said: set[str] = set()
        self._needs_gap = False

    @property
    def _is_plain(self) -> bool:
        return False

    def rest(self) -> Piece:
        """See AnswerParts. A head that is cut is none of the text."""
        is_headed = self._held.lstrip(SPACES).startswith(_HEAD_BEGINS) and (
            CHANNEL in self._held or START in self._held
        )
        is_cut_head = self._kind == "head" and is_headed
        if (self._kind == "head" and not is_cut_head) or (self._kind == "call" and not self._calls.is_open):
            self._kind = "text"
        self._tell(self._held)
        self._calls.end()
        self._held = ""
        return self._noted(self._news())

    def _read(self, letters: deque[str]) -> None:
        while letters and not self.is_over:
            self._held += letters.popleft()
            if self._kind == "head":
                self._in_head()
            elif self._kind == "call":
                self._in_call()
            else:
                self._in_body()

    def _in_head(self) -> None:
        held = self._held.lstrip(SPACES)
        if self._held.endswith(MESSAGE):
            self._begin(self._held)
        elif held in _ENDS[:-1]:
            self._held = ""
        elif len(held) > _LONGEST_HEAD or not any(
            begin.startswith(held) or (held.startswith(begin) and begin in _HEAD_BEGINS)
            for begin in (*_HEAD_BEGINS, *_ENDS)
        ):
            self._become_text()

    def _begin(self, head: str) -> None:
        """A message, of the kind that its head says."""
        channel, match = head.partition(CHANNEL)[2].lstrip(SPACES), _RECIPIENT.search(head)
        self._held, self._value = "", ValueReader()
        if match is not None and match[1] in self._calls.schemas:
            self._kind, self._recipient = "call", match[1]
        else:
            self._kind = "reasoning" if channel.startswith("analysis") else "text"
        self._needs_gap = self._kind in self._said
        self.is_reasoning = self._kind == "reasoning"

    def _become_text(self) -> None:
        """It was none of what it looked like."""
        self._kind = "text"
        self._in_body()

    def _in_body(self) -> None:
        """Text, reasoning, or what follows a call and is nothing."""
        held = self._held
        if held in _ENDS:
            self._end(held)
            return
        for at in range(len(held)):
            if any(mark.startswith(held[at:]) for mark in _ENDS):
                break
        else:
            at = len(held)
        self._tell(held[:at])
        self._held = held[at:]

    def _end(self, mark: str) -> None:
        """A message is over; what begins the next one may be the same mark."""
        self._kind, self.is_reasoning = "head", False
        self._held = START if mark == START else ""

    def _in_call(self) -> None:
        letter, was_open = self._held[-1], self._calls.is_open
        if not was_open:
            held = self._held.lstrip(SPACES)
            if held in _ENDS:  # it has no arguments
                self._calls.begin(self._recipient)
                self._calls.add("{}")
                self._calls.end()
                self._end(held)
                return
            if any(mark.startswith(held) for mark in _ENDS):  # spaces only, too
                return
            if letter != "{":
                self._become_text()
                return
            self._calls.begin(self._recipient)
        progress, added = self._value.take(letter)
        if added:
            self._calls.add(added)
        if progress != "more":
            self._calls.end()
            self._kind = "rest"
        self._held = ""

    def _tell(self, text: str) -> None:
        if self._kind not in ("text", "reasoning") or not text:
            return
        if self._needs_gap:
            text, self._needs_gap = f"{_GAP}{text}", False
        self._said.add(self._kind)
        self._texts[self._kind].append(text)


def answer_parts(
    dialect: Dialect = PLAIN,
    use: ToolUse = ToolUse(),  # noqa: B008  (frozen)
    marks: ReasoningMarks | None = None,
    is_reasoning: bool = False,
    goes_on: bool = False,
) -> AnswerParts:
    """What reads an answer in this dialect; see AnswerParts."""
    kind = HarmonyParts if dialect.form == "channels" else AnswerParts
    return kind(dialect, use, marks, is_reasoning, goes_on)
