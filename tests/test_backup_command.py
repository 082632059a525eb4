"""``llmdesk backup`` and ``llmdesk restore`` as a user meets them."""

from __future__ import annotations

import contextlib
import io
import json
import sys
import zipfile
from pathlib import Path

import pytest

from llmdesk import cli, paths
from llmdesk.models.catalogue import Catalogue
from llmdesk.services import autostart
from llmdesk.services.backup.archive import LIST
from llmdesk.services.backup.restoring import look
from llmdesk.services.chats.store import ChatStore
from tests.services.chats.transfer.trees import simple_chat


@pytest.fixture
def file(private_home: Path, tmp_path: Path) -> Path:
    """A backup of a home with a chat, a setting and a fetched model."""
    with contextlib.closing(ChatStore()) as store:
        store.add(simple_chat("What is a fox?", "An animal."))
        assert store.flush()
    (paths.config_dir() / "settings.toml").write_text('[sampling]\npreset = "Precise"\n')
    paths.made(paths.models_dir() / "qwen3-0.6b")
    (paths.models_dir() / "qwen3-0.6b" / "config.json").write_text("{}")
    made = tmp_path / "b.zip"
    assert cli.main(["backup", str(made)]) == 0
    return made


def typed(monkeypatch: pytest.MonkeyPatch, answer: str) -> None:
    keys = io.StringIO(answer)
    monkeypatch.setattr(keys, "isatty", lambda: True)
    monkeypatch.setattr(sys, "stdin", keys)


def test_it_says_what_is_in_it_and_replaces_nothing_unasked(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["backup", "--force", str(file)]) == 0
    said = capsys.readouterr().out
    assert "Files: 2" in said
    assert "Models are only named: qwen3-0.6b" in said
    assert "plain text" in said
    before = file.read_bytes()
    assert cli.main(["backup", str(file)]) == 2
    assert "--force replaces it" in capsys.readouterr().err
    assert cli.main(["backup", str(file.parent)]) == 2
    assert "is a folder" in capsys.readouterr().err
    assert file.read_bytes() == before
    assert cli.main(["backup", "--force", "--with-models", "--json", str(file)]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["parts"], told["models"], told["size_bytes"]) == (3, ["qwen3-0.6b"], file.stat().st_size)


