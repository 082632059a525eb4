"""The engine thread's life: takes what lies in the inbox and runs it a step at a time (engine thread only).

One step is a prompt chunk or a token of each answer (steps.py), so jobs share fairly and a cancel waits one step at
most. Between two steps there is room for short work of others; long work waits for the answers before it and has the
engine for itself.
"""

from __future__ import annotations

import logging
import time
from collections import deque
from collections.abc import Callable, Iterator

from llmdesk.datatypes.chat import Event, Failed, Finished, GenerationStats, LoadProgress
from llmdesk.datatypes.model import ErrorInfo, LocalModel
from llmdesk.datatypes.work import WorkCancelled, WorkFailed
from llmdesk.engine.backend import Backend, LoadedModel, LoadOptions
from llmdesk.engine.generation.step import Step
from llmdesk.engine.processor.thread_team import name_team
from llmdesk.engine.serving.heap import return_memory
from llmdesk.engine.serving.inbox import Inbox
from llmdesk.engine.serving.model_slot import ModelSlot
from llmdesk.engine.serving.steps import compute_together
from llmdesk.engine.serving.waiting_line import Change, Job, WaitingLine
from llmdesk.engine.serving.work import Task, WorkContext
from llmdesk.errors import LoadCancelled, error_info
from llmdesk.pauses import PAUSES
from llmdesk.words import say

log = logging.getLogger(__name__)


