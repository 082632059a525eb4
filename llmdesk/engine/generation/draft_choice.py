"""Whether small models may draft for large ones."""

from __future__ import annotations

from llmdesk.engine_choices import is_wanted


def may_draft() -> bool:
    """False if the user does not want it (``LLMDESK_DRAFT_MODELS=0``, else the settings)."""
    return is_wanted("LLMDESK_DRAFT_MODELS")