def test_it_says_what_is_not_in_it(file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    paths.made(paths.config_dir() / "prompts")
    (paths.config_dir() / "prompts" / "caf\udce9?.toml").write_text('text = "x"')
    capsys.readouterr()
    assert cli.main(["backup", str(tmp_path / "a.zip")]) == 0
    place = f"{paths.config_dir()}/prompts/caf\\xe9?.toml"
    said = capsys.readouterr().out
    assert f"Not in the backup, because other systems cannot have this name: {place}\nRename it and back up" in said
    assert cli.main(["backup", "--json", str(tmp_path / "c.zip")]) == 0
    assert json.loads(capsys.readouterr().out)["left_out"] == [place]


def test_a_place_that_cannot_be_written(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["backup", str(file.parent / "missing" / "b.zip")]) == 1
    assert "cannot be written" in capsys.readouterr().err


@pytest.mark.parametrize(("answer", "code"), [("", 1), ("n\n", 1), ("yes\n", 0)])
def test_it_asks_before_it_replaces(
    file: Path, answer: str, code: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    settings = paths.config_dir() / "settings.toml"
    settings.write_text("[sampling]\n")
    typed(monkeypatch, answer)
    capsys.readouterr()
    assert cli.main(["restore", str(file)]) == code
    said = capsys.readouterr().out
    assert "config/settings.toml" in said
    assert ("Precise" in settings.read_text()) is (code == 0)
    assert ("What was there before: " in said) is (code == 0)


def test_without_a_terminal_it_wants_a_yes(
    file: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO("y\n"))
    assert cli.main(["restore", str(file)]) == 2
    assert cli.main(["restore", "--json", str(file)]) == 2
    capsys.readouterr()
    assert cli.main(["restore", "--json", "--yes", str(file)]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["parts"] == 2
    assert Path(told["kept"]).exists()
    assert told["missing_models"] == []


def test_a_new_home_is_not_asked_and_told_of_its_models(
    file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("LLMDESK_HOME", str(tmp_path / "new"))
    capsys.readouterr()
    assert cli.main(["restore", str(file)]) == 0
    said = capsys.readouterr().out
    assert "Files restored: 2" in said
    assert "llmdesk models install qwen3-0.6b" in said


def test_start_at_login_comes_back_too(file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "xdg"))
    monkeypatch.setenv("LLMDESK_HOME", str(tmp_path / "new"))
    assert cli.main(["restore", str(file)]) == 0
    assert not autostart.is_on()
    assert cli.main(["config", "set", "desktop.at_login", "on"]) == 0
    assert cli.main(["backup", str(tmp_path / "second.zip")]) == 0
    autostart.turn(False)
    monkeypatch.setenv("LLMDESK_HOME", str(tmp_path / "third"))
    assert cli.main(["restore", "--yes", str(tmp_path / "second.zip")]) == 0
    assert autostart.is_on()


def test_start_at_login_is_named_and_goes_too(
    file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "xdg"))
    assert cli.main(["config", "set", "desktop.at_login", "on"]) == 0
    assert cli.main(["backup", str(tmp_path / "second.zip")]) == 0
    assert cli.main(["restore", "--yes", str(file)]) == 0  # where it was off
    assert not autostart.is_on()
    monkeypatch.setenv("LLMDESK_HOME", str(tmp_path / "third"))
    capsys.readouterr()
    assert cli.main(["restore", "--json", str(tmp_path / "second.zip")]) == 2
    assert "desktop.at_login = True" in capsys.readouterr().err
    assert not autostart.is_on()


def test_what_was_done_is_told_though_nothing_can_start_at_login(
    file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "xdg"))
    (paths.config_dir() / "settings.toml").write_text("[desktop]\nat_login = true\n")
    assert cli.main(["backup", "--force", str(file)]) == 0
    (tmp_path / "xdg").write_text("in the way")
    capsys.readouterr()
    assert cli.main(["restore", "--yes", str(file)]) == 1
    said, problem = capsys.readouterr()
    assert "What was there before: " in said
    assert "autostart" in problem
    assert cli.main(["restore", "--yes", "--json", str(file)]) == 1
    said, problem = capsys.readouterr()
    told = json.loads(said)
    assert Path(told["kept"]).exists()
    assert told["error"]["kind"] == "SetupError"
    assert told["error"]["message"] in problem


def test_what_opens_a_door_is_named_even_in_a_new_home(
    file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (paths.config_dir() / "settings.toml").write_text(
        '\ufeff[server]\nwith_window = true\nallowed_origins = "*\\u001b[2J"\n[hub]\nproxy = "http://10.0.0.9:1"\n'
        '[sampling]\npreset = "Precise"\n'
    )
    Catalogue.load().add_server("http://10.0.0.5:8000/v1", "org/big", "env:SECRET", 8192)
    assert cli.main(["backup", "--force", str(file)]) == 0
    assert look(file).doors == ()  # here it is so already
    monkeypatch.setenv("LLMDESK_HOME", str(tmp_path / "new"))
    settings = tmp_path / "new" / "config" / "settings.toml"
    capsys.readouterr()
    monkeypatch.setattr(sys, "stdin", io.StringIO("y\n"))
    assert cli.main(["restore", str(file)]) == 2
    assert "server.with_window = True" in capsys.readouterr().err
    for answer, options, code in (("n\n", [], 1), ("y\n", [], 0), ("", ["--yes"], 0), ("", ["--yes", "--json"], 0)):
        settings.unlink(missing_ok=True)
        paths.user_catalogue().unlink(missing_ok=True)
        typed(monkeypatch, answer)
        assert cli.main(["restore", str(file), *options]) == code
        assert settings.exists() is (code == 0)
        said = capsys.readouterr().out
        for words in ("server.with_window = True", "server.allowed_origins = '*", "hub.proxy", "env:SECRET"):
            assert words in said
        assert "preset" not in said
        assert "\x1b" not in said


def test_words_of_strangers_move_no_cursor(
    file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with zipfile.ZipFile(file) as source:
        entries = {info.filename: source.read(info) for info in source.infolist()}
    told = json.loads(entries[LIST])
    evil = "\x1b[2J\nevil"
    told["models"] = [
        {"id": evil, "title": evil, "source": "hub", "location": evil},
        {"id": evil, "title": evil, "source": "gguf", "location": f"/nowhere/{evil}"},
    ]
    told["created"] = evil
    with zipfile.ZipFile(file, "w") as target:
        for name, content in (entries | {LIST: json.dumps(told).encode()}).items():
            target.writestr(name, content)
    typed(monkeypatch, "y\n")
    capsys.readouterr()
    assert cli.main(["restore", str(file)]) == 0
    said = capsys.readouterr().out
    assert "evil" in said
    assert "\x1b" not in said
    assert "\nevil" not in said
