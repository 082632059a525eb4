"""Which model makes the vectors, and whether it is on this machine (any thread but the window's: looks at files)."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from llmdesk.errors import LlmdeskError
from llmdesk.services.collections.collection import ModelState, SentenceModel
from llmdesk.services.settings.settings import Settings

if TYPE_CHECKING:
    from llmdesk.models.catalogue import Catalogue


def find_model(settings: Settings, catalogue: Callable[[], Catalogue]) -> SentenceModel:
    """As the settings want it. A model on a server is none: what stands in folders stays on this machine."""
    model_id = settings.values.collections.model
    if not model_id:
        return SentenceModel("none")
    try:
        known = catalogue()
        spec = known.get(model_id)
    except LlmdeskError:
        return SentenceModel("none", model_id, model_id)
    if spec.source.kind == "server" or spec.purpose != "embeddings":
        return SentenceModel("none", spec.id, spec.title)
    state: ModelState = "ready" if known.is_installed(spec) else "missing"
    return SentenceModel(state, spec.id, spec.title, spec.download_bytes)
