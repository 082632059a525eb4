"""A chat as a tree of messages: nothing is deleted when a prompt is edited or an answer made again.

Prompts and answers take turns from the beginning to each end. Messages with the same parent are versions of each
other; of each set of versions one is chosen, and the chosen ones from the beginning on are the path: what the window
shows, what is sent along with the next prompt, what is copied.

Threads: a conversation belongs to the thread that made it (in the window the GUI thread). All calls come from there,
and listeners are called there, one change at a time, after the change. A listener that writes down ``MessageAdded``,
``TextAdded``, ``ReasoningAdded``, ``SourcesFound``, ``MessageEnded``, ``MessageResumed``, ``PathChanged``,
``MessagesRemoved`` and ``MessagesRestored`` has the whole conversation without reading it anew: that is how a store
follows it.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable
from typing import Self

from llmdesk.datatypes.chat import ChatMessage, FinishReason, GenerationStats, SamplingParams
from llmdesk.datatypes.model import AnsweredBy, ErrorInfo
from llmdesk.listeners import Listeners, Unsubscribe
from llmdesk.services.chats.ids import new_id
from llmdesk.services.chats.message import (
    Change,
    Message,
    MessageAdded,
    MessageEnded,
    MessageResumed,
    MessagesRemoved,
    MessagesRestored,
    PathChanged,
    ReasoningAdded,
    Removed,
    SourcesFound,
    TextAdded,
    Turn,
    copies_of,
    told_of,
)
from llmdesk.services.chats.removal import Branches
from llmdesk.services.chats.searched import Searched
from llmdesk.services.collections.passage import Passage
from llmdesk.services.files.attachment import Attachment

_BEGINNING = ""
_TITLE_CHARS = 48


class Conversation:
    """See the module.

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
        self._listeners = Listeners[Change]()

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
            if message.parent_id == _BEGINNING or message.parent_id in made._messages:
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
        return self.name or self.title_of(self._path[0].title_text if self._path else "")

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
        return (*told_of(before, system_prompt), ChatMessage("user", prompt.told_text))

    def told_next(self, text: str, system_prompt: str = "") -> tuple[ChatMessage, ...]:
        """The same for a prompt that would come at the end of the path."""
        return (*told_of(self._path, system_prompt), ChatMessage("user", text))

    def subscribe(self, listener: Callable[[Change], None]) -> Unsubscribe:
        """Hear of all changes from now on."""
        return self._listeners.add(listener)

    def ask(
        self, text: str, model_id: str, sampling: SamplingParams, attachments: tuple[Attachment, ...] = ()
    ) -> Message:
        """A prompt at the end of the path. Returns its answer, which is running and has no words yet."""
        return self._ask(self._path[-1].id if self._path else _BEGINNING, text, model_id, sampling, attachments)

    def ask_again(self, prompt_id: str, text: str, model_id: str, sampling: SamplingParams) -> Message:
        """Another version of a prompt, with its attachments but no sources yet. Returns its answer, running."""
        prompt = self._messages[prompt_id]
        return self._ask(prompt.parent_id, text, model_id, sampling, prompt.attachments)

    def answer_again(self, answer_id: str, model_id: str, sampling: SamplingParams) -> Message:
        """Another version of an answer, running."""
        answer = self._answer(self._messages[answer_id].parent_id, model_id, sampling)
        self._read_path(answer)
        return answer

    def append(self, answer_id: str, text: str) -> None:
        """More words of a running answer."""
        answer = self._running(answer_id)
        answer.pieces.append(text)
        self._listeners.tell(TextAdded(answer, text))

    def reason(self, answer_id: str, text: str, tokens: int, seconds: float) -> None:
        """More reasoning of a running answer, and what all of it comes to."""
        answer = self._running(answer_id)
        answer.reasoning_pieces.append(text)
        answer.reasoning_tokens, answer.reasoning_s = tokens, seconds
        self._listeners.tell(ReasoningAdded(answer, text))

    def give_sources(self, prompt_id: str, sources: tuple[Passage, ...], searched: Searched) -> None:
        """What a search found for a prompt; its answers are made from that from now on."""
        prompt = self._messages[prompt_id]
        prompt.sources, prompt.searched = sources, searched
        self._listeners.tell(SourcesFound(prompt))

    def finish(
        self, answer_id: str, reason: FinishReason, stats: GenerationStats, by: AnsweredBy | None = None
    ) -> None:
        """A running answer has ended; the figures are those of what came since it began, or went on."""
        answer = self._running(answer_id)
        answer.state = "cancelled" if reason == "cancelled" else "done"
        answer.finish_reason = reason
        self._end(answer, stats, by)

    def fail(
        self, answer_id: str, error: ErrorInfo, stats: GenerationStats | None = None, by: AnsweredBy | None = None
    ) -> None:
        """A running answer could not be completed."""
        answer = self._running(answer_id)
        answer.state, answer.error = "failed", error
        self._end(answer, stats, by)

    def resume(self, answer_id: str) -> Message:
        """An answer goes on from its last word. Raises ValueError if it cannot (see ``Message.can_go_on``)."""
        answer = self._messages[answer_id]
        if not answer.can_go_on:
            raise ValueError(f"message {answer_id} cannot go on")
        answer.state, answer.finish_reason, answer.error = "running", None, None
        self._listeners.tell(MessageResumed(answer))
        return answer

    def choose(self, message_id: str) -> None:
        """Show this version; what follows it is what followed when it was shown last."""
        message = self._messages[message_id]
        if self._chosen[message.parent_id] is not message:
            self._chosen[message.parent_id] = message
            self._read_path(message)

    def removal_of(self, message_id: str) -> tuple[Message, ...]:
        """What ``remove`` would take away, see Branches.below."""
        return self._branches.below(message_id)

    def remove(self, message_id: str) -> Removed:
        """Take a message away (see ``removal_of``); where it was on the path, the version before it is shown.

        Raises ValueError while an answer among them runs.
        """
        messages = self.removal_of(message_id)
        if any(message.is_running for message in messages):
            raise ValueError(f"message {message_id}, or what follows it, is running")
        removed, parent_id = self._branches.take_out(messages), messages[0].parent_id
        self._write_path()
        self._listeners.tell(MessagesRemoved(messages))
        if messages[0] in removed.chosen and parent_id in self._chosen:
            self._listeners.tell(PathChanged(self._chosen[parent_id]))
        return removed

    def restore(self, removed: Removed) -> bool:
        """Undo ``remove``: all is shown as it was then. False if what it followed is gone, too."""
        root = removed.messages[0]
        if root.parent_id != _BEGINNING and root.parent_id not in self._messages:
            return False
        self._branches.put_back(removed)
        self._write_path()
        self._listeners.tell(MessagesRestored(removed.messages))
        if self._chosen[root.parent_id] is root:
            self._listeners.tell(PathChanged(root))
        return True

    def forked(self, message_id: str) -> Conversation:
        """Another conversation with copies of what leads to a message: with the answer, or up to before the prompt."""
        line = self._line(message_id)
        copy = Conversation()
        for message in copies_of(line[: 2 * (len(line) // 2)]):
            copy._add(message)
        copy._write_path()
        return copy

    def _line(self, message_id: str) -> list[Message]:
        """What leads to a message, from the beginning on, and itself."""
        line = [self._messages[message_id]]
        while (parent_id := line[-1].parent_id) != _BEGINNING:
            line.append(self._messages[parent_id])
        return line[::-1]

    def _end(self, answer: Message, stats: GenerationStats | None, by: AnsweredBy | None) -> None:
        answer.take_figures(stats, by)
        self._listeners.tell(MessageEnded(answer))

    def _ask(
        self, parent_id: str, text: str, model_id: str, sampling: SamplingParams, attachments: tuple[Attachment, ...]
    ) -> Message:
        prompt = self._add(Message(new_id(), parent_id, "user", pieces=[text], attachments=attachments))
        answer = self._answer(prompt.id, model_id, sampling)
        self._read_path(prompt)
        return answer

    def _answer(self, parent_id: str, model_id: str, sampling: SamplingParams) -> Message:
        return self._add(Message(new_id(), parent_id, "assistant", "running", model_id, sampling))

    def _put(self, message: Message) -> None:
        self._messages[message.id] = message
        self._versions.setdefault(message.parent_id, []).append(message)

    def _add(self, message: Message) -> Message:
        self._put(message)
        self._chosen[message.parent_id] = message
        self._listeners.tell(MessageAdded(message))
        return message

    def _running(self, answer_id: str) -> Message:
        answer = self._messages[answer_id]
        if not answer.is_running:
            raise ValueError(f"message {answer_id} has ended")
        return answer

    def _read_path(self, since: Message) -> None:
        self._write_path()
        self._listeners.tell(PathChanged(since))

    def _write_path(self) -> None:
        self._path.clear()
        message = self._chosen.get(_BEGINNING)
        while message is not None:
            self._path.append(message)
            message = self._chosen.get(message.id)
