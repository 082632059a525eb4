"""The history of benchmarks: what was kept comes back, and damage costs one line and is told."""

from __future__ import annotations

from typing import Any

import pytest

from llmdesk.engine.measuring.speed import Speed
from llmdesk.services.bench import history
from llmdesk.services.bench.history import add_run, history_file, machine_of, read_history
from llmdesk.services.bench.report import BenchRow, conditions_text

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


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('"mean":1.0', '"mean":NaN'),
        ('"mean":1.0', '"mean":-1.0'),
        ('"mean":1.0', '"mean":1e300'),
        ('"threads":1', '"threads":' + "9" * 5_000),
        ('"rows":[', '"rows":[{"model":'),
        ('"processor":{', '"processor":7,"gone":{'),
        ('"features":["avx2"]', '"features":[["avx2"]]'),
        ('"conditions":{', '"conditions":{"packages":["torch"],'),
        ('"conditions":{', '"conditions":{"read_bandwidth_gbps":"fast",'),
    ],
)
def test_a_line_that_no_benchmark_wrote_is_left_out_and_told(old: str, new: str) -> None:
    add_run([row(1.0)], conditions())
    line = history_file().read_text(encoding="utf-8")
    assert old in line
    history_file().write_text(line + line.replace(old, new), encoding="utf-8")
    found = read_history()
    assert [run.rows for run in found.runs] == [(row(1.0),)]
    assert "lines 2" in found.notice


def test_of_a_file_beyond_all_measure_the_newest_are_read(monkeypatch: pytest.MonkeyPatch) -> None:
    for tps in range(1, 9):
        add_run([row(float(tps))], conditions())
    size = history_file().stat().st_size
    monkeypatch.setattr(history, "MOST_BYTES", size // 2 + 40)
    with history_file().open("ab") as file:
        file.write(b"broken\n" * 3)
    found = read_history()
    assert [run.rows[0].decode_tps.mean for run in found.runs] == [5.0, 6.0, 7.0, 8.0]
    assert "lines 9, 10, 11" in found.notice


def test_what_conditions_lack_is_a_question_mark_in_exports() -> None:
    found = conditions_text({"processor": {"name": "A processor"}, "warnings": ["The machine is busy."]})
    assert found[0].startswith("A processor (? cores; ), memory read")
    assert found[-1] == "The machine is busy."


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
