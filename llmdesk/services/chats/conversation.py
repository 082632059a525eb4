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

from collections.abc import Callable

from llmdesk.datatypes.chat import FinishReason, GenerationStats, SamplingParams
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
    copies_of,
)
from llmdesk.services.chats.message_tree import BEGINNING, MessageTree
from llmdesk.services.chats.searched import Searched
from llmdesk.services.collections.passage import Passage
from llmdesk.services.files.attachment import Attachment


class Conversation(MessageTree):
    """See the module."""

    def __init__(self) -> None:
        super().__init__()
        self._listeners = Listeners[Change]()

    def subscribe(self, listener: Callable[[Change], None]) -> Unsubscribe:
        """Hear of all changes from now on."""
        return self._listeners.add(listener)

    def ask(
        self, text: str, model_id: str, sampling: SamplingParams, attachments: tuple[Attachment, ...] = ()
    ) -> Message:
        """A prompt at the end of the path. Returns its answer, which is running and has no words yet."""
        return self._ask(self._path[-1].id if self._path else BEGINNING, text, model_id, sampling, attachments)

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
        if root.parent_id != BEGINNING and root.parent_id not in self._messages:
            return False
        self._branches.put_back(removed)
        self._write_path()
        self._listeners.tell(MessagesRestored(removed.messages))
        if self._chosen[root.parent_id] is root:
            self._listeners.tell(PathChanged(root))
        return True

    def forked(self, message_id: str) -> Conversation:
        """Another conversation with copies of what leads to a message: with the answer, or up to before the prompt.

        A name that was given goes with it.
        """
        line = self._line(message_id)
        copy = Conversation()
        copy.name = self.name
        for message in copies_of(line[: 2 * (len(line) // 2)]):
            copy._add(message)
        copy._write_path()
        return copy

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
