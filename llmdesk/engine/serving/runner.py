"""The one owner of models: takes requests from any thread, runs them on the engine thread, a step at a time.

``run_forever`` is the engine thread's whole life. Everything else may be called from any thread and returns at once.
One step is one prompt chunk or one token, so two jobs share fairly and a cancel waits one step at most.
"""

from __future__ import annotations

import itertools
import logging
import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import replace

from llmdesk.datatypes.chat import EventSink, Failed, Finished, GenerationRequest, GenerationStats, LoadProgress
from llmdesk.datatypes.model import ErrorInfo, LocalModel, ModelStatus, ModelStatusListener
from llmdesk.engine.backend import Backend, LoadOptions
from llmdesk.engine.generation.response_cache import ResponseUse
from llmdesk.engine.processor.thread_team import name_team
from llmdesk.engine.serving.model_slot import ModelSlot
from llmdesk.engine.serving.waiting_line import Change, Job, WaitingLine
from llmdesk.engine.serving.waiting_line import GenerationHandle as GenerationHandle  # what submit returns
from llmdesk.errors import EngineBusy, EngineStopped, LoadCancelled, error_info

log = logging.getLogger(__name__)

MAX_ACTIVE = 2
MAX_WAITING = 32


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
        self._options = options or LoadOptions()
        self._ids = itertools.count(1)
        self._wake = threading.Condition()
        # Shared state, guarded by _wake:
        self._inbox: deque[Job | Change] = deque()
        self._response_uses: list[ResponseUse] = []
        self._accepted = 0  # jobs submitted and not yet ended
        self._stopping = False
        self._fatal: ErrorInfo | None = None
        self._idle_unload_s: float | None = None
        # Engine thread only:
        self._slot = ModelSlot(make_backend, resolve, self._on_load_progress)
        self._chosen: dict[str, LoadOptions] = {}  # how each model was asked for last: a request reloads it that way
        self._active: list[Job] = []
        self._waiting = WaitingLine()
        self._load_cause: Job | None = None  # the job a load is made for; None for a load that was asked for itself

    # -- from any thread ------------------------------------------------------------------------------------------

    def subscribe(self, listener: ModelStatusListener) -> None:
        """Hear of model changes on the engine thread; the current status is delivered at once, on this thread."""
        self._slot.subscribe(listener)

    @property
    def status(self) -> ModelStatus:
        """The latest status of the model slot."""
        return self._slot.status

    def submit(self, request: GenerationRequest, sink: EventSink) -> GenerationHandle:
        """Queue a request. A refusal (busy, stopped) arrives as Failed, like any other end."""
        job = Job(request, sink, time.perf_counter())
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
        self._change(Change(model_id, options or self._options), interrupt)

    def unload(self, *, interrupt: bool = False) -> None:
        """Give the current model's memory back."""
        self._change(Change("", self._options), interrupt)

    def cancel_load(self) -> None:
        """Stop the load that is under way, if there is one; the model before it stays usable."""
        self._slot.cancel_load()

    def set_idle_unload(self, seconds: float | None) -> None:
        """Unload the model after so long without a request; 0 or None: never. The next request loads it again."""
        with self._wake:
            self._idle_unload_s = seconds or None
            self._wake.notify()

    def use_responses(self, use: ResponseUse) -> None:
        """Have a function called with the answer cache, to look at it or to empty it: between two steps, after a load.

        An engine that has ended, or ends before, does not call it any more.
        """
        with self._wake:
            self._response_uses.append(use)
            self._wake.notify()

    def stop(self) -> None:
        """End all requests and let ``run_forever`` return. Idempotent; does not wait."""
        with self._wake:
            self._stopping = True
            self._slot.cancel_load()
            self._wake.notify()

    # -- engine thread --------------------------------------------------------------------------------------------

    def run_forever(self) -> None:
        """The loop of the engine thread; returns after ``stop``."""
        name_team()
        try:
            while self._take_messages():
                self._give_responses()
                self._drop_cancelled()
                self._admit()
                for job in list(self._active):
                    self._step(job)
                self._unload_if_idle()
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
            if not (self._inbox or self._response_uses or self._active or self._waiting or self._stopping):
                self._wake.wait(self._slot.unused_left_s(self._idle_unload_s))
            self._waiting.extend(self._inbox)
            self._inbox.clear()
            return not self._stopping

    def _give_responses(self) -> None:
        with self._wake:
            uses, self._response_uses = self._response_uses, []
        for use in uses:
            try:
                use(self._slot.model.responses if self._slot.model else None)
            except Exception:  # a bug of its owner that must not stop the engine
                log.exception("a function for the answer cache raised")

    def _drop_cancelled(self, keep: Job | None = None) -> None:
        for job in self._waiting.jobs():
            if job.cancel.is_set() and job is not keep:
                self._waiting.remove(job)
                stats = GenerationStats(queue_s=time.perf_counter() - job.submitted_s)
                self._end(job, Finished(job.request.request_id, "cancelled", stats))

    def _admit(self) -> None:
        """Start what may start now. A model change waits until the active answers have ended."""
        while self._waiting and not self._stopping:
            item = self._waiting.next()
            if isinstance(item, Change):
                if self._active:
                    break
                self._waiting.remove(item)
                self._apply(item)
            elif self._slot.holds(item.request.model_id):
                if len(self._active) >= MAX_ACTIVE:
                    break
                self._start(item)
            elif self._active:
                break
            else:
                self._load_for(item)
        self._waiting.report_positions()

    def _start(self, job: Job) -> None:
        assert self._slot.model is not None
        job.steps = self._slot.model.generate(job.request, job.submitted_s, job.cancel)
        self._waiting.note_passed_over(job)
        # In this order an interrupting change sees the job in one of the two at any time.
        self._active.append(job)
        self._waiting.remove(job)

    def _step(self, job: Job) -> None:
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
        elif event is not None:
            job.emit(event)

    def _end(self, job: Job, event: Finished | Failed) -> None:
        """The one place where a request ends."""
        job.steps = None
        self._slot.note_use()
        with self._wake:
            self._accepted -= 1
        job.emit(event)

    # -- models, engine thread ------------------------------------------------------------------------------------

    def _apply(self, change: Change) -> None:
        if not change.model_id:
            self._slot.unload()
            return
        self._chosen[change.model_id] = change.options
        error = self._slot.load(change.model_id, change.options)
        if error is not None:
            self._fail_waiting(change.model_id, error)

    def _load_for(self, job: Job) -> None:
        """Load the model that a request names. If that fails, it fails, and so do all that wait for the same model."""
        model_id = job.request.model_id
        self._load_cause = job
        error = self._slot.load(model_id, self._chosen.get(model_id, self._options))
        self._load_cause = None
        if error is None:
            return
        if job.cancel.is_set():
            self._waiting.remove(job)
            self._end(job, Finished(job.request.request_id, "cancelled", GenerationStats()))
        if not (job.cancel.is_set() and error.kind == LoadCancelled.__name__):  # else who came meanwhile may try
            self._fail_waiting(model_id, error)

    def _fail_waiting(self, model_id: str, error: ErrorInfo) -> None:
        """A load failed: who waits for that model hears it now, rather than try the same again one after the other."""
        for job in self._waiting.jobs_before_a_change(model_id):
            self._waiting.remove(job)
            self._end(job, Failed(job.request.request_id, error))

    def _on_load_progress(self, model_id: str, phase: str, fraction: float) -> None:
        """Tell everybody who waits for this model, and stop the load if nobody wants it any more."""
        with self._wake:
            self._waiting.extend(self._inbox)
            self._inbox.clear()
        cause = self._load_cause
        self._drop_cancelled(keep=cause)
        wanted = self._waiting.jobs(model_id)
        if self._stopping or (cause is not None and cause.cancel.is_set() and wanted == [cause]):
            raise LoadCancelled("Loading was stopped.", "")
        for job in wanted:
            job.emit(LoadProgress(job.request.request_id, model_id, phase, fraction))

    def _unload_if_idle(self) -> None:
        with self._wake:
            idle_s = self._idle_unload_s
            is_busy = bool(self._inbox or self._active or self._waiting)
        if not is_busy:
            self._slot.unload_if_unused(idle_s)

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

    def _change(self, change: Change, interrupt: bool) -> None:
        with self._wake:
            if interrupt:
                for job in [*self._active, *self._waiting.jobs(), *self._inbox]:
                    if isinstance(job, Job):
                        job.cancel.set()
                self._slot.cancel_load()
            self._inbox.append(change)
            self._wake.notify()

    def _cancel_job(self, job: Job) -> None:
        job.cancel.set()
        with self._wake:
            self._wake.notify()

    def _end_everything(self) -> None:
        with self._wake:
            self._stopping = True
            self._waiting.extend(self._inbox)
            self._inbox.clear()
        error = self._fatal or EngineStopped("llmdesk is closing.").info()
        for job in self._active:
            job.cancel.set()
        for job in [*self._active, *self._waiting.jobs()]:
            last = None if self._fatal else job.rest()
            self._end(job, last or Failed(job.request.request_id, error))
        self._active.clear()
        self._waiting.clear()
        self._slot.close()
