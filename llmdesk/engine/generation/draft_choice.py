"""Whether small models may draft for large ones."""

from __future__ import annotations

from llmdesk.engine_choices import chosen


def may_draft() -> bool:
    """False if the user does not want it (``LLMDESK_DRAFT_MODELS=0``, else the settings)."""
    choice = chosen("LLMDESK_DRAFT_MODELS")
    return choice is None or not choice.is_off
