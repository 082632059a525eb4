"""How high each turn of a chat is, measured or guessed (no Qt)."""

from __future__ import annotations

import math
from collections.abc import Sequence

from llmdesk.services.chats.message import Message, Turn

LINE_PX = 24
CHARS_PER_LINE = 92
BUBBLE_CHARS_PER_LINE = 74
AROUND_PX = 46 + 24 + 40  # the bubble's padding, the gap below it, the line of figures
MAX_SHOWN_LINES = 160  # of a prompt: gigantic ones are shown in part


class TurnHeights:
    """Heights by answer in pixels at ``zoom``; a guess is replaced when the turn was on the screen."""

    def __init__(self) -> None:
        self._measured: dict[str, float] = {}  # at 100 %
        self._guessed: dict[str, tuple[int, float]] = {}  # with the number of characters it was made of
        self.zoom = 1.0

    def clear(self) -> None:
        """Another chat."""
        self._measured.clear()
        self._guessed.clear()

    def measured(self, turn: Turn, height_px: int) -> None:
        """It was shown, this high."""
        self._measured[turn.answer.id] = height_px / self.zoom

    def height_px(self, turn: Turn) -> int:
        """Of one turn."""
        known = self._measured.get(turn.answer.id)
        return round(self.zoom * (known if known is not None else self._guess(turn)))

    def total_px(self, turns: Sequence[Turn], gap_px: int) -> int:
        """Of some turns below each other, with a gap for each."""
        return sum(map(self.height_px, turns)) + gap_px * len(turns)

    def _guess(self, turn: Turn) -> float:
        chars = len(turn.answer.text)
        kept = self._guessed.get(turn.answer.id)
        if kept is None or kept[0] != chars:
            prompt_lines = min(MAX_SHOWN_LINES, _lines(turn.prompt, BUBBLE_CHARS_PER_LINE))
            lines = prompt_lines + _lines(turn.answer, CHARS_PER_LINE)
            kept = self._guessed[turn.answer.id] = (chars, AROUND_PX + LINE_PX * lines)
        return kept[1]


def _lines(message: Message, chars_per_line: int) -> int:
    """Reasoning is folded: one line, which the room around a turn has."""
    text = message.text
    breaks = text.count("\n") - text.count("\n\n") // 2
    return max(1, breaks + math.ceil(len(text) / chars_per_line * 0.8))
