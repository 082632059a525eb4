"""The program as a whole, in processes of its own: window, second start, signals, demo."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from llmdesk.commands.demo import DEFAULT_SCRIPT
from llmdesk.services.demos.script import find_script

_ROOT = Path(__file__).parent.parent
_TIMEOUT_S = 60


@pytest.fixture
def env(tmp_path: Path) -> dict[str, str]:
    """The scripted backend without a screen, in a home of its own, with a trace."""
    clean = {key: value for key, value in os.environ.items() if key not in ("DISPLAY", "WAYLAND_DISPLAY")}
    return clean | {
        "LLMDESK_BACKEND": "scripted",
        "LLMDESK_HOME": str(tmp_path / "home"),
        "LLMDESK_TRACE": str(tmp_path / "trace.jsonl"),
        "QT_QPA_PLATFORM": "offscreen",
        "PYTHONPATH": str(_ROOT),
    }


@contextmanager
def started(env: dict[str, str], *argv: str) -> Iterator[subprocess.Popen[str]]:
    """A running llmdesk; killed if a test leaves it running."""
    command = [sys.executable, "-m", "llmdesk", *argv]
    with subprocess.Popen(command, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        try:
            yield process
        finally:
            if process.poll() is None:
                process.kill()


def run(env: dict[str, str], *argv: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "llmdesk", *argv]
    return subprocess.run(command, env=env, capture_output=True, text=True, timeout=_TIMEOUT_S, check=False)


def events(env: dict[str, str]) -> dict[str, dict[str, float]]:
    """The milestones so far, by name."""
    trace = Path(env["LLMDESK_TRACE"])
    lines = trace.read_text(encoding="utf-8").splitlines() if trace.exists() else []
    return {event["event"]: event for event in map(json.loads, lines)}


def wait_for(env: dict[str, str], event: str) -> None:
    deadline_s = time.monotonic() + _TIMEOUT_S
    while event not in events(env):
        assert time.monotonic() < deadline_s, f"no {event}"
        time.sleep(0.02)


def test_the_window_opens_and_a_signal_closes_it_properly(env: dict[str, str]) -> None:
    with started(env) as window:
        wait_for(env, "window_painted")
        window.send_signal(signal.SIGTERM)
        _, stderr = window.communicate(timeout=10)
    assert window.returncode == 0
    assert "Traceback" not in stderr
    assert "closed" in events(env)


@pytest.mark.skipif(not Path("/sys").is_dir(), reason="where Linux lets nobody make a folder")
def test_the_window_opens_where_nothing_can_be_written(env: dict[str, str]) -> None:
    env["LLMDESK_HOME"] = "/sys/llmdesk-home"
    with started(env) as window:
        wait_for(env, "window_painted")
        window.send_signal(signal.SIGTERM)
        _, stderr = window.communicate(timeout=10)
    assert window.returncode == 0
    assert "Traceback" not in stderr


def test_a_second_start_ends_at_once_and_leaves_the_first_alone(env: dict[str, str]) -> None:
    with started(env) as window:
        wait_for(env, "window_painted")
        second = run(env)
        assert second.returncode == 0
        assert second.stderr == ""
        assert window.poll() is None
        window.send_signal(signal.SIGINT)
        window.communicate(timeout=10)
    assert window.returncode == 0


def test_a_killed_window_is_no_obstacle_to_the_next(env: dict[str, str]) -> None:
    with started(env) as killed:
        wait_for(env, "window_painted")
        killed.kill()
    Path(env["LLMDESK_TRACE"]).unlink()
    with started(env) as window:
        wait_for(env, "window_painted")
        window.terminate()
        window.communicate(timeout=10)
    assert window.returncode == 0


def test_without_a_display_it_says_what_to_do(env: dict[str, str]) -> None:
    if sys.platform != "linux":
        pytest.skip("elsewhere there always is a display")
    del env["QT_QPA_PLATFORM"]
    result = run(env)
    assert result.returncode == 1
    assert "no display" in result.stderr
    assert "demo --offscreen" in result.stderr


def add_model(env: dict[str, str], tmp_path: Path, model_id: str) -> None:
    """A whole model on disk, known to this home."""
    from tests.models import builders

    folder = builders.model_folder(tmp_path / model_id)
    assert run(env, "models", "add", str(folder)).returncode == 0


def test_the_demo_leaves_a_picture_and_a_report(env: dict[str, str], tmp_path: Path) -> None:
    add_model(env, tmp_path, "tiny")
    picture, report_file, script = tmp_path / "demo.png", tmp_path / "demo.json", tmp_path / "quick.toml"
    shipped = find_script(DEFAULT_SCRIPT).read_text(encoding="utf-8")
    script.write_text(re.sub(r"pause_s = \d+", "pause_s = 0.1", shipped), encoding="utf-8")
    files = ("--screenshot", str(picture), "--report", str(report_file))
    result = run(env, "demo", str(script), "--offscreen", "--model", "tiny", *files)
    assert result.returncode == 0, result.stderr
    assert str(picture) in result.stdout
    assert picture.stat().st_size > 20_000

    report = json.loads(report_file.read_text(encoding="utf-8"))
    assert (report["model"], report["backend"], len(report["answers"])) == ("tiny", "scripted", 3)
    assert all(answer["text"] and answer["stats"]["new_tokens"] > 5 for answer in report["answers"])
    assert {(answer["model"], answer["precision"]) for answer in report["answers"]} == {("tiny", report["precision"])}
    assert 0 < report["window_visible_s"] < report["first_token_s"]
    assert 0 < report["gui_gap_p99_ms"] <= report["gui_gap_max_ms"]
    assert report["decode_tps_with_window"] > 10


def test_a_demo_that_cannot_load_says_so(env: dict[str, str], tmp_path: Path) -> None:
    add_model(env, tmp_path, "tiny-broken")
    report_file = tmp_path / "demo.json"
    result = run(env, "demo", "--offscreen", "--model", "tiny-broken", "--report", str(report_file))
    assert result.returncode == 1
    assert "ends too early" in result.stderr
    assert "ends too early" in json.loads(report_file.read_text(encoding="utf-8"))["failure"]


@pytest.mark.skipif(not hasattr(signal, "SIGSTOP"), reason="the sides stop in turn")
def test_the_windows_cost_is_measured_with_the_same_questions_in_turn(env: dict[str, str], tmp_path: Path) -> None:
    add_model(env, tmp_path, "tiny")
    script = str(_ROOT / "benchmarks" / "window_cost.py")
    command = [sys.executable, script, "--offscreen", "--questions", "3", "--model", "tiny"]
    result = subprocess.run(command, env=env, capture_output=True, text=True, timeout=_TIMEOUT_S, check=False)
    assert result.returncode == 0, result.stderr
    found = re.search(r"tok/s with window, ([0-9.]+) without; share over 2 questions: median ([0-9.]+)%", result.stdout)
    assert found, result.stdout
    assert float(found[1]) > 10
    assert 50 < float(found[2]) < 150  # the scripted engine keeps its own pace
    assert "RSS" in result.stdout
