"""The one owner of models: takes requests from any thread, runs them on the engine thread, a step at a time.

``run_forever`` is the engine thread's whole life. Everything else may be called from any thread and returns at once.
One step is one prompt chunk or one token, so two jobs share fairly and a cancel waits one step at most.
"""

from __future__ import annotations

import ctypes
import gc
import itertools
import logging
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace

import psutil

from llmdesk.datatypes import (
    ErrorInfo,
    Event,
    EventSink,
    Failed,
    Finished,
    GenerationRequest,
    GenerationStats,
    LoadProgress,
    LocalModel,
    ModelInfo,
    ModelStatus,
    ModelStatusListener,
    Queued,
)
from llmdesk.engine.backend import Backend, LoadedModel, LoadOptions
from llmdesk.errors import (
    EngineBusy,
    EngineStopped,
    LoadCancelled,
    ModelNotInstalled,
    NotEnoughMemory,
    error_info,
)

log = logging.getLogger(__name__)

MAX_ACTIVE = 2
MAX_WAITING = 32
MAX_PASSED_OVER = 4
_ROOM_FOR_BOTH = 1.3
"""The old model stays until the new one works if this many times what the new one needs is free."""


class GenerationHandle:
    """What ``submit`` returns. ``cancel`` is idempotent and may be called from any thread."""

    def __init__(self, request_id: str, cancel: Callable[[], None]) -> None:
        self.request_id = request_id
        self.cancel = cancel


@dataclass(slots=True)
class _Job:
    request: GenerationRequest
    sink: EventSink
    submitted_s: float
    cancel: threading.Event = field(default_factory=threading.Event)
    steps: Iterator[Event] | None = None
    passed_over: int = 0
    position: int = 0

    def emit(self, event: Event) -> None:
        """Deliver an event. A sink that raises is a bug of its owner and must not stop the engine."""
        try:
            self.sink(event)
        except Exception:
            log.exception("an event sink raised; its request is cancelled")
            self.cancel.set()


@dataclass(frozen=True, slots=True)
class _Change:
    """Load a model, or unload (``model_id`` empty)."""

    model_id: str
    options: LoadOptions


