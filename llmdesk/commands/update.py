"""``llmdesk update``: whether there is a newer version, what is new, and its file."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from llmdesk.commands.progress import ProgressLine
from llmdesk.commands.terminal_text import printable

if TYPE_CHECKING:
    from llmdesk.services.updates.version_file import Release

    Subparsers = argparse._SubParsersAction[argparse.ArgumentParser]


def add_parser(subparsers: Subparsers) -> None:
    """Declare the command."""
    text = "ask whether there is a newer version, and say what is new; nothing is installed"
    parser = subparsers.add_parser("update", help=text, description=text)
    parser.add_argument("--download", metavar="FOLDER", type=Path, help="fetch its file into this folder")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Ask and tell. Raises UpdateError, NotEnoughDisk."""
    from llmdesk import __version__
    from llmdesk.services.settings.settings import Settings
    from llmdesk.services.updates import looking

    looking.refuse_offline(Settings().values)
    release = looking.look(looking.publisher())
    if release is None:
        print(f"llmdesk {__version__} is the newest version.")
        return 0
    print(f"llmdesk {release.version} was published on {release.published}; this is {__version__}.")
    for line in release.news:
        print(f"  {printable(line)}")
    if release.page:
        print(printable(release.page))
    return _fetch(release, args.download) if args.download else 0


def _fetch(release: Release, folder: Path) -> int:
    from llmdesk.errors import UpdateError
    from llmdesk.services.updates import looking
    from llmdesk.services.updates.version_file import own_kind

    file = release.file_for(own_kind())
    if file is None:
        raise UpdateError(f"This version has no file for an installation like this one ({own_kind()}).", release.page)
    line = ProgressLine()
    try:
        done = looking.fetch(
            file, folder, lambda done_bytes: line.show(f"{done_bytes / file.size_bytes:4.0%}  {file.name}")
        )
    finally:
        line.clear()
    print(f"Fetched and checked: {done}")
    return 0
