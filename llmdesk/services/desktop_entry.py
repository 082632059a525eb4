"""The launcher in the menu and on the desktop of Linux desktops (freedesktop.org's desktop entries and icon theme).

Everything that ``install`` creates, folders included, is recorded in the entry itself; ``remove`` deletes just that.
"""

from __future__ import annotations

import configparser
import contextlib
import hashlib
import os
import re
import shutil
import subprocess
from collections.abc import Iterable, Sequence
from pathlib import Path
from urllib.parse import quote, unquote

from llmdesk import paths
from llmdesk.services.start_command import start_command

# Qt gives every window the application's name as WM_CLASS; the window sets this name (app.py).
WM_CLASS = paths.APP_NAME
SYSTEM_ENTRY = Path("/usr/share/applications") / f"{paths.APP_ID}.desktop"
"""Of an installed package."""
_OPENS = ("application/x-gguf", "application/x-llmdesk-chats+json", "x-scheme-handler/llmdesk")
TYPES = paths.shipped("assets") / "app" / "types.xml"
"""The kinds of files that are ours, as freedesktop.org's shared MIME info wants to be told."""
_SYSTEM_TYPES = Path("/usr/share/mime/packages") / f"{paths.APP_ID}.xml"
_RECORD_KEY = "X-Llmdesk-Created"
_RESERVED = set(" \t\n\"'\\><~|&;$*?#()`")


def install() -> tuple[Path, ...]:
    """Write the entry, its icons and the desktop's launcher (again); returns their paths, the entry first.

    Raises:
        OSError: a folder cannot be written to.
    """
    created = _Created(recorded(entry_file()))
    entry = entry_file()
    theme = _data_home() / "icons" / "hicolor"
    shipped = [(icon, theme / place) for icon, place in icons()]
    for icon, target in shipped:
        created.folder(target.parent)
        shutil.copyfile(icon, created.file(target))
    created.folder(entry.parent)
    launcher = created.file(_desktop_folder(created) / entry.name)
    created.file(entry)
    if shutil.which("update-desktop-database") and not _handlers().exists():
        created.file(_handlers()).touch()  # links and "Open with" are looked up there only
    if shutil.which("update-mime-database") and not _SYSTEM_TYPES.exists():
        created.folder(_types_folder())
        shutil.copyfile(TYPES, created.file(_types_folder() / _SYSTEM_TYPES.name))
    text = entry_text(start_command(), created.paths)
    launcher.unlink(missing_ok=True)  # a link, of an earlier version
    for file, contents in ((entry, text), (launcher, _link_text() or text)):
        file.write_bytes(os.fsencode(contents))
        file.chmod(0o755)  # KDE and GNOME start executable entries only
    _trust(launcher)
    _tell_types()
    _refresh_caches()
    return (entry, launcher, *(target for _, target in shipped))


def remove() -> tuple[Path, ...]:
    """Delete what ``install`` created (folders only if they are empty); returns what is gone, perhaps nothing."""
    entry = entry_file()
    ours = [path for path in recorded(entry) if path != entry and not _is_of_others(path)]
    folders = [path for path in ours if path.is_dir() and not path.is_symlink()]
    gone = _deleted(path for path in ours if path not in folders)
    _tell_types()
    # The record goes after all the other files and before the folders that hold it.
    gone += _deleted([entry, *reversed(folders)])
    _refresh_caches()
    return tuple(gone)


def _deleted(paths_of_ours: Iterable[Path]) -> list[Path]:
    """Those of them that could be."""
    gone, types = [], _types_folder()
    for path in paths_of_ours:
        with contextlib.suppress(OSError):
            if path == types.parent and not types.exists():
                shutil.rmtree(path)  # what is left was made of the kinds of files that are gone
            else:
                path.rmdir() if path.is_dir() and not path.is_symlink() else path.unlink()
            gone.append(path)
    return gone


def started_program(entry: Path) -> Path | None:
    """What an entry of ours starts; None: there is no such entry. Raises OSError."""
    text = os.fsdecode(entry.read_bytes()) if entry.exists() else ""
    found = re.search(r"^TryExec=(.+)$", text, re.MULTILINE)
    return Path(re.sub(r"\\(.)", lambda of: {"n": "\n", "t": "\t"}.get(of[1], of[1]), found[1])) if found else None


def renew() -> None:
    """Let what is there of ``install`` start this installation; what was deleted of it stays away. Raises OSError."""
    command = start_command()
    lines = {"Exec": f"Exec={exec_value(command)} %u", "TryExec": f"TryExec={escape(command[0])}"}
    for file in recorded(entry_file()):
        if file.suffix != ".desktop" or not file.is_file():
            continue
        text = os.fsdecode(file.read_bytes())
        text = re.sub(r"^(Exec|TryExec)=.*$", lambda line: lines[line[1]], text, flags=re.MULTILINE)
        file.write_bytes(os.fsencode(text))
        _trust(file)


def entry_file() -> Path:
    """Where the menu looks for this user's entry; its name is the application's id."""
    return _data_home() / "applications" / f"{paths.APP_ID}.desktop"


def exec_value(command: Sequence[str]) -> str:
    """A command as the value of ``Exec``: quoted as the specification asks, field codes and string escapes included."""
    return escape(" ".join(_quote(argument) for argument in command))


class _Created:
    """The paths that exist because of us, in the order of their creation."""

    def __init__(self, recorded: Sequence[Path]) -> None:
        self.paths = list(recorded)

    def folder(self, path: Path) -> Path:
        for part in reversed([path, *path.parents]):
            if not part.exists():
                part.mkdir()
                self.file(part)
        return path

    def file(self, path: Path) -> Path:
        if path not in self.paths:
            self.paths.append(path)
        return path


