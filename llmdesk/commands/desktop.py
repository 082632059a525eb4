"""``llmdesk desktop install|remove``: the launcher in the menu and on the desktop."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING

from llmdesk.errors import SetupError

if TYPE_CHECKING:
    Subparsers = argparse._SubParsersAction[argparse.ArgumentParser]

_ELSEWHERE = {
    "win32": "On Windows, `llmdesk-gui.exe` in {scripts} is the launcher: right-click it, then Pin to Start.",
    "darwin": "On macOS, `llmdesk-gui` in {scripts} is the launcher: drag it to the right side of the Dock.",
}


def add_parser(subparsers: Subparsers) -> None:
    """Add the command to the command line."""
    parser = subparsers.add_parser("desktop", help="put a launcher into the menu and onto the desktop, or remove it")
    parser.add_argument("action", choices=("install", "remove"))
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Do it and say what was written or deleted. Raises SetupError: a folder cannot be written to."""
    from llmdesk.services import desktop_entry

    if sys.platform in _ELSEWHERE:
        import sysconfig

        print(_ELSEWHERE[sys.platform].format(scripts=sysconfig.get_path("scripts")))
        return 0
    if args.action == "install":
        try:
            entry, launcher, *icons = desktop_entry.install()
        except OSError as error:
            where = f"{error.filename}: {error.strerror}" if error.filename else str(error)
            raise SetupError(
                f"The launcher cannot be written: {where}.", "Look at the rights of that folder."
            ) from error
        print(f"Menu entry:  {entry}\nOn the desktop: {launcher}\nIcons: {len(icons)} sizes")
        print("`llmdesk desktop remove` deletes them again.")
        return 0
    gone = desktop_entry.remove()
    print(f"Removed {len(gone)} files and folders." if gone else "No launcher was installed.")
    return 0
