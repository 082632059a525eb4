"""A chat at work: it submits prompts, collects the answers, and goes on whether or not anybody looks at it.

Threads: as for its conversation, everything happens on one thread of the owner's choice (in the window the GUI
thread). The engine's events come on the engine thread, into ``sink``; the owner brings them over to its own thread and
gives them to ``receive``. Listeners are called there, after the change."""

from __future__ import annotations

from collections.abc import Sequence
from typing import assert_never

from llmdesk.datatypes.chat import (
    Embedded,
    Event,
    EventSink,
    Failed,
    Finished,
    GenerationRequest,
    LoadProgress,
    PromptProgress,
    Queued,
    TokenEvent,
)
from llmdesk.listeners import Listeners, Unsubscribe
from llmdesk.services.chats.chat_options import ChatOptions
from llmdesk.services.chats.conversation import Conversation
from llmdesk.services.chats.message import Message
from llmdesk.services.chats.prompt_queue import PromptQueue
from llmdesk.services.chats.running_answer import Progress, RunningAnswer
from llmdesk.services.chats.searched import Searched
from llmdesk.services.chats.sending import Sending
from llmdesk.services.chats.session_changes import (
    AnswerEnded,
    AnswerStarted,
    DraftChanged,
    DraftFilesChanged,
    OptionsChanged,
    Progressed,
    QueueChanged,
    SessionChange,
    SessionListener,
    TokensCame,
)
from llmdesk.services.chats.source_search import SourceFinder
from llmdesk.services.chats.submission import AnswerSource, Keeper
from llmdesk.services.files.attachment import Attachment, pictures_of, prompt_with

__all__ = [
    "AnswerEnded",
    "AnswerStarted",
    "DraftChanged",
    "DraftFilesChanged",
    "OptionsChanged",
    "Progressed",
    "QueueChanged",
    "Session",
    "SessionChange",
    "SessionListener",
    "TokensCame",
]


