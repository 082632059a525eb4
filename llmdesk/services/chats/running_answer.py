"""What is known of an answer while it runs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from llmdesk.datatypes.chat import LoadProgress, PromptProgress, Queued, TokenEvent
from llmdesk.services.chats.message import Message
from llmdesk.services.chats.source_search import Searching

Progress = Searching | Queued | LoadProgress | PromptProgress


@dataclass(slots=True)
class RunningAnswer:
    """The request lives no longer than this.

    ``reused_tokens`` of the prompt were computed before: the first PromptProgress says how many.
    """

    message: Message
    request_id: str
    cancel: Callable[[], None] | None = None
    progress: Progress | None = None
    reused_tokens: int = 0
    prompt_tokens: int = 0
    new_tokens: int = 0
    _first_s: float | None = None  # when the first token came
    _reasoned: tuple[int, float] = (0, 0.0)  # tokens and seconds before that, of an answer that goes on

    def reasoning_in(self, events: Sequence[TokenEvent]) -> tuple[str, int, float] | None:
        """What these tokens add to the reasoning, and the tokens and seconds of all of it so far; None: nothing.

        Every answer begins with its reasoning, so all tokens up to the last piece of it count.
        """
        if self._first_s is None:
            self._first_s = events[0].t_s
            self._reasoned = (self.message.reasoning_tokens, self.message.reasoning_s)
        found = [event for event in events if event.reasoning]
        if not found:
            return None
        tokens, seconds = self._reasoned
        text = "".join(event.reasoning for event in found)
        return text, tokens + found[-1].new_tokens, seconds + found[-1].t_s - self._first_s
