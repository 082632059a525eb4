"""Plays a recording into a chat and its live figures, as the engine would (on the thread of the chat's session)."""

from __future__ import annotations

import heapq
import math
import time
from collections.abc import Iterator
from dataclasses import dataclass
from operator import attrgetter
from typing import Protocol

from llmdesk.datatypes.chat import (
    Event,
    EventSink,
    Failed,
    Finished,
    GenerationRequest,
    GenerationStats,
    PromptProgress,
    TokenEvent,
)
from llmdesk.datatypes.model import AnsweredBy, ErrorInfo
from llmdesk.datatypes.resources import PowerReading, ResourceSample
from llmdesk.engine.serving.waiting_line import GenerationHandle
from llmdesk.services.live.live_data import HISTORY_S, TICKS_PER_S
from llmdesk.services.recording.recording import Model, Piece, PromptStep, RecordedAnswer, Recording, Sample
from llmdesk.words import say

_TICK_S = 1 / TICKS_PER_S
_MOST_AT_ONCE = 1_000
"""Tokens that are handed over in one batch: a longer one would hold the thread for too long."""
_BY_TIME = attrgetter("t_s")


class Stage(Protocol):
    """Where it is played."""

    def ask(self, prompt: str, now_s: float) -> None:
        """Submit a prompt, at this moment, to a chat whose answers come from the replay's source."""

    def receive(self, event: Event) -> None:
        """An event of the running answer."""

    def receive_tokens(self, request_id: str, events: list[TokenEvent]) -> None:
        """A batch of its tokens."""

    def add_sample(self, sample: ResourceSample) -> None:
        """A reading of the machine."""

    def tick(self, now_s: float) -> None:
        """The live figures take note of this moment, which the clock passed over."""


class ReplaySource:
    """Takes the place of the engine for one chat: what it submits is answered by the recording, and nothing else is."""

    def __init__(self) -> None:
        self._count = 0
        self._sink: EventSink | None = None
        self.request_id = ""
        self.is_asking = False

    def new_request_id(self) -> str:
        """Of no request of the engine."""
        self._count += 1
        return f"replay-{id(self)}-{self._count}"

    def submit(self, request: GenerationRequest, sink: EventSink) -> GenerationHandle:
        """Take a request; one that is not the recording's is refused."""
        request_id = request.request_id
        if not self.is_asking:
            sink(Failed(request_id, ErrorInfo("Replay", say("This chat is a replay."), say("Ask in a new chat."))))
            return GenerationHandle(request_id, lambda: None)
        self.request_id, self._sink = request_id, sink
        return GenerationHandle(request_id, self._cancel)

    def _cancel(self) -> None:
        if self._sink is not None:
            sink, self._sink = self._sink, None
            sink(Finished(self.request_id, "cancelled", GenerationStats()))


@dataclass(frozen=True, slots=True)
class _Step:
    t_s: float
    what: RecordedAnswer | PromptStep | Piece | Sample | None  # None: the answer's end
    answer: RecordedAnswer | None = None


