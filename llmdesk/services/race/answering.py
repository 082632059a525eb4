"""One answer of a race, computed step by step without anybody beside it (engine thread only)."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

from llmdesk.datatypes.chat import Event, Finished, PromptProgress, TokenEvent
from llmdesk.datatypes.model import ModelInfo
from llmdesk.engine.generation.step import Step, compute
from llmdesk.services.live.throughput import Throughput
from llmdesk.services.recording.recorder import model_of
from llmdesk.services.recording.recording import Piece, PromptStep, RecordedAnswer

_TOLD_EVERY_S = 0.2


class Answering:
    """Notes each token's time; the clock begins with ``run``.

    Args:
        check: called after each step; what it raises ends the answer and passes.
        tell: called with this object five times a second at most, while tokens come.

    Attributes:
        ids: the tokens, where the model is computed here.
    """

    def __init__(self, check: Callable[[], None], tell: Callable[[Answering], None] | None = None) -> None:
        self._check, self._tell = check, tell
        self._begun_s = self._told_s = 0.0
        self._live = Throughput()
        self._steps: list[PromptStep] = []
        self._pieces: list[Piece] = []
        self._end: Finished | None = None
        self._ended_s = 0.0
        self.ids: list[int] = []

    @property
    def tokens(self) -> int:
        """Written so far."""
        return len(self._pieces)

    @property
    def tps(self) -> float | None:
        """As the live figures say it."""
        return self._live.live_tps(time.perf_counter())

    def run(self, events: Iterator[Event | Step | None]) -> None:
        """To its end. Raises what the model raises."""
        self._begun_s = self._told_s = time.perf_counter()
        for item in events:
            if isinstance(item, Step):
                compute([item])
                self._check()
            elif item is None:
                self._check()
            else:
                self._hear(item)
        self._ended_s = time.perf_counter() - self._begun_s

    def recorded(self, prompt: str, info: ModelInfo) -> RecordedAnswer:
        """In the form of a recording that began when the prompt was sent."""
        assert self._end is not None, "an answer ends with Finished"
        steps, pieces = tuple(self._steps), tuple(self._pieces)
        return RecordedAnswer(
            prompt, 0.0, self._ended_s, model_of(info.answered_by), steps, pieces, self._end.reason, "", self._end.stats
        )

    def _hear(self, event: Event) -> None:
        match event:
            case PromptProgress(done_tokens=done, total_tokens=total, t_s=t_s):
                self._steps.append(PromptStep(self._since(t_s), done, total))
            case TokenEvent():
                self._add(event)
            case Finished():
                self._end = event
            case _:
                pass

    def _add(self, event: TokenEvent) -> None:
        if event.new_tokens <= len(self._pieces):  # no token of its own: words that were held back
            last = self._pieces.pop() if self._pieces else Piece(self._since(event.t_s), "")
            self._pieces.append(Piece(last.t_s, last.text + event.text, last.reasoning + event.reasoning))
            return
        if not self._pieces:
            self._live.start(event.request_id)
        self._live.add(event)
        self._pieces.append(Piece(self._since(event.t_s), event.text, event.reasoning))
        if event.token_id is not None:
            self.ids.append(event.token_id)
        if self._tell is not None and event.t_s - self._told_s >= _TOLD_EVERY_S:
            self._told_s = event.t_s
            self._tell(self)

    def _since(self, t_s: float) -> float:
        return max(0.0, t_s - self._begun_s)
