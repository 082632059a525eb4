"""Decides when memory and processor are measured, and has it done: in idle moments, on the engine thread.

A model on this processor is there and nothing was measured with its number of threads: once nothing ran for
``QUIET_S``. Afterwards again when an answer was given since the last measurement and that is older than ``REPEAT_S``.
The probes (engine/measuring/ceilings.py) have the engine for themselves, so they never run while a request does, and
they give way as soon as one comes, which then waits some 20 ms; what was measured until then is not used.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from llmdesk.datatypes.model import ModelInfo
from llmdesk.datatypes.work import WorkCancelled, WorkDone, WorkEvent, WorkFailed
from llmdesk.engine.serving.runner import EngineRunner
from llmdesk.engine.serving.work import WorkContext
from llmdesk.words import say

QUIET_S = 3.0
REPEAT_S = 300.0
PROBE_S = 0.3


@dataclass(frozen=True, slots=True)
class Ceilings:
    """Bytes that can be read and operations that can be computed per second, and when that was measured."""

    t_s: float
    read_bytes_per_s: float
    flops: float


def measure(context: WorkContext, threads: int) -> Ceilings:
    """Both probes, half a second or so. Engine thread, with the engine for itself; WorkStopped if others want it."""
    # numpy is not imported for the first painting
    from llmdesk.engine.measuring.ceilings import read_bandwidth
    from llmdesk.engine.measuring.products_aside import product_flops_aside

    check = context.yield_to_others
    read_bytes_per_s = read_bandwidth(threads, PROBE_S, check)
    flops = product_flops_aside(threads, PROBE_S, check)
    return Ceilings(time.perf_counter(), read_bytes_per_s, flops)


class CeilingWatch:
    """See the module. One thread (the window's), but for ``on_measured``.

    Args:
        on_measured: told on the engine thread; must hand the value over and return.
    """

    def __init__(
        self,
        runner: EngineRunner,
        on_measured: Callable[[Ceilings], None],
        work: Callable[[WorkContext, int], Ceilings] = measure,
    ) -> None:
        self._runner, self._on_measured, self._work = runner, on_measured, work
        self._threads = 0  # of the model in use; 0: there is none to measure for
        self._measured_threads = 0
        self._measured_s = 0.0
        self._answers_since = 0
        self._busy_s = float("-inf")
        self._is_measuring = False

    def use_model(self, info: ModelInfo | None, now_s: float) -> None:
        """The window's model is another one, or has changed its threads, or went."""
        self._threads = info.threads if info is not None and info.work is not None else 0
        self._busy_s = now_s

    def answer_ended(self, now_s: float) -> None:
        """An answer was given."""
        self._answers_since += 1
        self._busy_s = now_s

    def consider(self, now_s: float, is_answering: bool) -> None:
        """Call every second or so: starts a measurement if one is due and nothing is going on."""
        if is_answering or any(each.running or each.state == "loading" for each in self._runner.models_in_memory):
            self._busy_s = now_s
        if not self._is_due(now_s) or now_s - self._busy_s < QUIET_S or self._is_measuring:
            return
        self._is_measuring = True
        threads = self._threads
        self._runner.run(
            lambda context: self._work(context, threads),
            partial(self._on_event, threads),
            occupies=say("a measurement of the memory"),
        )

    def _is_due(self, now_s: float) -> bool:
        if not self._threads:
            return False
        if self._threads != self._measured_threads:
            return True
        return self._answers_since > 0 and now_s - self._measured_s >= REPEAT_S

    def _on_event(self, threads: int, event: WorkEvent[Ceilings]) -> None:
        """On the engine thread; single values are set, which the window's thread reads."""
        match event:
            case WorkDone(value=value):
                self._measured_threads, self._measured_s, self._answers_since = threads, value.t_s, 0
                self._on_measured(value)
            case WorkFailed():
                self._measured_threads, self._measured_s = threads, time.perf_counter()  # not again and again
            case WorkCancelled():
                pass  # it gave way, and is due as before
            case _:
                return  # progress
        self._is_measuring = False
