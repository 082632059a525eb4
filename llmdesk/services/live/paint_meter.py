"""How closely the window follows the engine (pure; any clock)."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence

from llmdesk.datatypes.chat import TokenEvent

WINDOW_S = 2.0
_MOST_DELAYS = 4_096
"""Of the newest tokens: as many come within the window only where a replay leaps."""


class PaintMeter:
    """Compares the tokens that came with the characters that were painted. One per answer.

    Args:
        painted_chars: the counter of painted characters when the answer began.
    """

    def __init__(self, painted_chars: int = 0) -> None:
        self._came_chars = painted_chars
        self._unpainted: deque[tuple[int, float]] = deque()  # (characters with this token, engine's time of it)
        self._came_tokens = 0
        self._painted_tokens = 0
        self._readings: deque[tuple[float, int, int]] = deque()  # (time, tokens painted, tokens that came)
        # (time of the painting, seconds since the token)
        self._delays: deque[tuple[float, float]] = deque(maxlen=_MOST_DELAYS)
        self._behind_s = 0.0

    def came(self, events: Sequence[TokenEvent]) -> None:
        """Tokens were handed to the conversation."""
        if events and not self._readings:
            self._readings.append((events[0].t_s, 0, 0))
        for event in events:
            self._came_chars += len(event.text)
            self._came_tokens += 1
            self._unpainted.append((self._came_chars, event.t_s))

    def read(self, painted_chars: int, now_s: float) -> None:
        """Take a reading: right after each painting, for exact delays, and a few times a second besides.

        Once all is painted, the last figures stay until more comes.
        """
        before = self._readings[-1][1:] if self._readings else None
        while self._unpainted and self._unpainted[0][0] <= painted_chars:
            self._delays.append((now_s, now_s - self._unpainted.popleft()[1]))
            self._painted_tokens += 1
        while self._delays and now_s - self._delays[0][0] > WINDOW_S:
            self._delays.popleft()
        self._behind_s = max(0.0, now_s - self._unpainted[0][1]) if self._unpainted else 0.0
        if before == (self._came_tokens, self._came_tokens) == (self._painted_tokens, self._came_tokens):
            return
        self._readings.append((now_s, self._painted_tokens, self._came_tokens))
        while len(self._readings) > 2 and now_s - self._readings[0][0] > WINDOW_S:
            self._readings.popleft()

    @property
    def span_s(self) -> float:
        """How long the stretch is that the figures are of; in a short one, what waits for the next frame is much."""
        return self._readings[-1][0] - self._readings[0][0] if self._readings else 0.0

    @property
    def painted_tps(self) -> float:
        """Tokens painted per second over the last two seconds; 0 before the first reading.

        What was behind before and is painted now counts only as much as came meanwhile.
        """
        return min(self._per_second(1), self.came_tps)

    @property
    def came_tps(self) -> float:
        """Tokens that came from the engine per second, over the same span."""
        return self._per_second(2)

    def _per_second(self, column: int) -> float:
        if len(self._readings) < 2:
            return 0.0
        first, last = self._readings[0], self._readings[-1]
        return (last[column] - first[column]) / (last[0] - first[0]) if last[0] > first[0] else 0.0

    @property
    def behind_ms(self) -> float:
        """Age of the oldest token that is not painted yet; 0 if all are."""
        return self._behind_s * 1000

    @property
    def delay_ms(self) -> float:
        """From a token's end in the engine to the painting that showed it: the median of the last two seconds.

        While a token has been waiting for longer than that, it is so long: a window that stands still does not hide it.
        """
        import statistics  # the window is painted without it

        known_ms = 1000 * statistics.median(delay_s for _, delay_s in self._delays) if self._delays else 0.0
        return max(known_ms, self.behind_ms)
