"""Plans benchmarks, has them run on the engine thread one after the other, keeps what they find (GUI thread only)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QWidget

from llmdesk.core import Core
from llmdesk.datatypes.model import ErrorInfo, ModelSpec, Precision
from llmdesk.services.bench.board import Board
from llmdesk.ui.benchmark.benchmark_page import BenchmarkPage
from llmdesk.ui.benchmark.exporting import SUFFIXES, suggested_name, write
from llmdesk.ui.benchmark.jobs import Job, Lengths, Measured, keep, measure, read_board
from llmdesk.ui.benchmark.run import Measure, Run
from llmdesk.ui.kit import files
from llmdesk.ui.kit.theme import Theme
from llmdesk.ui.kit.wording import duration_text, occupied_text
from llmdesk.ui.kit.words import error_text, told, tr
from llmdesk.ui.threads.background import Background
from llmdesk.ui.threads.event_bridge import EventBridge
from llmdesk.ui.threads.model_before import ModelBefore


@dataclass(frozen=True, slots=True)
class Known:
    """A model that can be measured here; ``shape``: with random weights, since its files are not here."""

    spec: ModelSpec
    shape: str = ""


class BenchmarkController(QObject):
    """See the module. What was measured before a stop or a failure is kept; the window's model comes back.

    Signals:
        ended(): the last job of a run ended, however.
        kept(): there is something new in the history.
    """

    ended = Signal()
    kept = Signal()

    def __init__(self, theme: Theme, window: QWidget, core: Core, bridge: EventBridge) -> None:
        super().__init__(window)
        self._theme, self._window, self._core, self._bridge = theme, window, core, bridge
        self._background = Background(bridge)
        self._page: BenchmarkPage | None = None
        self._run: Run | None = None
        self._before: ModelBefore | None = None
        self._known: dict[str, Known] = {}
        self.measure: Measure = measure

    def make_page(self) -> BenchmarkPage:
        """Once."""
        import psutil

        self._page = page = BenchmarkPage(self._theme, psutil.cpu_count(logical=False) or 1)
        page.run_requested.connect(self.start)
        page.stop_requested.connect(self.stop)
        page.plan_changed.connect(self._tell_plan)
        page.export_requested.connect(self.export)
        page.fidelity_requested.connect(self._measure_fidelity_of)
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
        self._background.run(partial(_look, self._core), self._show_models, self._tell_error, kind="models")
        self._read_board()

    @Slot()
    def start(self) -> None:
        """Run what is picked."""
        self._start(self._jobs())

    def measure_model(self, model_id: str, precision: Precision, *, is_fidelity: bool = False) -> None:
        """One model in the usual lengths, with random weights if it is not here; the page shows how it goes on."""
        if self._run is not None:
            self.page.show_told(tr("A benchmark is running already. Measure this one when it is over."))
            return

        def begin(found: tuple[list[Known], list[str]]) -> None:
            self._show_models(found)
            if (known := self._known.get(model_id)) is not None:
                self._start([Job(self._core, known.spec, precision, shape=known.shape, is_fidelity=is_fidelity)])

        self._background.run(partial(_look, self._core), begin, self._tell_error, kind="models")

    @Slot()
    def stop(self) -> None:
        """End it at the next forward pass."""
        if self._run is not None:
            self._run.stop()

    @Slot(str)
    def export(self, name: str) -> None:
        """Write the whole table into a file."""
        kinds = f"{name} (*.{SUFFIXES[name]})"
        path = files.ask_where(self._window, tr("Export the benchmarks"), suggested_name(name), kinds)
        if path is not None:
            work = partial(write, path, name, self.page.board)
            self._background.run(work, lambda _: None, self._tell_error)

    # -- the run -------------------------------------------------------------------------------------------------------

    def _start(self, jobs: list[Job]) -> None:
        if self._run is not None or not jobs:
            return
        self.page.show_told("")
        self._before = ModelBefore.of(self._core.runner)
        self._run = run = Run(self, self._core.runner, self._bridge, jobs, self.page.board, self.measure)
        run.progressed.connect(self._show)
        run.found.connect(self._keep)
        run.failed.connect(self._tell_error)
        run.ended.connect(self._end)
        run.begin()

    @Slot(object)
    def _keep(self, found: Measured) -> None:
        def on_kept(_: None) -> None:
            self._read_board()
            self.kept.emit()

        self._background.run(partial(keep, found), on_kept, self._tell_error)

    @Slot(bool)
    def _end(self, is_stopped: bool) -> None:
        if self._run is not None:
            self._run.deleteLater()
        if self._before is not None:
            self._before.bring_back(self._core.runner)
        self._run = self._before = None
        words = tr("Stopped. What was measured before is kept.") if is_stopped else ""
        self.page.show_progress(words, 0.0, is_running=False)
        self._tell_plan()
        self.ended.emit()

    @Slot(str, float, object)
    def _show(self, words: str, whole: float, left_s: float | None) -> None:
        self.page.show_progress(occupied_text(words, left_s), whole, is_running=True)
        self._tell_plan()

    @Slot(int)
    def _measure_fidelity_of(self, number: int) -> None:
        found = self.page.board.rows[number].row
        precisions: dict[str, Precision] = {"bf16": "bf16", "int8": "int8", "int4": "int4"}
        if found.precision in precisions:
            self.measure_model(found.model, precisions[found.precision], is_fidelity=True)

    # -- the plan ------------------------------------------------------------------------------------------------------

    def _jobs(self) -> list[Job]:
        plan = self.page.plan
        threads = tuple(count or None for count in plan.threads.values)
        lengths = Lengths(plan.prompts.values, plan.answers.values, plan.depths.values)
        jobs: list[Job] = []
        for spec in plan.models.values:
            shape = self._known[spec.id].shape
            for precision in plan.precisions.values:
                jobs.append(Job(self._core, spec, precision, threads, lengths, plan.engines.values, shape))
                if plan.fidelity.isChecked() and not shape:
                    jobs.append(Job(self._core, spec, precision, threads, is_fidelity=True))
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

    def _show_models(self, found: tuple[list[Known], list[str]]) -> None:
        models, engines = found
        self._known = {known.spec.id: known for known in models}
        used = self._core.runner.status.info
        here = [known.spec for known in models if not known.shape]
        first = next((spec for spec in here if used is not None and spec.id == used.model_id), None)
        self.page.plan.models.set_values(_with_words(models), [first] if first is not None else here[:1])
        self.page.plan.show_engines(engines)
        titles = {known.spec.id: known.spec.title for known in models}
        self.page.use_models(titles, frozenset(spec.id for spec in here))
        self._tell_plan()

    def _read_board(self) -> None:
        self._background.run(read_board, self._show_board, self._tell_error, kind="board")

    def _show_board(self, board: Board) -> None:
        if self._page is None:
            return
        self.page.show_board(board)
        if board.notice:
            self.page.show_told(told(board.notice))
        self._tell_plan()

    def _tell_error(self, error: ErrorInfo) -> None:
        self.page.show_told(error_text(error))


def _with_words(models: Sequence[Known]) -> list[tuple[ModelSpec, str]]:
    """For the menu, those on this machine first."""
    words = tr("{title}, not fetched: random weights")
    return [(known.spec, words.format(title=known.spec.title) if known.shape else known.spec.title) for known in models]


def _look(core: Core) -> tuple[list[Known], list[str]]:
    """What can be measured, those on the disk first, and what can multiply here. A thread for files."""
    from llmdesk.engine.backends.choice import ipex_obstacle
    from llmdesk.engine.measuring.shape_files import shape_of

    catalogue = core.catalogue
    here: list[Known] = []
    elsewhere: list[Known] = []
    for spec in catalogue.specs():
        if spec.source.kind == "server" or spec.purpose != "chat":
            continue
        if catalogue.is_installed(spec):
            here.append(Known(spec))
        elif shape := shape_of(spec.id):
            elsewhere.append(Known(spec, shape))
    return here + elsewhere, ["", "native"] if ipex_obstacle() else ["", "ipex", "native"]
