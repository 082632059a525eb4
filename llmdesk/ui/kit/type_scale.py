"""The sizes of type in the window, each with a name, and the zoom that scales them (pure).

All sizes are pixels at a zoom of 100 %; ``Theme`` scales them.
"""

from __future__ import annotations

from typing import Literal

Step = Literal["display", "strip", "greeting", "figure", "unit", "body", "ui", "note", "code", "small", "log", "scale"]

SIZES_PX: dict[Step, float] = {
    "display": 60,  # the one figure that rules
    "strip": 28,  # the same figure in the narrow form
    "greeting": 26,
    "figure": 19,
    "unit": 17,
    "body": 15,  # the conversation, titles of panels
    "ui": 14,
    "note": 13,
    "code": 13,
    "small": 12.5,
    "log": 12,
    "scale": 11,  # at the top of a graph
}

ZOOM_PERCENTS = (70, 80, 90, 100, 110, 125, 150, 175, 200, 225, 250)
DEFAULT_ZOOM_PERCENT = 100


def next_zoom_percent(percent: int, direction: int) -> int:
    """The step above (``direction`` 1) or below (-1) a zoom; the last one stays."""
    if direction > 0:
        return next((step for step in ZOOM_PERCENTS if step > percent), ZOOM_PERCENTS[-1])
    return next((step for step in reversed(ZOOM_PERCENTS) if step < percent), ZOOM_PERCENTS[0])


def clamped_zoom_percent(percent: int) -> int:
    """A zoom that somebody wrote into a file, within what the window can show."""
    return min(max(percent, ZOOM_PERCENTS[0]), ZOOM_PERCENTS[-1])
