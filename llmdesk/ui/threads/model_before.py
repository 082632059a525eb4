"""The window's model while something else has the engine (GUI thread only)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from llmdesk.datatypes.model import Precision
from llmdesk.engine.backend import LoadOptions

if TYPE_CHECKING:
    from llmdesk.engine.serving.runner import EngineRunner


@dataclass(frozen=True, slots=True)
class ModelBefore:
    """The model that a race or a benchmark takes the place of; ``model_id`` empty: there was none."""

    model_id: str
    precision: Precision | None

    @classmethod
    def of(cls, runner: EngineRunner) -> ModelBefore:
        """What is loaded now, or on its way."""
        status = runner.status
        model_id = status.model_id if status.state in ("loading", "ready") else ""
        info = status.info
        is_here = info is not None and not info.server and info.model_id == model_id
        return cls(model_id, info.precision if info is not None and is_here else None)

    def bring_back(self, runner: EngineRunner) -> None:
        """Load it again, unless another one has been loaded meanwhile."""
        if self.model_id and runner.status.info is None and not runner.has_ended:
            runner.load(self.model_id, options=LoadOptions(precision=self.precision))
