"""Y scales that do not twitch."""

from __future__ import annotations

from llmdesk.services.axis_steps import axis_top

SHRINK_AFTER_S = 5.0


class StepScale:
    """The top of a Y axis that starts at 0: grows to the next step at once, shrinks after some seconds of less.

    Args:
        floor: the top never goes below this.
    """

    def __init__(self, floor: float) -> None:
        self._floor = floor
        self._top = floor
        self._too_high_since_s: float | None = None

    def top(self, highest: float, now_s: float) -> float:
        """The top for a curve whose highest visible value is this."""
        wanted = axis_top(highest, self._floor)
        if wanted >= self._top:
            self._top, self._too_high_since_s = wanted, None
        elif self._too_high_since_s is None:
            self._too_high_since_s = now_s
        elif now_s - self._too_high_since_s >= SHRINK_AFTER_S:
            self._top, self._too_high_since_s = wanted, None
        return self._top
