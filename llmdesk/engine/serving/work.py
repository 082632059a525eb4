"""Work of others on the engine thread: a look at the answer cache, a benchmark (docs/decisions/0014).

Work is a plain function. Short work runs between two steps of the answers. Work that ``occupies`` the engine waits for
the answers before it and has the thread for itself; it calls ``check`` at least once per forward pass, which is where
the engine hears of new requests, and where the work ends if it shall.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar

from llmdesk.datatypes.model import LocalModel
from llmdesk.datatypes.work import WorkCancelled, WorkDone, WorkEvent, WorkFailed, WorkProgress, WorkSink
from llmdesk.engine.backend import LoadedModel, LoadOptions, LoadReporter
from llmdesk.engine.serving.loaded_models import LoadedModels
from llmdesk.error_values import error_info
from llmdesk.errors import EngineStopped, LlmdeskError, WorkStopped
from llmdesk.words import say

log = logging.getLogger(__name__)
T = TypeVar("T")

_LOOK_ROUND_S = 0.05
"""How often the engine looks at its inbox during work: so seldom that no measurement sees it."""


class WorkHandle:
    """What ``run`` returns. ``cancel`` is idempotent and may be called from any thread."""

    def __init__(self, cancel: Callable[[], None]) -> None:
        self.cancel = cancel


class WorkContext:
    """What work finds on the engine thread, and only there.

    Args:
        models: what is loaded.
        task: the work itself.
        is_stopping: the program ends.
        look_round: has the engine look at its inbox.
        others_wait: somebody else wants the engine.
    """

    def __init__(
        self,
        models: LoadedModels,
        task: Task,
        is_stopping: Callable[[], bool],
        look_round: Callable[[], None],
        others_wait: Callable[[], bool],
    ) -> None:
        self._models, self._task, self._is_stopping, self._look_round = models, task, is_stopping, look_round
        self._others_wait = others_wait
        self._looked_s = time.perf_counter()

    @property
    def model(self) -> LoadedModel | None:
        """The window's model, if it is loaded right now."""
        return self._models.model

    def model_named(self, model_id: str) -> LoadedModel | None:
        """A model, if it is loaded right now."""
        return self._models.named(model_id)

    def report(self, text: str, fraction: float | None = None) -> None:
        """Tell what goes on. Raises WorkStopped, see ``check``."""
        self.check()
        self._task.emit(WorkProgress(text, fraction))

    def check(self) -> None:
        """To be called at least once per forward pass; takes about a microsecond most of the time.

        Raises:
            WorkStopped: nobody wants the result any more. Let it pass.
        """
        if self._task.cancel.is_set() or self._is_stopping():
            raise WorkStopped(say("This was stopped."), "")
        now_s = time.perf_counter()
        if self._task.occupies and now_s - self._looked_s > _LOOK_ROUND_S:
            self._look_round()
            self._looked_s = time.perf_counter()

    def yield_to_others(self) -> None:
        """As ``check``, for work that gives way: raises WorkStopped also as soon as anybody else wants the engine."""
        self.check()
        if self._others_wait():
            raise WorkStopped("This gave way to others.", "")

    def unload(self) -> None:
        """Make room: give the memory of all models back. The next request for one loads it again as it was."""
        assert self._task.occupies, "answers may be using the model"
        self._task.took_memory = True
        self._models.unload_for(self._task.occupies)

    def load(self, model: LocalModel, options: LoadOptions, report: LoadReporter) -> LoadedModel:
        """A model for this work alone, which closes it in the end; after ``unload`` it has all the room there is.

        Raises:
            LlmdeskError: it does not fit into memory, or cannot be loaded; what ``report`` raises passes.
        """
        assert self._task.occupies, "answers may be using the memory"
        self._task.took_memory = True
        return self._models.open_apart(model, options, report)


Work = Callable[[WorkContext], T]
"""Runs on the engine thread. What it returns, and what it raises, reaches the sink."""


@dataclass(slots=True, eq=False)
class Task:
    """Work on its way from ``run`` to its end.

    Attributes:
        occupies: says in words what has the engine; empty: short work.
        took_memory: it made room for itself, and leaves as much behind.
    """

    work: Work[Any]
    sink: WorkSink[Any]
    occupies: str
    took_memory: bool = False
    cancel: threading.Event = field(default_factory=threading.Event)

    def emit(self, event: WorkEvent[Any]) -> None:
        """Deliver an event. A sink that raises is a bug of its owner and must not stop the engine."""
        try:
            self.sink(event)
        except Exception:
            log.exception("a sink of work raised; the work is cancelled")
            self.cancel.set()

    def perform(self, context: WorkContext) -> None:
        """Do it, and tell the end. Engine thread."""
        end: WorkEvent[Any] = WorkFailed(EngineStopped(say("The engine failed.")).info())
        try:
            end = WorkDone(self.work(context))
        except WorkStopped:
            end = WorkCancelled()
        except Exception as error:
            if not isinstance(error, LlmdeskError):
                log.exception("work on the engine thread failed")
            end = WorkFailed(error_info(error))
        finally:
            self.emit(end)
