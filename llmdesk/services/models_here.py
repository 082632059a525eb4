"""What models there are and how they fit into this machine (any thread but the GUI's)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from llmdesk.engine.processor.hardware import sight_weight_bytes
from llmdesk.models.survey import survey

if TYPE_CHECKING:
    from llmdesk.models.catalogue import Catalogue
    from llmdesk.models.survey import Survey


def surveyed(catalogue: Catalogue) -> Survey:
    """See models/survey.py; what sees is counted in the numbers that this processor has for it."""
    return survey(catalogue, sight_weight_bytes())