def entry_text(command: Sequence[str], created: Sequence[Path] = ()) -> str:
    """The entry's file: a command that takes a model, exported chats or a link, and what ``remove`` is to delete."""
    keys = {
        "Type": "Application",
        "Version": "1.1",
        "Name": "llmdesk",
        "GenericName": "Language model chat",
        "Comment": "Chat with a language model on this machine and watch what the processor does",
        "Keywords": "AI;LLM;chat;model;",
        "Exec": f"{exec_value(command)} %u",
        "TryExec": escape(command[0]),
        "Icon": paths.APP_ID,
        "Terminal": "false",
        "Categories": "Utility;",
        "MimeType": "".join(f"{each};" for each in _OPENS),
        "StartupNotify": "true",
        "StartupWMClass": WM_CLASS,
    }
    if created:
        keys |= record(created)
    return "[Desktop Entry]\n" + "".join(f"{key}={value}\n" for key, value in keys.items())


def _link_text() -> str:
    """LXDE's file manager asks before it starts an entry, unless that is a link of this kind to one of the system."""
    if "LXDE" not in os.environ.get("XDG_CURRENT_DESKTOP", "").split(":") or not SYSTEM_ENTRY.exists():
        return ""
    return f"[Desktop Entry]\nType=Link\nName=llmdesk\nIcon={paths.APP_ID}\nURL={SYSTEM_ENTRY}\n"


def record(created: Sequence[Path]) -> dict[str, str]:
    """What exists because of us, as a key of an entry."""
    return {_RECORD_KEY: "".join(f"{quote(os.fsencode(path))};" for path in created)}


def recorded(entry: Path) -> list[Path]:
    """The same out of an entry, in the order of their creation; nothing if there is none."""
    parser = configparser.ConfigParser(interpolation=None, strict=False)
    try:
        parser.read_string(os.fsdecode(entry.read_bytes()))
        found = parser["Desktop Entry"][_RECORD_KEY]
    except (configparser.Error, KeyError, OSError):
        return []
    return [Path(unquote(part, errors="surrogateescape")) for part in found.split(";") if part]


def _quote(argument: str) -> str:
    argument = argument.replace("%", "%%")
    if not _RESERVED & set(argument):
        return argument
    return '"' + re.sub(r'(["`$\\])', r"\\\1", argument) + '"'


def escape(text: str) -> str:
    """A text as the value of a key."""
    return text.replace("\\", "\\\\").replace("\n", "\\n").replace("\t", "\\t")


def icons() -> list[tuple[Path, Path]]:
    """(shipped file, place in the icon theme hicolor) for every size."""
    pairs = []
    for icon in sorted((paths.shipped("assets") / "app").glob("llmdesk*.*")):
        size_px = icon.stem.rpartition("-")[2]
        folder = "scalable" if icon.suffix == ".svg" else f"{size_px}x{size_px}"
        pairs.append((icon, Path(folder) / "apps" / f"{paths.APP_ID}{icon.suffix}"))
    return pairs


def _data_home() -> Path:
    return Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share")


def _desktop_folder(created: _Created) -> Path:
    config = Path(os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config") / "user-dirs.dirs"
    text = os.fsdecode(config.read_bytes()) if config.exists() else ""  # names of folders are bytes, in no encoding
    named = re.search(r'^\s*XDG_DESKTOP_DIR="(.+)"', text, re.MULTILINE)
    folder = named.group(1).replace("$HOME", str(Path.home())) if named else str(Path.home() / "Desktop")
    return created.folder(Path(folder))


def _is_of_others(path: Path) -> bool:
    """Entries of other programs came meanwhile, which are looked up in what was made for ours."""
    return path == _handlers() and any(each != entry_file() for each in path.parent.glob("*.desktop"))


def _handlers() -> Path:
    return _data_home() / "applications" / "mimeinfo.cache"


def _types_folder() -> Path:
    return _data_home() / "mime" / "packages"


def _tell_types() -> None:
    """Which kinds of files there are now, wherever somebody has added some."""
    if _types_folder().exists():
        _run_if_there("update-mime-database", str(_types_folder().parent))


def _refresh_caches() -> None:
    """Bring caches up to date where the desktop keeps them; where there are none it reads the folders themselves."""
    applications, theme = _data_home() / "applications", _data_home() / "icons" / "hicolor"
    if _handlers().exists():
        _run_if_there("update-desktop-database", str(applications))
    if (theme / "icon-theme.cache").exists():
        _run_if_there("gtk-update-icon-cache", "--force", "--ignore-theme-index", str(theme))


def _trust(launcher: Path) -> None:
    """What the user's "Allow launching" would note: GNOME's mark, LXQt's, and Xfce's, which is of the contents."""
    checksum = hashlib.sha256(launcher.read_bytes()).hexdigest()
    marks = {"trusted": "true", "trust": "true", "xfce-exe-checksum": checksum}
    for mark, value in marks.items():
        _run_if_there("gio", "set", "-t", "string", str(launcher), f"metadata::{mark}", value)


def _run_if_there(program: str, *arguments: str) -> None:
    """Run a helper of the desktop; a missing or failing one does no harm."""
    if path := shutil.which(program):
        with contextlib.suppress(OSError, subprocess.TimeoutExpired):
            subprocess.run([path, *arguments], capture_output=True, timeout=30, check=False)
