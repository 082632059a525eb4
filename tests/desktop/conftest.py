"""A virtual screen with a window manager, and the real program on it."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TypeVar

import psutil
import pytest
from system_packages import DESKTOP_TEST_TOOLS

Result = TypeVar("Result")
SCREEN = "1440x900x24"
GRAB_SCREEN = """
import sys
from PySide6.QtGui import QGuiApplication
app = QGuiApplication([])
assert app.primaryScreen().grabWindow(0).save(sys.argv[1])
"""


def wait_for(look: Callable[[], Result | None], what: str, timeout_s: float = 30.0) -> Result:
    """The first true thing that ``look`` returns."""
    deadline_s = time.monotonic() + timeout_s
    while time.monotonic() < deadline_s:
        if found := look():
            return found
        time.sleep(0.02)
    pytest.fail(f"{what}: not within {timeout_s:.0f} s")


class Screen:
    """A running X server; every command runs on it."""

    def __init__(self, display: str) -> None:
        self._display = display

    def environment(self, **more: str) -> dict[str, str]:
        """The environment of a program on this screen."""
        inherited = {key: value for key, value in os.environ.items() if key != "WAYLAND_DISPLAY"}
        return {**inherited, "DISPLAY": self._display, "QT_QPA_PLATFORM": "xcb", **more}

    def run(self, *command: str) -> str:
        """What a tool prints; its failure gives nothing."""
        result = subprocess.run(command, capture_output=True, text=True, env=self.environment(), timeout=30)
        return result.stdout.strip() if result.returncode == 0 else ""

    def windows(self) -> list[str]:
        """The ids of llmdesk's visible windows."""
        return self.run("xdotool", "search", "--onlyvisible", "--class", "^llmdesk$").split()

    def active_window(self) -> str:
        """The id of the window that has the keyboard."""
        return self.run("xdotool", "getactivewindow")

    def process_of(self, window: str) -> psutil.Process:
        """The process that owns a window."""
        return psutil.Process(int(self.run("xdotool", "getwindowpid", window)))

    def screenshot(self, name: str, folder: Path) -> Path:
        """What the screen shows now; kept in $LLMDESK_TEST_ARTIFACTS if that is set."""
        path = Path(os.environ.get("LLMDESK_TEST_ARTIFACTS") or folder) / f"{name}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        subprocess.run([sys.executable, "-c", GRAB_SCREEN, str(path)], env=self.environment(), check=True, timeout=30)
        return path


class Program:
    """``python -m llmdesk`` on a screen, with a home of its own; its milestones are in its trace."""

    def __init__(self, screen: Screen, home: Path, trace: Path, **environment: str) -> None:
        self._trace = trace
        self._command = [sys.executable, "-m", "llmdesk"]
        self._environment = screen.environment(LLMDESK_HOME=str(home), LLMDESK_TRACE=str(trace), **environment)
        self.process = self.start_again()

    def start_again(self) -> subprocess.Popen[str]:
        """Another start in the same home."""
        return subprocess.Popen(
            self._command, env=self._environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )

    def events(self, name: str) -> list[dict[str, Any]]:
        """The milestones of this name so far."""
        lines = self._trace.read_text(encoding="utf-8").splitlines() if self._trace.exists() else []
        return [event for event in map(json.loads, lines) if event["event"] == name]

    def wait_for(self, name: str, timeout_s: float = 60.0) -> dict[str, Any]:
        """The first milestone of this name; fails at once if the program ended before."""

        def look() -> dict[str, Any] | None:
            if not (found := self.events(name)) and self.process.poll() is not None:
                pytest.fail(f"llmdesk ended before {name}: {self.output()}")
            return found[0] if found else None

        return wait_for(look, name, timeout_s)

    def output(self) -> str:
        """Everything it printed, after its end."""
        return self.process.communicate(timeout=20)[0]

    def end(self) -> None:
        """Make sure that nothing of it stays behind after a failed test."""
        if self.process.poll() is None:
            for child in psutil.Process(self.process.pid).children(recursive=True):
                child.kill()
            self.process.kill()
        self.process.communicate()


@pytest.fixture(scope="session")
def screen(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Screen]:
    """Xvfb with openbox."""
    with running_screen(SCREEN, tmp_path_factory.mktemp("openbox")) as screen:
        yield screen


@contextlib.contextmanager
def running_screen(size: str, home: Path) -> Iterator[Screen]:
    """A screen of a size (``1024x600x24``) with a window manager; skips the test where the tools are not installed."""
    missing = [f"{tool} (package {package})" for tool, package in DESKTOP_TEST_TOOLS.items() if not shutil.which(tool)]
    if missing:
        pytest.skip(f"not installed: {', '.join(missing)}")
    with contextlib.ExitStack() as running:
        # Without -noreset the server starts anew when its last client leaves, which may be xprop before openbox came.
        options = ["-displayfd", "1", "-screen", "0", size, "-nolisten", "tcp", "-noreset"]
        server = _start(running, ["Xvfb", *options], None)
        assert server.stdout is not None
        display = server.stdout.readline().strip()
        assert display, f"Xvfb ended: {server.communicate()}"
        screen = Screen(f":{display}")
        manager = _start(running, ["openbox"], screen.environment(HOME=str(home)))

        def look() -> bool:
            assert manager.poll() is None, f"openbox ended: {manager.communicate()}"
            return "0x" in screen.run("xprop", "-root", "_NET_SUPPORTING_WM_CHECK")

        wait_for(look, "openbox")
        yield screen


def _start(
    running: contextlib.ExitStack, command: list[str], environment: dict[str, str] | None
) -> subprocess.Popen[str]:
    """Start a program that is ended with the stack."""
    pipe = subprocess.PIPE
    process = subprocess.Popen(command, env=environment, stdin=subprocess.DEVNULL, stdout=pipe, stderr=pipe, text=True)
    running.enter_context(process)
    running.callback(process.terminate)
    return process


@pytest.fixture(scope="session")
def shared_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home in which the embedded model is converted once for all tests."""
    return tmp_path_factory.mktemp("home")
