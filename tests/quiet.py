"""Bars in time, on a machine that others use too."""

from __future__ import annotations

import functools
import time
from collections.abc import Callable
from typing import ParamSpec

Given = ParamSpec("Given")
PAUSES_S = (0.5, 2.0)


def until_quiet(measure: Callable[Given, None]) -> Callable[Given, None]:
    """Measure once more, and a third time, where a bar is missed: one quiet round is enough.

    What is slow misses its bar every time; what a neighbour held up meets it once that is over. A test under this
    begins anew with the fixtures it has, so it makes or resets what it measures itself.
    """

    @functools.wraps(measure)
    def rounds(*args: Given.args, **kwargs: Given.kwargs) -> None:
        for pause_s in PAUSES_S:
            try:
                return measure(*args, **kwargs)
            except AssertionError as missed:
                print(f"once more in {pause_s} s: {missed}")  # noqa: T201
                time.sleep(pause_s)
        return measure(*args, **kwargs)

    return rounds
