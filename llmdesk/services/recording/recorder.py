"""Makes a recording of what happens in a chat (on the thread of its session; in the window the GUI thread).

It begins a second before the first question, and the wait of that one for a model that is loading is cut to a second:
a replay keeps the original timing, and nobody watches a replay wait.
"""

from __future__ import annotations

import platform
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime

import psutil

from llmdesk import __version__
from llmdesk.datatypes.chat import Failed, Finished, PromptProgress, TokenEvent
from llmdesk.datatypes.model import AnsweredBy
from llmdesk.datatypes.resources import ResourceSample
from llmdesk.services.chats.session import AnswerEnded, AnswerStarted, Progressed, TokensCame
from llmdesk.services.chats.sessions import Change
from llmdesk.services.recording.files import LONGEST_S, MOST_CHARS, MOST_PIECES
from llmdesk.services.recording.recording import (
    Conditions,
    Model,
    Piece,
    PromptStep,
    RecordedAnswer,
    Recording,
    Sample,
)

_LEAD_S = 1.0
"""What is kept of the time before something happens."""


@dataclass(slots=True)
class _Running:
    request_id: str
    prompt: str
    asked_s: float
    steps: list[PromptStep] = field(default_factory=list)
    pieces: list[Piece] = field(default_factory=list)
    chars: int = 0


class Recorder:
    """From now on. Of chats that are private nothing is recorded.

    One answer at a time: another one that runs beside it (in another chat) is left out.

    Args:
        now: the clock of the events, ``time.perf_counter`` or the like.
    """

    def __init__(self, now: Callable[[], float] = time.perf_counter) -> None:
        self._now = now
        self._begin_s = now()
        self._running: _Running | None = None
        self._answers: list[RecordedAnswer] = []
        self._samples: list[Sample] = []
        self._pieces = 0

    @property
    def is_empty(self) -> bool:
        """True until an answer has begun."""
        return not self._answers and self._running is None

    @property
    def is_full(self) -> bool:
        """True once it is as long as a recording can be."""
        return self._pieces >= MOST_PIECES or self._t_s(self._now()) >= LONGEST_S

    def on_change(self, change: Change) -> None:
        """What happens in the chats; ``Sessions.subscribe`` tells it."""
        match change:
            case AnswerStarted(session=session, answer=answer):
                if self._running is None and not session.is_private and not self.is_full:
                    prompt = session.conversation.message(answer.message.parent_id).text[:MOST_CHARS]
                    self._running = _Running(answer.request_id, prompt, self._t_s(self._now()))
            case Progressed(progress=PromptProgress() as step):
                if self._is_running(step.request_id):
                    self._add_step(step)
            case TokensCame(events=events):
                if self._is_running(events[0].request_id):
                    for event in events:
                        self._add_piece(event)
            case AnswerEnded(event=event):
                if self._is_running(event.request_id):
                    self._end(event)

    def add_sample(self, sample: ResourceSample) -> None:
        """A reading of the machine."""
        if (t_s := sample.t_s - self._begin_s) < 0 or t_s > LONGEST_S:
            return
        self._samples.append(
            Sample(
                t_s,
                sample.process_cpu_percent,
                sample.system_cpu_percent,
                sample.process_rss_bytes,
                sample.system_used_bytes,
                sample.system_total_bytes,
                sample.power.watts,
            )
        )

    def recording(self, title: str = "") -> Recording:
        """All so far, from the first question on; of an answer that runs, what came of it."""
        answers = list(self._answers)
        now_s = self._t_s(self._now())
        if (running := self._running) is not None:
            answers.append(self._answer(running, now_s))
        end_s = max([now_s, *(sample.t_s for sample in self._samples)])
        return _begun_at_once(Recording(conditions_now(), end_s, tuple(answers), tuple(self._samples), title))

    def _is_running(self, request_id: str) -> bool:
        return self._running is not None and self._running.request_id == request_id

    def _add_step(self, step: PromptProgress) -> None:
        assert self._running is not None
        self._running.steps.append(PromptStep(self._t_s(step.t_s), step.done_tokens, step.total_tokens))

    def _add_piece(self, event: TokenEvent) -> None:
        running = self._running
        assert running is not None
        # What is more could not be read again: an answer that began before it was full is cut there.
        running.chars += len(event.text) + len(event.reasoning)
        if self._pieces < MOST_PIECES and running.chars <= MOST_CHARS:
            self._pieces += 1
            running.pieces.append(Piece(self._t_s(event.t_s), event.text, event.reasoning))

    def _end(self, event: Finished | Failed) -> None:
        assert self._running is not None
        self._answers.append(self._answer(self._running, self._t_s(self._now()), event))
        self._running = None

    def _answer(self, running: _Running, end_s: float, event: Finished | Failed | None = None) -> RecordedAnswer:
        begin_s = running.asked_s
        steps = tuple(PromptStep(max(begin_s, s.t_s), s.done_tokens, s.total_tokens) for s in running.steps)
        pieces = tuple(Piece(max(begin_s, p.t_s), p.text, p.reasoning) for p in running.pieces)
        failed = event if isinstance(event, Failed) else None
        by = event.by if event is not None else None
        return RecordedAnswer(
            running.prompt,
            begin_s,
            end_s,
            model_of(by) if by is not None else None,
            steps,
            pieces,
            "failed" if failed else event.reason if isinstance(event, Finished) else "cancelled",
            str(failed.error.user_message) if failed else "",
            event.stats if event is not None else None,
        )

    def _t_s(self, now_s: float) -> float:
        return min(max(0.0, now_s - self._begin_s), LONGEST_S)


