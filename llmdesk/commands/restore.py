"""``llmdesk restore``: a backup takes its place; what was there is kept."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from llmdesk.commands.progress import ProgressLine
from llmdesk.commands.terminal_text import printable
from llmdesk.error_values import json_object

if TYPE_CHECKING:
    from llmdesk.errors import SetupError
    from llmdesk.services.backup.archive import NamedModel
    from llmdesk.services.backup.restoring import Plan, Restored

    Subparsers = argparse._SubParsersAction[argparse.ArgumentParser]

_WRONG_USAGE = 2


def add_parser(subparsers: Subparsers) -> None:
    """Declare the command."""
    text = "put a backup back; what it replaces is kept as a backup of its own"
    parser = subparsers.add_parser("restore", help=text, description=text)
    parser.add_argument("file", metavar="FILE", type=Path)
    parser.add_argument("--yes", action="store_true", help="replace what is there without a question")
    parser.add_argument("--json", action="store_true", help="print one JSON object and nothing else; asks nothing")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Ask, if anything is replaced or a door is opened, and restore; 1 if that was declined.

    Raises BackupError, NotEnoughDisk, SetupError (what starts llmdesk at login cannot be written).
    """
    from llmdesk.services.backup.restoring import look, restore

    plan = look(args.file)
    if (plan.replaced or plan.doors) and not args.yes:
        if args.json or not sys.stdin.isatty():
            if plan.replaced:
                print("llmdesk: Something is there already; --yes replaces it, and keeps it.", file=sys.stderr)
            for each in plan.doors:
                print(f"llmdesk: It sets {printable(each)}; --yes takes that.", file=sys.stderr)
            return _WRONG_USAGE
        if not _agrees(plan):
            print("Nothing was changed.")
            return 1
    if args.yes and not args.json:
        _tell_doors(plan)
    line = ProgressLine()
    try:
        done = restore(args.file, tell=line.show)
    finally:
        line.clear()
    problem = _set_login()
    if args.json:
        return _tell_as_json(done, plan, problem)
    print(f"Files restored: {done.parts}")
    if done.kept is not None:
        print(f"What was there before: {done.kept} (`llmdesk restore` takes that, too)")
    _tell_missing(plan.missing_models)
    if problem is not None:
        raise problem
    return 0


def _tell_as_json(done: Restored, plan: Plan, problem: SetupError | None) -> int:
    """What was done and what was not in one object; the exit code."""
    missing = [model.id for model in plan.missing_models]
    told = {"parts": done.parts, "kept": str(done.kept or ""), "missing_models": missing, "doors": plan.doors}
    if problem is not None:
        told["error"] = json_object(problem.info())
        print(f"llmdesk: {problem.user_message}", file=sys.stderr)
    print(json.dumps(told, indent=2))
    return 0 if problem is None else 1


def _agrees(plan: Plan) -> bool:
    created = printable(plan.found.created[:16].replace("T", " "))
    print(f"A backup of {created}, {plan.found.size_bytes / 1e6:.1f} MB.")
    if plan.replaced:
        print("It replaces:")
        for part in plan.replaced:
            print(f"  {part}")
        print("What is there now is kept as a backup; what the backup does not have stays.")
    _tell_doors(plan)
    print("Replace? [y/N] " if plan.replaced else "Restore? [y/N] ", end="", flush=True)
    return sys.stdin.readline().strip().lower() in ("y", "yes")


def _set_login() -> SetupError | None:
    """Start at login as the settings have it now: on this machine it may be otherwise. Returns why that failed."""
    from llmdesk.errors import SetupError
    from llmdesk.services import autostart
    from llmdesk.services.settings.settings import Settings

    wanted = Settings().values.desktop.at_login
    try:
        if wanted != autostart.is_on():
            autostart.turn(wanted)
    except SetupError as error:
        return error
    return None


def _tell_doors(plan: Plan) -> None:
    if plan.doors:
        print("It sets who reaches this machine, where llmdesk sends, or that llmdesk starts when you log in;")
        print("do not take that from somebody else:")
    for each in plan.doors:
        print(f"  {printable(each)}")


def _tell_missing(models: tuple[NamedModel, ...]) -> None:
    fetched = [model.id for model in models if model.source not in ("folder", "gguf")]
    if fetched:
        print("Models that were there:")
        for model_id in fetched:
            print(f"  llmdesk models install {printable(model_id)}")
    for model in models:
        if model.source in ("folder", "gguf"):
            print(f"{printable(model.id)} was at {printable(model.location)}.")
