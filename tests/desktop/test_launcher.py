"""The launcher: what is written, that the desktop's own tools accept and start it, and that nothing stays behind."""

from __future__ import annotations

import configparser
import hashlib
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from llmdesk import cli, paths
from llmdesk.services import desktop_entry
from tests.desktop.conftest import Screen, wait_for
from tests.processes import has_ended, still_running

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="launchers of Linux desktops")
NAME = f"{paths.APP_ID}.desktop"


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home with nothing in it."""
    home = tmp_path / "home of a user"
    home.mkdir()
    monkeypatch.setenv("HOME", str(home))
    for name in ("XDG_DATA_HOME", "XDG_CONFIG_HOME"):
        monkeypatch.delenv(name, raising=False)
    return home


def contents(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*"))


def entry_keys(file: Path) -> dict[str, str]:
    parser = configparser.ConfigParser(interpolation=None)
    parser.optionxform = str  # type: ignore[assignment,method-assign]
    parser.read(file, encoding="utf-8")
    return dict(parser["Desktop Entry"])


def test_a_desktop_that_cannot_be_written_is_told(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (home / "Desktop").write_text("a file")
    assert cli.main(["desktop", "install"]) == 1
    told = f"The launcher cannot be written: {home / 'Desktop' / NAME}: Not a directory."
    assert told in capsys.readouterr().err


def test_install_writes_entry_icons_and_launcher(home: Path) -> None:
    entry, launcher, *icons = desktop_entry.install()
    assert entry == home / ".local/share/applications" / NAME
    assert launcher == home / "Desktop" / NAME
    # Not a link: PCManFM asks before it follows one to a program.
    assert not launcher.is_symlink()
    assert launcher.read_bytes() == entry.read_bytes()
    assert all(os.access(file, os.X_OK) for file in (entry, launcher))
    keys = entry_keys(entry)
    assert keys["Exec"].endswith(" %u")
    assert keys["MimeType"] == "application/x-gguf;application/x-llmdesk-chats+json;x-scheme-handler/llmdesk;"
    assert keys["Icon"] == paths.APP_ID
    assert keys["Terminal"] == "false"
    assert Path(keys["TryExec"]).is_absolute()
    assert os.access(keys["TryExec"], os.X_OK)
    folders = sorted(icon.parent.parent.name for icon in icons)
    assert folders == ["128x128", "16x16", "256x256", "32x32", "48x48", "512x512", "64x64", "scalable"]
    assert all(icon.stat().st_size > 0 and icon.stem == paths.APP_ID for icon in icons)


def test_a_link_of_an_earlier_version_becomes_a_file(home: Path) -> None:
    entry, launcher, *_ = desktop_entry.install()
    launcher.unlink()
    launcher.symlink_to(entry)
    desktop_entry.install()
    assert not launcher.is_symlink()
    assert desktop_entry.remove()
    assert contents(home) == []


@pytest.mark.parametrize(("desktop", "is_link"), [("LXDE", True), ("pop:GNOME", False), ("", False)])
def test_lxde_gets_a_link_to_the_systems_entry(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, desktop: str, is_link: bool
) -> None:
    monkeypatch.setenv("XDG_CURRENT_DESKTOP", desktop)
    monkeypatch.setattr(desktop_entry, "SYSTEM_ENTRY", tmp_path / NAME)
    _, launcher, *_ = desktop_entry.install()
    assert entry_keys(launcher)["Type"] == "Application"  # no package is installed
    (tmp_path / NAME).touch()
    _, launcher, *_ = desktop_entry.install()
    keys = entry_keys(launcher)
    assert (keys["Type"], keys.get("URL")) == (("Link", str(tmp_path / NAME)) if is_link else ("Application", None))
    desktop_entry.remove()
    assert contents(home) == []


def test_xfce_and_gnome_are_told_what_their_question_would_note(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    told = home.parent / "told"
    gio = home.parent / "bin" / "gio"
    gio.parent.mkdir()
    gio.write_text(f'#!/bin/sh\necho "$@" >> "{told}"\n')
    gio.chmod(0o755)
    monkeypatch.setenv("PATH", str(gio.parent), prepend=os.pathsep)
    _, launcher, *_ = desktop_entry.install()
    checksum = hashlib.sha256(launcher.read_bytes()).hexdigest()
    assert told.read_text().splitlines() == [
        f"set -t string {launcher} metadata::trusted true",
        f"set -t string {launcher} metadata::trust true",
        f"set -t string {launcher} metadata::xfce-exe-checksum {checksum}",
    ]


def test_remove_leaves_nothing_behind(home: Path) -> None:
    desktop_entry.install()
    desktop_entry.install()
    assert desktop_entry.remove()
    assert contents(home) == []
    assert desktop_entry.remove() == ()


def test_remove_keeps_what_was_there_before(home: Path) -> None:
    (home / ".local/share/applications").mkdir(parents=True)
    (home / "Desktop").mkdir()
    (home / "Desktop" / "mine.txt").touch()
    before = contents(home)
    desktop_entry.install()
    desktop_entry.remove()
    assert contents(home) == before


def test_places_follow_the_users_settings(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    (home / ".config").mkdir()
    (home / ".config" / "user-dirs.dirs").write_text('# comment\nXDG_DESKTOP_DIR="$HOME/Schreibtisch"\n')
    entry, launcher, *_ = desktop_entry.install()
    assert entry == tmp_path / "data" / "applications" / NAME
    assert launcher == home / "Schreibtisch" / NAME
    desktop_entry.remove()
    assert contents(home) == [".config", ".config/user-dirs.dirs"]
    assert not (tmp_path / "data").exists()


def test_the_desktops_name_may_be_no_text(home: Path) -> None:
    (home / ".config").mkdir()
    (home / ".config" / "user-dirs.dirs").write_bytes(b'# f\xfcr alle\nXDG_DESKTOP_DIR="$HOME/B\xfcro"\n')
    _, launcher, *_ = desktop_entry.install()
    assert launcher == Path(os.fsdecode(os.fsencode(home) + b"/B\xfcro")) / NAME
    assert launcher.exists()
    desktop_entry.remove()
    assert contents(home) == [".config", ".config/user-dirs.dirs"]


@pytest.mark.parametrize(
    ("argument", "written"),
    [
        ("/usr/bin/llmdesk-gui", "/usr/bin/llmdesk-gui"),
        ("/home/a b/x", '"/home/a b/x"'),
        ("100%", "100%%"),
        ('say "hi"', '"say \\\\"hi\\\\""'),
        ("$HOME`x`", '"\\\\$HOME\\\\`x\\\\`"'),
        ("back\\slash", '"back\\\\\\\\slash"'),
    ],
)
def test_exec_is_quoted_as_the_specification_asks(argument: str, written: str) -> None:
    assert desktop_entry.exec_value([argument]) == written


@pytest.mark.skipif(shutil.which("gio") is None, reason="not installed: gio (package libglib2.0-bin)")
def test_desktop_starts_programs_in_odd_folders(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """GLib, which starts launchers on several desktops, reads the same command out of Exec as we put in."""
    folder = tmp_path / 'an odd $HOME `folder` "x" \\ ü'
    folder.mkdir()
    script = folder / "llmdesk-gui"
    script.write_text(f'#!/bin/sh\necho "$0" > "{tmp_path}/started"\n')
    script.chmod(0o755)
    monkeypatch.setattr("sysconfig.get_path", lambda name: str(folder))
    entry, *_ = desktop_entry.install()
    subprocess.run(["gio", "launch", str(entry)], check=True, timeout=30)
    started = tmp_path / "started"
    text = wait_for(lambda: started.exists() and started.read_text(encoding="utf-8"), "start through the entry")
    assert text == f"{script}\n"


@pytest.mark.skipif(
    shutil.which("gio") is None or shutil.which("update-desktop-database") is None,
    reason="not installed: gio, update-desktop-database (packages libglib2.0-bin, desktop-file-utils)",
)
def test_the_desktop_hands_links_over(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "bin"
    folder.mkdir()
    script = folder / "llmdesk-gui"
    script.write_text(f'#!/bin/sh\nprintf "%s|" "$@" > "{tmp_path}/new" && mv "{tmp_path}/new" "{tmp_path}/started"\n')
    script.chmod(0o755)
    monkeypatch.setattr("sysconfig.get_path", lambda name: str(folder))
    monkeypatch.setenv("XDG_DATA_DIRS", str(tmp_path / "of the system"))
    desktop_entry.install()
    link = "llmdesk://new?prompt=Why%20is%20the%20sky%20blue%3F%20%22$HOME%22"
    subprocess.run(["gio", "open", link], check=True, timeout=30)
    started = tmp_path / "started"
    assert wait_for(lambda: started.exists() and started.read_text(), "the link") == f"{link}|"
    assert desktop_entry.remove()
    assert [name for name in contents(home) if not name.startswith(".cache")] == []  # that is gio's own
    assert subprocess.run(["gio", "open", link], capture_output=True, timeout=30).returncode != 0


@pytest.mark.skipif(
    shutil.which("gio") is None or shutil.which("update-mime-database") is None,
    reason="not installed: gio, update-mime-database (packages libglib2.0-bin, shared-mime-info)",
)
@pytest.mark.parametrize("had_types", [False, True])
def test_the_desktop_knows_what_can_be_opened(home: Path, had_types: bool) -> None:
    """By the name and by how a file begins, until the launcher is removed; others' kinds of files stay."""
    model, chats, others = home / "a model.gguf", home / "chats.json", home / ".local/share/mime/packages/others.xml"
    model.write_bytes(b"GGUF\3\0\0\0")
    chats.write_text('{"format": "llmdesk-chats", "version": 1}')
    if had_types:
        others.parent.mkdir(parents=True)
        others.write_text(desktop_entry.TYPES.read_text(encoding="utf-8").replace("gguf", "gguf2"))
    before = set(contents(home))

    def kind_of(file: Path) -> str:
        command = ["gio", "info", "-a", "standard::content-type", str(file)]
        return subprocess.run(command, capture_output=True, text=True, timeout=30, check=True).stdout

    desktop_entry.install()
    assert "application/x-gguf\n" in kind_of(model)
    assert "application/x-llmdesk-chats+json" in kind_of(chats)
    desktop_entry.install()
    assert desktop_entry.remove()
    assert "application/x-gguf\n" not in kind_of(model)
    left = {name for name in contents(home) if not name.startswith((".cache", ".local/share/mime/"))}
    assert left == {name for name in before if not name.startswith(".local/share/mime/")}
    assert others.exists() == had_types


