"""What is attached to the prompts that are being written, with what is still being read (GUI thread only)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from weakref import WeakKeyDictionary

from llmdesk.datatypes.model import ErrorInfo
from llmdesk.listeners import Listeners, Unsubscribe
from llmdesk.services.chats.ids import new_id
from llmdesk.services.chats.session import Session
from llmdesk.services.files.attachment import Attachment

MAX_ATTACHED = 60
_WHOLE_SHARE = 0.75  # of the context: the rest is for the question and the answer


@dataclass(frozen=True, slots=True)
class DraftFile:
    """One of them: being read while it has neither attachment nor error.

    ``is_searched``: with those before it, it has more tokens than the model's context has room for; passages of it that
    fit the question are sent instead.
    """

    name: str
    attachment: Attachment | None = None
    error: ErrorInfo | None = None
    is_searched: bool = False
    path: str = ""
    id: str = field(default_factory=new_id)

    @property
    def is_reading(self) -> bool:
        """True until it is known what it is."""
        return self.attachment is None and self.error is None


class Draft:
    """Those of one chat, in the order in which they were attached."""

    def __init__(self, attachments: tuple[Attachment, ...] = ()) -> None:
        self.files = tuple(DraftFile(attachment.name, attachment, path=attachment.path) for attachment in attachments)

    @property
    def attachments(self) -> tuple[Attachment, ...]:
        """What is read."""
        return tuple(file.attachment for file in self.files if file.attachment is not None)

    @property
    def to_send(self) -> tuple[Attachment, ...]:
        """The same, with what is to be searched instead of being told."""
        return tuple(
            replace(file.attachment, is_searched=file.is_searched) for file in self.files if file.attachment is not None
        )

    @property
    def searches(self) -> bool:
        """True if one of them is too long to be told."""
        return any(file.is_searched for file in self.files)

    @property
    def is_reading(self) -> bool:
        """True while one of them is not read yet."""
        return any(file.is_reading for file in self.files)

    @property
    def failed(self) -> DraftFile | None:
        """The first that cannot be sent."""
        return next((file for file in self.files if file.error is not None), None)

    def has(self, path: str) -> bool:
        """True if this file is attached already. One that could not be read is taken away: it may be better now."""
        self.files = tuple(file for file in self.files if file.path != path or file.error is None)
        return any(file.path == path for file in self.files)

    def add(self, file: DraftFile) -> None:
        """At the end."""
        self.files = (*self.files, file)

    def holds(self, file_id: str) -> bool:
        """False once it was removed."""
        return any(file.id == file_id for file in self.files)

    def replace(self, file_id: str, *new: DraftFile) -> None:
        """Others in its place; nothing if it was removed meanwhile."""
        place = next((i for i, file in enumerate(self.files) if file.id == file_id), None)
        if place is not None:
            self.files = (*self.files[:place], *new, *self.files[place + 1 :])

    def count(self, file_id: str, tokens: int) -> None:
        """The model counted the tokens of one."""
        for file in self.files:
            if file.id == file_id and file.attachment is not None:
                self.replace(file_id, replace(file, attachment=replace(file.attachment, token_count=tokens)))

    def measure(self, context_tokens: int) -> None:
        """Which ones a model can take whole, in their order; 0: nobody knows, so all."""
        room = round(_WHOLE_SHARE * context_tokens)
        measured: list[DraftFile] = []
        for file in self.files:
            is_whole = not context_tokens or _tokens(file) <= room
            room -= _tokens(file) if is_whole else 0
            measured.append(replace(file, is_searched=not is_whole))
        self.files = tuple(measured)

    def clear(self) -> None:
        """They were sent."""
        self.files = ()


def _tokens(file: DraftFile) -> int:
    return file.attachment.token_count if file.attachment is not None else 0


class Drafts:
    """Those of all open chats. What is read is kept with the session, which brings it back.

    Attributes:
        can_search: what is too long for the context can be searched; else it is sent whole, and the engine refuses it.
    """

    def __init__(self) -> None:
        self.can_search = False
        self._drafts: WeakKeyDictionary[Session, Draft] = WeakKeyDictionary()
        self._listeners = Listeners[Session]()

    def of(self, session: Session) -> Draft:
        """What is attached in this chat."""
        if session not in self._drafts:
            self._drafts[session] = Draft(session.draft_files)
        return self._drafts[session]

    def holder(self, file_id: str) -> Session | None:
        """The chat in which a file is attached by now; None: it was removed."""
        return next((session for session, draft in self._drafts.items() if draft.holds(file_id)), None)

    def subscribe(self, listener: Callable[[Session], None]) -> Unsubscribe:
        """Hear of the chats in which something else is attached."""
        return self._listeners.add(listener)

    def tell(self, session: Session) -> None:
        """What is attached in this chat has changed."""
        session.draft_files = self.of(session).attachments
        self._listeners.tell(session)

    def clear(self, session: Session) -> None:
        """It was sent."""
        self.of(session).clear()
        self.tell(session)

    def move(self, left: Session, to: Session) -> None:
        """What was attached in an empty chat that is gone, unless the other one has its own."""
        files = self.of(left).files
        if files and not self.of(to).files:
            self._drafts[to].files = files
            self.of(left).clear()
            self.tell(to)