class Session:
    """One chat, with at most one answer running at a time.

    Args:
        engine: takes the requests.
        sink: where the engine sends the events of these requests (see the module).
        options: of the next request.
        listener: hears of every SessionChange.
        conversation: one that has begun; None: an empty one.
        is_private: nothing of this chat is ever written to the disk.

    Attributes:
        keeper: what this chat must be written to before the engine gets a request; None: nothing.
        finder: searches for the passages that go with a question; None: nobody can.
        queue: prompts that are sent in turn, as long as answers end well; after a stop or an error they wait.
    """

    def __init__(
        self,
        engine: AnswerSource,
        sink: EventSink,
        options: ChatOptions,
        listener: SessionListener,
        conversation: Conversation | None = None,
        *,
        is_private: bool = False,
    ) -> None:
        self._engine, self._sink, self._options = engine, sink, options
        self._listeners = Listeners[SessionChange]()
        self._listeners.add(listener)
        self._tell = self._listeners.tell
        self._answer: RunningAnswer | None = None
        self._ended_well = False  # the last answer that ran
        self._draft = ""
        self._draft_files: tuple[Attachment, ...] = ()
        self.conversation = conversation or Conversation()
        self.queue = PromptQueue(self._on_queue_changed, lambda: self._tell(QueueChanged(self, is_typing=True)))
        self.is_private = is_private
        self.keeper: Keeper | None = None
        self.finder: SourceFinder | None = None

    @property
    def draft(self) -> str:
        """What is being written for this chat."""
        return self._draft

    @draft.setter
    def draft(self, text: str) -> None:
        if text != self._draft:
            self._draft = text
            self._tell(DraftChanged(self))

    @property
    def draft_files(self) -> tuple[Attachment, ...]:
        """What is attached to it."""
        return self._draft_files

    @draft_files.setter
    def draft_files(self, attachments: tuple[Attachment, ...]) -> None:
        if attachments != self._draft_files:
            self._draft_files = attachments
            self._tell(DraftFilesChanged(self))

    @property
    def options(self) -> ChatOptions:
        """What the next request is made with."""
        return self._options

    @property
    def answer(self) -> RunningAnswer | None:
        """The answer that runs, if one does."""
        return self._answer

    @property
    def is_generating(self) -> bool:
        """True from submission to the end of an answer."""
        return self._answer is not None

    @property
    def context_used_tokens(self) -> int:
        """What the turns shown take of the model's context, as far as an answer told; 0 before the first."""
        for message in reversed(self.conversation.path):
            if self._answer is not None and message is self._answer.message and self._answer.prompt_tokens:
                return self._answer.prompt_tokens + self._answer.new_tokens
            if message.stats is not None and message.stats.prompt_tokens:
                return message.stats.context_used_tokens
        return 0

    @property
    def source_tokens(self) -> int:
        """About what the passages that went with the last question take of these."""
        path = self.conversation.path
        return sum(passage.guessed_tokens for passage in path[-2].sources) if path else 0

    def subscribe(self, listener: SessionListener) -> Unsubscribe:
        """Hear of this chat's changes from now on."""
        return self._listeners.add(listener)

    # -- what the user does -------------------------------------------------------------------------------------------

    def configure(self, options: ChatOptions) -> None:
        """Other options from the next request on; a running answer keeps its own."""
        if options != self._options:
            self._options = options
            self._tell(OptionsChanged(self))

    def submit(self, text: str, attachments: tuple[Attachment, ...] = ()) -> Message:
        """Ask at the end of the path; returns the answer, running. Raises RuntimeError while another one runs."""
        self._require_idle()
        answer = self.conversation.ask(text, self._options.model_id, self._options.sampling, attachments)
        return self._send(answer, may_be_cached=True)

    def ask_again(self, prompt_id: str, text: str) -> Message:
        """The same with another version of a prompt, which is searched for anew."""
        self._require_idle()
        answer = self.conversation.ask_again(prompt_id, text, self._options.model_id, self._options.sampling)
        return self._send(answer, may_be_cached=True)

    def answer_again(self, answer_id: str) -> Message:
        """The same with another version of an answer; the same question again wants a new one, not a kept one."""
        self._require_idle()
        answer = self.conversation.answer_again(answer_id, self._options.model_id, self._options.sampling)
        return self._send(answer, may_be_cached=False)

    def answer_without_sources(self, answer_id: str) -> Message:
        """Another version of an answer, to the prompt as it is, without a search (it failed)."""
        self._require_idle()
        self.conversation.give_sources(self.conversation.message(answer_id).parent_id, (), Searched())
        return self.answer_again(answer_id)

    def go_on(self, answer_id: str) -> Message:
        """Continue an answer from its last word; raises as the others, and ValueError if it cannot go on."""
        self._require_idle()
        return self._send(self.conversation.resume(answer_id), may_be_cached=False)

    def send_next(self) -> None:
        """Send the first of the prompts that wait, unless an answer runs or the prompt is being edited."""
        if self._answer is None and (prompt := self.queue.take()) is not None:
            self.submit(prompt.text, prompt.attachments)
            self._tell(QueueChanged(self))

    def preview(
        self, text: str, attachments: tuple[Attachment, ...] = (), *, has_history: bool = True
    ) -> GenerationRequest:
        """The request that ``submit`` would make now, to be counted; nothing is sent.

        Without its history it costs nothing that grows with the chat: where the engine told what the history takes.
        """
        conversation = self.conversation if has_history else Conversation()
        words, pictures = prompt_with(text, attachments), pictures_of(attachments)
        told = conversation.told_next(words, self._options.system_prompt, pictures)
        return self._options.request("", told)

    def stop(self) -> None:
        """End the running answer, if there is one; what was written stays. Its end comes as an event like any other."""
        if self._answer is not None and self._answer.cancel is not None:
            self._answer.cancel()

    # -- what the engine says -----------------------------------------------------------------------------------------

    def receive(self, event: Event) -> None:
        """An event of the running request; those of others are ignored."""
        answer = self._answer
        if answer is None or event.request_id != answer.request_id:
            return
        match event:
            case TokenEvent():
                self.receive_tokens(event.request_id, (event,))
            case PromptProgress():
                if answer.prompt_tokens == 0:
                    answer.reused_tokens = event.done_tokens
                answer.prompt_tokens = event.total_tokens
                self._progress(answer, event)
            case Queued() | LoadProgress():
                self._progress(answer, event)
            case Finished():
                self.conversation.finish(answer.message.id, event.reason, event.stats, event.by)
                self._end(answer.message, event)
            case Failed():
                self.conversation.fail(answer.message.id, event.error, event.stats, event.by)
                self._end(answer.message, event)
            case Embedded():
                pass  # a chat asks for none
            case _:
                assert_never(event)

    def receive_tokens(self, request_id: str, events: Sequence[TokenEvent]) -> None:
        """A batch of one request's tokens, in order."""
        answer = self._answer
        if answer is None or request_id != answer.request_id or not events:
            return
        answer.new_tokens, answer.progress = events[-1].new_tokens, None
        if (reasoning := answer.reasoning_in(events)) is not None:
            self.conversation.reason(answer.message.id, *reasoning)
        if text := "".join(event.text for event in events):
            self.conversation.append(answer.message.id, text)
        self._tell(TokensCame(self, events))

    # -- helpers ------------------------------------------------------------------------------------------------------

    def _require_idle(self) -> None:
        if self._answer is not None:
            raise RuntimeError("an answer is running in this chat")

    def _send(self, message: Message, *, may_be_cached: bool) -> Message:
        answer = self._answer = RunningAnswer(message, self._engine.new_request_id())
        sending = Sending(
            self._engine, self._sink, self.conversation, answer, self._options, may_be_cached,
            lambda: self.keeper, self._progress, self.receive,
        )  # fmt: skip
        self._tell(AnswerStarted(self, answer))
        sending.begin(self.finder)
        return message

    def _progress(self, answer: RunningAnswer, progress: Progress) -> None:
        answer.progress = progress
        self._tell(Progressed(self, progress))

    def _end(self, message: Message, event: Finished | Failed) -> None:
        self._answer = None
        self._ended_well = isinstance(event, Finished) and event.reason in ("stop", "length") and message.is_told
        self._tell(AnswerEnded(self, message, event))
        if self._ended_well:
            self.send_next()

    def _on_queue_changed(self) -> None:
        self._tell(QueueChanged(self))
        if self._ended_well:  # the one that was being edited may have been what the others waited for
            self.send_next()
