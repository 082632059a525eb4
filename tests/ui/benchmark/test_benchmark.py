"""The benchmark page on the real engine thread; what is measured comes from a script."""

from __future__ import annotations

import itertools
import threading
import time
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QWidget
from pytestqt.qtbot import QtBot

from llmdesk.engine.serving.work import WorkContext
from llmdesk.errors import PromptError
from llmdesk.services.bench import history
from llmdesk.services.bench.board import board_of
from llmdesk.services.bench.runs import QualityResult, SpeedResult
from llmdesk.ui.benchmark.benchmark_page import BenchmarkPage
from llmdesk.ui.benchmark.charts import Line, LineChart
from llmdesk.ui.benchmark.controller import BenchmarkController
from llmdesk.ui.benchmark.jobs import Job, Measured
from llmdesk.ui.benchmark.table import Bar, BenchTable
from llmdesk.ui.benchmark.table_words import day_words, moments_words
from llmdesk.ui.kit import files
from llmdesk.ui.kit.labels import ElidedLabel
from llmdesk.ui.kit.theme import Theme
from tests.ui.benchmark.figures import conditions, quality, row
from tests.ui.chat.transfer.pdf_text import page_count, pdf_text
from tests.ui.conftest import Window


def scripted(context: WorkContext, job: Job) -> Measured:
    """As measuring does: reports on its way and looks for a stop."""
    context.report("Loading", 0.5)
    if job.is_fidelity:
        return Measured(job.spec.id, quality=QualityResult((quality(job.precision),), conditions(3)))
    lengths = job.lengths.context_tokens
    tests = [
        row(job.spec.id, job.precision, 25.0 / (1 + depth / 4096), context_tokens=depth, is_synthetic=bool(job.shape))
        for depth in lengths
    ]
    return Measured(job.spec.id, SpeedResult(tuple(tests), conditions(2)))


@pytest.fixture
def bench(window: Window) -> BenchmarkController:
    """The page open, with two models that are installed."""
    window.main.action_table["benchmark"].trigger()
    controller = window.main.findChild(BenchmarkController)
    assert isinstance(controller, BenchmarkController)
    controller.measure = scripted
    window.qtbot.waitUntil(lambda: bool(controller.page.plan.models.values))
    return controller


def texts(page: BenchmarkPage) -> set[str]:
    return {label.text() for label in page.findChildren(QLabel) if label.isVisible()}


def pick_models(bench: BenchmarkController, *ids: str) -> None:
    models = bench.page.plan.models
    models.pick(*[spec for spec in models.offered if spec.id in ids])


def test_a_run_fills_table_charts_and_history(window: Window, bench: BenchmarkController) -> None:
    history.add_run([row(tps=20.0)], conditions(1))
    plan = bench.page.plan
    plan.precisions.pick("int4", "int8")
    plan.depths.pick(0, 4096)
    plan.fidelity.setChecked(True)
    assert bench.page.run.text().startswith("Run 6 test")
    with window.qtbot.waitSignal(bench.ended):
        bench.page.run.click()
    window.qtbot.waitUntil(lambda: len(bench.page.board.rows) == 4 and all(r.fidelity for r in bench.page.board.rows))
    window.qtbot.waitUntil(lambda: {"25.0", "12.5", "± 0.5", "0.0021"} <= texts(bench.page))
    found = [(line.row.precision, line.row.context_tokens) for line in bench.page.board.rows]
    bench.page.choose_row(found.index(("int4", 0)))
    assert [line.speeds for line in bench.page.past.lines] == [(20.0, 25.0)]
    depths = {line.name: line.speeds for line in bench.page.depths.lines}
    assert depths == {"int4": (25.0, 12.5), "int8": (25.0, 12.5)}
    assert len(history.read_history().runs) == 5


def test_words_below_a_chart_do_not_lie_on_each_other(qtbot: QtBot) -> None:
    chart = LineChart(Theme())
    qtbot.addWidget(chart)
    chart.resize(300, 150)
    chart.show_lines([f"2026-11-{day:02}" for day in range(1, 9)], [Line("a", tuple(map(float, range(8))))])
    shown = chart.shown_places(lambda words: 7.0 * len(words))
    assert [number for number, _ in shown][:: len(shown) - 1] == [0, 7]
    lefts = [left for _, left in shown]
    assert all(later - earlier >= 70 for earlier, later in itertools.pairwise(lefts))
    assert lefts[-1] + 70 <= 300