class Replay:
    """Delivers what is due. It only goes forward: who goes back begins a new one.

    Args:
        begin_s: the moment of the stage's clock at which the recording begins.
        source: the one of the stage's chat.
    """

    def __init__(self, recording: Recording, stage: Stage, source: ReplaySource, begin_s: float) -> None:
        self._steps = _steps(recording)
        self._next = next(self._steps, None)
        self._stage, self._source, self._begin_s = stage, source, begin_s
        self._reached_s = self._tick_s = self._from_s = 0.0
        self._new_tokens = 0
        self._batch: list[TokenEvent] = []

    @property
    def reached_s(self) -> float:
        """The moment up to which all was delivered."""
        return self._reached_s

    def advance(self, position_s: float, *, ticks: bool = False, budget_s: float = math.inf) -> bool:
        """Deliver all up to a moment. True if all of it is: it takes about ``budget_s`` seconds at most, the next call
        goes on.

        Args:
            ticks: the figures take note of the moments on the way, too, as far back as they remember.
        """
        end_s = time.perf_counter() + budget_s
        self._from_s = position_s - HISTORY_S
        self._tick_s = max(self._tick_s, self._from_s)
        return all(time.perf_counter() <= end_s for _ in self._deliveries(position_s, ticks))

    def _deliveries(self, position_s: float, ticks: bool) -> Iterator[None]:
        """One at a time; who stops in between can begin again."""
        while (step := self._next) is not None and step.t_s <= position_s:
            if ticks:
                yield from self._ticks(step.t_s)
            self._next = next(self._steps, None)
            self._reached_s = step.t_s
            self._deliver(step)
            yield
        self._flush()
        if ticks:
            yield from self._ticks(position_s)
        self._reached_s = self._tick_s = position_s

    def _ticks(self, position_s: float) -> Iterator[None]:
        while self._tick_s + _TICK_S <= position_s:
            self._flush()
            self._tick_s += _TICK_S
            self._stage.tick(self._begin_s + self._tick_s)
            yield

    def _deliver(self, step: _Step) -> None:
        t_s = self._begin_s + step.t_s
        if isinstance(step.what, Piece):
            self._new_tokens += 1
            self._batch.append(
                TokenEvent(
                    self._source.request_id, step.what.text, self._new_tokens, t_s, reasoning=step.what.reasoning
                )
            )
            if len(self._batch) >= _MOST_AT_ONCE:
                self._flush()
            return
        if isinstance(step.what, Sample) and step.t_s < self._from_s:
            return  # longer ago than the figures remember; words need not be shown half for it
        self._flush()
        match step.what:
            case RecordedAnswer():
                self._ask(step.what)
            case PromptStep(done_tokens=done, total_tokens=total):
                self._stage.receive(PromptProgress(self._source.request_id, done, total, t_s))
            case Sample():
                self._stage.add_sample(_reading(step.what, t_s))
            case None:
                assert step.answer is not None
                self._stage.receive(_end_of(step.answer, self._source.request_id))

    def _ask(self, answer: RecordedAnswer) -> None:
        self._new_tokens = 0
        self._source.is_asking = True
        self._stage.ask(answer.prompt, self._begin_s + answer.asked_s)
        self._source.is_asking = False

    def _flush(self) -> None:
        if self._batch:
            batch, self._batch = self._batch, []
            self._stage.receive_tokens(self._source.request_id, batch)


def _steps(recording: Recording) -> Iterator[_Step]:
    """Everything in order; what happened at the same moment stays in the order of an answer.

    Made one by one: all of a long recording at once would hold the thread for a second.
    """

    def answers() -> Iterator[_Step]:
        for answer in recording.answers:
            yield _Step(answer.asked_s, answer)
            inside: list[PromptStep | Piece] = [*answer.prompt_steps, *answer.pieces]
            yield from (_Step(step.t_s, step) for step in sorted(inside, key=_BY_TIME))
            yield _Step(answer.ended_s, None, answer)

    samples = (_Step(sample.t_s, sample) for sample in sorted(recording.samples, key=_BY_TIME))
    return heapq.merge(answers(), samples, key=_BY_TIME)


def _reading(sample: Sample, t_s: float) -> ResourceSample:
    return ResourceSample(
        t_s,
        sample.process_cpu_percent,
        sample.system_cpu_percent,
        sample.process_rss_bytes,
        sample.system_used_bytes,
        sample.system_total_bytes,
        power=PowerReading(sample.watts),
    )


def answered_by(model: Model) -> AnsweredBy:
    """What the chat keeps with an answer."""
    return AnsweredBy(model.id, model.title, model.backend, model.precision, model.kernels, model.threads)


def _end_of(answer: RecordedAnswer, request_id: str) -> Finished | Failed:
    by = answered_by(answer.model) if answer.model is not None else None
    if answer.reason == "failed":
        error = ErrorInfo("Recorded", answer.error or say("The answer failed."), "")
        return Failed(request_id, error, answer.stats, by)
    return Finished(request_id, answer.reason, answer.stats or GenerationStats(), by)
