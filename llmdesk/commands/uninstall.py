"""``llmdesk uninstall``: everything but what the user made goes, and where that is, is said."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from llmdesk.services.uninstall import Place

    Subparsers = argparse._SubParsersAction[argparse.ArgumentParser]

_WRONG_USAGE = 2


def add_parser(subparsers: Subparsers) -> None:
    """Declare the command."""
    text = "delete launchers, caches, logs and fetched models; chats and settings stay"
    parser = subparsers.add_parser("uninstall", help=text, description=text)
    more_or_less = parser.add_mutually_exclusive_group()
    more_or_less.add_argument("--keep-models", action="store_true", help="fetched models stay as well")
    more_or_less.add_argument("--everything", action="store_true", help="chats, settings and prompts go as well")
    parser.add_argument("--yes", action="store_true", help="without a question")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Say what goes, ask, delete, and say what is left; 1 if that was declined. Raises BackupError: it is open."""
    from llmdesk.services import uninstall
    from llmdesk.services.backup.closed import refuse_while_open

    refuse_while_open()
    with_models = not args.keep_models
    if not args.yes:
        if not sys.stdin.isatty():
            print("llmdesk: --yes says that it may delete.", file=sys.stderr)
            return _WRONG_USAGE
        _tell("Goes, with launchers and start at login:", uninstall.doomed(with_models=with_models))
        _tell("Goes as well:" if args.everything else "Stays:", uninstall.kept(with_models=with_models))
        print("Delete? [y/N] ", end="", flush=True)
        if sys.stdin.readline().strip().lower() not in ("y", "yes"):
            print("Nothing was deleted.")
            return 1
        refuse_while_open()  # the question may have stood there for long
    for words in uninstall.remove(with_models=with_models):
        print(f"Gone: {words}")
    if args.everything:
        uninstall.remove_everything()
        print("Gone: chats and settings")
    else:
        _tell("What you made stays; delete these folders if you do not want it:", uninstall.kept(with_models=False))
    uninstall.remove_last()
    print(f"The program itself: {uninstall.program_removal()}")
    return 0


def _tell(heading: str, places: tuple[Place, ...]) -> None:
    named = [place for place in places if place.what and place.size_bytes]
    if named:
        print(heading)
    for place in named:
        print(f"  {place.path}  {place.size_bytes / 1e6:,.0f} MB: {place.what}")
