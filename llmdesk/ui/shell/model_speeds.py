"""Ties the picker's speeds to the benchmark page and the live figures (GUI thread only)."""

from __future__ import annotations

import time
from functools import partial
from typing import TYPE_CHECKING

from llmdesk.datatypes.model import Precision
from llmdesk.ui.kit.late import Late
from llmdesk.ui.models.speed_controller import SpeedController

if TYPE_CHECKING:
    from llmdesk.ui.benchmark.controller import BenchmarkController
    from llmdesk.ui.models.picker import ModelPicker
    from llmdesk.ui.shell.desktop import Desktop


def connect_speeds(desktop: Desktop, picker: ModelPicker, benchmark: Late[BenchmarkController]) -> SpeedController:
    """What is measured shows in the picker; "Measure here" leads to the page."""
    roofline = desktop.window.dashboard.data.roofline

    def read_bytes_per_s() -> float | None:
        best = roofline.memory.best(time.perf_counter())
        return best.per_s if best is not None else None

    status = desktop.core.runner.status
    speeds = SpeedController(picker, desktop.sessions, desktop.bridge, status, read_bytes_per_s)
    benchmark.then(lambda made: made.kept.connect(speeds.refresh))
    picker.measure_requested.connect(partial(_measure, desktop, benchmark))
    speeds.refresh()
    return speeds


def _measure(
    desktop: Desktop, benchmark: Late[BenchmarkController], model_id: str, precision: Precision, is_fidelity: bool
) -> None:
    desktop.window.show_page("benchmark")
    benchmark().measure_model(model_id, precision, is_fidelity=is_fidelity)
