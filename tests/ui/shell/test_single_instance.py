"""A second start raises the first window; a killed first one leaves nothing in the way."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from llmdesk.ui.shell.single_instance import SingleInstance

_OTHER = """
import sys
from PySide6.QtCore import QCoreApplication
from llmdesk.ui.shell.single_instance import SingleInstance
app = QCoreApplication([])
instance = SingleInstance()
opened = "".join(each for each in sys.argv[1:] if each not in ("stay", "hidden"))
first = instance.acquire(opened, shows="hidden" not in sys.argv)
print("first" if first else "second", flush=True)
if first and "stay" in sys.argv:
    app.exec()
"""


def start(*argv: str) -> subprocess.Popen[str]:
    env = os.environ | {"XDG_ACTIVATION_TOKEN": "token-1", "PYTHONPATH": str(Path(__file__).parents[3])}
    return subprocess.Popen([sys.executable, "-c", _OTHER, *argv], stdout=subprocess.PIPE, text=True, env=env)


def first_line(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline().strip()


def test_a_second_start_asks_the_first_to_come_forward(qtbot: QtBot) -> None:
    instance = SingleInstance()
    assert instance.acquire()
    with start() as other:
        with qtbot.waitSignal(instance.raise_requested) as raised:
            pass
        assert first_line(other) == "second"
    assert raised.args == ["token-1", ""]
    assert other.returncode == 0
    instance.release()


@pytest.mark.parametrize("name", ["a model of 100 % \u00fc.gguf", "no UTF-8: \udcff.gguf"])
def test_a_second_start_hands_its_file_over(name: str, qtbot: QtBot, tmp_path: Path) -> None:
    instance = SingleInstance()
    assert instance.acquire()
    file = tmp_path / name
    with start(str(file)) as other:
        with qtbot.waitSignal(instance.raise_requested) as raised:
            pass
        assert first_line(other) == "second"
    assert other.returncode == 0
    assert raised.args == ["token-1", str(file)]
    instance.release()


def test_a_link_is_handed_over_as_it_is(qtbot: QtBot) -> None:
    instance = SingleInstance()
    assert instance.acquire()
    link = "llmdesk://new?prompt=" + 2000 * "%E4%BD%A0"
    with start(link) as other:
        with qtbot.waitSignal(instance.raise_requested) as raised:
            pass
        assert first_line(other) == "second"
    assert raised.args == ["token-1", link]
    instance.release()


def test_a_hidden_second_start_leaves_the_window_where_it_is(qtbot: QtBot) -> None:
    instance = SingleInstance()
    assert instance.acquire()
    raised: list[object] = []
    instance.raise_requested.connect(lambda *args: raised.append(args))
    with start("hidden") as other:
        assert first_line(other) == "second"
    qtbot.wait(100)
    assert raised == []
    instance.release()


def test_another_home_is_another_instance(qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    instance = SingleInstance()
    assert instance.acquire()
    monkeypatch.setenv("LLMDESK_HOME", str(tmp_path / "other"))
    other = SingleInstance()
    assert other.acquire()
    instance.release()
    other.release()


def test_a_killed_first_one_is_no_obstacle(qtbot: QtBot) -> None:
    with start("stay") as killed:
        assert first_line(killed) == "first"
        killed.send_signal(signal.SIGKILL)
    instance = SingleInstance()
    assert instance.acquire()
    instance.release()
    with start() as after:
        assert first_line(after) == "first"