class EngineRunner:
    """See the module.

    Args:
        make_backend: called once, on the engine thread, at the first load; may import torch.
        resolve: model id -> files on disk; raises ModelNotFound, ModelNotInstalled or CatalogueError.
        options: how models are loaded unless ``load`` says otherwise.
    """

    def __init__(
        self,
        make_backend: Callable[[], Backend],
        resolve: Callable[[str], LocalModel],
        options: LoadOptions | None = None,
    ) -> None:
        self._make_backend = make_backend
        self._resolve = resolve
        self._options = options or LoadOptions()
        self._wake = threading.Condition()
        # Shared state, guarded by _wake:
        self._inbox: deque[_Job | _Change] = deque()
        self._accepted = 0  # jobs submitted and not yet ended
        self._stopping = False
        self._fatal: ErrorInfo | None = None
        # Engine thread only:
        self._backend: Backend | None = None
        self._model: LoadedModel | None = None
        self._local: LocalModel | None = None  # the files of the current model
        self._chosen: dict[
            str, LoadOptions
        ] = {}  # how each model was asked for last; a request reloads it the same way
        self._active: list[_Job] = []
        self._waiting: deque[_Job | _Change] = deque()
        self._load_cause: _Job | None = None  # the job a load is made for; None for a load that was asked for itself
        # Any thread:
        self._cancel_load = threading.Event()
        self._listeners: list[ModelStatusListener] = []
        self._status = ModelStatus("none")
        self._ids = itertools.count(1)

    # -- from any thread ------------------------------------------------------------------------------------------

    def subscribe(self, listener: ModelStatusListener) -> None:
        """Hear of model changes on the engine thread; the current status is delivered at once, on this thread."""
        self._listeners.append(listener)
        listener(self._status)

    @property
    def status(self) -> ModelStatus:
        """The latest status of the model slot."""
        return self._status

    def submit(self, request: GenerationRequest, sink: EventSink) -> GenerationHandle:
        """Queue a request. A refusal (busy, stopped) arrives as Failed, like any other end."""
        job = _Job(request, sink, time.perf_counter())
        with self._wake:
            refusal = self._refusal()
            if refusal is None:
                self._accepted += 1
                self._inbox.append(job)
                self._wake.notify()
        if refusal is not None:
            job.emit(Failed(request.request_id, refusal))
        return GenerationHandle(request.request_id, lambda: self._cancel_job(job))

    def new_request_id(self) -> str:
        """An id that no other request of this process has."""
        return f"request-{next(self._ids)}"

    def load(self, model_id: str, *, interrupt: bool = False, options: LoadOptions | None = None) -> None:
        """Make a model the current one: after what was asked before, or at once, ending running answers."""
        self._change(_Change(model_id, options or self._options), interrupt)

    def unload(self, *, interrupt: bool = False) -> None:
        """Give the current model's memory back."""
        self._change(_Change("", self._options), interrupt)

    def cancel_load(self) -> None:
        """Stop the load that is under way, if there is one; the model before it stays usable."""
        self._cancel_load.set()

    def stop(self) -> None:
        """End all requests and let ``run_forever`` return. Idempotent; does not wait."""
        with self._wake:
            self._stopping = True
            self._cancel_load.set()
            self._wake.notify()

    # -- engine thread --------------------------------------------------------------------------------------------

    def run_forever(self) -> None:
        """The loop of the engine thread; returns after ``stop``."""
        try:
            while self._take_messages():
                self._drop_cancelled()
                self._admit()
                for job in list(self._active):
                    self._step(job)
        except BaseException as error:  # a bug here must not leave anybody waiting
            log.exception("the engine thread failed")
            with self._wake:
                self._fatal = error_info(error)
            raise
        finally:
            self._end_everything()

    def _take_messages(self) -> bool:
        """Move the inbox to the queue, waiting only when there is nothing to do. False when it is time to end."""
        with self._wake:
            while not (self._inbox or self._active or self._waiting or self._stopping):
                self._wake.wait()
            self._waiting.extend(self._inbox)
            self._inbox.clear()
            return not self._stopping

    def _drop_cancelled(self, keep: _Job | None = None) -> None:
        for job in self._waiting_jobs():
            if job.cancel.is_set() and job is not keep:
                self._waiting.remove(job)
                waited_s = time.perf_counter() - job.submitted_s
                self._end(job, Finished(job.request.request_id, "cancelled", GenerationStats(queue_s=waited_s)))

    def _admit(self) -> None:
        """Start what may start now. A model change waits until the active answers have ended."""
        while self._waiting and not self._stopping:
            item = self._next_waiting()
            if isinstance(item, _Change):
                if self._active:
                    break
                self._waiting.remove(item)
                self._apply(item)
            elif self._is_current(item.request.model_id):
                if len(self._active) >= MAX_ACTIVE:
                    break
                self._start(item)
            elif self._active:
                break
            elif not self._load_for(item):
                self._waiting.remove(item)
        self._report_positions()

    def _next_waiting(self) -> _Job | _Change:
        """First come, first served, but the window goes before the API, at most MAX_PASSED_OVER times in a row."""
        first = self._waiting[0]
        if isinstance(first, _Change) or first.request.origin == "gui" or first.passed_over >= MAX_PASSED_OVER:
            return first
        for item in itertools.islice(self._waiting, 1, None):
            if isinstance(item, _Change):
                break
            if item.request.origin == "gui":
                return item
        return first

    def _start(self, job: _Job) -> None:
        assert self._model is not None
        job.steps = self._model.generate(job.request, job.submitted_s, job.cancel)
        first = self._waiting[0]
        if isinstance(first, _Job) and first is not job:
            first.passed_over += 1
        # In this order an interrupting change sees the job in one of the two at any time.
        self._active.append(job)
        self._waiting.remove(job)

    def _step(self, job: _Job) -> None:
        """One prompt chunk or one token of one job."""
        assert job.steps is not None
        try:
            event = next(job.steps)
        except Exception as error:
            if not isinstance(error, StopIteration):
                log.info("request %s failed", job.request.request_id, exc_info=error)
            self._active.remove(job)
            self._end(job, Failed(job.request.request_id, error_info(error)))
            return
        if isinstance(event, Finished | Failed):
            self._active.remove(job)
            self._end(job, event)
        else:
            job.emit(event)

    def _end(self, job: _Job, event: Finished | Failed) -> None:
        """The one place where a request ends."""
        job.steps = None
        with self._wake:
            self._accepted -= 1
        job.emit(event)

    # -- models, engine thread ------------------------------------------------------------------------------------

    def _apply(self, change: _Change) -> None:
        if not change.model_id:
            self._close_model()
            self._set_status(ModelStatus("none"))
        else:
            self._chosen[change.model_id] = change.options
            self._load(change.model_id, change.options)

    def _load_for(self, job: _Job) -> bool:
        """Load the model that a request names; False (and Failed for the request) if that did not work."""
        self._load_cause = job
        model_id = job.request.model_id
        error = self._load(model_id, self._chosen.get(model_id, self._options))
        self._load_cause = None
        if error is None:
            return True
        if job.cancel.is_set():
            self._end(job, Finished(job.request.request_id, "cancelled", GenerationStats()))
        else:
            self._end(job, Failed(job.request.request_id, error))
        return False

    def _load(self, model_id: str, options: LoadOptions) -> ErrorInfo | None:
        """Replace the current model; on failure the old one is usable again and the error is returned."""
        self._cancel_load.clear()
        title, old, old_local = model_id, self._info(), self._local
        try:
            local = self._resolve(model_id)
            title = local.spec.title
            self._set_status(ModelStatus("loading", model_id, title, "starting", 0.0, old))
            self._make_room(local)
            model = self._open(local, options)
        except Exception as error:
            info = error_info(error)
            if not isinstance(error, LoadCancelled | ModelNotInstalled):
                log.warning("loading %s failed\n%s", model_id, info.detail)  # as text: a log may keep its exceptions
        else:
            self._close_model()
            self._model, self._local = model, local
            self._set_status(ModelStatus("ready", model_id, title, "ready", 1.0, model.info))
            return None
        # Only here, after the exception: its traceback holds all that was loaded so far.
        _return_memory()
        if self._model is None and old is not None and old_local is not None and not self._stopping:
            self._restore(old_local, old)
        now = self._info()
        if info.kind != LoadCancelled.__name__:
            self._set_status(ModelStatus("failed", model_id, title, info=now, error=info))
        elif now is not None:
            self._set_status(ModelStatus("ready", now.model_id, now.title, info=now, error=info))
        else:
            self._set_status(ModelStatus("none", model_id, title, error=info))
        return info

    def _make_room(self, local: LocalModel) -> None:
        """Close the current model if the new one needs its memory. Raises NotEnoughMemory if that would not do."""
        available: int = psutil.virtual_memory().available
        current = self._model.info.weights_bytes if self._model else 0
        # A spec counts the whole program, so what that holds already, apart from the current model, is taken off.
        needed = max(0, local.spec.memory_bytes - max(0, psutil.Process().memory_info().rss - current))
        if needed > available + current:
            raise NotEnoughMemory(
                f"{local.spec.title} needs about {needed / 1e9:.1f} GB more memory; "
                f"{(available + current) / 1e9:.1f} GB are free."
            )
        if _ROOM_FOR_BOTH * needed > available:
            self._close_model()

    def _open(self, local: LocalModel, options: LoadOptions) -> LoadedModel:
        model_id, title = local.spec.id, local.spec.title
        if self._backend is None:
            self._report_load(model_id, title, "starting the engine", 0.0)
            self._backend = self._make_backend()
        return self._backend.load(local, options, lambda phase, done: self._report_load(model_id, title, phase, done))

    def _restore(self, local: LocalModel, info: ModelInfo) -> None:
        """Load the model before again, as it was."""
        self._cancel_load.clear()
        try:
            self._model = self._open(local, LoadOptions(info.precision, info.threads, info.context_tokens))
            self._local = local
        except Exception:
            log.exception("the model before could not be loaded again")

    def _report_load(self, model_id: str, title: str, phase: str, fraction: float) -> None:
        """Tell everybody who waits for this model, and stop the load if it was cancelled."""
        with self._wake:
            self._waiting.extend(self._inbox)
            self._inbox.clear()
        cause = self._load_cause
        self._drop_cancelled(keep=cause)
        wanted = [job for job in self._waiting_jobs() if job.request.model_id == model_id]
        if self._cancel_load.is_set() or self._stopping:
            raise LoadCancelled("Loading was stopped.", "")
        if cause is not None and cause.cancel.is_set() and wanted == [cause]:
            raise LoadCancelled("Loading was stopped.", "")
        for job in wanted:
            job.emit(LoadProgress(job.request.request_id, model_id, phase, fraction))
        self._set_status(ModelStatus("loading", model_id, title, phase, fraction, self._info()))

    def _close_model(self) -> None:
        if self._model is not None:
            self._model.close()
            self._model = self._local = None
            _return_memory()

    def _is_current(self, model_id: str) -> bool:
        return self._model is not None and self._model.info.model_id == model_id

    def _info(self) -> ModelInfo | None:
        return self._model.info if self._model else None

    def _set_status(self, status: ModelStatus) -> None:
        self._status = status
        for listener in self._listeners:
            listener(status)

    # -- helpers --------------------------------------------------------------------------------------------------

    def _refusal(self) -> ErrorInfo | None:
        """Why no request can be taken (called under the lock)."""
        if self._fatal is not None:
            return replace(self._fatal, kind="EngineStopped", hint=EngineStopped.default_hint)
        if self._stopping:
            return EngineStopped("llmdesk is closing.").info()
        if self._accepted >= MAX_ACTIVE + MAX_WAITING:
            return EngineBusy(f"{self._accepted} requests are already waiting.").info()
        return None

    def _change(self, change: _Change, interrupt: bool) -> None:
        with self._wake:
            if interrupt:
                for job in [*self._active, *self._waiting_jobs(), *self._inbox]:
                    if isinstance(job, _Job):
                        job.cancel.set()
                self._cancel_load.set()
            self._inbox.append(change)
            self._wake.notify()

    def _cancel_job(self, job: _Job) -> None:
        job.cancel.set()
        with self._wake:
            self._wake.notify()

    def _waiting_jobs(self) -> list[_Job]:
        return [item for item in list(self._waiting) if isinstance(item, _Job)]

    def _report_positions(self) -> None:
        for position, job in enumerate(self._waiting_jobs(), start=1):
            if job.position != position:
                job.position = position
                job.emit(Queued(job.request.request_id, position))

    def _end_everything(self) -> None:
        with self._wake:
            self._stopping = True
            self._waiting.extend(self._inbox)
            self._inbox.clear()
        error = self._fatal or EngineStopped("llmdesk is closing.").info()
        for job in self._active:
            job.cancel.set()
        for job in [*self._active, *self._waiting_jobs()]:
            last = self._last_event(job)
            self._end(job, last or Failed(job.request.request_id, error))
        self._active.clear()
        self._waiting.clear()
        self._close_model()
        self._backend = None
        self._set_status(ModelStatus("none"))

    def _last_event(self, job: _Job) -> Finished | None:
        """The figures of an answer that is cut off by the end of the program, if its generator still gives them."""
        if job.steps is None or self._fatal is not None:
            return None
        try:
            for event in job.steps:
                if isinstance(event, Finished):
                    return event
                job.emit(event)  # text that was held back
        except Exception:
            log.info("request %s failed at the end", job.request.request_id, exc_info=True)
        return None


def _return_memory() -> None:
    """Collect garbage and hand freed heap pages back to the system (glibc keeps them otherwise)."""
    gc.collect()
    if sys.platform == "linux" and (trim := getattr(ctypes.CDLL(None), "malloc_trim", None)):  # not in musl
        trim(0)
