"""The search for passages before a question is sent (threads: as the session's)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from llmdesk.datatypes.chat import GenerationRequest
from llmdesk.datatypes.model import ErrorInfo
from llmdesk.services.chats.searched import Searched
from llmdesk.services.collections.passage import Passage
from llmdesk.services.files.attachment import Attachment


@dataclass(frozen=True, slots=True)
class SourceQuestion:
    """What is to be searched for.

    Attributes:
        text: the user's words, or the names of the files that were sent without any.
        collection_ids: where.
        files: attached ones that are too long to be sent whole.
        request: what would be sent without passages: it says what is left for them.
    """

    text: str
    collection_ids: tuple[str, ...]
    files: tuple[Attachment, ...]
    request: GenerationRequest


class SourceFinder(Protocol):
    """Searches away from the thread of the sessions, which never waits for it."""

    def find(
        self,
        question: SourceQuestion,
        searching: Callable[[int], None],
        done: Callable[[tuple[Passage, ...], Searched], None],
        failed: Callable[[ErrorInfo], None],
    ) -> Callable[[], None]:
        """Begin a search; returns what gives it up, after which nothing is called any more.

        Args:
            searching: called when it is known how many passages there are.
            done, failed: one of them is called, once, on the thread of the sessions.
        """


@dataclass(frozen=True, slots=True)
class Searching:
    """A question's passages are looked for. ``passages``: among so many; 0: not known yet."""

    request_id: str
    passages: int = 0
