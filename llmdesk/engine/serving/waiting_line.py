"""Who waits for the engine, and who is next (engine thread only, apart from ``Job.cancel``)."""

from __future__ import annotations

import itertools
import logging
import threading
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from llmdesk.datatypes.chat import EmbeddingRequest, Event, EventSink, Finished, Queued, Request
from llmdesk.datatypes.model import ErrorInfo, Origin
from llmdesk.engine.backend import LoadedModel, LoadOptions
from llmdesk.engine.generation.step import Step
from llmdesk.engine.serving.work import Task
from llmdesk.pauses import PAUSES

log = logging.getLogger(__name__)

MAX_PASSED_OVER = 4


class GenerationHandle:
    """What ``submit`` returns. ``cancel`` is idempotent and may be called from any thread."""

    def __init__(self, request_id: str, cancel: Callable[[], None]) -> None:
        self.request_id = request_id
        self.cancel = cancel


@dataclass(slots=True, eq=False)
class Job:
    """A request on its way from submission to its end. ``model`` and ``steps`` are there while it is being answered,
    ``step`` while one of them is to be computed."""

    request: Request
    sink: EventSink
    submitted_s: float
    cancel: threading.Event = field(default_factory=threading.Event)
    model: LoadedModel | None = None
    steps: Iterator[Event | Step | None] | None = None
    step: Step | None = None
    passed_over: int = 0
    place: tuple[int, str] = (0, "")

    def begin(self, model: LoadedModel) -> None:
        """It is being answered from now on."""
        self.model, self.steps = model, _watched(self, model)

    def emit(self, event: Event) -> None:
        """Deliver an event. A sink that raises is a bug of its owner and must not stop the engine."""
        try:
            self.sink(event)
        except Exception:
            log.exception("an event sink raised; its request is cancelled")
            self.cancel.set()

    def tell_place(self, position: int, waits_for: str) -> None:
        """Its place in the line, if it is another one than it was told last."""
        if self.place != (position, waits_for):
            self.place = (position, waits_for)
            self.emit(Queued(self.request.request_id, position, waits_for))

    def rest(self) -> Finished | None:
        """Cancelled at the end of the program: its figures, if its generator still gives them, after held-back text."""
        try:
            for event in self.steps or ():
                if isinstance(event, Finished):
                    return event
                if event is not None and not isinstance(event, Step):
                    self.emit(event)
        except Exception:
            log.info("request %s failed at the end", self.request.request_id, exc_info=True)
        return None


def _watched(job: Job, model: LoadedModel) -> Iterator[Event | Step | None]:
    """An answer, with a close watch on pauses as long as it runs. A model that refuses does so at the first step."""
    with PAUSES.watching():
        if isinstance(job.request, EmbeddingRequest):
            yield from model.embed(job.request, job.submitted_s, job.cancel)
        else:
            yield from model.generate(job.request, job.submitted_s, job.cancel)


def _unheard(error: ErrorInfo | None) -> None:
    """Nobody waits for the end of a change."""


@dataclass(frozen=True, slots=True, eq=False)
class Change:
    """Load a model, or unload one (``unloads``; ``model_id`` empty: the window's).

    Attributes:
        options: None: as it was asked for last.
        interrupts: answers that are in its way end.
        on_end: told once, on the engine thread or where it was refused: None, or why not.
    """

    model_id: str
    origin: Origin
    options: LoadOptions | None = None
    unloads: bool = False
    interrupts: bool = False
    on_end: Callable[[ErrorInfo | None], None] = _unheard

    def end(self, error: ErrorInfo | None) -> None:
        """Tell the end. Who raises then is a bug of its owner and must not stop the engine."""
        try:
            self.on_end(error)
        except Exception:
            log.exception("the end of a model change could not be told")


Item = Job | Change | Task


class WaitingLine:
    """Requests, model changes and work that occupies the engine, in the order in which they came."""

    def __init__(self) -> None:
        self._items: deque[Item] = deque()

    def __bool__(self) -> bool:
        return bool(self._items)

    def append(self, item: Item) -> None:
        """A new one at the end."""
        self._items.append(item)

    def remove(self, item: Item) -> None:
        """Its turn has come, or it waits no more."""
        self._items.remove(item)

    def put_back(self, item: Item) -> None:
        """It was first, and goes on waiting."""
        self._items.appendleft(item)

    def clear(self) -> None:
        """Forget all."""
        self._items.clear()

    def next(self) -> Item:
        """First come, first served, but the window goes before the API, at most MAX_PASSED_OVER times in a row."""
        first = self._items[0]
        if not isinstance(first, Job) or first.request.origin == "gui" or first.passed_over >= MAX_PASSED_OVER:
            return first
        for item in itertools.islice(self._items, 1, None):
            if not isinstance(item, Job):
                break
            if item.request.origin == "gui":
                return item
        return first

    def note_passed_over(self, job: Job) -> None:
        """A job is taken; count it against the one that came before it."""
        first = self._items[0]
        if isinstance(first, Job) and first is not job:
            first.passed_over += 1

    def is_superseded(self, model_id: str) -> bool:
        """True if the window asks for another change, and nothing before that would use this model."""
        for item in list(self._items):
            if isinstance(item, Change):
                is_about_it = not item.unloads or item.model_id in ("", model_id)
                if item.origin == "gui" and is_about_it:
                    return True
            elif isinstance(item, Task) or item.request.model_id == model_id:
                return False
        return False

    def cancellable(self) -> list[Job | Task]:
        """All that somebody waits for. A copy: any thread may ask."""
        return [item for item in list(self._items) if not isinstance(item, Change)]

    def changes(self) -> list[Change]:
        """The model changes. A copy."""
        return [item for item in list(self._items) if isinstance(item, Change)]

    def jobs_before_anything_else(self) -> list[Job]:
        """The requests that have nothing else before them. A copy."""
        return list(itertools.takewhile(lambda item: isinstance(item, Job), list(self._items)))  # type: ignore[arg-type]

    def jobs(self, model_id: str) -> list[Job]:
        """The requests for one model. A copy."""
        jobs = [item for item in list(self._items) if isinstance(item, Job)]
        return [job for job in jobs if job.request.model_id == model_id]

    def jobs_before_a_change(self, model_id: str) -> list[Job]:
        """The requests for a model that no change of the model stands in front of."""
        return [job for job in self.jobs_before_anything_else() if job.request.model_id == model_id]

    def report_positions(self, occupied_by: str = "") -> None:
        """Tell every request whose place has changed, or what it waits for (first of all, what has the engine now)."""
        position = 0
        for item in list(self._items):
            if isinstance(item, Task):
                occupied_by = item.occupies
            elif isinstance(item, Job):
                position += 1
                item.tell_place(position, occupied_by)
