"""A chat's messages as a tree, for whoever reads it; ``conversation.py`` says what it is and changes it."""

from __future__ import annotations

from collections.abc import Container, Iterable
from typing import Self

from llmdesk.datatypes.chat import ChatMessage
from llmdesk.datatypes.pictures import Picture
from llmdesk.services.chats.ids import new_id
from llmdesk.services.chats.message import Message, Turn, told_of
from llmdesk.services.chats.removal import Branches

BEGINNING = ""
"""The parent of prompts that begin a chat."""
_TITLE_CHARS = 48


class MessageTree:
    """Messages with their versions, and the path of those that are shown.

    Attributes:
        name: a title that the user or a model gave; empty: the words of the first prompt are the title.
    """

    def __init__(self) -> None:
        self.id = new_id()
        self.name = ""
        self._messages: dict[str, Message] = {}
        self._versions: dict[str, list[Message]] = {}  # by parent, the oldest first
        self._chosen: dict[str, Message] = {}  # by parent
        self._branches = Branches(self._messages, self._versions, self._chosen)
        self._path: list[Message] = []

    @classmethod
    def of(cls, chat_id: str, messages: Iterable[Message], chosen_ids: Container[str], name: str = "") -> Self:
        """A conversation that was kept.

        Args:
            messages: parents before children, of versions the oldest first. Those without their parent are left out; a
                prompt whose answer is missing gets an empty one that was interrupted.
            chosen_ids: of the messages; where no version is chosen, the newest is.
        """
        made = cls()
        made.id, made.name = chat_id, name
        for message in messages:
            if message.parent_id == BEGINNING or message.parent_id in made._messages:
                made._put(message)
        for message in made.messages:
            if message.role == "user" and message.id not in made._versions:
                made._put(Message(new_id(), message.id, "assistant", "interrupted"))
        for parent_id, versions in made._versions.items():
            made._chosen[parent_id] = next((each for each in versions if each.id in chosen_ids), versions[-1])
        made._write_path()
        return made

    @property
    def is_empty(self) -> bool:
        """True until the first prompt."""
        return not self._messages

    @property
    def title(self) -> str:
        """Its name, else the beginning of the first prompt shown, in one line; empty while there is none."""
        return self.name or self.words_title

    @property
    def words_title(self) -> str:
        """The same without a name."""
        return self.title_of(self._path[0].title_text if self._path else "")

    @staticmethod
    def title_of(prompt: str) -> str:
        """The beginning of a prompt, in one line."""
        words = " ".join(prompt[: 4 * _TITLE_CHARS].split())
        return words if len(words) <= _TITLE_CHARS else f"{words[: _TITLE_CHARS - 1].rstrip()}…"

    @property
    def path(self) -> tuple[Message, ...]:
        """The messages shown, from the first prompt to the last answer."""
        return tuple(self._path)

    @property
    def turns(self) -> tuple[Turn, ...]:
        """The path in pairs."""
        return tuple(Turn(*pair) for pair in zip(self._path[::2], self._path[1::2], strict=True))

    @property
    def messages(self) -> tuple[Message, ...]:
        """All, also those that are not shown: parents before children, of versions the oldest first."""
        return tuple(self._messages.values())

    def is_chosen(self, message: Message) -> bool:
        """True for the one that is shown of its versions, if what is before it is."""
        return self._chosen.get(message.parent_id) is message

    def message(self, message_id: str) -> Message:
        """Raises KeyError if it is not one of this chat's."""
        return self._messages[message_id]

    def holds(self, message_id: str) -> bool:
        """True for this chat's messages."""
        return message_id in self._messages

    def versions(self, message_id: str) -> tuple[Message, ...]:
        """A message and the others in its place, the oldest first."""
        return tuple(self._versions[self._messages[message_id].parent_id])

    def told(self, answer_id: str, system_prompt: str = "") -> tuple[ChatMessage, ...]:
        """What the model is told to give this answer: system prompt, the turns before with their words, the prompt.

        A stopped answer is told as far as it got; a turn without any answer (failed, stopped early) is left out. What
        an answer reasoned is told beside its words: the model's template says what becomes of it.
        """
        *before, prompt = self._line(self._messages[answer_id].parent_id)
        return (*told_of(before, system_prompt), ChatMessage("user", prompt.told_text, pictures=prompt.pictures))

    def told_next(
        self, text: str, system_prompt: str = "", pictures: tuple[Picture, ...] = ()
    ) -> tuple[ChatMessage, ...]:
        """The same for a prompt that would come at the end of the path."""
        return (*told_of(self._path, system_prompt), ChatMessage("user", text, pictures=pictures))

    def _line(self, message_id: str) -> list[Message]:
        """What leads to a message, from the beginning on, and itself."""
        line = [self._messages[message_id]]
        while (parent_id := line[-1].parent_id) != BEGINNING:
            line.append(self._messages[parent_id])
        return line[::-1]

    def _put(self, message: Message) -> None:
        self._messages[message.id] = message
        self._versions.setdefault(message.parent_id, []).append(message)

    def _write_path(self) -> None:
        self._path.clear()
        message = self._chosen.get(BEGINNING)
        while message is not None:
            self._path.append(message)
            message = self._chosen.get(message.id)
