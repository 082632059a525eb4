"""What a chat at work tells its listeners (plain data; see ``session.py`` for the thread)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from llmdesk.datatypes.chat import Failed, Finished, TokenEvent
from llmdesk.services.chats.message import Message
from llmdesk.services.chats.running_answer import Progress, RunningAnswer

if TYPE_CHECKING:
    from llmdesk.services.chats.session import Session


@dataclass(frozen=True, slots=True)
class AnswerStarted:
    """A request was submitted."""

    session: Session
    answer: RunningAnswer


@dataclass(frozen=True, slots=True)
class Progressed:
    """Something happened before the first word (``session.answer.progress`` is the same)."""

    session: Session
    progress: Progress


@dataclass(frozen=True, slots=True)
class TokensCame:
    """New tokens; their text is in the conversation already."""

    session: Session
    events: Sequence[TokenEvent]


@dataclass(frozen=True, slots=True)
class AnswerEnded:
    """The one terminal event, after the conversation took it; ``session.answer`` is None again."""

    session: Session
    message: Message
    event: Finished | Failed


@dataclass(frozen=True, slots=True)
class OptionsChanged:
    """Other options count from the next request on."""

    session: Session


@dataclass(frozen=True, slots=True)
class DraftChanged:
    """Something else is being written for this chat."""

    session: Session


@dataclass(frozen=True, slots=True)
class DraftFilesChanged:
    """Other files are attached to what is being written."""

    session: Session


@dataclass(frozen=True, slots=True)
class QueueChanged:
    """Other prompts wait for the running answer, or none (``session.queue``). ``is_typing``: only in a row's field."""

    session: Session
    is_typing: bool = False


SessionChange = (
    AnswerStarted
    | Progressed
    | TokensCame
    | AnswerEnded
    | OptionsChanged
    | DraftChanged
    | DraftFilesChanged
    | QueueChanged
)
SessionListener = Callable[[SessionChange], None]
