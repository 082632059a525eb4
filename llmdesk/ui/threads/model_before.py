"""The window's model while something else has the engine (GUI thread only)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from llmdesk.engine.backend import LoadOptions

if TYPE_CHECKING:
    from llmdesk.engine.serving.runner import Choice, EngineRunner


@dataclass(frozen=True, slots=True)
class ModelBefore:
    """The model that a race or a benchmark takes the place of.

    Attributes:
        model_id: empty: there was none.
        choice: what the window had asked for last; another one is the user's, made meanwhile.
    """

    model_id: str
    options: LoadOptions
    choice: Choice | None

    @classmethod
    def of(cls, runner: EngineRunner) -> ModelBefore:
        """What is loaded now, or on its way, be it that it waits for an answer."""
        choice = runner.last_choice
        if choice is not None and not choice.is_over:
            return cls(choice.model_id, choice.options, choice)
        status = runner.status
        model_id = status.model_id if status.state in ("loading", "ready") else ""
        info = status.info
        is_here = info is not None and not info.server and info.model_id == model_id
        return cls(model_id, LoadOptions(precision=info.precision if info is not None and is_here else None), choice)

    def bring_back(self, runner: EngineRunner) -> None:
        """Load it again, or what was chosen meanwhile, unless that is there or on its way."""
        model_id, options, choice = self.model_id, self.options, runner.last_choice
        if choice is not None and choice is not self.choice:
            if not choice.is_over:
                return
            if choice.error is None:  # it was there, and went for the next measurement
                model_id, options = choice.model_id, choice.options
        if model_id and runner.status.info is None and not runner.has_ended:
            runner.load(model_id, options=options)
