"""What llmdesk has put onto this machine for this user: what goes without a loss, and what the user made (any thread).

The program itself is removed by whatever brought it: a package manager, pip, or the deletion of its folder.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from llmdesk import paths, server_keys
from llmdesk.models import hub_access
from llmdesk.models.catalogue import Catalogue
from llmdesk.services import autostart, desktop_entry, start_command, systemd_unit
from llmdesk.services.settings.settings import Settings

_LOCKS = ("window.lock", ".settings.toml.lock")
_OWNERS = "chats.sqlite.*.owner"


@dataclass(frozen=True, slots=True)
class Place:
    """A folder or file, and what it takes. ``what`` says in words what is in it."""

    what: str
    path: Path
    size_bytes: int


def doomed(*, with_models: bool) -> tuple[Place, ...]:
    """What ``remove`` deletes: all of it can be made or fetched again."""
    found = [
        Place("converted models and compiled kernels", paths.cache_dir(), 0),
        Place("the log", paths.log_dir(), 0),
        *(Place("", paths.config_dir() / name, 0) for name in _LOCKS),
        *(Place("", path, 0) for path in sorted(paths.data_dir().glob(_OWNERS))),
        *([Place("fetched models", paths.data_dir() / "models", 0)] if with_models else []),
    ]
    unpacked = _unpacked()
    return (*_measured([Place("the program, unpacked", unpacked, 0)]), *_measured(found, unpacked))


def kept(*, with_models: bool) -> tuple[Place, ...]:
    """What the user made, and stays; models that are not deleted, too."""
    found = [
        Place("chats, collections, recordings, benchmarks", paths.data_dir(), 0),
        Place("settings, prompts, models.toml", paths.config_dir(), 0),
    ]
    skipped = paths.data_dir() / "models" if with_models else None
    return tuple(each for each in _measured(found, skipped) if each.size_bytes)


def remove(*, with_models: bool) -> tuple[str, ...]:
    """Take away launchers, start at login, the service, and what is ``doomed``; returns what is gone, in words.

    Raises OSError, SetupError: something cannot be deleted; what went before stays gone.
    """
    gone = []
    if sys.platform == "linux" and (entries := desktop_entry.remove()):
        gone.append(f"launcher and icons ({len(entries)} files and folders)")
    if autostart.is_on():
        autostart.turn(False)
        gone.append(f"start at login ({autostart.place()})")
    if sys.platform == "linux" and (unit := systemd_unit.uninstall()) is not None:
        gone.append(f"the server's service ({unit})")
    for place in doomed(with_models=with_models):
        _delete(place.path, but=_unpacked())  # it runs here: remove_last
        if place.what and place.size_bytes:
            gone.append(f"{place.what} ({place.path})")
    return tuple(gone)


def remove_everything() -> None:
    """What the user made, too, and keys for servers and tokens for the hub in the keyring. Raises OSError."""
    settings = Settings()
    settings.flush()  # what it takes over from an older version must not be written once the folder is gone
    for address in {hub_access.HUB, hub_access.endpoint(), settings.values.hub.endpoint}:
        hub_access.forget_token(address)
    for spec in Catalogue.load().specs():
        if spec.source.api_key == server_keys.KEYRING:
            server_keys.forget(spec.source.location)
    for folder in (paths.data_dir(), paths.config_dir()):
        _delete(folder)


def remove_last() -> None:
    """The last step: the unpacked program, and of what was made in the folders nothing is left."""
    unpacked = _unpacked()
    _delete(unpacked)
    places = (unpacked.parent, paths.data_dir(), paths.config_dir(), paths.cache_dir(), paths.log_dir())
    for folder in (*places, places[-1].parent):  # of LLMDESK_HOME, or of the system's for this program
        with contextlib.suppress(OSError):
            folder.rmdir()


def program_removal() -> str:
    """How the program itself is removed."""
    package = Path(paths.__file__).resolve().parent
    if package.is_relative_to("/usr/lib/llmdesk"):
        return "sudo apt purge llmdesk"
    if (package.parent / "pyproject.toml").exists():
        return f"delete the folder {package.parent}"
    if (file := start_command.one_file()) is not None:
        return f"delete the file {file}"
    home = Path(sys.executable).resolve().parent.parent
    if (home / "bin" / "llmdesk-gui").exists() and not (home / "pyvenv.cfg").exists():
        return f"delete the folder {home}"
    if sys.platform == "win32" and (uninstaller := Path(sys.executable).parents[1] / "uninstall.exe").exists():
        return f"Settings, Apps, llmdesk (or {uninstaller})"
    return "pipx uninstall llmdesk" if "pipx" in home.parts else "pip uninstall llmdesk"


def _unpacked() -> Path:
    """Where single files unpack their programs: that of the one that runs, whose start may have seen another cache."""
    if start_command.one_file() is not None:
        return Path(sys.executable).parents[2]
    return paths.cache_dir() / start_command.UNPACKED


def _measured(places: list[Place], skipped: Path | None = None) -> Iterator[Place]:
    for place in places:
        if place.path.exists():
            yield Place(place.what, place.path, sum(_sizes(place.path, skipped)))


def _sizes(path: Path, skipped: Path | None) -> Iterator[int]:
    if path.is_file():
        yield path.lstat().st_size
        return
    for folder, folders, names in os.walk(path):
        folders[:] = [name for name in folders if Path(folder, name) != skipped]
        for name in names:
            with contextlib.suppress(OSError):
                yield Path(folder, name).lstat().st_size


def _delete(path: Path, but: Path | None = None) -> None:
    if but is not None and path in (but, but.parent):
        for each in path.iterdir() if path == but.parent else ():
            _delete(each, but)
    elif path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)
