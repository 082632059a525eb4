"""Who waits for the engine, and who is next (engine thread only, apart from ``Job.cancel``)."""

from __future__ import annotations

import itertools
import logging
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from llmdesk.datatypes.chat import Event, EventSink, Finished, GenerationRequest, Queued
from llmdesk.engine.backend import LoadOptions

log = logging.getLogger(__name__)

MAX_PASSED_OVER = 4


class GenerationHandle:
    """What ``submit`` returns. ``cancel`` is idempotent and may be called from any thread."""

    def __init__(self, request_id: str, cancel: Callable[[], None]) -> None:
        self.request_id = request_id
        self.cancel = cancel


@dataclass(slots=True, eq=False)
class Job:
    """A request on its way from submission to its end. ``steps`` is there while it is being answered."""

    request: GenerationRequest
    sink: EventSink
    submitted_s: float
    cancel: threading.Event = field(default_factory=threading.Event)
    steps: Iterator[Event | None] | None = None
    passed_over: int = 0
    position: int = 0

    def emit(self, event: Event) -> None:
        """Deliver an event. A sink that raises is a bug of its owner and must not stop the engine."""
        try:
            self.sink(event)
        except Exception:
            log.exception("an event sink raised; its request is cancelled")
            self.cancel.set()

    def rest(self) -> Finished | None:
        """Cancelled at the end of the program: its figures, if its generator still gives them, after held-back text."""
        try:
            for event in self.steps or ():
                if isinstance(event, Finished):
                    return event
                if event is not None:
                    self.emit(event)
        except Exception:
            log.info("request %s failed at the end", self.request.request_id, exc_info=True)
        return None


@dataclass(frozen=True, slots=True, eq=False)
class Change:
    """Load a model, or unload (``model_id`` empty)."""

    model_id: str
    options: LoadOptions


class WaitingLine:
    """Requests and model changes in the order in which they came."""

    def __init__(self) -> None:
        self._items: deque[Job | Change] = deque()

    def __bool__(self) -> bool:
        return bool(self._items)

    def extend(self, items: Iterable[Job | Change]) -> None:
        """New ones at the end."""
        self._items.extend(items)

    def remove(self, item: Job | Change) -> None:
        """Its turn has come, or it waits no more."""
        self._items.remove(item)

    def clear(self) -> None:
        """Forget all."""
        self._items.clear()

    def next(self) -> Job | Change:
        """First come, first served, but the window goes before the API, at most MAX_PASSED_OVER times in a row."""
        first = self._items[0]
        if isinstance(first, Change) or first.request.origin == "gui" or first.passed_over >= MAX_PASSED_OVER:
            return first
        for item in itertools.islice(self._items, 1, None):
            if isinstance(item, Change):
                break
            if item.request.origin == "gui":
                return item
        return first

    def note_passed_over(self, job: Job) -> None:
        """A job is taken; count it against the one that came before it."""
        first = self._items[0]
        if isinstance(first, Job) and first is not job:
            first.passed_over += 1

    def jobs(self, model_id: str | None = None) -> list[Job]:
        """All requests, or those for one model. A copy: any thread may ask."""
        jobs = [item for item in list(self._items) if isinstance(item, Job)]
        return [job for job in jobs if model_id in (None, job.request.model_id)]

    def jobs_before_a_change(self, model_id: str) -> list[Job]:
        """The requests for a model that no change of the model stands in front of."""
        before = itertools.takewhile(lambda item: isinstance(item, Job), list(self._items))
        return [job for job in before if isinstance(job, Job) and job.request.model_id == model_id]

    def report_positions(self) -> None:
        """Tell every request whose place has changed."""
        for position, job in enumerate(self.jobs(), start=1):
            if job.position != position:
                job.position = position
                job.emit(Queued(job.request.request_id, position))
