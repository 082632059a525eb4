"""Round tops for axes that start at 0 (pure)."""

from __future__ import annotations

import math

STEPS = (1.0, 1.5, 2.0, 3.0, 4.0, 5.0, 7.5, 10.0)
HEADROOM = 1.05


def step_above(value: float) -> float:
    """The smallest step (1, 1.5, 2, 3, 4, 5, 7.5 times a power of ten) that is not below a positive value."""
    power = 10.0 ** math.floor(math.log10(value))
    return next(step * power for step in STEPS if step * power >= value * (1 - 1e-9))


def axis_top(highest: float, least: float = 0.0) -> float:
    """The top of an axis for curves with this highest value: a step, with a little room; 1 for nothing at all."""
    return max(least, step_above(highest * HEADROOM)) if highest > 0 else least or 1.0
