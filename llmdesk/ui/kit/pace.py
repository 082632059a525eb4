"""How often the window draws while an answer streams: on few cores every drawing takes time from the model."""

from __future__ import annotations

import os
from functools import cache

_SMALL_MACHINE = 4
_MIDDLE_MACHINE = 8


@cache
def frame_ms() -> int:
    """Milliseconds between two paintings of a growing answer: 10, 20 or 30 a second, by the number of processors."""
    processors = os.cpu_count() or 1
    if processors <= _SMALL_MACHINE:
        return 100
    return 50 if processors <= _MIDDLE_MACHINE else 33
