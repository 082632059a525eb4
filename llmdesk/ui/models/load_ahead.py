"""The window's model on its way while the window still makes itself (file thread)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from llmdesk.core import Core
from llmdesk.engine.backend import LoadOptions

if TYPE_CHECKING:
    from llmdesk.models.catalogue import Catalogue


@dataclass(frozen=True, slots=True)
class Ahead:
    """What the engine was told to load."""

    model_id: str
    options: LoadOptions


def load_ahead(core: Core, model_id: str) -> tuple[Catalogue, Ahead]:
    """Read the catalogue and have the engine load what the window will most likely ask for.

    That is this model, else the one used last.

    Raises:
        CatalogueError: the file that is shipped is damaged.
    """
    catalogue = core.catalogue
    model_id = model_id or catalogue.preferred(core.settings.values.model.id)
    ahead = Ahead(model_id, LoadOptions(precision=core.settings.values.model.precisions.get(model_id)))
    core.runner.load(ahead.model_id, options=ahead.options)
    return catalogue, ahead
