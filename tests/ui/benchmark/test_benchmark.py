"""The benchmark page on the real engine thread; what is measured comes from a script."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtWidgets import QLabel

from llmdesk.engine.measuring.speed import Speed
from llmdesk.engine.serving.work import WorkContext
from llmdesk.errors import PromptError
from llmdesk.services import machine
from llmdesk.services.bench import export, history
from llmdesk.services.bench.board import Board, board_of, expected_s
from llmdesk.services.bench.report import BenchRow, QualityRow
from llmdesk.services.bench.runs import QualityResult, SpeedResult
from llmdesk.ui.benchmark.benchmark_page import BenchmarkPage
from llmdesk.ui.benchmark.controller import BenchmarkController
from llmdesk.ui.benchmark.jobs import Job, Measured
from llmdesk.ui.kit import files
from tests.ui.conftest import Window


def conditions(day: int = 1) -> dict[str, Any]:
    from dataclasses import asdict

    found = {
        "date": f"2026-11-{day:02}T06:00:00+00:00",
        "processor": json.loads(json.dumps(asdict(machine.processor()))),
    }
    more = {"read_bandwidth_gbps": 20.0, "llmdesk": "1", "python": "3", "packages": {}, "load_average": 0.1}
    return {**found, **more, "backend_reason": "scripted", "backend": "native"}


def row(model: str = "alpha", precision: str = "int4", tps: float = 25.0) -> BenchRow:
    speed, prefill = Speed(tps, 0.5, tps), Speed(10 * tps, 1.0, 10 * tps)
    return BenchRow(model, "native", "own", precision, 2, 512, 128, 0, 5, prefill, speed, 1.0, 10, 20, 30, 0.5)


def quality(precision: str = "int4") -> QualityRow:
    return QualityRow(precision, "token", "all", 100, 8.0, 1.0, 0.0021, 0.01, 0.986, True)


def scripted(context: WorkContext, job: Job) -> Measured:
    """As measuring does: reports on its way and looks for a stop."""
    context.report("Loading", 0.5)
    if job.is_fidelity:
        return Measured(
            job.spec.id, quality=QualityResult(tuple(quality(each) for each in job.precisions), conditions(3))
        )
    return Measured(job.spec.id, SpeedResult(tuple(row(job.spec.id, each) for each in job.precisions), conditions(2)))


@pytest.fixture
def bench(window: Window) -> BenchmarkController:
    """The page open, with two models that are installed."""
    window.main.action_table["benchmark"].trigger()
    controller = window.main.findChild(BenchmarkController)
    assert isinstance(controller, BenchmarkController)
    controller.measure = scripted
    window.qtbot.waitUntil(lambda: bool(controller.page.models.values))
    return controller


def texts(page: BenchmarkPage) -> list[str]:
    return [label.text() for label in page.findChildren(QLabel) if label.isVisible()]


def test_a_run_fills_table_chart_and_history(window: Window, bench: BenchmarkController) -> None:
    history.add_run([row(tps=20.0)], conditions(1))
    bench.page.precisions.pick("int4", "int8")
    bench.page.fidelity.setChecked(True)
    assert bench.page.run.text().startswith("Run 4 test")
    with window.qtbot.waitSignal(bench.ended):
        bench.page.run.click()
    window.qtbot.waitUntil(lambda: len(bench.page.board.rows) == 2 and all(r.fidelity for r in bench.page.board.rows))
    window.qtbot.waitUntil(lambda: {"25.0 ± 0.5", "0.0021", "98.6 %"} <= set(texts(bench.page)))
    bench.page.choose_row([line.row.precision for line in bench.page.board.rows].index("int4"))
    assert bench.page.chart.speeds == (20.0, 25.0)
    assert len(history.read_history().runs) == 3
    assert ", about " in bench.page.run.text() or bench.page.fidelity.isChecked()


def test_fidelity_that_was_not_measured_is_said(window: Window, bench: BenchmarkController) -> None:
    with window.qtbot.waitSignal(bench.ended):
        bench.page.run.click()
    window.qtbot.waitUntil(lambda: "not measured" in texts(bench.page))
    assert ", about " in bench.page.run.text()  # now it is known how fast this model is


def test_a_stop_keeps_what_was_measured_and_chats_wait(window: Window, bench: BenchmarkController) -> None:
    is_second = threading.Event()

    def slow(context: WorkContext, job: Job) -> Measured:
        if job.spec.id == "alpha":
            return scripted(context, job)
        is_second.set()
        while True:
            context.check()
            time.sleep(0.002)

    bench.measure = slow
    bench.page.models.pick(*[spec for spec in bench.page.models.offered if spec.id in ("alpha", "beta")])
    bench.page.run.click()
    window.qtbot.waitUntil(is_second.is_set)
    window.qtbot.waitUntil(lambda: bench.page.progress.text().startswith("Beta"))
    assert "Chats wait" in bench.page.progress.text()
    assert not bench.page.models.isEnabled()
    window.send("[tokens=4 tps=400] hello")
    assert bench.page.run.text() == "Stop"
    with window.qtbot.waitSignal(bench.ended):
        bench.page.run.click()
    window.wait_idle()
    assert window.states == ["finished"] or window.turns[-1].answer.text
    window.qtbot.waitUntil(lambda: [line.row.model for line in bench.page.board.rows] == ["alpha"])
    assert "Stopped" in bench.page.progress.text()
    assert bench.page.models.isEnabled()


def test_a_failure_is_told_on_the_page(window: Window, bench: BenchmarkController) -> None:
    def fails(context: WorkContext, job: Job) -> Measured:
        raise PromptError("This model takes 64 tokens.", "Choose shorter lengths.")

    bench.measure = fails
    with window.qtbot.waitSignal(bench.ended):
        bench.page.run.click()
    assert bench.page.told.text() == "This model takes 64 tokens. Choose shorter lengths."


def test_the_table_is_exported(
    window: Window, bench: BenchmarkController, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with window.qtbot.waitSignal(bench.ended):
        bench.page.run.click()
    window.qtbot.waitUntil(lambda: bool(bench.page.board.rows))
    file = tmp_path / "found.md"
    monkeypatch.setattr(files, "ask_where", lambda *_: file)
    bench.page.export_requested.emit("Markdown")
    window.qtbot.waitUntil(lambda: file.exists() and "tg128" in file.read_text(encoding="utf-8"))


def board() -> Board:
    runs = [history.PastRun(1, (row("a<b>"), row("a<b>", "int8", 12.5)), conditions())]
    return board_of([*runs, history.PastRun(1, (), conditions(), (quality(),), "a<b>")])


@pytest.mark.parametrize("write", [export.as_markdown, export.as_csv, export.as_html])
def test_exports_have_speed_and_fidelity_beside_it(write: Callable[..., str]) -> None:
    text = write(board().rows)
    assert "25.0" in text
    assert "12.5" in text
    assert "0.0021" in text


def test_what_was_not_measured_is_null_and_foreign_words_are_no_markup() -> None:
    found = json.loads(export.as_json(board().rows))
    assert [each["mean_kl"] for each in found] == [0.0021, None]
    page = export.as_html(board().rows)
    assert "a&lt;b&gt;" in page
    assert "a<b>" not in page
    assert "not measured" in page
    assert "http" not in page.split("<body>")[1]


def test_the_time_is_foretold_from_what_was_measured() -> None:
    assert expected_s(board(), "a<b>", "int4", (250,), (25,), 6) == pytest.approx(1.0 + 6 * (1.0 + 1.0))
    assert expected_s(board(), "other", "int4", (250,), (25,), 6) is None
