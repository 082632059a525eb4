"""A message of a chat, and what can happen to messages (plain data)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from llmdesk.datatypes.chat import ChatMessage, FinishReason, GenerationStats, Role, SamplingParams
from llmdesk.datatypes.model import AnsweredBy, ErrorInfo
from llmdesk.datatypes.pictures import Picture
from llmdesk.services.chats.ids import new_id
from llmdesk.services.chats.searched import Searched
from llmdesk.services.collections.passage import Passage, told_with
from llmdesk.services.files.attachment import Attachment, names_of, pictures_of, prompt_with

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
        answered_by: the models that gave it, in turn, as they were loaded then; several if it was continued by one in
            another precision.
        attachments: what a prompt carries besides its words.
        sources: passages of files that were found for a prompt.
        searched: the search for them; None: there was none yet.
        reasoning_tokens, reasoning_s: how much it reasoned so far, and how long.
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
    reasoning_pieces: list[str] = field(default_factory=list)
    """The same of what the model reasoned before the text."""
    reasoning_tokens: int = 0
    reasoning_s: float = 0.0
    answered_by: tuple[AnsweredBy, ...] = ()
    attachments: tuple[Attachment, ...] = ()
    sources: tuple[Passage, ...] = ()
    searched: Searched | None = None

    @property
    def text(self) -> str:
        """All words."""
        return _joined(self.pieces)

    @property
    def told_text(self) -> str:
        """What the model is told of the prompt that it is to answer: files, what was found in others, words."""
        return prompt_with(told_with(self.text, self.sources), self.attachments)

    @property
    def remembered_text(self) -> str:
        """The same once it is answered: passages are found anew for each question, and the context is short."""
        return prompt_with(self.text, self.attachments)

    @property
    def pictures(self) -> tuple[Picture, ...]:
        """The images of a prompt."""
        return pictures_of(self.attachments)

    @property
    def title_text(self) -> str:
        """The words of a prompt; of one without words, the names of its files."""
        return self.text if self.text.strip() else names_of(self.attachments)

    @property
    def reasoning(self) -> str:
        """All that the model reasoned."""
        return _joined(self.reasoning_pieces)

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
        """True for an answer that did not come to an end of its own, and has words to go on from, if only reasoning."""
        is_cut = self.state in ("cancelled", "failed", "interrupted") or self.finish_reason == "length"
        return (
            self.role == "assistant" and is_cut and not self.is_running and bool((self.text or self.reasoning).strip())
        )

    def take_figures(self, stats: GenerationStats | None, by: AnsweredBy | None) -> None:
        """Those of what came since the answer began, or went on, become part of its own."""
        if stats is not None:
            self.stats = stats if self.stats is None else self.stats.continued_by(stats)
        if self.stats is not None and self.stats.reasoning_tokens:
            self.reasoning_tokens, self.reasoning_s = self.stats.reasoning_tokens, self.stats.reasoning_s
        if by is not None and by not in self.answered_by[-1:]:
            self.answered_by += (by,)


@dataclass(frozen=True, slots=True)
class Turn:
    """A prompt and the answer to it that is shown."""

    prompt: Message
    answer: Message


@dataclass(frozen=True, slots=True)
class Removed:
    """What was taken out of a conversation, parents before children, and which of them were shown, for its return.

    ``place``: of the first one among its versions.
    """

    messages: tuple[Message, ...]
    chosen: tuple[Message, ...]
    place: int


def copies_of(line: Sequence[Message]) -> Iterator[Message]:
    """Messages that follow each other, the first one at the beginning of a chat, under ids of their own."""
    parent_id = ""
    for message in line:
        pieces, reasoning_pieces = list(message.pieces), list(message.reasoning_pieces)
        own = replace(message, id=new_id(), parent_id=parent_id, pieces=pieces, reasoning_pieces=reasoning_pieces)
        yield own
        parent_id = own.id


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
class ReasoningAdded:
    """More reasoning of an answer; ``message`` holds it already."""

    message: Message
    text: str


@dataclass(frozen=True, slots=True)
class SourcesFound:
    """A prompt was searched for: ``message.sources`` are there."""

    message: Message


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


@dataclass(frozen=True, slots=True)
class MessagesRemoved:
    """A message and all that follows it (parents before children) are none of the conversation's any more.

    If another version took its place on the path, a PathChanged follows.
    """

    messages: tuple[Message, ...]


@dataclass(frozen=True, slots=True)
class MessagesRestored:
    """They are back, each at its place among the versions by its id. If they are shown, a PathChanged follows."""

    messages: tuple[Message, ...]


Change = (
    MessageAdded
    | TextAdded
    | ReasoningAdded
    | SourcesFound
    | MessageEnded
    | MessageResumed
    | PathChanged
    | MessagesRemoved
    | MessagesRestored
)


def _joined(pieces: list[str]) -> str:
    if len(pieces) > 1:
        pieces[:] = ["".join(pieces)]
    return pieces[0] if pieces else ""


def told_of(line: Sequence[Message], system_prompt: str) -> list[ChatMessage]:
    """Prompts and answers in turn, as a model is told them; turns without a word of an answer are left out."""
    told = [ChatMessage("system", system_prompt)] if system_prompt else []
    for asked, answer in zip(line[::2], line[1::2], strict=True):
        if answer.is_told:
            told.append(ChatMessage("user", asked.remembered_text, pictures=asked.pictures))
            told.append(ChatMessage("assistant", answer.text, reasoning=answer.reasoning))
    return told
