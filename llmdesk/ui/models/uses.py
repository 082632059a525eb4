"""What the catalogue's models are good for, in the user's language (GUI thread only)."""

from __future__ import annotations

from llmdesk.ui.kit.words import tr


def use_text(good_for: str) -> str:
    """The words of models.toml in the user's language; those of the user's own entries stay as they are."""
    return _uses().get(good_for, good_for)


def _uses() -> dict[str, str]:
    return {
        "trying things out": tr("trying things out"),
        "quick short answers": tr("quick short answers"),
        "quick, many languages": tr("quick, many languages"),
        "quick extraction, sorting": tr("quick extraction, sorting"),
        "everyday questions, English": tr("everyday questions, English"),
        "everyday, many languages": tr("everyday, many languages"),
        "everyday, European languages": tr("everyday, European languages"),
        "summaries, eight languages": tr("summaries, eight languages"),
        "little memory, English": tr("little memory, English"),
        "reasoning, many languages": tr("reasoning, many languages"),
        "maths and reasoning": tr("maths and reasoning"),
        "writing, many languages": tr("writing, many languages"),
        "knowledge, quick answers": tr("knowledge, quick answers"),
        "research, fully open": tr("research, fully open"),
        "instructions and tools": tr("instructions and tools"),
        "hard questions, code": tr("hard questions, code"),
        "hardest questions, quick": tr("hardest questions, quick"),
        "images, quick answers": tr("images, quick answers"),
        "code, agents, quick": tr("code, agents, quick"),
        "pictures, short texts": tr("pictures, short texts"),
        "pictures, documents": tr("pictures, documents"),
        "searching your folders": tr("searching your folders"),
    }
