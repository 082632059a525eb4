"""A request on its way to the engine, after a search where its question needs one (threads: as the session's)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from llmdesk.datatypes.chat import ChatMessage, EventSink, Failed, GenerationRequest
from llmdesk.services.chats.chat_options import ChatOptions
from llmdesk.services.chats.conversation import Conversation
from llmdesk.services.chats.running_answer import Progress, RunningAnswer
from llmdesk.services.chats.searched import Searched
from llmdesk.services.chats.source_search import Searching, SourceFinder, SourceQuestion
from llmdesk.services.chats.submission import AnswerSource, Keeper, Submission
from llmdesk.services.collections.passage import Passage


@dataclass(frozen=True, slots=True)
class Sending:
    """One answer. What it is told is looked up when the request is made: the search adds to it.

    Attributes:
        engine, sink: see Session.
        options: those in force when it was asked for.
        keeper: what must have written the prompt before the engine gets it, once it comes to that; None: nothing.
        on_progress, on_failed: hear of the search.
    """

    engine: AnswerSource
    sink: EventSink
    conversation: Conversation
    answer: RunningAnswer
    options: ChatOptions
    may_be_cached: bool
    keeper: Callable[[], Keeper | None]
    on_progress: Callable[[RunningAnswer, Progress], None]
    on_failed: Callable[[Failed], None]

    def begin(self, finder: SourceFinder | None) -> None:
        """Search, or submit at once where nothing is to be searched for, or nobody can."""
        question = self._question() if finder is not None else None
        if finder is not None and question is not None:
            self._search(finder, question)
        else:
            self._submit()

    def _question(self) -> SourceQuestion | None:
        """None: the answer goes on, the prompt was searched for before, or there is nothing to search in."""
        message = self.answer.message
        prompt = self.conversation.message(message.parent_id)
        files = tuple(each for each in prompt.attachments if each.is_searched)
        is_new = prompt.searched is None and not (message.text or message.reasoning)
        if not is_new or not (files or self.options.collections):
            return None
        return SourceQuestion(prompt.title_text, self.options.collections, files, self._request())

    def _request(self) -> GenerationRequest:
        message, thinks = self.answer.message, self.options.thinks
        told = self.conversation.told(message.id, self.options.system_prompt)
        if message.text or message.reasoning:
            told = (*told, ChatMessage("assistant", message.text, reasoning=message.reasoning))
            thinks = thinks or (True if message.reasoning else thinks)  # it goes on as it began
        options = replace(self.options, thinks=thinks)
        return options.request(self.answer.request_id, told, may_be_cached=self.may_be_cached)

    def _search(self, finder: SourceFinder, question: SourceQuestion) -> None:
        """Find passages, then submit with them. A stop submits at once, so that the end comes as that of any other."""
        answer = self.answer

        def on_found(sources: tuple[Passage, ...], searched: Searched) -> None:
            self.conversation.give_sources(answer.message.parent_id, sources, searched)
            self._submit()

        def stop() -> None:
            give_up()
            self._submit(is_stopped=True)

        answer.cancel = stop
        self.on_progress(answer, Searching(answer.request_id))
        give_up = finder.find(
            question,
            lambda passages: self.on_progress(answer, Searching(answer.request_id, passages)),
            on_found,
            lambda error: self.on_failed(Failed(answer.request_id, error)),
        )

    def _submit(self, *, is_stopped: bool = False) -> None:
        submission = Submission(self.engine, self._request(), self.sink)
        self.answer.cancel, self.answer.progress = submission.cancel, None
        if is_stopped:
            submission.cancel()
        if (keeper := self.keeper()) is None:
            submission.submit()
        else:
            keeper.when_written(submission.submit)
