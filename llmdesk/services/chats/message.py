"""A message of a chat, and what can happen to messages (plain data)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from llmdesk.datatypes.chat import FinishReason, GenerationStats, Role, SamplingParams
from llmdesk.datatypes.model import ErrorInfo

MessageState = Literal["running", "done", "cancelled", "failed", "interrupted"]
"""Interrupted: the program ended while the answer ran."""


@dataclass(slots=True, eq=False)
class Message:
    """One message. Only its ``Conversation`` writes to it; everybody else reads.

    Attributes:
        id: of its own, in order of time (ids.py).
        parent_id: the message before it; empty for a prompt that begins the chat. Messages with the same parent are
            versions of each other.
        state: prompts are "done" from the start.
        model_id, sampling: what the answer was asked of and with; empty and None for prompts.
        finish_reason, stats, error: how the answer ended; None before. While an answer goes on that had ended before,
            stats are those of its beginning.
    """

    id: str
    parent_id: str
    role: Role
    state: MessageState = "done"
    model_id: str = ""
    sampling: SamplingParams | None = None
    finish_reason: FinishReason | None = None
    stats: GenerationStats | None = None
    error: ErrorInfo | None = None
    pieces: list[str] = field(default_factory=list)
    """The text as it came; adding to it costs the same however long it is."""

    @property
    def text(self) -> str:
        """All words."""
        if len(self.pieces) > 1:
            self.pieces[:] = ["".join(self.pieces)]
        return self.pieces[0] if self.pieces else ""

    @property
    def is_running(self) -> bool:
        """True until an answer has ended."""
        return self.state == "running"

    @property
    def is_told(self) -> bool:
        """True if later requests carry this answer: one without words would break the change of roles."""
        return not self.is_running and bool(self.text.strip())

    @property
    def can_go_on(self) -> bool:
        """True for an answer that did not come to an end of its own, and has words to go on from."""
        is_cut = self.state in ("cancelled", "failed", "interrupted") or self.finish_reason == "length"
        return self.role == "assistant" and is_cut and not self.is_running and bool(self.text.strip())


@dataclass(frozen=True, slots=True)
class Turn:
    """A prompt and the answer to it that is shown."""

    prompt: Message
    answer: Message


@dataclass(frozen=True, slots=True)
class MessageAdded:
    """A new message. Of its versions it is the one shown."""

    message: Message


@dataclass(frozen=True, slots=True)
class TextAdded:
    """More words of an answer; ``message`` holds them already."""

    message: Message
    text: str


@dataclass(frozen=True, slots=True)
class MessageEnded:
    """No more words come: state, finish reason, figures and error are final."""

    message: Message


@dataclass(frozen=True, slots=True)
class MessageResumed:
    """An answer that had ended is running again, from its last word on."""

    message: Message


@dataclass(frozen=True, slots=True)
class PathChanged:
    """The conversation reads differently from ``message`` on: it is new, or was chosen among its versions."""

    message: Message


Change = MessageAdded | TextAdded | MessageEnded | MessageResumed | PathChanged
