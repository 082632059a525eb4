"""What other programs' files have in common, and how it becomes a conversation (pure).

Their chats are trees, too, but of any shape: hidden nodes in between, several answers in a row (steps of one), prompts
without an answer. Ours take turns. So hidden nodes are taken out, answers in a row become one, and a prompt that
nobody answered gets an empty answer that was stopped.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal

from llmdesk.datatypes.chat import FinishReason
from llmdesk.datatypes.model import ErrorInfo
from llmdesk.errors import TransferError
from llmdesk.words import say

MAX_CHARS = 200_000_000
"""Of one chat: answers in a row repeat their beginning in each of their versions."""

_CHARS_PER_STEP = 200  # what looking at a step costs, as characters

NO_PROMPT = "(The chat begins with an answer.)"


@dataclass(frozen=True, slots=True)
class DraftMessage:
    """A message as a file has it. ``parent_id`` names another one of the chat, or nobody at the beginning.

    Messages with the same parent are versions of each other, in the order of the list.
    """

    id: str
    parent_id: str
    role: Literal["user", "assistant", "hidden"]
    text: str = ""
    reasoning: str = ""
    reasoning_s: float = 0.0
    model_id: str = ""
    created_s: float = 0.0
    finish_reason: FinishReason | None = None
    error: ErrorInfo | None = None

    @property
    def is_empty(self) -> bool:
        """True if it says nothing."""
        return not (self.text.strip() or self.reasoning.strip() or self.error)


@dataclass(frozen=True, slots=True)
class DraftChat:
    """A chat as a file has it.

    Attributes:
        program: whose format it is, as users know it.
        id: by which that program knows the chat; the same chat has the same one in every export.
        current_id: the last message that was shown.
    """

    program: str
    id: str
    title: str
    messages: tuple[DraftMessage, ...]
    current_id: str = ""
    created_s: float = 0.0
    changed_s: float = 0.0
    system_prompt: str = ""
    is_pinned: bool = False
    is_archived: bool = False


@dataclass(frozen=True, slots=True)
class Turned:
    """A message in a tree in which prompts and answers take turns; parents come before children."""

    message: DraftMessage
    parent: int
    """Index of the message before it, -1 at the beginning."""
    is_shown: bool
    """Of its versions it is the one shown; if that is true of several, the last of them is."""


def in_turns(chat: DraftChat) -> tuple[Turned, ...]:
    """The messages of a chat as our conversations want them; empty if none says anything.

    Raises:
        TransferError: its messages go round in a circle, or it is too large.
    """
    chat = replace(chat, messages=tuple(message for message in chat.messages if message.id))  # "" is the beginning
    tree = _visible_tree(chat)
    return tuple(_Turner(tree, _shown_ids(chat)).run())


_Tree = dict[str, list[DraftMessage]]
"""Visible messages by the visible one before them ("": the beginning)."""


def _visible_tree(chat: DraftChat) -> _Tree:
    by_id = {message.id: message for message in chat.messages}
    if len(by_id) < len(chat.messages):
        raise TransferError(say("Two messages have the same id."))
    children: dict[str, list[DraftMessage]] = {}
    for message in chat.messages:
        children.setdefault(message.parent_id if message.parent_id in by_id else "", []).append(message)
    tree: _Tree = {}
    reached = 0
    waiting = [(message, "") for message in reversed(children.get("", []))]
    while waiting:
        message, above = waiting.pop()
        reached += 1
        is_hidden = message.role == "hidden"
        if message.is_empty:  # an empty answer at an end was stopped early
            is_hidden |= message.role == "user" or message.id in children
        if not is_hidden:
            tree.setdefault(above, []).append(message)
        below = above if is_hidden else message.id
        waiting += [(child, below) for child in reversed(children.get(message.id, []))]
    if reached < len(chat.messages):
        raise TransferError(say("Its messages follow each other in a circle."))
    return tree


def _shown_ids(chat: DraftChat) -> frozenset[str]:
    """The current message and all before it."""
    by_id = {message.id: message for message in chat.messages}
    shown: set[str] = set()
    message = by_id.get(chat.current_id)
    while message is not None and message.id not in shown:
        shown.add(message.id)
        message = by_id.get(message.parent_id)
    return frozenset(shown)


@dataclass(frozen=True, slots=True)
class _Steps:
    """Answers in a row, the last one first."""

    last: DraftMessage
    before: _Steps | None


class _Turner:
    """Walks a tree without recursion: a chat may be deeper than Python's stack."""

    def __init__(self, tree: _Tree, shown: frozenset[str]) -> None:
        self._tree, self._shown = tree, shown
        self._turned: list[Turned] = []
        self._chars = 0

    def run(self) -> list[Turned]:
        """All messages."""
        if not self._says_anything():
            return []
        waiting = [(-1, message, False) for message in reversed(self._tree.get("", []))]
        while waiting:
            parent, message, has_prompt = waiting.pop()
            if message.role == "user" and has_prompt:  # two prompts in a row
                parent = self._add(_silence(message), parent)
            elif message.role == "assistant" and not has_prompt:
                parent = self._add(_question(message), parent)
            if message.role == "user":
                place = self._add(message, parent)
                below = self._tree.get(message.id, [])
                if not below:
                    self._add(_silence(message), place)
                waiting += [(place, child, True) for child in reversed(below)]
            else:
                answers = [(self._add(answer, parent), prompts) for answer, prompts in self._whole_answers(message)]
                for place, prompts in reversed(answers):
                    waiting += [(place, child, False) for child in reversed(prompts)]
        return self._turned

    def _says_anything(self) -> bool:
        return any(not message.is_empty for siblings in self._tree.values() for message in siblings)

    def _whole_answers(self, first: DraftMessage) -> Iterator[tuple[DraftMessage, list[DraftMessage]]]:
        """An answer with the answers in a row after it, once for each way through them; and the prompts that follow."""
        waiting = [_Steps(first, None)]
        while waiting:
            steps = waiting.pop()
            below = self._tree.get(steps.last.id, [])
            prompts = [message for message in below if message.role == "user"]
            further = [message for message in below if message.role == "assistant"]
            if prompts or not further:
                yield self._joined(steps), prompts
            waiting += [_Steps(step, steps) for step in reversed(further)]

    def _joined(self, steps: _Steps) -> DraftMessage:
        """Steps as one answer. It has the id of the last one, which is what is shown or not."""
        parts: list[DraftMessage] = []
        link: _Steps | None = steps
        while link is not None:
            parts.append(link.last)
            link = link.before
        self._count(_CHARS_PER_STEP * len(parts))
        parts.reverse()
        return replace(
            steps.last,
            text="\n\n".join(part.text for part in parts if part.text.strip()),
            reasoning="\n\n".join(part.reasoning for part in parts if part.reasoning.strip()),
            reasoning_s=sum(part.reasoning_s for part in parts),
            model_id=next((part.model_id for part in reversed(parts) if part.model_id), ""),
            created_s=next((part.created_s for part in parts if part.created_s), 0.0),
        )

    def _add(self, message: DraftMessage, parent: int) -> int:
        self._count(len(message.text) + len(message.reasoning))
        self._turned.append(Turned(message, parent, message.id in self._shown))
        return len(self._turned) - 1

    def _count(self, chars: int) -> None:
        self._chars += chars
        if self._chars > MAX_CHARS:
            raise TransferError(say("It is too long: more than {count} characters.", count=f"{MAX_CHARS:,}"))


def _silence(after: DraftMessage) -> DraftMessage:
    """The answer that a prompt did not get. It is shown where ``after`` is."""
    return DraftMessage(after.id, "", "assistant", created_s=after.created_s, finish_reason="cancelled")


def _question(answer: DraftMessage) -> DraftMessage:
    """The prompt that an answer did not have."""
    return DraftMessage(answer.id, "", "user", NO_PROMPT, created_s=answer.created_s)
