"""The first start on small screens: the whole window with its frame is on the screen."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.desktop.conftest import Program, Screen, running_screen, wait_for

pytestmark = [pytest.mark.desktop, pytest.mark.timeout(120)]


def place_of(screen: Screen, window: str) -> tuple[int, int, int, int]:
    """Left, top, right, bottom of a window with its frame, in pixels of the screen."""
    told = screen.run("xwininfo", "-id", window)  # xdotool counts the frame twice
    x, y, width, height = (int(re.findall(rf"{name}: +(-?\d+)", told)[0]) for name in _NAMES)
    left, right, top, bottom = map(
        int, re.findall(r"\d+", screen.run("xprop", "-id", window, "_NET_FRAME_EXTENTS"))[-4:]
    )
    return x - left, y - top, x + width + right, y + height + bottom


_NAMES = ("Absolute upper-left X", "Absolute upper-left Y", "Width", "Height")


@pytest.mark.parametrize("size", [(1366, 768), (1024, 600)])
def test_the_first_start_is_whole_on_a_small_screen(tmp_path: Path, size: tuple[int, int]) -> None:
    with running_screen(f"{size[0]}x{size[1]}x24", tmp_path / "openbox") as screen:
        program = Program(screen, tmp_path / "home", tmp_path / "trace.jsonl", LLMDESK_BACKEND="scripted")
        try:
            program.wait_for("window_painted", 40)
            window = wait_for(lambda: next(iter(screen.windows()), None), "window")

            def look() -> bool:
                left, top, right, bottom = place_of(screen, window)
                return left >= 0 and top >= 0 and right <= size[0] and bottom <= size[1]

            wait_for(look, f"a place on {size}", 5)
        finally:
            screen.screenshot(f"first-start-{size[0]}x{size[1]}", tmp_path)
            program.end()
