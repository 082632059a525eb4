"""Stand mode as a program of its own: what a crash leaves of a visitor, what closes it, and how it is ended."""

from __future__ import annotations

import signal
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from llmdesk.services.stand.pin import Pin
from tests.desktop.conftest import Program, Screen, wait_for
from tests.processes import has_ended, still_running

pytestmark = [pytest.mark.desktop, pytest.mark.timeout(120)]

SECRET = "marmaladezebra"
QUESTION = f"[tokens=100000 tps=100] {SECRET} my secret"


class StandProgram(Program):
    """``python -m llmdesk --stand``: a keeper, and the window as its child."""

    def start_again(self) -> object:  # type: ignore[override]
        self._command = [sys.executable, "-m", "llmdesk", "--stand"]
        return super().start_again()

    @property
    def window(self) -> psutil.Process | None:
        """The window's process; None while there is none."""
        found = psutil.Process(self.process.pid).children()
        return found[0] if found else None


@pytest.fixture
def stand(screen: Screen, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[StandProgram]:
    """On a scripted model; the PIN is 2468."""
    home = tmp_path / "home"
    monkeypatch.setenv("LLMDESK_HOME", str(home))
    Pin().choose("2468")
    program = StandProgram(screen, home, tmp_path / "trace.jsonl", LLMDESK_BACKEND="scripted")
    yield program
    program.end()


def whole_screen(screen: Screen) -> str | None:
    """The id of a window that takes the whole screen, as a stand does."""
    states = {window: screen.run("xprop", "-id", window, "_NET_WM_STATE") for window in screen.windows()}
    return next((window for window, state in states.items() if "FULLSCREEN" in state), None)


def files_with(words: str, home: Path) -> list[str]:
    """Names of files that hold these words, as they are or in UTF-16."""
    forms = (words.encode(), words.encode("utf-16-le"))
    found = (file for file in home.rglob("*") if file.is_file())
    return [str(file.relative_to(home)) for file in found if any(form in file.read_bytes() for form in forms)]


def ask(screen: Screen, stand: StandProgram) -> None:
    """As a visitor; the answer is being written afterwards."""
    answers = len(stand.events("first_token"))
    screen.run("xdotool", "type", "--delay", "2", QUESTION)
    screen.run("xdotool", "key", "Return")
    wait_for(lambda: len(stand.events("first_token")) > answers, "first token")


def test_a_crash_in_a_visitor_s_chat_leaves_nothing_and_only_the_pin_ends_it(
    screen: Screen, stand: StandProgram, tmp_path: Path
) -> None:
    stand.wait_for("model_ready", 60)
    wait_for(lambda: whole_screen(screen), "stand")
    ask(screen, stand)
    first = stand.window
    assert first is not None
    first.kill()
    assert files_with(SECRET, tmp_path / "home") == []
    assert SECRET not in (tmp_path / "trace.jsonl").read_text()

    wait_for(lambda: stand.window not in (None, first), "another window")
    wait_for(lambda: whole_screen(screen), "stand again")
    wait_for(lambda: len(stand.events("model_ready")) == 2, "model again")
    window = stand.window
    assert window is not None
    for keys in ("ctrl+q", "alt+F4"):  # the second one asks for the PIN
        screen.run("xdotool", "key", keys)

    def tried() -> bool:
        """The panel may not be open yet: what is typed then is no try."""
        screen.run("xdotool", "type", "--delay", "30", "1111")
        screen.run("xdotool", "key", "Return")
        time.sleep(0.5)
        kept = (tmp_path / "home" / "config" / "stand-pin.json").read_text()
        return any(f'"wrong": {count}' in kept for count in range(1, 10))

    wait_for(tried, "a wrong try")
    assert not has_ended(window)
    assert whole_screen(screen)

    def leave() -> bool:
        screen.run("xdotool", "type", "--delay", "30", "2468")
        screen.run("xdotool", "key", "Return")
        return stand.process.poll() is not None

    wait_for(leave, "its end")
    assert stand.process.returncode == 0, stand.output()


@pytest.mark.long
def test_a_signal_ends_it_and_nothing_of_the_visitor_is_kept(
    screen: Screen, stand: StandProgram, tmp_path: Path
) -> None:
    stand.wait_for("model_ready", 60)
    wait_for(lambda: whole_screen(screen), "stand")
    ask(screen, stand)
    window = stand.window
    assert window is not None
    stand.process.send_signal(signal.SIGTERM)
    assert stand.process.wait(timeout=15) == 0, stand.output()
    assert still_running([window], timeout_s=5) == []
    assert files_with(SECRET, tmp_path / "home") == []
