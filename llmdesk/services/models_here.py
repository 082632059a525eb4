"""What models there are and how they fit into this machine (any thread but the GUI's)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from llmdesk.engine.processor.hardware import sight_weight_bytes
from llmdesk.models.survey import survey

if TYPE_CHECKING:
    from llmdesk.datatypes.model import ModelSpec
    from llmdesk.models.catalogue import Catalogue
    from llmdesk.models.memory import MemoryFit
    from llmdesk.models.survey import Survey


def surveyed(catalogue: Catalogue) -> Survey:
    """See models/survey.py; what sees is counted in the numbers that this processor has for it."""
    return survey(catalogue, sight_weight_bytes())


def fit_here(spec: ModelSpec) -> MemoryFit:
    """How one model fits into the memory that is free now. Raises SetupError for a limit that is no number."""
    import psutil

    from llmdesk.models.memory import fit

    memory = psutil.virtual_memory()
    return fit(spec, memory.available, memory.total, sight_weight_bytes=sight_weight_bytes())
