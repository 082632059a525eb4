"""Plans benchmarks, has them run on the engine thread one after the other, keeps what they find (GUI thread only)."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QWidget

from llmdesk.core import Core
from llmdesk.datatypes.model import ErrorInfo, ModelSpec
from llmdesk.datatypes.work import WorkCancelled, WorkDone, WorkEvent, WorkFailed, WorkProgress
from llmdesk.services.bench.board import Board, BoardRow
from llmdesk.ui.benchmark.benchmark_page import BenchmarkPage
from llmdesk.ui.benchmark.jobs import Job, Measured, keep, measure, read_board
from llmdesk.ui.kit import files
from llmdesk.ui.kit.theme import Theme
from llmdesk.ui.kit.wording import duration_text
from llmdesk.ui.kit.words import told, tr
from llmdesk.ui.threads.background import Background
from llmdesk.ui.threads.event_bridge import EventBridge

if TYPE_CHECKING:
    from llmdesk.engine.serving.work import WorkHandle

_KINDS = {"Markdown": ("md", "as_markdown"), "CSV": ("csv", "as_csv"), "JSON": ("json", "as_json")}
_HTML = ("html", "as_html")


@dataclass(slots=True)
class _Run:
    jobs: list[Job]
    started_s: float
    handle: WorkHandle | None = None
    done: int = 0


class BenchmarkController(QObject):
    """See the module. What was measured before a stop or a failure is kept.

    Signals:
        ended(): the last job of a run ended, however.
    """

    ended = Signal()

    def __init__(self, theme: Theme, window: QWidget, core: Core, bridge: EventBridge) -> None:
        super().__init__(window)
        self._theme, self._window, self._core, self._bridge = theme, window, core, bridge
        self._background = Background(bridge)
        self._page: BenchmarkPage | None = None
        self._run: _Run | None = None
        self.measure = measure

    def make_page(self) -> BenchmarkPage:
        """Once."""
        import psutil

        self._page = page = BenchmarkPage(self._theme, psutil.cpu_count(logical=False) or 1)
        page.run_requested.connect(self.start)
        page.stop_requested.connect(self.stop)
        page.plan_changed.connect(self._tell_plan)
        page.export_requested.connect(self.export)
        return page

    @property
    def page(self) -> BenchmarkPage:
        """Only after ``make_page``."""
        assert self._page is not None
        return self._page

    @property
    def is_running(self) -> bool:
        """True from the start to the end of the last job."""
        return self._run is not None

    @Slot()
    def refresh(self) -> None:
        """Look anew at what is installed and what was measured."""
        self._background.run(self._installed, self._show_models, self._tell_error, kind="models")
        self._read_board()

    @Slot()
    def start(self) -> None:
        """Run what is picked."""
        if self._run is None and (jobs := self._jobs()):
            self.page.show_told("")
            self._run = _Run(jobs, time.perf_counter())
            self._begin_next()

    @Slot()
    def stop(self) -> None:
        """End it at the next forward pass."""
        if self._run is not None and self._run.handle is not None:
            self._run.handle.cancel()

    @Slot(str)
    def export(self, name: str) -> None:
        """Write the whole table into a file."""
        suffix, function = _KINDS.get(name, _HTML)
        suggested = f"llmdesk-benchmark-{date.today().isoformat()}.{suffix}"
        path = files.ask_where(self._window, tr("Export the benchmarks"), suggested, f"{name} (*.{suffix})")
        if path is not None:
            rows = self.page.board.rows
            self._background.run(lambda: _write(path, function, rows), lambda _: None, self._tell_error)

    # -- the run -------------------------------------------------------------------------------------------------------

    def _begin_next(self) -> None:
        run = self._run
        assert run is not None
        job = run.jobs[run.done]
        self._show(job.words, 0.0)
        measure = self.measure

        def sink(event: WorkEvent[Measured]) -> None:
            self._bridge.run(lambda: self._hear(event))

        run.handle = self._core.runner.run(lambda context: measure(context, job), sink, occupies="a benchmark")

    def _hear(self, event: WorkEvent[Measured]) -> None:
        run = self._run
        if run is None:
            return
        match event:
            case WorkProgress(text=text, fraction=fraction):
                self._show(f"{run.jobs[run.done].words}: {told(text)}", fraction or 0.0)
            case WorkDone(value=found):
                self._background.run(lambda: keep(found), lambda _: self._read_board(), self._tell_error)
                run.done += 1
                if run.done < len(run.jobs):
                    self._begin_next()
                else:
                    self._end("")
            case WorkFailed(error=error):
                self._end("")
                self._tell_error(error)
            case WorkCancelled():
                self._end(tr("Stopped. What was measured before is kept."))

    def _end(self, words: str) -> None:
        self._run = None
        self.page.show_progress(words, 0.0, is_running=False)
        self._tell_plan()
        self.ended.emit()

    def _show(self, words: str, fraction: float) -> None:
        run = self._run
        assert run is not None
        whole = (run.done + fraction) / len(run.jobs)
        parts = [words]
        if whole > 0.03:
            left_s = (time.perf_counter() - run.started_s) * (1 - whole) / whole
            parts.append(tr("about {time} left", time=duration_text(left_s)))
        parts.append(tr("Chats wait until it is over."))
        self.page.show_progress(" · ".join(parts), whole, is_running=True)
        self._tell_plan()

    # -- the plan ------------------------------------------------------------------------------------------------------

    def _jobs(self) -> list[Job]:
        page = self.page
        threads = tuple(count or None for count in page.threads.values)
        jobs: list[Job] = []
        for spec in page.models.values:
            values = (page.precisions.values, threads, page.prompts.values, page.answers.values, page.depths.values)
            jobs.append(Job(self._core, spec, *values))
            if page.fidelity.isChecked():
                jobs.append(Job(self._core, spec, *values, is_fidelity=True))
        return jobs

    @Slot()
    def _tell_plan(self) -> None:
        if self._page is None:
            return
        jobs = self._jobs()
        words = tr("Run %n test(s)", n=sum(job.test_count for job in jobs))
        expected = [job.expected_s(self.page.board) for job in jobs]
        known = [seconds for seconds in expected if seconds is not None]
        if known and len(known) == len(expected):
            words = tr("{run}, about {time}", run=words, time=duration_text(sum(known)))
        self.page.show_plan(words, bool(jobs))

    def _installed(self) -> tuple[ModelSpec, ...]:
        catalogue = self._core.catalogue
        here = (spec for spec in catalogue.specs() if spec.source.kind != "server" and spec.purpose == "chat")
        return tuple(spec for spec in here if catalogue.is_installed(spec))

    def _show_models(self, specs: Sequence[ModelSpec]) -> None:
        used = self._core.runner.status.info
        first = next((spec for spec in specs if used is not None and spec.id == used.model_id), None)
        picked = [first] if first is not None else specs[:1]
        self.page.models.set_values([(spec, spec.title) for spec in specs], picked)
        self._tell_plan()

    def _read_board(self) -> None:
        self._background.run(read_board, self._show_board, self._tell_error, kind="board")

    def _show_board(self, board: Board) -> None:
        self.page.show_board(board)
        if board.notice:
            self.page.show_told(told(board.notice))
        self._tell_plan()

    def _tell_error(self, error: ErrorInfo) -> None:
        self.page.show_told(f"{told(error.user_message)} {told(error.hint)}".strip())


def _write(path: Path, function: str, rows: Sequence[BoardRow]) -> None:
    from llmdesk.services.bench import export

    path.write_text(getattr(export, function)(rows), encoding="utf-8")
