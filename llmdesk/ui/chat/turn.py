"""One prompt and its answer, as the pane remembers it (plain data)."""

from __future__ import annotations

from dataclasses import dataclass, field

from llmdesk.datatypes.chat import Failed, Finished


@dataclass(slots=True)
class Turn:
    """``pieces`` is the answer's markdown source in the order it came."""

    request_id: str
    user_text: str
    pieces: list[str] = field(default_factory=list)
    progress: tuple[str, float | None] = ("Waiting for the engine", None)
    finished: Finished | None = None
    failed: Failed | None = None

    @property
    def answer(self) -> str:
        """The answer's markdown source."""
        return "".join(self.pieces)

    @property
    def has_ended(self) -> bool:
        """True after the terminal event."""
        return self.finished is not None or self.failed is not None
