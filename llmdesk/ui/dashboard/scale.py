"""Y scales that do not twitch."""

from __future__ import annotations

import math

STEPS = (1.0, 1.5, 2.0, 3.0, 4.0, 5.0, 7.5, 10.0)
SHRINK_AFTER_S = 5.0
HEADROOM = 1.05


def step_above(value: float) -> float:
    """The smallest step (1, 1.5, 2, 3, 4, 5, 7.5 times a power of ten) that is not below a positive value."""
    power = 10.0 ** math.floor(math.log10(value))
    return next(step * power for step in STEPS if step * power >= value * (1 - 1e-9))


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
        wanted = max(self._floor, step_above(highest * HEADROOM)) if highest > 0 else self._floor
        if wanted >= self._top:
            self._top, self._too_high_since_s = wanted, None
        elif self._too_high_since_s is None:
            self._too_high_since_s = now_s
        elif now_s - self._too_high_since_s >= SHRINK_AFTER_S:
            self._top, self._too_high_since_s = wanted, None
        return self._top
