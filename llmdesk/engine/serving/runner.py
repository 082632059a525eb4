"""The one owner of models, as the rest of the program sees it: any thread hands in requests, loads and work.

``run_forever`` is the engine thread's whole life (see EngineLoop). Everything else may be called from any thread and
returns at once.
"""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TypeVar

from llmdesk.datatypes.chat import EventSink, Failed, Request
from llmdesk.datatypes.model import (
    ErrorInfo,
    LocalModel,
    ModelInMemory,
    ModelsListener,
    ModelStatus,
    ModelStatusListener,
    Origin,
)
from llmdesk.datatypes.work import WorkFailed, WorkSink
from llmdesk.engine.backend import MAX_ACTIVE, Backend, LoadOptions
from llmdesk.engine.serving.inbox import Inbox
from llmdesk.engine.serving.loop import EngineLoop
from llmdesk.engine.serving.waiting_line import Change, Job
from llmdesk.engine.serving.waiting_line import GenerationHandle as GenerationHandle  # what submit returns
from llmdesk.engine.serving.work import Task, Work, WorkHandle
from llmdesk.listeners import Unsubscribe

T = TypeVar("T")

MAX_WAITING = 32


@dataclass(slots=True, eq=False)
class Choice:
    """A model that was asked for, for the window; ``error`` is there as soon as it ``is_over``, if it failed."""

    model_id: str
    options: LoadOptions
    is_over: bool = False
    error: ErrorInfo | None = None


class EngineRunner:
    """See the module.

    Args:
        make_backend: called once, on the engine thread, at the first load; may import torch.
        resolve: model id -> files on disk; raises ModelNotFound, ModelNotInstalled or CatalogueError.
        options: how models are loaded unless ``load`` says otherwise.
        installed: chat models on disk, one of which may draft for another; called on the engine thread, looks at files.
    """

    def __init__(
        self,
        make_backend: Callable[[], Backend],
        resolve: Callable[[str], LocalModel],
        options: LoadOptions | None = None,
        installed: Callable[[], Iterable[LocalModel]] = lambda: (),
    ) -> None:
        self._options = options or LoadOptions()
        self._ids = itertools.count(1)
        self._choice: Choice | None = None
        self._inbox = Inbox(MAX_ACTIVE + MAX_WAITING)
        self._loop = EngineLoop(self._inbox, make_backend, resolve, self._options, installed)

    def subscribe(self, listener: ModelStatusListener) -> Unsubscribe:
        """Hear of the window's model on the engine thread; its current status is delivered at once, on this thread.

        Returns:
            what ends the subscription, from any thread.
        """
        return self._loop.models.news.subscribe(listener)

    @property
    def status(self) -> ModelStatus:
        """The latest status of the window's model."""
        return self._loop.models.news.status

    def subscribe_models(self, listener: ModelsListener) -> Unsubscribe:
        """As ``subscribe``, of all models in memory: also when an answer begins or ends."""
        return self._loop.models.news.subscribe_models(listener)

    @property
    def last_choice(self) -> Choice | None:
        """The window's last ``load``, which may still wait; None: there was none."""
        return self._choice

    @property
    def models_in_memory(self) -> tuple[ModelInMemory, ...]:
        """All models that are loaded, in the order in which that happened; last one that is being loaded."""
        return self._loop.models.news.models

    @property
    def has_ended(self) -> bool:
        """True if no request will be answered any more: the program is closing, or the engine thread failed."""
        return self._inbox.is_stopping or self._inbox.has_failed

    def submit(self, request: Request, sink: EventSink) -> GenerationHandle:
        """Queue a request. A refusal (busy, stopped) arrives as Failed, like any other end."""
        job = Job(request, sink, time.perf_counter())
        refusal = self._inbox.put(job)
        if refusal is not None:
            job.emit(Failed(request.request_id, refusal))
        return GenerationHandle(request.request_id, lambda: self._cancel(job))

    def run(self, work: Work[T], sink: WorkSink[T], occupies: str = "") -> WorkHandle:
        """Have a function called on the engine thread; the sink hears its progress and then exactly one end.

        Args:
            work: see WorkContext for what it may do. Between two steps of the answers, after a load that is under way;
                so it takes milliseconds, unless it occupies the engine.
            sink: called on the engine thread; a refusal (stopped) arrives as WorkFailed, on this thread.
            occupies: what long work is, for those who wait meanwhile: "a benchmark". It waits its turn and for running
                answers, then nothing else runs; requests are queued and told what they wait for.
        """
        task = Task(work, sink, occupies)
        refusal = self._inbox.put(task)
        if refusal is not None:
            task.emit(WorkFailed(refusal))
        return WorkHandle(lambda: self._cancel(task))

    def new_request_id(self) -> str:
        """An id that no other request of this process has."""
        return f"request-{next(self._ids)}"

    def load(
        self,
        model_id: str,
        *,
        interrupt: bool = False,
        options: LoadOptions | None = None,
        origin: Origin = "gui",
        on_end: Callable[[ErrorInfo | None], None] = lambda error: None,
    ) -> None:
        """Load a model: after what was asked before, or at once, ending work and answers but those for clients.

        For the window it becomes its model, in place of the one before, and after the window's answers; of several such
        loads that follow each other only the last one counts, unless a request in between needs another.
        A client's comes beside the others as soon as there is room.

        Args:
            options: None: for the window the usual ones, for a client those of the last load.
            on_end: told once, on the engine thread (or this one, if the engine has ended): None, or what went wrong.
        """
        if origin == "gui":
            options = options or self._options
            self._choice, on_end = _noted(Choice(model_id, options), on_end)
        self._change(Change(model_id, origin, options, interrupts=interrupt, on_end=on_end))

    def unload(
        self,
        model_id: str = "",
        *,
        origin: Origin = "gui",
        on_end: Callable[[ErrorInfo | None], None] = lambda error: None,
    ) -> None:
        """Give a model's memory back (empty: the window's), after the answers that it gives. ``on_end``: see load."""
        self._change(Change(model_id, origin, unloads=True, on_end=on_end))

    def cancel_load(self) -> None:
        """Stop the load that is under way, if there is one; the model before it stays usable."""
        self._loop.models.cancel_load()

    def set_idle_unload(self, seconds: float | None) -> None:
        """Unload each model after so long without a request; 0 or None: never. The next request loads it again."""
        self._loop.idle_unload_s = seconds or None
        self._inbox.wake()

    def stop(self) -> None:
        """End all requests and work, and let ``run_forever`` return. Idempotent; does not wait."""
        self._inbox.stop()
        self._loop.models.cancel_load()

    def run_forever(self) -> None:
        """The loop of the engine thread; returns after ``stop``."""
        self._loop.run_forever()

    def _change(self, change: Change) -> None:
        with self._inbox.changed:
            if change.interrupts:
                self._loop.interrupt()
            refusal = self._inbox.put(change)
        if refusal is not None:
            change.end(refusal)

    def _cancel(self, item: Job | Task) -> None:
        item.cancel.set()
        self._inbox.wake()


def _noted(
    choice: Choice, on_end: Callable[[ErrorInfo | None], None]
) -> tuple[Choice, Callable[[ErrorInfo | None], None]]:
    """The choice, and what tells its end to both."""

    def end(error: ErrorInfo | None) -> None:
        choice.error, choice.is_over = error, True
        on_end(error)

    return choice, end
