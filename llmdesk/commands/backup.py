"""``llmdesk backup``: chats, settings, prompts and what else cannot be made again, in one file."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from llmdesk.commands.progress import ProgressLine
from llmdesk.words import printable

if TYPE_CHECKING:
    Subparsers = argparse._SubParsersAction[argparse.ArgumentParser]

_WRONG_USAGE = 2


def add_parser(subparsers: Subparsers) -> None:
    """Declare the command."""
    text = "write chats, settings, prompts, collections' folders and recordings into one file"
    parser = subparsers.add_parser("backup", help=text, description=f"{text}; works beside a running window")
    parser.add_argument("file", metavar="FILE", type=Path)
    parser.add_argument("--with-models", action="store_true", help="fetched models, too; else they are only named")
    parser.add_argument("--force", action="store_true", help="replace the file if it is there")
    parser.add_argument("--json", action="store_true", help="print one JSON object and nothing else")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Write it and say what is in it. Raises BackupError, NotEnoughDisk."""
    from llmdesk.services.backup.writing import write_backup

    if args.file.is_dir() or (args.file.exists() and not args.force):
        problem = (
            "is a folder; give the name of a file in it" if args.file.is_dir() else "is there; --force replaces it"
        )
        print(f"llmdesk: {args.file} {problem}.", file=sys.stderr)
        return _WRONG_USAGE
    line = ProgressLine()
    try:
        made = write_backup(
            args.file,
            with_models=args.with_models,
            tell=lambda part, done_bytes: line.show(f"{part}  {done_bytes / 1e6:.0f} MB"),
        )
    finally:
        line.clear()
    if args.json:
        told = {"path": printable(str(args.file)), "parts": made.parts, "models": [model.id for model in made.models]}
        told["left_out"] = [printable(str(file)) for file in made.left_out]
        print(json.dumps({**told, "size_bytes": args.file.stat().st_size}, indent=2))
        return 0
    print(f"Files: {made.parts}, {args.file.stat().st_size / 1e6:.1f} MB: {args.file}")
    if made.models and not args.with_models:
        print(
            f"Models are only named: {', '.join(model.id for model in made.models)} (--with-models: fetched ones, too)"
        )
    for file in made.left_out:
        print(f"Not in the backup, because other systems cannot have this name: {printable(str(file))}")
    if made.left_out:
        print(f"Rename {'it' if len(made.left_out) == 1 else 'them'} and back up again.")
    print("It holds your chats in plain text. `llmdesk restore FILE` puts it back.")
    return 0