class EngineLoop:
    """See the module.

    Args:
        inbox: where other threads leave what shall be done.
        make_backend, resolve: see EngineRunner.
        options: how models are loaded that nobody loaded in another way.
    """

    def __init__(
        self,
        inbox: Inbox,
        make_backend: Callable[[], Backend],
        resolve: Callable[[str], LocalModel],
        options: LoadOptions,
    ) -> None:
        self._inbox, self._options = inbox, options
        self.slot = ModelSlot(make_backend, resolve, self._on_load_progress)
        self.idle_unload_s: float | None = None
        """Set by any thread, which then wakes the inbox."""
        self._chosen: dict[str, LoadOptions] = {}  # how each model was asked for last: a request reloads it that way
        self._active: list[Job] = []
        self._waiting = WaitingLine()
        self._short: deque[Task] = deque()  # work that does not occupy the engine
        self._work: Task | None = None  # work that does, right now
        self._load_cause: Job | None = None  # the job a load is made for; None for a load that was asked for itself

    def cancel_all(self) -> None:
        """End answers, loads and long work, for a model change that will not wait. Any thread, with the inbox held."""
        long_work = [self._work] if self._work else []
        for item in [*self._active, *long_work, *self._waiting.cancellable(), *self._inbox.items()]:
            if isinstance(item, Job) or (isinstance(item, Task) and item.occupies):
                item.cancel.set()
        self.slot.cancel_load()

    def run_forever(self) -> None:
        """Until the inbox is stopped."""
        name_team()
        try:
            while self._take_messages():
                self._drop_cancelled()
                self._do_short_work()
                self._admit()
                self._step()
                self._unload_if_idle()
        except BaseException as error:  # a bug here must not leave anybody waiting
            log.exception("the engine thread failed")
            self._inbox.fail(error_info(error))
            raise
        finally:
            self._end_everything()

    def _take_messages(self) -> bool:
        """See what has come, waiting only when there is nothing to do. False when it is time to end."""
        if not self._has_work:
            self._inbox.wait(lambda: self.slot.unused_left_s(self.idle_unload_s))
        self._receive()
        return not self._inbox.is_stopping

    @property
    def _has_work(self) -> bool:
        return bool(self._active or self._waiting or self._short)

    def _receive(self) -> None:
        """Inbox to waiting line, in one step for an interrupting change: it must see each item in one of the two."""
        with self._inbox.changed:
            for item in self._inbox.take():
                if isinstance(item, Task) and not item.occupies:
                    self._short.append(item)
                else:
                    self._waiting.append(item)

    def _drop_cancelled(self, keep: Job | None = None) -> None:
        for item in self._waiting.cancellable():
            if item.cancel.is_set() and item is not keep:
                self._waiting.remove(item)
                self._end_cancelled(item)

    def _admit(self) -> None:
        """Start what may start now. Model changes and work that occupies the engine wait for the active answers."""
        while self._waiting and not self._inbox.is_stopping:
            item = self._waiting.next()
            if isinstance(item, Job) and self.slot.holds(item.request.model_id):
                if not self._can_start(item, self.slot.model):
                    break
                self._start(item)
            elif self._active:
                break
            elif isinstance(item, Job):
                self._load_for(item)
            elif isinstance(item, Change):
                self._waiting.remove(item)
                self._apply(item)
            else:
                self._do_long_work(item)
        self._waiting.report_positions()

    def _start(self, job: Job) -> None:
        assert self.slot.model is not None
        job.steps = _watched(self.slot.model.generate(job.request, job.submitted_s, job.cancel))
        self._waiting.note_passed_over(job)
        # In this order an interrupting change sees the job in one of the two at any time.
        self._active.append(job)
        self._waiting.remove(job)

    def _can_start(self, job: Job, model: LoadedModel | None) -> bool:
        running = [other.request for other in self._active if other.request.model_id == job.request.model_id]
        return model is not None and (not running or model.can_start(job.request, running))

    def _step(self) -> None:
        """One step of all active jobs: a prompt chunk or a token of each."""
        for job in list(self._active):
            self._advance(job)
        compute_together([job.step for job in self._active if job.step is not None])

    def _advance(self, job: Job) -> None:
        """Up to its next step; where nothing is computed here, by one event."""
        had_step, job.step = job.step is not None, None
        while (item := self._next_of(job)) is not None:
            if isinstance(item, Step):
                job.step = item
            elif isinstance(item, Finished | Failed):
                self._active.remove(job)
                self._end(job, item)
            else:
                job.emit(item)
                if had_step:
                    continue
            return

    def _next_of(self, job: Job) -> Event | Step | None:
        assert job.steps is not None
        try:
            return next(job.steps)
        except Exception as error:
            if not isinstance(error, StopIteration):
                log.info("request %s failed", job.request.request_id, exc_info=error)
            return Failed(job.request.request_id, error_info(error))

    def _end(self, job: Job, event: Finished | Failed) -> None:
        """The one place where a request ends."""
        job.steps = job.step = None
        self.slot.note_use()
        self._inbox.note_end()
        job.emit(event)

    def _end_cancelled(self, item: Job | Task) -> None:
        """One that never began."""
        if isinstance(item, Task):
            item.emit(WorkCancelled())
        else:
            stats = GenerationStats(queue_s=time.perf_counter() - item.submitted_s)
            self._end(item, Finished(item.request.request_id, "cancelled", stats))

    # -- work of others ------------------------------------------------------------------------------------------

    def _do_short_work(self) -> None:
        while self._short:
            self._perform(self._short.popleft())

    def _do_long_work(self, task: Task) -> None:
        # In this order an interrupting change sees it in one of the two at any time.
        self._work = task
        self._waiting.remove(task)
        self._perform(task)
        self._work = None
        return_memory()
        self.slot.note_use()

    def _perform(self, task: Task) -> None:
        if task.cancel.is_set():
            task.emit(WorkCancelled())
        else:
            task.perform(WorkContext(self.slot, task, lambda: self._inbox.is_stopping, self._look_round))

    def _look_round(self) -> None:
        """During work that occupies the engine: nobody starts, but all are told, and short work is done."""
        self._receive()
        self._drop_cancelled()
        self._do_short_work()
        self._waiting.report_positions(self._work.occupies if self._work else "")

    # -- models --------------------------------------------------------------------------------------------------

    def _apply(self, change: Change) -> None:
        if not change.model_id:
            self.slot.unload()
            return
        self._chosen[change.model_id] = change.options
        if self._waiting.is_superseded(change.model_id):
            return
        error = self.slot.load(change.model_id, change.options)
        if error is not None:
            self._fail_waiting(change.model_id, error)

    def _load_for(self, job: Job) -> None:
        """Load the model that a request names. If that fails, it fails, and so do all that wait for the same model."""
        model_id = job.request.model_id
        self._load_cause = job
        error = self.slot.load(model_id, self._chosen.get(model_id, self._options))
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
        self._receive()
        cause = self._load_cause
        self._drop_cancelled(keep=cause)
        wanted = self._waiting.jobs(model_id)
        is_given_up = cause is not None and cause.cancel.is_set() and wanted == [cause]
        is_superseded = cause is None and self._waiting.is_superseded(model_id)
        if self._inbox.is_stopping or is_given_up or is_superseded:
            raise LoadCancelled(say("Loading was stopped."), "")
        for job in wanted:
            job.emit(LoadProgress(job.request.request_id, model_id, phase, fraction))

    def _unload_if_idle(self) -> None:
        if not self._has_work and not self._inbox.items():
            self.slot.unload_if_unused(self.idle_unload_s)

    def _end_everything(self) -> None:
        self._inbox.stop()
        self._receive()
        error = self._inbox.last_error
        for item in [*self._active, *self._waiting.cancellable(), *self._short]:
            item.cancel.set()
            if isinstance(item, Task):
                item.emit(WorkFailed(error) if self._inbox.has_failed else WorkCancelled())
                continue
            last = None if self._inbox.has_failed else item.rest()
            self._end(item, last or Failed(item.request.request_id, error))
        self._active.clear()
        self._waiting.clear()
        self._short.clear()
        self.slot.close()


def _watched(steps: Iterator[Event | Step | None]) -> Iterator[Event | Step | None]:
    """An answer, with a close watch on pauses as long as it runs."""
    with PAUSES.watching():
        yield from steps