def test_rows_that_differ_in_threads_and_lengths_can_be_told_apart_in_the_usual_window(qtbot: QtBot) -> None:
    rows = tuple(row(threads=threads, new_tokens=new_tokens) for threads in (1, 2) for new_tokens in (32, 128))
    page, table = QWidget(), BenchTable(Theme())
    qtbot.addWidget(page)
    table.setParent(page)
    table.show_rows(board_of([history.PastRun(1, rows, conditions())], history.here()).rows, {}, frozenset({"alpha"}))
    page.resize(744, 400)
    table.setGeometry(page.rect())
    page.show()
    tests = [label for label in table.findChildren(ElidedLabel) if label.text().startswith("prompt")]
    assert len(tests) == 4
    qtbot.waitUntil(lambda: not any(label.is_cut for label in tests))
    assert all(bar.width() >= 40 for bar in table.findChildren(Bar))


def test_runs_of_one_day_are_told_apart_by_their_times() -> None:
    morning, noon, next_day = (f"2026-11-{at}:00+00:00" for at in ("01T06:10", "01T06:50", "02T06:10"))
    times = moments_words([morning, noon])
    assert len(set(times)) == 2
    assert not any("2026" in each or "/26" in each for each in times)
    assert moments_words([morning, noon, next_day]) == [day_words(each) for each in (morning, noon, next_day)]
    assert moments_words(["some day", "some day"]) == ["some day", "some day"]


def test_nothing_can_be_run_before_it_is_known_what(qtbot: QtBot) -> None:
    page = BenchmarkPage(Theme(), 2)
    qtbot.addWidget(page)
    assert not page.run.isEnabled()


def test_fidelity_that_was_not_measured_is_said_and_can_be(window: Window, bench: BenchmarkController) -> None:
    with window.qtbot.waitSignal(bench.ended):
        bench.page.run.click()
    window.qtbot.waitUntil(lambda: "not measured" in texts(bench.page))
    assert ", about " in bench.page.run.text()  # now it is known how fast this model is
    with window.qtbot.waitSignal(bench.ended):
        window.button("Measure").click()
    window.qtbot.waitUntil(lambda: bench.page.board.rows[0].fidelity is not None)
    window.qtbot.waitUntil(lambda: "not measured" not in texts(bench.page))


def test_a_stop_keeps_what_was_measured_and_chats_wait(window: Window, bench: BenchmarkController) -> None:
    is_second = threading.Event()

    def slow(context: WorkContext, job: Job) -> Measured:
        if job.precision == "int4":
            return scripted(context, job)
        is_second.set()
        while True:
            context.check()
            time.sleep(0.002)

    bench.measure = slow
    bench.page.plan.precisions.pick("int4", "int8")
    bench.page.run.click()
    window.qtbot.waitUntil(is_second.is_set)
    window.qtbot.waitUntil(lambda: "int8" in bench.page.progress.text())
    assert "Chats wait" in bench.page.progress.text()
    assert "left" in bench.page.progress.text()
    assert not bench.page.plan.isEnabled()
    window.send("[tokens=4 tps=400] hello")
    assert bench.page.run.text() == "Stop"
    with window.qtbot.waitSignal(bench.ended):
        bench.page.run.click()
    window.wait_idle()
    assert window.states == ["finished"] or window.turns[-1].answer.text
    window.qtbot.waitUntil(lambda: [line.row.precision for line in bench.page.board.rows] == ["int4"])
    assert "Stopped" in bench.page.progress.text()
    assert bench.page.plan.isEnabled()


def test_a_failure_is_told_on_the_page_and_the_model_comes_back(window: Window, bench: BenchmarkController) -> None:
    def fails(context: WorkContext, job: Job) -> Measured:
        context.unload()
        raise PromptError("This model takes 64 tokens.", "Choose shorter lengths.")

    bench.measure = fails
    with window.qtbot.waitSignal(bench.ended):
        bench.page.run.click()
    assert bench.page.told.text() == "This model takes 64 tokens. Choose shorter lengths."
    window.wait_ready("Alpha")


def test_a_model_that_is_chosen_meanwhile_is_there_afterwards(window: Window, bench: BenchmarkController) -> None:
    """Also one that made way for the second measurement."""
    is_chosen = threading.Event()

    def patient(context: WorkContext, job: Job) -> Measured:
        context.unload()
        while not is_chosen.is_set():
            context.check()
            time.sleep(0.002)
        return scripted(context, job)

    bench.measure = patient
    bench.page.plan.precisions.pick("int4", "int8")
    window.open_picker()
    with window.qtbot.waitSignal(bench.ended):
        bench.page.run.click()
        window.qtbot.waitUntil(lambda: window.desktop.core.runner.status.info is None)
        assert window.desktop.models is not None
        window.desktop.models.choose("beta")
        is_chosen.set()
    window.wait_ready("Beta")
    window.qtbot.wait(100)
    assert window.main.top_bar.pill.text() == "Beta"


