"""Start at login: what is written on each system (the others pretended), and that it is gone again."""

from __future__ import annotations

import configparser
import plistlib
import sys
import types
from pathlib import Path

import pytest

from llmdesk import paths
from llmdesk.services import autostart


@pytest.fixture
def user(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A user's home."""
    home = tmp_path / "home of a user"
    home.mkdir()
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("USERPROFILE", str(home))
    monkeypatch.delenv("XDG_CONFIG_HOME", raising=False)
    return home


def test_a_linux_desktop_finds_an_entry(user: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "linux")
    assert not autostart.is_on()
    autostart.turn(True)
    autostart.turn(True)
    assert autostart.is_on()
    file = user / ".config/autostart" / f"{paths.APP_ID}.desktop"
    assert autostart.place() == str(file)
    parser = configparser.ConfigParser(interpolation=None)
    parser.read(file, encoding="utf-8")
    entry = parser["Desktop Entry"]
    assert entry["Exec"].endswith(" --hidden")
    assert Path(entry["TryExec"]).exists()
    autostart.turn(False)
    autostart.turn(False)
    assert not autostart.is_on()
    assert list(user.iterdir()) == []


def test_folders_that_were_there_or_are_used_stay(user: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "linux")
    (user / ".config").mkdir()
    autostart.turn(True)
    autostart.turn(False)
    assert [path.name for path in user.iterdir()] == [".config"]
    autostart.turn(True)
    (user / ".config/autostart/other.desktop").touch()
    autostart.turn(False)
    assert (user / ".config/autostart/other.desktop").exists()


def test_macos_has_an_agent(user: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "darwin")
    autostart.turn(True)
    agent = plistlib.loads((user / "Library/LaunchAgents" / f"{paths.APP_ID}.plist").read_bytes())
    assert agent["RunAtLoad"] is True
    assert agent["ProgramArguments"][-1] == "--hidden"
    assert agent["Label"] == paths.APP_ID
    autostart.turn(False)
    assert not autostart.is_on()


class Registry(types.ModuleType):
    """``winreg``, as far as it is used, over a dictionary."""

    HKEY_CURRENT_USER, REG_SZ = object(), 1

    def __init__(self) -> None:
        super().__init__("winreg")
        self.values: dict[tuple[str, str], str] = {}

    class _Key:
        def __init__(self, path: str) -> None:
            self.path = path

        def __enter__(self) -> Registry._Key:
            return self

        def __exit__(self, *_: object) -> None:
            pass

    def OpenKey(self, root: object, path: str) -> _Key:
        assert root is self.HKEY_CURRENT_USER
        return self._Key(path)

    CreateKey = OpenKey

    def QueryValueEx(self, key: _Key, name: str) -> tuple[str, int]:
        try:
            return self.values[key.path, name], self.REG_SZ
        except KeyError:
            raise FileNotFoundError(name) from None

    def SetValueEx(self, key: _Key, name: str, reserved: int, kind: int, value: str) -> None:
        assert (reserved, kind) == (0, self.REG_SZ)
        self.values[key.path, name] = value

    def DeleteValue(self, key: _Key, name: str) -> None:
        del self.values[key.path, name]


@pytest.fixture
def registry(monkeypatch: pytest.MonkeyPatch) -> Registry:
    """Windows, pretended."""
    made = Registry()
    monkeypatch.setitem(sys.modules, "winreg", made)
    monkeypatch.setattr(sys, "platform", "win32")
    return made


def test_windows_runs_what_the_registry_names(registry: Registry, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(autostart, "start_command", lambda: [r"C:\Program Files\llmdesk\llmdesk-gui.exe"])
    assert not autostart.is_on()
    autostart.turn(False)
    autostart.turn(True)
    assert registry.values == {
        (r"Software\Microsoft\Windows\CurrentVersion\Run", "llmdesk"): (
            r'"C:\Program Files\llmdesk\llmdesk-gui.exe" --hidden'
        )
    }
    assert autostart.is_on()
    assert autostart.place().startswith("HKEY_CURRENT_USER\\Software")
    autostart.turn(False)
    assert registry.values == {}
