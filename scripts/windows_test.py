"""The installer for Windows under wine, silently: what it puts where, a second time over the first, and away again.

    python scripts/windows_test.py            what `make windows` made last is installed, started, removed; then --small
    python scripts/windows_test.py --small    everything, with an installer of the same kind around a few small files

Of an installer without Python (all else is the same) a program that says what it was called with stands in Python's
place.
"""

from __future__ import annotations

import argparse
import hashlib
import shutil
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import package_installer
import package_windows
import trial
import windows_start
from environment import ROOT, SetupFailed

sys.path.insert(0, str(ROOT))

from llmdesk import __version__
from tests.kernels import wine as kernels_wine
from tests.kernels.wine import Wine

TRIAL = trial.Trial("windows-test")
LOGIN = r"HKCU\Software\Microsoft\Windows\CurrentVersion\Run"
CHAT = "a chat that must stay"
_UNINSTALL_S = 60
_RUNNING = 3  # the installer's exit code while the program runs
_NOT_OURS = 4  # of a folder that is not llmdesk's own


class Installed:
    """Where the installer puts things in wine's folder."""

    def __init__(self, prefix: Path, home: Path) -> None:
        (user,) = [each for each in (prefix / "drive_c" / "users").iterdir() if each.name != "Public"]
        self.registry_file = prefix / "user.reg"
        self.local = user / "AppData" / "Local"
        self.folder = self.local / "Programs" / "llmdesk"
        menu = user / "AppData" / "Roaming" / "Microsoft" / "Windows" / "Start Menu" / "Programs"
        self.links = [menu / "llmdesk.lnk", user / "Desktop" / "llmdesk.lnk"]
        self.chat = self.local / "llmdesk" / "chats.sqlite"
        self.home = home

    def registry(self) -> list[str]:
        """The lines of the user's registry that are about llmdesk, without times."""
        lines = self.registry_file.read_text(encoding="utf-8", errors="replace").splitlines()
        return [line.split("] ")[0] for line in lines if "llmdesk" in line.lower() or "gguf" in line.lower()]

    def files(self) -> dict[str, str]:
        """Digests by path below the folder."""
        return _digests(self.folder)


