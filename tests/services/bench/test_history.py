"""The history of benchmarks: what was kept comes back, and damage costs one line and is told."""

from __future__ import annotations

from typing import Any

from llmdesk.engine.measuring.speed import Speed
from llmdesk.services.bench.history import add_run, history_file, machine_of, read_history
from llmdesk.services.bench.report import BenchRow

HERE = {"name": "A processor", "physical_cores": 2, "features": ["avx2"]}


def row(decode_tps: float) -> BenchRow:
    speed = Speed(decode_tps, 0.5, decode_tps)
    return BenchRow("tiny", "native", "own", "int4", 1, 512, 128, 0, 5, speed, speed, 0.1, 10, 20, 30, 0.5)


def conditions(name: str = "A processor") -> dict[str, Any]:
    return {"date": "2026-11-27T06:00:00+00:00", "processor": {**HERE, "name": name}}


def test_nothing_was_measured_yet() -> None:
    assert read_history().runs == ()
    assert read_history().notice == ""


def test_what_was_kept_comes_back_in_order() -> None:
    add_run([row(1.25), row(2.5)], conditions())
    add_run([row(5.0)], conditions())
    found = read_history()
    assert [run.rows for run in found.runs] == [(row(1.25), row(2.5)), (row(5.0),)]
    assert found.runs[0].conditions == conditions()
    assert found.notice == ""


def test_damaged_lines_are_told_and_kept() -> None:
    add_run([row(1.0)], conditions())
    damaged = b'\xff\xfe{"version": 1}\n[]\n{"version": 99, "rows": []}\n{"version": 1, "rows": [{"model"'
    with history_file().open("ab") as file:
        file.write(damaged)
    add_run([row(2.0)], conditions())  # after a half line
    found = read_history()
    assert [run.rows[0].decode_tps.mean for run in found.runs] == [1.0, 2.0]
    assert "lines 2, 3, 4, 5" in found.notice
    assert str(history_file()) in found.notice
    assert damaged in history_file().read_bytes()


def test_machines_are_told_apart() -> None:
    add_run([row(1.0)], conditions())
    add_run([row(9.0)], conditions("Another one"))
    machines = {run.machine: run.rows[0].decode_tps.mean for run in read_history().runs}
    assert machines == {machine_of(HERE): 1.0, machine_of({**HERE, "name": "Another one"}): 9.0}
    assert machine_of(None) == machine_of({}) == ""


def test_lines_of_before_there_were_versions_of_kernels_are_read() -> None:
    add_run([row(1.0)], conditions())
    old = history_file().read_text(encoding="utf-8").replace(',"kernels_version":"","is_synthetic":false', "")
    assert "kernels_version" not in old
    history_file().write_text(old, encoding="utf-8")
    assert read_history().runs[0].rows == (row(1.0),)
