"""The delay from token to paint that the window shows, against the pixels of the screen."""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
from pathlib import Path

import pytest

from tests.desktop.conftest import Screen
from tests.desktop.paint_window import TOKENS, TPS
from tests.quiet import until_quiet

pytestmark = [pytest.mark.desktop, pytest.mark.timing]
ROOT = Path(__file__).resolve().parents[2]
LINES_PX = 200
"""The prompt's bubble and the answer's lines are within so many from the top."""


@until_quiet
def test_the_screen_shows_a_token_when_the_window_says_so(screen: Screen) -> None:
    environment = screen.environment()
    with subprocess.Popen(
        [sys.executable, "-m", "tests.desktop.paint_window"],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        text=True,
    ) as window:
        assert window.stdout is not None
        x, y, width, _ = window.stdout.readline().split()
        command = [sys.executable, str(Path(__file__).with_name("screen_watch.py")), x, y, width, str(LINES_PX)]
        seconds = TOKENS / TPS + 1.0
        watched = subprocess.run(
            [*command, str(seconds)], env=environment, check=True, capture_output=True, text=True, timeout=60
        )
        told = json.loads(window.stdout.readline())
    changes_s: list[float] = json.loads(watched.stdout)
    tokens_s, painted_s = told["tokens_s"], told["painted_s"]
    assert len(tokens_s) == len(painted_s) == TOKENS
    # Each token is alone in its frame at this speed: the first change after it is the one that shows it.
    seen_s = [next((t_s for t_s in changes_s if t_s > token_s), None) for token_s in tokens_s]
    pairs = [(token, paint, seen) for token, paint, seen in zip(tokens_s, painted_s, seen_s, strict=True) if seen]
    assert len(pairs) > TOKENS / 2
    window_ms = 1000 * statistics.median(paint - token for token, paint, _ in pairs)
    screen_ms = 1000 * statistics.median(seen - token for token, _, seen in pairs)
    apart_ms = 1000 * statistics.median(abs(seen - paint) for _, paint, seen in pairs)
    figures = f"window {window_ms:.1f} ms, screen {screen_ms:.1f} ms, apart {apart_ms:.1f} ms"
    assert apart_ms < 15, figures
    assert screen_ms == pytest.approx(window_ms, abs=15), figures