def _digests(folder: Path) -> dict[str, str]:
    files = (path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def main() -> int:
    """Everything in turn; returns the exit code."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument(
        "--small", action="store_true", help="with a few small files instead of what `make windows` made"
    )
    args = parser.parse_args()
    return TRIAL.run(partial(_whole, args.small))


def _whole(is_small: bool) -> None:
    program = kernels_wine.program()
    if program is None:
        raise SetupFailed("there is no wine here: sudo apt install wine64 wine")
    with tempfile.TemporaryDirectory(prefix="llmdesk-wine-") as name:
        folder = Path(name)
        large = None if is_small else package_installer.made()
        with kernels_wine.prefix(program, folder) as wine:
            wine.settle()
            if large is not None:
                _try_large(wine, folder, *large)
            _try(wine, folder, *_small(folder))


def _small(folder: Path) -> tuple[Path, Path]:
    """An installer, and the folder that it was made of, as package_installer.made gives them."""
    tree = folder / "tree"
    for name in ("python/python312._pth", "packages/llmdesk/cli.py", "LICENSE.txt"):
        file = tree / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(name)
    windows_start.make(tree, __version__, folder / "work")
    return package_installer.make(tree, folder / "dist", is_trial=True), tree


def _try_large(wine: Wine, folder: Path, installer: Path, tree: Path) -> None:
    """What depends on what is inside; each of its installations takes a minute and more."""
    place = Installed(folder / "prefix", folder / "home")
    before = place.registry()
    _put_chat(place)
    _install(wine, place, installer, tree)
    _stand_in(place)
    _starts(wine, place)
    _uninstall(wine, place, before)


def _try(wine: Wine, folder: Path, installer: Path, tree: Path) -> None:
    place = Installed(folder / "prefix", folder / "home")
    before = place.registry()
    _keeps_what_is_not_ours(wine, place, installer)
    assert place.registry() == before
    _install(wine, place, installer, tree)
    _stand_in(place)
    _starts(wine, place)
    _over_the_first(wine, place, installer, tree)
    _stand_in(place)
    _refuses_while_running(wine, place, installer)
    _moves(wine, place, installer)
    _uninstalls_a_copy(wine, place)
    _uninstall(wine, place, before)


def _install(wine: Wine, place: Installed, installer: Path, tree: Path) -> None:
    began_s = time.monotonic()
    done = wine.run(installer, "/S")
    assert done.returncode == 0, f"the installer ended with {done.returncode}: {done.stderr[-600:]}"
    expected, found = _digests(tree), place.files()
    assert found.pop("uninstall.exe", ""), "there is no uninstaller"
    assert found == expected, f"other files than in the folder: {sorted(found.items() ^ expected.items())[:6]}"
    for link in place.links:
        assert link.exists(), f"{link} is missing"
    wine.settle()
    told = "\n".join(place.registry())
    for key in (r"Classes\\llmdesk\\shell\\open\\command", r"Classes\\llmdesk.gguf\\shell", r"Uninstall\\llmdesk"):
        assert key in told, f"{key} is not in the registry:\n{told}"
    assert told.count(r"llmdesk-gui.exe\" --open \"%1\"") == 2, told
    size_bytes, took_s = sum((tree / name).stat().st_size for name in expected), time.monotonic() - began_s
    TRIAL.say(
        f"installed silently in {took_s:.0f} s: {len(expected)} files, {size_bytes / 1e6:.0f} MB, each as in the folder"
    )
    TRIAL.say("start menu, desktop, .gguf, llmdesk: links and the list of programs know it")


def _stand_in(place: Installed) -> None:
    """In Python's place, if there is none."""
    python = place.folder / "python"
    if package_windows.has_python(place.folder):
        return
    for name in ("python.exe", "pythonw.exe"):
        windows_start.compiled(python / name, "stand_in.c")


def _starts(wine: Wine, place: Installed) -> None:
    program = place.folder / "llmdesk.exe"
    if package_windows.has_python(place.folder):
        done = wine.run(program, "--version")
        assert done.returncode == 0, done.stderr
        assert done.stdout.startswith("llmdesk "), done.stdout
        return TRIAL.say(f"`llmdesk --version`: {done.stdout.strip()}")
    done = wine.run(program, "ask", "two words", "Grüße 你好", 'a "quoted" one', "")
    assert done.returncode == 7, f"exit code {done.returncode}: {done.stdout} {done.stderr}"
    assert done.stdout.strip().endswith('ask "two words" "Grüße 你好" "a \\"quoted\\" one" ""'), done.stdout
    assert "from llmdesk.cli import main; sys.exit(main())" in done.stdout, done.stdout
    (place.folder / "python" / "python.exe").rename(place.folder / "python" / "away.exe")
    done = wine.run(program, "ask")
    (place.folder / "python" / "away.exe").rename(place.folder / "python" / "python.exe")
    assert done.returncode == 1, done.returncode
    assert "python.exe" in done.stderr, done.stderr
    assert "install llmdesk again" in done.stderr, done.stderr
    TRIAL.say("llmdesk.exe hands on its arguments letter by letter and the exit code, and says when Python is missing")


def _over_the_first(wine: Wine, place: Installed, installer: Path, tree: Path) -> None:
    """A newer version: no module of the older one is left, and what the user made is."""
    _put_chat(place)
    old = place.folder / "packages" / "llmdesk" / "of_an_older_version.py"
    old.write_text("")
    users_own = place.folder / "of the user.txt"
    users_own.write_text("")
    done = wine.run(installer, "/S")
    assert done.returncode == 0, done.stderr
    assert not old.exists(), "a module of the older version is left"
    assert place.chat.read_text() == CHAT
    assert users_own.exists()
    users_own.unlink()
    TRIAL.say("installed over the first: nothing of the older version is left, the chats are")


def _put_chat(place: Installed) -> None:
    place.chat.parent.mkdir(exist_ok=True)
    place.chat.write_text(CHAT)


def _refuses_while_running(wine: Wine, place: Installed, installer: Path) -> None:
    if package_windows.has_python(place.folder):
        return
    with wine.start(place.folder / "python" / "pythonw.exe", "wait") as running:
        time.sleep(2)
        before = place.files()
        for program in (installer, place.folder / "uninstall.exe"):
            here = [f"_?={wine.path(place.folder)}"] if program.name == "uninstall.exe" else []
            done = wine.run(program, "/S", *here)
            assert done.returncode == _RUNNING, f"{program.name} ended with {done.returncode} while llmdesk ran"
        assert place.files() == before
        running.kill()
    wine.end()
    TRIAL.say("while llmdesk runs, neither installer nor uninstaller touches anything")


def _keeps_what_is_not_ours(wine: Wine, place: Installed, installer: Path) -> None:
    """A folder of the user's that has a "python" or "packages"."""
    for name in ("python", "packages"):
        folder = place.local / f"with-{name}"  # /D= takes no quotes, so no blank
        own = folder / name / "of the user.py"
        own.parent.mkdir(parents=True)
        own.write_text(CHAT)
        done = wine.run(installer, "/S", f"/D={wine.path(folder)}")
        assert done.returncode == _NOT_OURS, f"the installer ended with {done.returncode} in a folder of others"
        assert sorted(folder.rglob("*")) == [own.parent, own], sorted(folder.rglob("*"))
    wine.settle()
    TRIAL.say("a folder with a python or packages of the user's own is refused, and nothing is in it afterwards")


def _moves(wine: Wine, place: Installed, installer: Path) -> None:
    """Into another folder: the first one goes, what another program made of .gguf on this machine stays."""
    machines = ("reg", "add", r"HKLM\Software\Classes\.gguf", "/ve", "/d", "another.program", "/f")
    users = ("reg", "delete", r"HKCU\Software\Classes\.gguf", "/ve", "/f")
    login = ("reg", "add", LOGIN, "/v", "llmdesk", "/d", "at login", "/f")
    for command in (machines, users, login):
        done = wine.run(*command)
        assert done.returncode == 0, done.stderr
    old, place.folder = place.folder, place.local / "Programs" / "elsewhere"
    done = wine.run(installer, "/S", f"/D={wine.path(place.folder)}")
    assert done.returncode == 0, f"the installer ended with {done.returncode}: {done.stderr[-600:]}"
    assert not old.exists(), f"left in the first folder: {sorted(_digests(old))[:6]}"
    assert (place.folder / "uninstall.exe").exists()
    done = wine.run("reg", "query", r"HKCU\Software\Classes\.gguf", "/ve")
    assert "llmdesk.gguf" not in done.stdout, f"llmdesk took .gguf from another program: {done.stdout}"
    wine.settle()
    told = "\n".join(place.registry())
    assert "Programs\\\\llmdesk\\\\" not in told, told
    assert 'elsewhere\\\\llmdesk-gui.exe\\" --hidden' in told, told
    TRIAL.say("installed into another folder: the first is gone, .gguf files open with the program that had them")


def _uninstalls_a_copy(wine: Wine, place: Installed) -> None:
    """Of the folder: links and registry are about the other one. And in no folder that has no llmdesk."""
    copy, uninstaller = place.local / "copy", place.folder / "uninstall.exe"
    shutil.copytree(place.folder, copy)
    before = place.registry()
    done = wine.run(uninstaller, "/S", f"_?={wine.path(copy)}")
    assert done.returncode == 0, done.stderr
    assert not copy.exists(), sorted(_digests(copy))[:6]
    own = copy / "python" / "of the user.py"
    own.parent.mkdir(parents=True)
    own.write_text(CHAT)
    done = wine.run(uninstaller, "/S", f"_?={wine.path(copy)}")
    assert done.returncode == _NOT_OURS, f"the uninstaller ended with {done.returncode} in a folder of others"
    assert own.read_text() == CHAT
    wine.settle()
    assert place.registry() == before
    assert all(link.exists() for link in place.links)
    TRIAL.say("the uninstaller leaves a folder of others as it is, and of a copy it removes only that")


def _uninstall(wine: Wine, place: Installed, before: list[str]) -> None:
    done = wine.run(place.folder / "uninstall.exe", "/S")
    assert done.returncode == 0, done.stderr
    _wait(lambda: not place.folder.exists(), f"{place.folder} to be gone, there is {sorted(place.files())[:6]}")
    wine.settle()
    assert place.registry() == before, f"left in the registry: {set(place.registry()) - set(before)}"
    left = [link for link in place.links if link.exists()]
    assert not left, f"left behind: {left}"
    assert place.chat.read_text() == CHAT
    TRIAL.say("uninstalled: folder, links and registry are as before, the chats are still there")


def _wait(look: Callable[[], bool], what: str) -> None:
    deadline_s = time.monotonic() + _UNINSTALL_S
    while not look():
        assert time.monotonic() < deadline_s, f"waited for {what}"
        time.sleep(0.2)


if __name__ == "__main__":
    sys.exit(main())
