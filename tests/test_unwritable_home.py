"""A home that cannot be written, as on a disk that is mounted for reading only: said of it, never as a bug."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest

from llmdesk import cli
from llmdesk.services.logs import Logs

COMMANDS = {
    "config set engine.threads 2": "settings.toml cannot be written",
    "models install qwen3-0.6b": "may not write",
    "serve key add phone": "server-keys.json cannot be written",
    "chats": "chats.sqlite cannot be written",
    "collections add {folder}": "cannot be written",
}


HOME = Path("/sys/llmdesk-home")
"""Nobody makes a folder there, root neither; what is read is not there."""
pytestmark = pytest.mark.skipif(not HOME.parent.is_dir(), reason="no system of Linux's kernel")


@pytest.fixture(autouse=True)
def home(monkeypatch: pytest.MonkeyPatch, no_proxy_no_login: None) -> None:
    monkeypatch.setenv("LLMDESK_HOME", str(HOME))


@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_that_writes_says_so(command: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = [each.format(folder=tmp_path) for each in command.split()]
    assert cli.main(arguments) == 1
    said = capsys.readouterr().err
    assert COMMANDS[command] in said
    assert "Something went wrong" not in said
    assert "Errno" not in said


def test_a_backup_elsewhere_can_be_written(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["backup", str(tmp_path / "b.zip")]) == 0
    assert [path.name for path in tmp_path.iterdir()] == ["b.zip"]


@pytest.mark.logs("no log file")
def test_there_is_no_log_and_all_else_goes_on() -> None:
    before = list(logging.getLogger().handlers)
    logs = Logs()
    assert logging.getLogger().handlers == before
    logs.close()
