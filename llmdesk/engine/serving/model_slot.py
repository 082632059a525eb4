"""The engine's one model: loading, making room, going back to the model before, unloading.

Everything runs on the engine thread, apart from ``subscribe``, ``status`` and ``cancel_load``.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, replace

import psutil

from llmdesk.datatypes.model import (
    ErrorInfo,
    LoadChoice,
    LocalModel,
    ModelInfo,
    ModelSize,
    ModelStatus,
    ModelStatusListener,
)
from llmdesk.engine.backend import Backend, LoadedModel, LoadOptions
from llmdesk.engine.networks.fused.library import best_isa
from llmdesk.engine.serving.heap import exempt_from_collection, held_bytes, return_memory
from llmdesk.errors import LoadCancelled, ModelNotFound, ModelNotInstalled, error_info
from llmdesk.file_errors import advising
from llmdesk.listeners import Listeners, Unsubscribe
from llmdesk.memory_need import fitting_load, limit_bytes
from llmdesk.words import say

log = logging.getLogger(__name__)

_ROOM_FOR_BOTH = 1.3
"""The old model stays until the new one works if this many times what the new one needs is free."""


@dataclass(frozen=True, slots=True)
class _Occupant:
    """The model in the slot, and how it came there."""

    model: LoadedModel
    local: LocalModel
    options: LoadOptions


@dataclass(frozen=True, slots=True)
class _Memory:
    """Bytes, as they are right now: what could be had, the limit, and what the program holds besides its model."""

    available: int
    limit: int
    program: int
    model: int

    @property
    def room(self) -> int:
        """The most that the whole program may come to when its model is replaced."""
        return min(self.limit, self.program + self.available + self.model)


class ModelSlot:
    """See the module.

    Args:
        make_backend: called once, at the first load; may import torch.
        resolve: model id -> files on disk; raises ModelNotFound, ModelNotInstalled or CatalogueError.
        on_progress: told model id, phase and fraction during a load; raises LoadCancelled when it shall stop.
    """

    def __init__(
        self,
        make_backend: Callable[[], Backend],
        resolve: Callable[[str], LocalModel],
        on_progress: Callable[[str, str, float], None],
    ) -> None:
        self._make_backend, self._resolve, self._on_progress = make_backend, resolve, on_progress
        self._backend: Backend | None = None
        self._occupant: _Occupant | None = None
        self._last_use_s = time.perf_counter()
        self._cancel_load = threading.Event()
        self._listeners: Listeners[ModelStatus] = Listeners()
        self._telling = threading.RLock()  # so that each listener hears statuses in the order in which they came
        self._status = ModelStatus("none")

    # -- from any thread ------------------------------------------------------------------------------------------

    def subscribe(self, listener: ModelStatusListener) -> Unsubscribe:
        """Hear of changes on the engine thread; the current status is delivered at once, on this thread.

        Returns:
            what ends the subscription, from any thread.
        """
        with self._telling:
            listener(self._status)
            return self._listeners.add(listener)

    @property
    def status(self) -> ModelStatus:
        """The latest status."""
        return self._status

    def cancel_load(self) -> None:
        """Stop the load that is under way, if there is one."""
        self._cancel_load.set()

    # -- engine thread --------------------------------------------------------------------------------------------

    @property
    def model(self) -> LoadedModel | None:
        """The model that can be used right now."""
        return self._occupant.model if self._occupant else None

    @property
    def info(self) -> ModelInfo | None:
        """What that model is."""
        return self._occupant.model.info if self._occupant else None

    def holds(self, model_id: str) -> bool:
        """True if this model can be used right now."""
        return self.info is not None and self.info.model_id == model_id

    def load(self, model_id: str, options: LoadOptions) -> ErrorInfo | None:
        """Replace the current model; on failure the old one is usable again and the error is returned."""
        self._cancel_load.clear()
        title, old = model_id, self._occupant
        try:
            local = self._resolve(model_id)
            title = local.spec.title
            self._set_status(ModelStatus("loading", model_id, title, say("starting"), 0.0, self.info))
            choice = self._make_room(local, options)
            notice = _context_notice(local, options, choice)
            loaded = self._open(local, replace(options, context_tokens=choice.context_tokens) if notice else options)
        except Exception as error:
            info = error_info(error)
            if not isinstance(error, LoadCancelled | ModelNotFound | ModelNotInstalled):
                log.warning("loading %s failed\n%s", model_id, info.detail)  # as text: a log may keep its exceptions
        else:
            self._close_model()
            self._occupant = loaded
            exempt_from_collection()
            loaded.model.info = replace(
                loaded.model.info,
                notice=" ".join(filter(None, (loaded.model.info.notice, notice))),
                memory_estimated_bytes=choice.memory_bytes,
                memory_measured_bytes=held_bytes(),
            )
            self.note_use()
            self._set_status(ModelStatus("ready", model_id, title, "ready", 1.0, self.info))
            return None
        # Only here, after the exception: its traceback holds all that was loaded so far.
        return_memory()
        if self._occupant is None and old is not None:
            self._restore(old)
        self._tell_failure(model_id, title, info)
        return info

    def note_use(self) -> None:
        """The time without use starts anew."""
        self._last_use_s = time.perf_counter()

    def unused_left_s(self, allowed_s: float | None) -> float | None:
        """How long the model may still stay without being used; None: for ever, or there is none."""
        if allowed_s is None or self._occupant is None:
            return None
        return max(0.0, self._last_use_s + allowed_s - time.perf_counter())

    def unload_if_unused(self, allowed_s: float | None) -> None:
        """Give the memory back if the model was not used for so long."""
        if allowed_s is not None and self.unused_left_s(allowed_s) == 0.0:
            self._make_way(f"after {_duration_text(allowed_s)} without use")

    def unload_for(self, purpose: str) -> None:
        """Give the memory back for something else, as in "for a benchmark"."""
        self._make_way(f"for {purpose}")

    def unload(self) -> None:
        """Give the model's memory back."""
        self._close_model()
        self._set_status(ModelStatus("none"))

    def close(self) -> None:
        """Unload, and let go of the backend."""
        self.unload()
        self._backend = None

    def _make_way(self, why: str) -> None:
        """Unload the model, which stays the chosen one."""
        if self._occupant is None:
            return
        info = self._occupant.model.info
        log.info("unloading %s %s", info.model_id, why)
        self._close_model()
        sentence = f"{info.title} was unloaded {why}; the next message loads it again."
        self._set_status(ModelStatus("none", info.model_id, info.title, sentence))

    def _make_room(self, local: LocalModel, options: LoadOptions) -> LoadChoice:
        """Close the current model if the new one needs its memory. Raises NotEnoughMemory if that would not do."""
        memory = self._memory()
        precision = options.precision or local.spec.precision
        choice = fitting_load(local.spec, size_here(local), precision, options.context_tokens, memory.room)
        needed = max(0, choice.memory_bytes - memory.program)
        if _ROOM_FOR_BOTH * needed > memory.available or memory.program + memory.model + needed > memory.limit:
            self._close_model()
        return choice

    def _memory(self) -> _Memory:
        machine = psutil.virtual_memory()
        model = self.info.weights_bytes if self.info else 0
        return _Memory(machine.available, limit_bytes(machine.total), max(0, held_bytes() - model), model)

    def _open(self, local: LocalModel, options: LoadOptions) -> _Occupant:
        model_id, title = local.spec.id, local.spec.title

        def report(phase: str, fraction: float) -> None:
            self._on_progress(model_id, phase, fraction)
            if self._cancel_load.is_set():
                raise LoadCancelled(say("Loading was stopped."), "")
            self._set_status(ModelStatus("loading", model_id, title, phase, fraction, self.info))

        if self._backend is None:
            report(say("starting the engine"), 0.0)
            self._backend = self._make_backend()
        with advising(local.damaged_hint):
            return _Occupant(self._backend.load(local, options, report), local, options)

    def _restore(self, old: _Occupant) -> None:
        """Load the model before again, as it was."""
        self._cancel_load.clear()
        info = old.model.info
        try:
            self._occupant = self._open(old.local, replace(old.options, precision=info.precision))
        except LoadCancelled:
            log.info("loading the model before again was stopped")
        except Exception:
            log.exception("the model before could not be loaded again")
        else:
            self._occupant.model.info = replace(
                self._occupant.model.info,
                notice=info.notice,
                memory_estimated_bytes=info.memory_estimated_bytes,
                memory_measured_bytes=info.memory_measured_bytes,
            )

    def _tell_failure(self, model_id: str, title: str, error: ErrorInfo) -> None:
        now = self.info
        if error.kind != LoadCancelled.__name__:
            self._set_status(ModelStatus("failed", model_id, title, info=now, error=error))
        elif now is not None:
            self._set_status(ModelStatus("ready", now.model_id, now.title, info=now, error=error))
        else:
            self._set_status(ModelStatus("none", model_id, title, error=error))

    def _close_model(self) -> None:
        if self._occupant is not None:
            self._occupant.model.close()
            self._occupant = None
            return_memory()

    def _set_status(self, status: ModelStatus) -> None:
        with self._telling:
            self._status = status
            self._listeners.tell(status)


def size_here(local: LocalModel) -> ModelSize | None:
    """Of a model's weights on this machine, with our own kernels or without."""
    return None if local.size is None else replace(local.size, own_kernels=best_isa() is not None)


def _context_notice(local: LocalModel, options: LoadOptions, choice: LoadChoice) -> str:
    """A sentence for the user where the model's own context does not fit; empty otherwise."""
    if options.context_tokens or choice.context_tokens == local.spec.context_tokens:
        return ""
    return (
        f"The context is {choice.context_tokens:,} tokens here instead of {local.spec.context_tokens:,}: "
        "more would not fit into memory."
    )


def _duration_text(seconds: float) -> str:
    """For people: 90 seconds, 5 minutes."""
    return f"{seconds / 60:.0f} minutes" if seconds >= 120 else f"{seconds:g} seconds"
