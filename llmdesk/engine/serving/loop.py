"""The engine thread's life: takes what lies in the inbox and runs it a step at a time (engine thread only).

One step is a prompt chunk or a token of each answer (steps.py), so jobs share fairly and a cancel waits one step at
most. Between two steps there is room for short work of others; long work waits for the answers before it and has the
engine for itself.
"""

from __future__ import annotations

import logging
import time
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import replace

from llmdesk.datatypes.chat import EmbeddingRequest, Event, Failed, Finished, GenerationStats
from llmdesk.datatypes.model import LocalModel
from llmdesk.datatypes.work import WorkCancelled, WorkFailed
from llmdesk.engine.backend import MAX_ACTIVE, Backend, LoadOptions
from llmdesk.engine.generation.step import Step
from llmdesk.engine.processor.thread_team import let_others_first, name_team
from llmdesk.engine.serving.drafts import Drafts
from llmdesk.engine.serving.heap import return_memory, return_pages
from llmdesk.engine.serving.inbox import Inbox
from llmdesk.engine.serving.loaded_models import LoadedModels
from llmdesk.engine.serving.loads import Loads
from llmdesk.engine.serving.steps import compute_together
from llmdesk.engine.serving.waiting_line import Item, Job, WaitingLine
from llmdesk.engine.serving.work import Task, WorkContext
from llmdesk.error_values import error_info
from llmdesk.errors import LoadCancelled
from llmdesk.words import say

log = logging.getLogger(__name__)


