"""What the user should know of a search, kept as a code: it is worded when it is shown, in that language (pure)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from llmdesk.words import say

NoticeCode = Literal["no_model", "no_vectors", "engine_busy", "preparing", "still_reading"]


@dataclass(frozen=True, slots=True)
class SearchNotice:
    """One thing to know.

    Attributes:
        value: the model's title (``no_model``), or why there are no vectors (``no_vectors``).
    """

    code: NoticeCode
    value: str = ""

    @property
    def words(self) -> str:
        """As a sentence; empty for what a newer version knows of."""
        match self.code:
            case "no_model":
                return say("Searched by words only: {title} is not on this machine yet.", title=self.value)
            case "no_vectors":
                return say("Searched by words only. {why}", why=self.value)
            case "engine_busy":
                return say("Searched by words only: the engine is busy.")
            case "preparing":
                return say("Searched by words only: the passages are still being prepared.")
            case "still_reading":
                return say("Files are still being read: what they hold may be missing.")
        return ""
