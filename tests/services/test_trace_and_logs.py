"""Milestones and the log file."""

from __future__ import annotations

import json
import logging
import subprocess
import sys
import time
from pathlib import Path

import pytest

from llmdesk import paths
from llmdesk.services.logs import Logs
from llmdesk.services.trace import process_age_s, trace


def test_milestones_are_json_lines_with_the_age_of_the_process(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LLMDESK_TRACE", str(tmp_path / "trace.jsonl"))
    before_s = process_age_s()
    trace("first")
    trace("second", {"tokens": 3})
    first, second = map(json.loads, (tmp_path / "trace.jsonl").read_text(encoding="utf-8").splitlines())

    assert first["event"] == "first"
    assert before_s - 0.1 < first["t_s"] <= second["t_s"] < before_s + 60
    assert second["tokens"] == 3


def test_the_age_counts_from_the_start_of_the_process() -> None:
    code = "from llmdesk.services.trace import process_age_s; print(process_age_s())"
    started_s = time.perf_counter()
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    took_s = time.perf_counter() - started_s

    assert 0.0 < float(result.stdout) < took_s + 0.02


def test_without_the_variable_nothing_is_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("LLMDESK_TRACE", raising=False)
    monkeypatch.chdir(tmp_path)
    trace("first")
    assert not list(tmp_path.glob("*.jsonl"))


def test_what_is_logged_is_in_the_file_until_the_end() -> None:
    logs = Logs()
    logging.getLogger("llmdesk.test").info("inside")
    logs.close()
    logging.getLogger("llmdesk.test").info("outside")
    text = paths.log_file().read_text(encoding="utf-8")

    assert "inside" in text
    assert "outside" not in text


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="a device that is full")
def test_a_full_disk_keeps_nobody_from_working_or_ending(capsys: pytest.CaptureFixture[str]) -> None:
    paths.made(paths.log_dir())
    paths.log_file().symlink_to("/dev/full")
    logs = Logs()
    logging.getLogger("llmdesk.test").info("nowhere")
    logs.close()
    assert capsys.readouterr().err == ""


def test_what_else_keeps_lines_from_the_file_is_told_once(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("llmdesk.services.logs._MAX_BYTES", 100)
    logs = Logs()
    for number in (1, 2, 3):  # where older logs go
        paths.made(paths.log_dir() / f"{paths.log_file().name}.{number}")
    for _ in range(5):
        logging.getLogger("llmdesk.test").info("a line of fifty characters or so, with what goes before it")
    logs.close()
    (told,) = capsys.readouterr().err.splitlines()
    assert told.startswith(f"llmdesk: the log {paths.log_file()} cannot be written: ")
