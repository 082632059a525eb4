"""What is known of chats that are kept (plain data)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from llmdesk.datatypes.chat import Role
from llmdesk.services.chats.chat_options import ChatOptions
from llmdesk.services.chats.conversation import Conversation
from llmdesk.services.chats.prompt_queue import QueuedPrompt


@dataclass(frozen=True, slots=True)
class ChatInfo:
    """A line of the list of chats. Times are seconds since 1970.

    Attributes:
        title: the user's own if ``is_title_own``, else the model's, else the beginning of the first prompt.
        changed_s: when the last message came or ended.
        folder: empty for none.
        is_unread: an answer has ended while another chat was shown.
        message_count: of all versions.
    """

    id: str
    title: str = ""
    is_title_own: bool = False
    created_s: float = 0.0
    changed_s: float = 0.0
    is_pinned: bool = False
    folder: str = ""
    is_archived: bool = False
    is_unread: bool = False
    message_count: int = 0


@dataclass(frozen=True, slots=True)
class Hit:
    """A message that was found, or a title (``role`` "title", no ``message_id``).

    ``excerpt`` is a part of it in one line; ``marks`` are the places in there that matched, each (first, end).
    """

    chat_id: str
    chat_title: str
    message_id: str
    role: Role | Literal["title"]
    excerpt: str
    marks: tuple[tuple[int, int], ...]
    created_s: float

    @property
    def words(self) -> tuple[str, ...]:
        """What matched, each once, in small letters."""
        return tuple(dict.fromkeys(self.excerpt[first:end].casefold() for first, end in self.marks))


@dataclass(frozen=True, slots=True)
class KeptChat:
    """All of a chat. The conversation is a new object; it belongs to the thread that uses it first."""

    info: ChatInfo
    conversation: Conversation
    options: ChatOptions
    draft: str = ""
    queue: tuple[QueuedPrompt, ...] = ()


@dataclass(frozen=True, slots=True)
class ChatsChanged:
    """These chats were added, renamed, moved, deleted, or have other messages: read what is known of them anew."""

    chat_ids: frozenset[str]
