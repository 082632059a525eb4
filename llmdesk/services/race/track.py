"""A lane at any moment of the race's clock: its words, tokens and speed (pure).

The speed is that of the live figures (services/live/throughput.py), computed by them from the recorded token times.
"""

from __future__ import annotations

import bisect
import itertools
from collections.abc import Iterator, Sequence

from llmdesk.datatypes.chat import TokenEvent
from llmdesk.services.live.throughput import WINDOW_S, Throughput
from llmdesk.services.race.race import LaneRun
from llmdesk.services.recording.recording import Piece

_LONGEST_STEP_S = 0.125
_LEAST_POINTS = 60
"""Of a curve: a race that is over in a second or two has one, too."""


class Track:
    """See the module; one for each lane. ``t_s``: seconds since the prompts were sent."""

    def __init__(self, run: LaneRun) -> None:
        self.run = run
        pieces = () if run.has_failed else run.answer.pieces
        self._times_s = [piece.t_s for piece in pieces]
        self._per_piece = run.tokens_per_piece
        words = list(_words(pieces))
        self._ends = list(itertools.accumulate(map(len, words), initial=0))
        self._text = "".join(words)

    @property
    def end_s(self) -> float:
        """When its last token came, or it failed."""
        return self._times_s[-1] if self._times_s else self.run.answer.ended_s

    @property
    def tokens(self) -> int:
        """Of the whole answer."""
        return self.tokens_at(self.end_s)

    def tokens_at(self, t_s: float) -> int:
        """Written until then."""
        return round(self._pieces_at(t_s) * self._per_piece)

    def text_at(self, t_s: float) -> str:
        """Words until then."""
        return self._text[: self._ends[self._pieces_at(t_s)]]

    def is_over(self, t_s: float) -> bool:
        """At the finish, or out."""
        return t_s >= self.end_s

    def prompt_fraction_at(self, t_s: float) -> float:
        """How much of the prompt was read."""
        steps = [step for step in self.run.answer.prompt_steps if step.t_s <= t_s]
        if self._pieces_at(t_s):
            return 1.0
        return steps[-1].done_tokens / steps[-1].total_tokens if steps and steps[-1].total_tokens else 0.0

    def tps_at(self, t_s: float) -> float | None:
        """While it writes, as the live figures say it; after the end, the whole answer's. None: nothing to say."""
        if self._times_s and self.is_over(t_s):
            return self.run.decode_tps or None
        count = self._pieces_at(t_s)
        first = max(0, bisect.bisect_right(self._times_s, t_s - 2 * WINDOW_S) - 2)
        live = Throughput()
        live.start("")
        for number in range(first, count):
            live.add(TokenEvent("", "", number + 1, self._times_s[number]))
        tps = live.live_tps(t_s)
        return tps * self._per_piece if tps is not None else None

    def _pieces_at(self, t_s: float) -> int:
        return bisect.bisect_right(self._times_s, t_s)

    def curve(self, end_s: float) -> list[tuple[float, float]]:
        """(seconds, tokens per second) over the race, for a graph; 0 before it writes, nothing after its end."""
        step_s = min(_LONGEST_STEP_S, end_s / _LEAST_POINTS)
        count = int(min(self.end_s, end_s) / step_s) if step_s > 0 else 0
        inside = [number * step_s for number in range(count + 1)]
        return [(t_s, (self.tps_at(t_s) or 0.0) if self._times_s else 0.0) for t_s in inside if t_s < self.end_s]


def _words(pieces: Sequence[Piece]) -> Iterator[str]:
    """What each token adds; the answer stands apart from the reasoning before it."""
    is_reasoning = False
    for piece in pieces:
        gap = "\n\n" if is_reasoning and piece.text.strip() else ""
        is_reasoning = (is_reasoning or bool(piece.reasoning)) and not gap
        yield piece.reasoning + gap + (piece.text.lstrip() if gap else piece.text)
