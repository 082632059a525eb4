"""Starting llmdesk when its user logs in: an entry of the desktop's, of Windows' registry, or of macOS' launchd.

Reads and writes small files, or the registry; any thread but the GUI's. The system's own settings may take the entry
away again, so whether it is there is asked there.
"""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
from pathlib import Path

from llmdesk import paths
from llmdesk.errors import SetupError
from llmdesk.services import desktop_entry
from llmdesk.services.start_command import start_command
from llmdesk.words import say

HIDDEN = "--hidden"
_RUN_KEY = r"Software\Microsoft\Windows\CurrentVersion\Run"


def is_on() -> bool:
    """Whether there is an entry."""
    return _windows_entry() is not None if sys.platform == "win32" else _file().exists()


def started_program() -> Path | None:
    """What a Linux desktop starts; None: nothing. Raises OSError."""
    return desktop_entry.started_program(_file())


def turn(on: bool) -> None:
    """Write the entry (again), or take it away. Raises SetupError."""
    try:
        _turn(on)
    except OSError as error:
        reason = error.strerror or str(error)
        raise SetupError(say("{place} cannot be changed: {reason}.", place=place(), reason=reason), "") from error


def _turn(on: bool) -> None:
    if sys.platform == "win32":
        _turn_on_windows(on)
    elif on:
        file = _file()
        made = [*desktop_entry.recorded(file), *(each for each in reversed(file.parents) if not each.exists())]
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(_launch_agent() if sys.platform == "darwin" else _desktop_entry(made))
    else:
        made = desktop_entry.recorded(_file())
        _file().unlink(missing_ok=True)
        for folder in reversed(made):
            with contextlib.suppress(OSError):  # others are in it
                folder.rmdir()


def place() -> str:
    """Where the entry is, in words."""
    return rf"HKEY_CURRENT_USER\{_RUN_KEY}\{paths.APP_NAME}" if sys.platform == "win32" else str(_file())


def _file() -> Path:
    if sys.platform == "darwin":
        return Path.home() / "Library" / "LaunchAgents" / f"{paths.APP_ID}.plist"
    config = Path(os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config")
    return config / "autostart" / f"{paths.APP_ID}.desktop"


def _desktop_entry(made: list[Path]) -> bytes:
    """``made``: folders that are there because of it."""
    command = [*start_command(), HIDDEN]
    keys = {
        "Type": "Application",
        "Name": "llmdesk",
        "Exec": desktop_entry.exec_value(command),
        "TryExec": desktop_entry.escape(command[0]),
        "Icon": paths.APP_ID,
        "Terminal": "false",
        "X-GNOME-Autostart-Delay": "5",  # whoever logs in waits for the desktop first
    }
    keys |= desktop_entry.record(made) if made else {}
    return os.fsencode("[Desktop Entry]\n" + "".join(f"{key}={value}\n" for key, value in keys.items()))


def _launch_agent() -> bytes:
    import plistlib

    keys = {"Label": paths.APP_ID, "ProgramArguments": [*start_command(), HIDDEN], "RunAtLoad": True}
    return plistlib.dumps({**keys, "ProcessType": "Interactive"})


def _windows_entry() -> str | None:
    import winreg

    try:
        with winreg.OpenKey(winreg.HKEY_CURRENT_USER, _RUN_KEY) as key:  # type: ignore[attr-defined]
            return str(winreg.QueryValueEx(key, paths.APP_NAME)[0])  # type: ignore[attr-defined]
    except FileNotFoundError:
        return None


def _turn_on_windows(on: bool) -> None:
    import winreg

    with winreg.CreateKey(winreg.HKEY_CURRENT_USER, _RUN_KEY) as key:  # type: ignore[attr-defined]
        if on:
            command = subprocess.list2cmdline([*start_command(), HIDDEN])
            winreg.SetValueEx(key, paths.APP_NAME, 0, winreg.REG_SZ, command)  # type: ignore[attr-defined]
        elif _windows_entry() is not None:
            winreg.DeleteValue(key, paths.APP_NAME)  # type: ignore[attr-defined]
