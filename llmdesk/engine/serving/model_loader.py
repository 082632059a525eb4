"""How a model comes into memory (engine thread only, apart from ``cancel``)."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace

from llmdesk.datatypes.model import LoadChoice, LocalModel
from llmdesk.engine.backend import Backend, LoadOptions, LoadReporter
from llmdesk.engine.serving.room import Resident, planned_bytes
from llmdesk.errors import LoadCancelled
from llmdesk.file_errors import advising
from llmdesk.words import say


class ModelLoader:
    """See the module.

    Args:
        make_backend: called once, at the first load; may import torch.
        on_progress: told model id, phase and fraction during a load; raises LoadCancelled when it shall stop.
    """

    def __init__(self, make_backend: Callable[[], Backend], on_progress: Callable[[str, str, float], None]) -> None:
        self._make_backend, self._on_progress = make_backend, on_progress
        self._backend: Backend | None = None
        self._cancel = threading.Event()

    def cancel(self) -> None:
        """Stop the load that is under way, if there is one. Any thread."""
        self._cancel.set()

    def stopper(self) -> Callable[[], None]:
        """What stops the load that is under way now, and no later one. Any thread."""
        return self._cancel.set

    def begin(self) -> None:
        """What was stopped is over."""
        self._cancel = threading.Event()

    def open_as(self, local: LocalModel, options: LoadOptions, choice: LoadChoice, tell: LoadReporter) -> Resident:
        """Load a model; with a shorter context, if that was found to fit and nobody has asked for another."""
        notice = _context_notice(local, options, choice)
        if not notice:
            return self.open(local, options, tell)
        found = self.open(local, replace(options, context_tokens=choice.context_tokens), tell)
        info = found.model.info
        found.model.info = replace(info, notice=" ".join(filter(None, (info.notice, notice))))
        found.options = options
        return found

    def open(self, local: LocalModel, options: LoadOptions, tell: LoadReporter) -> Resident:
        """Load a model. Raises LoadCancelled, and what backends raise."""

        def report(phase: str, fraction: float) -> None:
            self._on_progress(local.spec.id, phase, fraction)
            if self._cancel.is_set():
                raise LoadCancelled(say("Loading was stopped."), "")
            tell(phase, fraction)

        if self._backend is None:
            report(say("starting the engine"), 0.0)
            self._backend = self._make_backend()
        with advising(local.damaged_hint):
            model = self._backend.load(local, options, report)
        known_bytes, context_bytes = planned_bytes(local, model.info.precision, model.info.context_tokens)
        return Resident(model, local, options, known_bytes, context_bytes)

    def open_again(self, old: Resident, tell: LoadReporter) -> Resident:
        """A model that had to go, as it was. Raises as ``open``."""
        self.begin()
        info = old.model.info
        options = replace(old.options, precision=info.precision, context_tokens=info.context_tokens)
        found = self.open(old.local, options, tell)
        found.users, found.options, found.drafts_for = old.users, old.options, old.drafts_for
        found.model.info = replace(
            found.model.info,
            notice=info.notice,
            memory_estimated_bytes=info.memory_estimated_bytes,
            memory_measured_bytes=info.memory_measured_bytes,
        )
        return found

    def close(self) -> None:
        """Let go of the backend."""
        self._backend = None


def _context_notice(local: LocalModel, options: LoadOptions, choice: LoadChoice) -> str:
    """A sentence for the user where the model's own context does not fit; empty otherwise."""
    if options.context_tokens or choice.context_tokens == local.spec.context_tokens:
        return ""
    return say(
        "The context is {context_tokens:,} tokens here instead of {context_tokens2:,}: more would not fit into memory.",
        context_tokens=choice.context_tokens,
        context_tokens2=local.spec.context_tokens,
    )