def _begun_at_once(recording: Recording) -> Recording:
    """Without the time before the first question, and without what that one waited for the engine; its figures stay."""
    if not recording.answers:
        return recording
    first, *others = recording.answers
    stats, moments = first.stats, [*(step.t_s for step in first.prompt_steps), *(piece.t_s for piece in first.pieces)]
    waited_s = stats.queue_s if stats is not None else 0.0
    cut_s = max(0.0, min(waited_s, min(moments, default=first.ended_s) - first.asked_s) - _LEAD_S)
    first = replace(first, asked_s=first.asked_s + cut_s)
    begin_s = max(0.0, first.asked_s - _LEAD_S)
    return from_then_on(replace(recording, answers=(first, *others)), begin_s)


def from_then_on(recording: Recording, begin_s: float) -> Recording:
    """The same as if it had begun so late; all its answers are later."""
    samples = (replace(sample, t_s=sample.t_s - begin_s) for sample in recording.samples if sample.t_s >= begin_s)
    answers = tuple(_earlier(answer, begin_s) for answer in recording.answers)
    return replace(recording, duration_s=recording.duration_s - begin_s, answers=answers, samples=tuple(samples))


def _earlier(answer: RecordedAnswer, by_s: float) -> RecordedAnswer:
    return replace(
        answer,
        asked_s=answer.asked_s - by_s,
        ended_s=answer.ended_s - by_s,
        prompt_steps=tuple(replace(step, t_s=step.t_s - by_s) for step in answer.prompt_steps),
        pieces=tuple(replace(piece, t_s=piece.t_s - by_s) for piece in answer.pieces),
    )


def conditions_now() -> Conditions:
    """This machine, now, without its name."""
    from llmdesk.services.machine import processor  # numpy

    found = processor()
    return Conditions(
        recorded_at=datetime.now().astimezone().isoformat(timespec="seconds"),
        program=f"llmdesk {__version__}",
        processor=found.name,
        physical_cores=found.physical_cores,
        memory_bytes=psutil.virtual_memory().total,
        system=platform.system(),
    )


def model_of(by: AnsweredBy) -> Model:
    return Model(by.model_id, by.title, by.backend, by.precision, by.kernels, by.threads, is_remote=bool(by.server))
