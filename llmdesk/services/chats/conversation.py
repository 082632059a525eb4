"""The turns of one chat and what of them a model is told (pure; used on the GUI thread)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from llmdesk.datatypes.chat import ChatMessage, FinishReason

TurnState = Literal["running", "done", "cancelled", "failed"]


@dataclass(slots=True)
class Turn:
    """A prompt and its answer so far. ``request_id`` is the request that generates the answer."""

    request_id: str
    prompt: str
    answer: str = ""
    state: TurnState = "running"

    @property
    def is_remembered(self) -> bool:
        """True if later requests carry this turn: an answer without words would break the change of roles."""
        return self.state != "running" and bool(self.answer.strip())


@dataclass(slots=True)
class Conversation:
    """The memory of a chat: every request carries the turns before it.

    A cancelled answer keeps what was written. A turn without any answer (failed or stopped early) stays here, so
    that it can be tried again, but is not sent to the model.
    """

    system_prompt: str = ""
    turns: list[Turn] = field(default_factory=list)

    def begin(self, request_id: str, prompt: str) -> None:
        """Add a turn at the end."""
        self.turns.append(Turn(request_id, prompt))

    def restart(self, request_id: str, new_request_id: str, prompt: str | None = None) -> str:
        """Drop a turn and all after it and begin it again, with other words if ``prompt`` is given.

        Returns the prompt. Raises KeyError if there is no such turn.
        """
        index = self._index(request_id)
        text = self.turns[index].prompt if prompt is None else prompt
        del self.turns[index:]
        self.begin(new_request_id, text)
        return text

    def append(self, request_id: str, text: str) -> None:
        """Add generated text to a turn's answer."""
        self.turns[self._index(request_id)].answer += text

    def finish(self, request_id: str, reason: FinishReason) -> None:
        """The answer ended."""
        self.turns[self._index(request_id)].state = "cancelled" if reason == "cancelled" else "done"

    def fail(self, request_id: str) -> None:
        """The answer could not be completed."""
        self.turns[self._index(request_id)].state = "failed"

    def clear(self) -> None:
        """Forget all turns."""
        self.turns.clear()

    def holds(self, request_id: str) -> bool:
        """True if a turn belongs to this request (events of a chat that was left behind do not)."""
        return any(turn.request_id == request_id for turn in self.turns)

    def messages(self, request_id: str) -> tuple[ChatMessage, ...]:
        """What the model is told for a turn: system prompt, the remembered turns before it, its prompt."""
        index = self._index(request_id)
        messages = [ChatMessage("system", self.system_prompt)] if self.system_prompt else []
        for turn in self.turns[:index]:
            if turn.is_remembered:
                messages += [ChatMessage("user", turn.prompt), ChatMessage("assistant", turn.answer)]
        return (*messages, ChatMessage("user", self.turns[index].prompt))

    def _index(self, request_id: str) -> int:
        for index, turn in enumerate(self.turns):
            if turn.request_id == request_id:
                return index
        raise KeyError(request_id)
