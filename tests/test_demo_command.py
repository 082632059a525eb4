"""``llmdesk demo --replay``: the real program plays a recording without a display, and ends with its picture."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from llmdesk.services.recording.files import write_recording
from tests.services.recording.makers import recording


def run(*parts: str) -> subprocess.CompletedProcess[str]:
    """As from a shell."""
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "LLMDESK_BACKEND": "scripted"}
    command = [sys.executable, "-m", "llmdesk", "demo", *parts]
    return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=120)


def test_a_recording_is_played_to_its_end(tmp_path: Path) -> None:
    file, picture = tmp_path / "short.llmdesk.json.gz", tmp_path / "end.png"
    write_recording(recording(tokens=4, tps=100.0), file)
    ended = run("--replay", str(file), "--offscreen", "--screenshot", str(picture))
    assert (ended.returncode, ended.stderr) == (0, "")
    assert picture.stat().st_size > 10_000


@pytest.mark.skipif(sys.platform != "linux", reason="a folder in which nobody can make one")
def test_a_home_that_cannot_be_written_is_no_bug(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file, picture = tmp_path / "short.llmdesk.json.gz", tmp_path / "end.png"
    write_recording(recording(tokens=4, tps=100.0), file)
    monkeypatch.setenv("LLMDESK_HOME", "/proc/llmdesk")
    ended = run("--replay", str(file), "--offscreen")
    assert ended.returncode == 1
    assert "The picture could not be written to /proc/llmdesk/data/demo.png" in ended.stderr
    assert "Traceback" not in ended.stderr
    assert run("--replay", str(file), "--offscreen", "--screenshot", str(picture)).returncode == 0
    assert picture.exists()


def test_what_is_no_recording_is_told(tmp_path: Path) -> None:
    file = tmp_path / "none.json"
    file.write_text("{}")
    ended = run("--replay", str(file), "--offscreen")
    assert ended.returncode == 1
    assert "none.json is no recording" in ended.stderr
