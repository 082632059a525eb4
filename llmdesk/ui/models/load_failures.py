"""What helps when a model did not load (GUI thread only)."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from llmdesk.datatypes.model import ErrorInfo, ModelStatus, Precision
from llmdesk.ui.kit.notice import Action
from llmdesk.ui.kit.numbers import digits
from llmdesk.ui.kit.words import tr


def ways_out(
    status: ModelStatus,
    error: ErrorInfo,
    load: Callable[[str, Precision | None, int | None], None],
    precision: Precision | None,
    models: Action,
    open_log: Action,
) -> list[Action]:
    """Buttons for the notice, the best first: what would fit, if memory is short, else once more."""
    if error.choices:
        fitting = [
            Action(
                tr("As {precision}, {count} tokens", precision=choice.precision, count=digits(choice.context_tokens)),
                partial(load, status.model_id, choice.precision, choice.context_tokens),
            )
            for choice in error.choices[:2]
        ]
        return [*fitting, models]
    if error.kind in ("ModelNotInstalled", "ModelNotFound"):
        return [models]
    retry = Action(tr("Retry"), partial(load, status.model_id, precision, None))
    return [retry, open_log] if status.info is None and error.kind == "SetupError" else [retry, open_log, models]
