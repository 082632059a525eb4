"""What a visitor is offered: from the settings, whose texts may name prompts of the library (blocks; no GUI thread)."""

from __future__ import annotations

from collections.abc import Mapping

from llmdesk.services.prompts.library import PromptFolder
from llmdesk.services.prompts.variables import names_in

MOST_SAMPLES = 6


def stand_samples(wanted: Mapping[str, str], folder: PromptFolder) -> list[tuple[str, str]]:
    """Title and prompt of each; ``/name`` stands for the library's prompt of that name, if nothing is to be filled in.

    Names that are not there are left out. Empty: the samples of an empty chat are meant.
    """
    library = folder.read() if any(text.startswith("/") for text in wanted.values()) else None
    found: list[tuple[str, str]] = []
    for title, text in wanted.items():
        prompt = library.named(text[1:].strip()) if library is not None and text.startswith("/") else None
        if prompt is not None and not names_in(prompt.text):
            found.append((title, prompt.text))
        elif text.strip() and not text.startswith("/"):
            found.append((title, text))
    return found[:MOST_SAMPLES]