def test_what_other_programs_registered_since_stays(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(desktop_entry, "_refresh_caches", lambda: None)
    monkeypatch.setattr(shutil, "which", lambda name: f"/usr/bin/{name}" if name == "update-desktop-database" else None)
    entry, *_ = desktop_entry.install()
    assert (entry.parent / "mimeinfo.cache").exists()
    (entry.parent / "other.desktop").write_text("[Desktop Entry]\n")
    desktop_entry.remove()
    assert sorted(path.name for path in entry.parent.iterdir()) == ["mimeinfo.cache", "other.desktop"]


def what_it_does(screen: Screen, process: psutil.Process, folder: Path) -> str:
    """Whether the key that closes has reached it (its window is hidden at once), and where its threads are."""
    shown, took = screen.windows(), process.cpu_times()
    process.send_signal(signal.SIGABRT)  # faulthandler writes stacks
    still_running([process], timeout_s=5)
    stacks = [file.read_text(encoding="utf-8") for file in folder.rglob("crash.log")]
    return f"windows shown: {shown}, processor's time: {took}\n{''.join(stacks)}"


@pytest.mark.desktop
def test_installed_launcher_opens_the_window(home: Path, screen: Screen, tmp_path: Path) -> None:
    environment = screen.environment(LLMDESK_HOME=str(tmp_path / "llmdesk"), LLMDESK_BACKEND="scripted")

    def run(*command: str) -> str:
        # A file, not a pipe: the launched program keeps what it inherits open.
        with (tmp_path / "output").open("w+", encoding="utf-8") as output:
            code = subprocess.run(command, env=environment, stdout=output, stderr=output, timeout=30).returncode
            output.seek(0)
            text = output.read()
        assert code == 0, text
        return text

    before = contents(home)
    assert str(home / "Desktop" / NAME) in run(sys.executable, "-m", "llmdesk", "desktop", "install")
    assert run("desktop-file-validate", str(home / "Desktop" / NAME)) == ""
    run("gio", "launch", str(home / "Desktop" / NAME))
    window = wait_for(lambda: next(iter(screen.windows()), None), "the window")
    process = screen.process_of(window)
    try:
        wm_class = entry_keys(home / "Desktop" / NAME)["StartupWMClass"]
        assert screen.run("xprop", "-id", window, "WM_CLASS").endswith(f'"{wm_class}"')
        assert paths.APP_ID in screen.run("xprop", "-id", window, "_KDE_NET_WM_DESKTOP_FILE")
        wait_for(lambda: screen.active_window() == window, "the keyboard")
        screen.run("xdotool", "key", "alt+F4")
        if still_running([process], timeout_s=20):
            pytest.fail(f"it has not ended: {what_it_does(screen, process, tmp_path)}")
    finally:
        if not has_ended(process):
            process.kill()
    run(sys.executable, "-m", "llmdesk", "desktop", "remove")
    assert [name for name in contents(home) if name not in before and "llmdesk" in name] == []
