"""``llmdesk demo --replay``: the real program plays a recording without a display, and ends with its picture."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from llmdesk.cli import main
from llmdesk.commands.demo_words import in_words
from llmdesk.datatypes.chat import GenerationStats
from llmdesk.datatypes.model import AnsweredBy, ModelInfo, Precision
from llmdesk.services.recording.files import read_recording, write_recording
from llmdesk.ui.demo.demo_result import DemoAnswer, DemoResult
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


@pytest.mark.parametrize("option", ["--record", "--html", "--report", "--screenshot"])
def test_no_file_is_replaced_unasked(tmp_path: Path, option: str, capsys: pytest.CaptureFixture[str]) -> None:
    """It is told before the demo, which takes minutes."""
    file = tmp_path / "mine"
    file.write_text("precious")
    assert main(["demo", "--offscreen", option, str(file)]) == 2
    assert f"{file} is there already; --force replaces it." in capsys.readouterr().err
    assert file.read_text() == "precious"
    assert main(["demo", "--offscreen", "--force", option, str(tmp_path)]) == 2
    assert "is a folder" in capsys.readouterr().err


@pytest.mark.parametrize("option", ["--record", "--html", "--report"])
def test_a_replay_writes_nothing_of_a_demo(tmp_path: Path, option: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["demo", "--replay", str(tmp_path / "any"), option, str(tmp_path / "new")]) == 2
    assert f"{option} belongs to a demo" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("parts", "named"), [(("no such",), "SCRIPT"), (("--presenter",), "--presenter"), (("--model", "x"), "--model")]
)
def test_a_replay_takes_nothing_of_a_demo(
    tmp_path: Path, parts: tuple[str, ...], named: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["demo", *parts, "--replay", str(tmp_path / "any")]) == 2
    assert f"{named} belongs to a demo" in capsys.readouterr().err


def test_speeds_of_several_precisions_are_no_mean() -> None:
    def answer(tokens: int, precision: Precision, *, cached: bool = False) -> DemoAnswer:
        stats = GenerationStats(
            new_tokens=tokens, untimed_tokens=1, decode_s=0.0 if cached else 2.0, from_response_cache=cached
        )
        return DemoAnswer("?", "!", stats, AnsweredBy("a", "Alpha", "native", precision))

    info = ModelInfo("a", "Alpha", "native", "int4", threads=2, context_tokens=512, weights_bytes=9, load_s=0.1)
    result = DemoResult(info, window_visible_s=0.5, answers=[])
    assert in_words(result, None).splitlines()[:2] == ["No question was asked.", "  Window visible after 0.50 s."]
    result.first_token_s = 0.7
    result.answers = [answer(1, "int4")]
    assert "answered 1 question with 1 token." in in_words(result, None)
    result.answers = [answer(1, "int4"), answer(41, "bf16")]
    assert "  1. Alpha int4: 1 token." in in_words(result, None), "nothing was timed"
    result.answers = [answer(101, "int4"), answer(101, "int4", cached=True)]
    assert result.speed == (50.0, False), "what came out of the answer cache was not written"
    assert "Alpha (int4, " in in_words(result, None)
    assert "with 101 tokens." in in_words(result, None)
    result.answers = [answer(101, "int4"), answer(41, "bf16"), answer(41, "bf16", cached=True)]
    assert result.speed == (50.0, True)
    words = in_words(result, None)
    assert "  1. Alpha int4: 50.0 tokens per second." in words
    assert "  2. Alpha bf16: 20.0 tokens per second." in words
    assert "  3. Alpha bf16: out of the answer cache." in words
    assert "50.0 tokens per second with the window painting, at best." in words
    told = result.as_report()["answers"]
    assert isinstance(told, list)
    assert [(each["model"], each["precision"]) for each in told] == [("a", "int4"), ("a", "bf16"), ("a", "bf16")]


@pytest.mark.skipif(sys.platform != "linux", reason="a folder in which nobody can make a file")
def test_what_cannot_be_written_hinders_nothing_else(tmp_path: Path) -> None:
    script = tmp_path / "short.toml"
    script.write_text('title = "T"\ndescription = "D"\n[[step]]\nprompt = "Say hello."\nmax_tokens = 8\n')
    places = {"--report": "/proc/figures.json", "--screenshot": "/proc/picture.png", "--html": "/proc/report.html"}
    record = tmp_path / "kept.llmdesk.json.gz"
    options = [part for option in places.items() for part in option]
    ended = run(str(script), "--offscreen", *options, "--record", str(record))
    assert ended.returncode == 1
    assert "tokens per second with the window painting" in ended.stdout
    assert "/proc/" not in ended.stdout
    assert [place for place in places.values() if place not in ended.stderr] == []
    assert f"Recording: {record}" in ended.stdout
    assert read_recording(record).title
