"""A mouse on a real screen selects from one block to another; the primary selection has it at once."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.desktop.conftest import Screen

pytestmark = [pytest.mark.desktop, pytest.mark.timeout(120)]
ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def lines(screen: Screen) -> Iterator[Iterator[str]]:
    """What the window says, line by line."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.desktop.selection_window"],
        cwd=ROOT,
        env=screen.environment(),
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    with process, process.stdout as said:
        yield iter(said.readline, "")
        process.kill()


def wait_for_selection(lines: Iterator[str], place: int, wanted: str) -> None:
    """``place``: 0 what is selected, 1 the primary selection, 2 the clipboard."""
    seen = ""
    for _ in range(40):
        seen = ast.literal_eval(next(lines))[place]
        if seen == wanted:
            return
    pytest.fail(f"{seen!r} instead of {wanted!r}")


def test_the_mouse_selects_across_blocks(screen: Screen, lines: Iterator[str]) -> None:
    places = dict(each.split("=") for each in next(lines).strip().split(";"))
    screen.run("xdotool", "mousemove", *places["item two"].split(), "mousedown", "1")
    screen.run("xdotool", "mousemove", *places["code"].split())
    screen.run("xdotool", "mousemove", *places["one"].split())
    wait_for_selection(lines, 0, "item two\n\ncode here\n\nName\none")
    screen.run("xdotool", "mouseup", "1")
    wait_for_selection(lines, 1, "item two\n\ncode here\n\nName\none")
    screen.run("xdotool", "key", "ctrl+c")
    wait_for_selection(lines, 2, "item two\n\ncode here\n\nName\none")
    screen.run("xdotool", "mousemove", *places["prompt"].split(), "click", "1")
    wait_for_selection(lines, 0, "")