class EngineLoop:
    """See the module.

    Args:
        inbox: where other threads leave what shall be done.
        make_backend, resolve, installed: see EngineRunner.
        options: how models are loaded that nobody loaded in another way.
    """

    def __init__(
        self,
        inbox: Inbox,
        make_backend: Callable[[], Backend],
        resolve: Callable[[str], LocalModel],
        options: LoadOptions,
        installed: Callable[[], Iterable[LocalModel]],
    ) -> None:
        self._inbox = inbox
        self.models = LoadedModels(make_backend, resolve, self._on_load_progress)
        self.idle_unload_s: float | None = None
        """Set by any thread, which then wakes the inbox."""
        self._active: list[Job] = []
        self._waiting = WaitingLine()
        self._short: deque[Task] = deque()  # work that does not occupy the engine
        self._work: Task | None = None  # work that does, right now
        self._loads = Loads(self.models, self._waiting, options, self._end)
        self._drafts = Drafts(self.models, installed)
        self._round_s = self._round_end_s = 0.0  # of the answers that go on during a load

    def interrupt(self) -> None:
        """End answers, loads and long work, for a model change that will not wait. Any thread, with the inbox held.

        Clients of the server are spared: they hinder it only if there is no room, which is seen later.
        """
        long_work = [self._work] if self._work else []
        for item in [*self._active, *long_work, *self._waiting.cancellable(), *self._inbox.items()]:
            if (isinstance(item, Job) and item.request.origin != "api") or (isinstance(item, Task) and item.occupies):
                item.cancel.set()
        self._loads.interrupt()

    def run_forever(self) -> None:
        """Until the inbox is stopped."""
        name_team()
        let_others_first()
        try:
            while self._take_messages():
                self._drop_cancelled()
                self._do_short_work()
                self._admit()
                self._step_all()
                self._unload_if_idle()
        except BaseException as error:  # a bug here must not leave anybody waiting
            log.exception("the engine thread failed")
            self._inbox.fail(error_info(error))
            raise
        finally:
            self._end_everything()

    def _take_messages(self) -> bool:
        """See what has come, waiting only when there is nothing to do. False when it is time to end."""
        if not (self._has_work or self._inbox.items()):
            self._drafts.look()
        if not self._has_work:
            self._inbox.wait(lambda: self.models.unused_left_s(self.idle_unload_s))
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
        """Start what may start now, in turn: who may not holds up all that came later."""
        while self._waiting and not self._inbox.is_stopping:
            item = self._waiting.next()
            if item is self._loads.blocked or not self._may_begin(item):
                break
            if isinstance(item, Task):
                self._do_long_work(item)
            elif isinstance(item, Job) and self.models.holds(item.request.model_id):
                self._start(item)
            elif isinstance(item, Job):
                self._loads.load_for(item)
            else:
                self._loads.apply(item, self._active)
        self._waiting.report_positions()

    def _may_begin(self, item: Item) -> bool:
        """Work waits for all answers, the window's model change for its own, an unload for those of that model."""
        if isinstance(item, Job):
            return self._has_room_for(item)
        if isinstance(item, Task):
            return not self._active
        if item.unloads:
            return not self.models.is_answering(item.model_id)
        return item.origin == "api" or all(job.request.origin == "api" for job in self._active)

    def _start(self, job: Job) -> None:
        job.begin(self.models.begin(job.request.model_id, job.request.origin))
        self._waiting.note_passed_over(job)
        # In this order an interrupting change sees the job in one of the two at any time.
        self._active.append(job)
        self._waiting.remove(job)

    def _has_room_for(self, job: Job) -> bool:
        """Beside the answers of its model; embeddings, and models that are to be loaded first, count for all."""
        model = self.models.named(job.request.model_id)
        if model is None or isinstance(job.request, EmbeddingRequest):
            return len(self._active) < MAX_ACTIVE
        running = [other.request for other in self._active if other.model is model]
        chats = [request for request in running if not isinstance(request, EmbeddingRequest)]
        return not chats or model.can_start(job.request, chats)

    def _step_all(self) -> None:
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
        if job.model is not None:
            event = replace(event, by=job.model.info.answered_by)
            self.models.end(job.model)
            job.model = None
        self._loads.blocked = None
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
        if task.took_memory:
            return_memory()
        else:  # no garbage is looked for: that holds the interpreter for a tenth of a second
            return_pages()
        self.models.note_use()

    def _perform(self, task: Task) -> None:
        if task.cancel.is_set():
            task.emit(WorkCancelled())
        else:
            task.perform(
                WorkContext(
                    self.models,
                    task,
                    lambda: self._inbox.is_stopping,
                    self._look_round,
                    lambda: bool(self._waiting or self._inbox.items()),
                )
            )

    def _look_round(self) -> None:
        """During work that occupies the engine: nobody starts, but all are told, and short work is done."""
        self._receive()
        self._drop_cancelled()
        self._do_short_work()
        self._waiting.report_positions(self._work.occupies if self._work else "")

    # -- models --------------------------------------------------------------------------------------------------

    def _on_load_progress(self, model_id: str, phase: str, fraction: float) -> None:
        """Hear of news, tell them to who waits, and let others go on. Raises LoadCancelled: the load shall stop."""
        self._receive()
        self._drop_cancelled(keep=self._loads.cause)
        if self._inbox.is_stopping:
            raise LoadCancelled(say("Loading was stopped."), "")
        self._drafts.give_way(self._waiting)
        if self._drafts.is_loading:  # nobody asked for it
            self._do_short_work()
        self._loads.tell_progress(model_id, phase, fraction)
        self._answer_meanwhile()

    def _answer_meanwhile(self) -> None:
        """During a load: models that are there go on answering, for half of the time."""
        for job in self._waiting.jobs_before_anything_else():
            if self.models.holds(job.request.model_id) and self._has_room_for(job):
                self._start(job)
        started_s = time.perf_counter()
        if self._active and started_s - self._round_end_s >= self._round_s:
            self._step_all()
            self._round_end_s = time.perf_counter()
            self._round_s = self._round_end_s - started_s

    def _unload_if_idle(self) -> None:
        if not self._inbox.items():
            wanted = {job.request.model_id for job in self._waiting.cancellable() if isinstance(job, Job)}
            self._drafts.note_use()
            self.models.unload_unused(self.idle_unload_s, wanted)

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
        for change in self._waiting.changes():
            change.end(error)
        self._active.clear()
        self._waiting.clear()
        self._short.clear()
        self.models.close()
