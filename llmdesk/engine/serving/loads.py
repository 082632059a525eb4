"""Loads that requests and model changes ask for, and who hears of their end (engine thread only)."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from llmdesk.datatypes.chat import Failed, Finished, GenerationStats, LoadProgress
from llmdesk.datatypes.model import ErrorInfo, Origin
from llmdesk.engine.backend import LoadOptions
from llmdesk.engine.serving.loaded_models import LoadedModels
from llmdesk.engine.serving.room import MustWait
from llmdesk.engine.serving.waiting_line import Change, Job, WaitingLine
from llmdesk.errors import LoadCancelled
from llmdesk.words import say


class Loads:
    """See the module.

    Args:
        models: where they are loaded.
        waiting: who waits.
        options: how models are loaded that nobody loaded in another way.
        end: ends a request.
    """

    def __init__(
        self,
        models: LoadedModels,
        waiting: WaitingLine,
        options: LoadOptions,
        end: Callable[[Job, Finished | Failed], None],
    ) -> None:
        self._models, self._waiting, self._options, self._end = models, waiting, options, end
        self._chosen: dict[str, LoadOptions] = {}  # how each model was asked for last: a request reloads it that way
        self._cause: Job | Change | None = None  # what a load is made for
        self.blocked: Job | Change | None = None
        """There is no room for its model until an answer ends; whoever ends one takes this back."""

    def interrupt(self) -> None:
        """Stop the load that is under way, unless it is for a client. Any thread."""
        stop = self._models.load_stopper()  # before the cause: who comes next is not meant
        cause = self._cause
        origin = cause.request.origin if isinstance(cause, Job) else cause.origin if cause is not None else "api"
        if origin != "api":
            stop()

    def apply(self, change: Change, active: Sequence[Job]) -> None:
        """Do what a change asks for, if there is room for it."""
        self._waiting.remove(change)
        if change.unloads:
            self._models.unload(change.model_id)
            change.end(None)
            return
        model_id = change.model_id
        if change.options is not None:
            self._chosen[model_id] = change.options
        if change.origin == "gui" and self._waiting.is_superseded(model_id):
            change.end(LoadCancelled(say("Another model was chosen meanwhile."), "").info())
            return
        try:
            error = self._load(change, model_id, change.origin)
        except MustWait:
            self._waiting.put_back(change)
            self.blocked = change
            for job in active if change.interrupts else ():
                job.cancel.set()
            return
        if error is not None:
            # The window's user did not want it any more; clients that wait for it do, and load it for themselves.
            spares_clients = change.origin == "gui" and error.kind == LoadCancelled.__name__
            self._fail_waiting(model_id, error, spares_clients)
        change.end(error)

    def load_for(self, job: Job) -> None:
        """Load the model that a request names, if there is room for it.

        If that fails, the request fails, and so do all that wait for the same model.
        """
        model_id = job.request.model_id
        try:
            error = self._load(job, model_id, job.request.origin)
        except MustWait:
            self.blocked = job
            return
        if error is None:
            return
        if job.cancel.is_set():
            self._waiting.remove(job)
            self._end(job, Finished(job.request.request_id, "cancelled", GenerationStats()))
        if not (job.cancel.is_set() and error.kind == LoadCancelled.__name__):  # else who came meanwhile may try
            self._fail_waiting(model_id, error)

    @property
    def cause(self) -> Job | None:
        """The request that a load is made for."""
        return self._cause if isinstance(self._cause, Job) else None

    def tell_progress(self, model_id: str, phase: str, fraction: float) -> None:
        """Tell everybody who waits for this model. Raises LoadCancelled: nobody wants it any more."""
        cause, wanted = self._cause, self._waiting.jobs(model_id)
        if isinstance(cause, Job):
            is_given_up = cause.cancel.is_set() and wanted == [cause]
        else:
            is_given_up = cause is not None and cause.origin == "gui" and self._waiting.is_superseded(model_id)
        if is_given_up:
            raise LoadCancelled(say("Loading was stopped."), "")
        for job in wanted:
            job.emit(LoadProgress(job.request.request_id, model_id, phase, fraction))

    def _load(self, cause: Job | Change, model_id: str, user: Origin) -> ErrorInfo | None:
        """Raises MustWait."""
        self._models.begin_load()  # before the cause: who sees that stops this load, not the one before
        self._cause = cause
        try:
            return self._models.load(model_id, self._chosen.get(model_id, self._options), user)
        finally:
            self._cause = None

    def _fail_waiting(self, model_id: str, error: ErrorInfo, spares_clients: bool = False) -> None:
        """A load failed: who waits for that model hears it now, rather than try the same again one after the other."""
        for job in self._waiting.jobs_before_a_change(model_id):
            if not (spares_clients and job.request.origin == "api"):
                self._waiting.remove(job)
                self._end(job, Failed(job.request.request_id, error))