def test_a_chart_says_where_a_line_ran_in_another_way(window: Window, bench: BenchmarkController) -> None:
    for at in (0, 4096):
        history.add_run([row(context_tokens=at)], conditions(1))
        history.add_run([row(precision="bf16", engine="IPEX", threads=1, context_tokens=at)], conditions(1))
    bench.refresh()
    window.qtbot.waitUntil(lambda: len(bench.page.board.rows) == 4)
    found = [line.row.precision for line in bench.page.board.rows]
    bench.page.choose_row(found.index("int4"))
    assert "Alpha, after so many tokens. bf16: IPEX, 1 thread." in texts(bench.page)
    bench.page.choose_row(found.index("bf16"))
    assert "Alpha, after so many tokens. int4: llmdesk AVX2, 2 threads." in texts(bench.page)


@pytest.mark.parametrize(("kind", "words"), [("Markdown", "tg128"), ("PDF", "Tokens per second, writing")])
def test_the_table_is_exported(
    window: Window, bench: BenchmarkController, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str, words: str
) -> None:
    with window.qtbot.waitSignal(bench.ended):
        bench.page.run.click()
    window.qtbot.waitUntil(lambda: bool(bench.page.board.rows))
    file = tmp_path / "found"
    monkeypatch.setattr(files, "ask_where", lambda *_: file)
    bench.page.export_requested.emit(kind)
    window.qtbot.waitUntil(file.exists, timeout=20_000)
    text = file.read_text(encoding="utf-8") if kind != "PDF" else pdf_text(file.read_bytes())
    assert words in text
    assert "int4" in text
    assert kind != "PDF" or page_count(file.read_bytes()) == 1


def test_figures_of_another_machine_are_told_apart(window: Window, bench: BenchmarkController) -> None:
    history.add_run([row(tps=99.0)], conditions(9, processor="Another processor"))
    history.add_run([row(tps=20.0)], conditions(1))
    history.add_run([row(precision="int8", kernels_version="old")], conditions(2))
    bench.refresh()
    window.qtbot.waitUntil(lambda: len(bench.page.board.rows) == 3)
    assert [bool(line.machine) for line in bench.page.board.rows] == [False, False, True]
    window.qtbot.waitUntil(lambda: any("another machine: Another processor" in text for text in texts(bench.page)))
    assert "measured with older kernels" in texts(bench.page)
    assert [line.past for line in bench.page.board.rows if line.machine] == [(("2026-11-09T06:00:00+00:00", 99.0),)]


def test_a_narrow_window_cuts_nothing(window: Window, bench: BenchmarkController) -> None:
    history.add_run([row("a-model-whose-name-is-rather-long-for-a-table", tps=20.0)], conditions(1))
    bench.refresh()
    window.qtbot.waitUntil(lambda: bool(bench.page.board.rows))
    page = bench.page

    def right(part: QWidget) -> int:
        return part.mapTo(page, part.rect().bottomRight()).x()

    for width in (720, 860, 1101, 1250):  # with and without the columns at both sides
        window.main.resize(width, 600)
        window.qtbot.waitUntil(lambda: right(page.run) == right(page.table) < page.width() <= window.main.width())


def test_a_model_that_is_not_here_is_measured_from_the_picker(window: Window, bench: BenchmarkController) -> None:
    window.open_picker()
    picker = window.main.picker
    window.qtbot.waitUntil(lambda: picker.list.book is not None)
    absent = picker.row("smollm2-1.7b")
    assert absent is not None
    assert not absent.measure.isHidden()
    assert "fidelity not measured" in absent.words.texts[3]
    with window.qtbot.waitSignal(bench.ended):
        window.qtbot.mouseClick(absent.measure, Qt.MouseButton.LeftButton)
    assert window.main.pages.page_id == "benchmark"
    window.qtbot.waitUntil(lambda: bench.page.board.rows != () and bench.page.board.rows[0].row.is_synthetic)
    window.qtbot.waitUntil(lambda: "random weights" in texts(bench.page))
    found = "int8: measured 25 tok/s here, with random weights  ·  fidelity not measured"
    window.qtbot.waitUntil(lambda: absent.words.texts[3] == found)
    assert absent.measure.isHidden()
    other = picker.row("qwen3-1.7b")
    assert other is not None
    assert "estimated" in other.words.texts[3]
