"""A run of jobs, one after the other on the engine thread (GUI thread only)."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from llmdesk.datatypes.model import ErrorInfo
from llmdesk.datatypes.work import WorkCancelled, WorkDone, WorkEvent, WorkFailed, WorkProgress
from llmdesk.services.bench.board import Board
from llmdesk.ui.benchmark.jobs import Job, Measured
from llmdesk.ui.kit.wording import left_s
from llmdesk.ui.kit.words import told
from llmdesk.ui.threads.event_bridge import EventBridge

if TYPE_CHECKING:
    from llmdesk.engine.serving.runner import EngineRunner
    from llmdesk.engine.serving.work import WorkContext, WorkHandle

Measure = Callable[["WorkContext", Job], Measured]
_BENCHMARK = "a benchmark"  # as services/bench/runs.py has it, which the window imports only for a run


class Run(QObject):
    """Each job has the engine for itself; chats that wait are answered between two of them.

    Signals:
        progressed(str, float, object): words, share of the whole, seconds that are left (None: not known yet).
        found(Measured): a job is done.
        failed(ErrorInfo): one could not be done; the others are not tried.
        ended(bool): all is over; True: it was stopped.
    """

    progressed = Signal(str, float, object)
    found = Signal(object)
    failed = Signal(object)
    ended = Signal(bool)

    def __init__(
        self,
        parent: QObject,
        runner: EngineRunner,
        bridge: EventBridge,
        jobs: list[Job],
        board: Board,
        measure: Measure,
    ) -> None:
        super().__init__(parent)
        self._runner, self._bridge, self._jobs, self._measure = runner, bridge, jobs, measure
        self._weights = _weights(jobs, board)
        self._done = 0
        self._started_s = time.perf_counter()
        self._handle: WorkHandle | None = None

    def begin(self) -> None:
        """The first job."""
        self._begin_next()

    def stop(self) -> None:
        """End it at the next forward pass."""
        if self._handle is not None:
            self._handle.cancel()

    def _begin_next(self) -> None:
        job, measure = self._jobs[self._done], self._measure
        self._tell(job.words, 0.0)

        def sink(event: WorkEvent[Measured]) -> None:
            self._bridge.run(lambda: self._hear(event))

        self._handle = self._runner.run(lambda context: measure(context, job), sink, occupies=_BENCHMARK)

    def _hear(self, event: WorkEvent[Measured]) -> None:
        match event:
            case WorkProgress(text=text, fraction=fraction):
                self._tell(f"{self._jobs[self._done].words}: {told(text)}", fraction or 0.0)
            case WorkDone(value=found):
                self.found.emit(found)
                self._done += 1
                if self._done < len(self._jobs):
                    self._begin_next()
                else:
                    self.ended.emit(False)
            case WorkFailed(error=error):
                self._fail(error)
            case WorkCancelled():
                self.ended.emit(True)

    def _fail(self, error: ErrorInfo) -> None:
        self.failed.emit(error)
        self.ended.emit(False)

    def _tell(self, words: str, fraction: float) -> None:
        done = sum(self._weights[: self._done]) + fraction * self._weights[self._done]
        whole = done / sum(self._weights)
        self.progressed.emit(words, whole, left_s(whole, time.perf_counter() - self._started_s))


def _weights(jobs: list[Job], board: Board) -> list[float]:
    """How long each job takes beside the others; what is not known takes as long as the known ones do on average."""
    expected = [job.expected_s(board) for job in jobs]
    known = [seconds for seconds in expected if seconds]
    usual = sum(known) / len(known) if known else 1.0
    return [seconds or usual for seconds in expected]
