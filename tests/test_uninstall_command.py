"""``llmdesk uninstall``: nothing is left but what the user made, and that is named."""

from __future__ import annotations

import contextlib
import io
import sys
from pathlib import Path

import pytest

from llmdesk import cli, paths, server_keys
from llmdesk.models import hub_access
from llmdesk.models.catalogue import Catalogue
from llmdesk.models.hub_access import HubAccess
from llmdesk.services import autostart, desktop_entry, start_command
from llmdesk.services.chats.store import ChatStore
from tests.memory_keyring import MemoryKeyring
from tests.services.chats.transfer.trees import simple_chat

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="launchers of Linux desktops")


@pytest.fixture
def user(private_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A user who has used llmdesk."""
    home = tmp_path / "user"
    home.mkdir()
    monkeypatch.setenv("HOME", str(home))
    for name in ("XDG_DATA_HOME", "XDG_CONFIG_HOME"):
        monkeypatch.delenv(name, raising=False)
    desktop_entry.install()
    autostart.turn(True)
    with contextlib.closing(ChatStore()) as store:
        store.add(simple_chat("What is a fox?", "An animal."))
        assert store.flush()
    (paths.config_dir() / "settings.toml").write_text("[sampling]\n")
    paths.made(paths.models_dir() / "a-model")
    (paths.models_dir() / "a-model" / "weights.gguf").write_bytes(bytes(2_000_000))
    paths.made(paths.cache_dir() / "converted")
    (paths.cache_dir() / "converted" / "x").write_bytes(bytes(1000))
    (paths.made(paths.log_dir()) / "llmdesk.log").write_text("log")
    return home


def contents(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


def test_what_can_be_had_again_goes(user: Path, private_home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["uninstall", "--yes"]) == 0
    said = capsys.readouterr().out
    assert list(user.iterdir()) == []  # no empty folder, either
    assert contents(private_home) == ["config/settings.toml", "data/chats.sqlite"]
    assert str(private_home / "data") in said
    assert str(private_home / "config") in said
    assert "The program itself: " in said


def test_the_program_goes_from_where_it_was_unpacked(
    user: Path, private_home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    unpacked = user / ".cache" / "llmdesk" / start_command.UNPACKED  # its start takes no LLMDESK_HOME like ~/a
    python = unpacked / "0.1.0-0123456789abcdef" / "bin" / "python3.11"
    python.parent.mkdir(parents=True)
    python.write_bytes(bytes(3_000_000))
    monkeypatch.setenv("LLMDESK_ONE_FILE", "/media/llmdesk.run")
    monkeypatch.setattr(sys, "executable", str(python))
    assert cli.main(["uninstall", "--yes"]) == 0
    assert f"the program, unpacked ({unpacked})" in capsys.readouterr().out
    assert not unpacked.parent.exists()
    assert contents(private_home) == ["config/settings.toml", "data/chats.sqlite"]


def test_models_can_stay(user: Path, private_home: Path) -> None:
    assert cli.main(["uninstall", "--yes", "--keep-models"]) == 0
    assert "data/models/a-model/weights.gguf" in contents(private_home)


def test_everything_but_the_models_is_no_choice(user: Path, private_home: Path) -> None:
    before = contents(private_home)
    with pytest.raises(SystemExit):
        cli.main(["uninstall", "--yes", "--keep-models", "--everything"])
    assert contents(private_home) == before


def test_everything_can_go(
    user: Path, private_home: Path, monkeypatch: pytest.MonkeyPatch, memory_keyring: MemoryKeyring
) -> None:
    monkeypatch.delenv("HF_ENDPOINT", raising=False)
    (paths.config_dir() / "settings.toml").write_text('[hub]\nendpoint = "https://mirror.example"\n')
    hub_access.keep_token("hf_of_the_hub")
    hub_access.use(HubAccess(endpoint="https://mirror.example"))
    hub_access.keep_token("hf_of_the_mirror")
    hub_access.use(HubAccess())  # as the command begins
    server_keys.store("http://10.0.0.5:8000", "key")
    assert len(memory_keyring.keys) == 3
    Catalogue.load().add_server("http://10.0.0.5:8000/v1", "org/big", "keyring", 8192)
    Catalogue.load().add_server("http://10.0.0.6:8000/v1", "org/open", "", 8192)
    assert cli.main(["uninstall", "--yes", "--everything"]) == 0
    assert not private_home.exists()
    assert memory_keyring.keys == {}


@pytest.mark.parametrize(("answer", "code"), [("n\n", 1), ("\n", 1), ("y\n", 0)])
def test_it_asks(
    user: Path,
    private_home: Path,
    answer: str,
    code: int,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    typed = io.StringIO(answer)
    monkeypatch.setattr(typed, "isatty", lambda: True)
    monkeypatch.setattr(sys, "stdin", typed)
    before = contents(private_home)
    assert cli.main(["uninstall"]) == code
    said = capsys.readouterr().out
    assert "fetched models" in said
    assert "chats, collections" in said
    assert (contents(private_home) == before) is (code == 1)


def test_nothing_is_deleted_under_an_open_window(
    user: Path, private_home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with contextlib.closing(ChatStore()) as store:
        store.chats()
        assert cli.main(["uninstall", "--yes"]) == 1
    said = capsys.readouterr().err
    assert "llmdesk is open" in said
    assert "restore" not in said
    assert "data/models/a-model/weights.gguf" in contents(private_home)


def test_without_a_terminal_it_wants_a_yes(user: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO(""))
    assert cli.main(["uninstall"]) == 2
