"""``llmdesk models``: the catalogue and what is on disk."""

from __future__ import annotations

import argparse
import dataclasses
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from llmdesk.commands import export_model, hub_models, server_models
from llmdesk.commands.model_words import ProgressLine, say_result, size_text, table

if TYPE_CHECKING:
    from llmdesk.core import Core
    from llmdesk.datatypes.model import ModelSpec
    from llmdesk.models.catalogue import Catalogue
    from llmdesk.models.hub_search import Newer

_CANCELLED = 130
_WRONG_USAGE = 2


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Declare the command."""
    parser = subparsers.add_parser("models", help="list, add, fetch, export or remove models")
    parser.add_argument("--json", action="store_true", help="print one JSON object and nothing else")
    parser.set_defaults(run=run, action="list")
    actions = parser.add_subparsers(metavar="ACTION")
    for name, argument, text in (
        ("list", None, "show the models (the default)"),
        (
            "add",
            "PATH",
            "remember a folder, a GGUF file, what Ollama or the hub keep, or a model on a server (its address)",
        ),
        (
            "install",
            "ID",
            "fetch a model, or a repository of the hub (OWNER/NAME); Ctrl+C stops, the next time it goes on",
        ),
        ("remove", "ID", "delete what was fetched, or forget a model that was added"),
        (
            "update",
            "ID",
            "fetch what the hub has of a fetched model by now; without an ID only say of which it has more",
        ),
        ("search", None, "search the hub by words, with filters"),
        ("show", "OWNER/NAME", "what a repository of the hub has, and which form of it is recommended on this machine"),
        ("export", None, "write a model as a GGUF file that llama.cpp and other programs read"),
        ("login", None, "keep a token for the hub in the system's keyring"),
        ("logout", None, "forget that token"),
    ):
        action = actions.add_parser(name, help=text, description=text)
        action.add_argument("--json", action="store_true", default=argparse.SUPPRESS, help=argparse.SUPPRESS)
        action.set_defaults(action=name)
        if argument:
            action.add_argument("target", metavar=argument, nargs="?" if name == "update" else None)
        if name == "add":
            server_models.add_arguments(action)
        elif name == "install":
            action.add_argument("--file", default="", metavar="FILE", help="this GGUF file of the repository")
        elif name == "show":
            action.add_argument("--card", action="store_true", help="with its model card")
        elif name == "search":
            hub_models.add_search_arguments(action)
        elif name == "export":
            export_model.add_arguments(action)


def run(args: argparse.Namespace) -> int:
    """Run one action. Raises LlmdeskError for what the user can mend."""
    from llmdesk.core import Core

    core = Core()  # its settings say how much memory a model may take
    try:
        return _run(args, core)
    finally:
        core.close()


def _wrong_usage(args: argparse.Namespace) -> str:
    """Why this cannot be done as it was asked for; empty if it can."""
    if args.action == "add" and not args.target:
        return "Give a folder, a GGUF file, or the address of a server."
    if args.action == "add" and not _is_server(args.target) and server_models.asked_for(args):
        return "--name, --context, --key and --key-env are for a model on a server; give its address."
    if args.action == "install" and args.file and "/" not in args.target:
        return "--file chooses a file of a repository of the hub; give that as OWNER/NAME."
    return ""


def _is_server(target: str) -> bool:
    return target.lower().startswith(("http://", "https://"))


def _run(args: argparse.Namespace, core: Core) -> int:
    if problem := _wrong_usage(args):
        print(f"llmdesk: {problem}", file=sys.stderr)
        return _WRONG_USAGE
    if of_the_hub := hub_models.answers(args, core).get(args.action):
        return of_the_hub()
    catalogue = core.catalogue
    for found in catalogue.problems:
        sys.stderr.write(f"llmdesk: {found.user_message}\n")
    match args.action:
        case "add":
            from_server = _is_server(args.target)
            spec = server_models.add(args, catalogue) if from_server else catalogue.add_path(Path(args.target))
            return say_result(args, f"Added {spec.title} as {spec.id}.", _as_dict(catalogue, spec))
        case "install":
            is_remote = "/" in args.target
            return _install(
                args, hub_models.add(args.target, args.file, catalogue) if is_remote else catalogue.get(args.target)
            )
        case "update":
            return _update(args, catalogue)
        case "export":
            return export_model.run(args, core)
        case "remove":
            return say_result(args, catalogue.remove(args.target), {"id": args.target, "removed": True})
        case _:
            return _list(args, catalogue)


def _list(args: argparse.Namespace, catalogue: Catalogue) -> int:
    rows = [_as_dict(catalogue, spec) for spec in catalogue.specs()]
    problems = [problem.user_message for problem in catalogue.problems]
    return say_result(args, _table(rows), {"models": rows, "default": catalogue.default_id, "problems": problems})


def _as_dict(catalogue: Catalogue, spec: ModelSpec) -> dict[str, Any]:
    from llmdesk.models import places
    from llmdesk.services.models_here import fit_here

    path = places.locate(spec)
    found = dataclasses.asdict(spec)
    found |= {"installed": catalogue.is_installed(spec), "path": str(path) if path else None}
    found |= {"server": spec.source.host}
    found |= {"memory_fit": dataclasses.asdict(fit_here(spec))}
    return found


def _table(rows: list[dict[str, Any]]) -> str:
    lines = [("ID", "TITLE", "FILES", "MEMORY", "PRECISION", "LICENCE")]
    for row in rows:
        size = f"to fetch, {size_text(row['download_bytes'])}" if row["download_bytes"] else "missing"
        memory = (
            ("" if row["memory_measured"] else "about ") + size_text(row["memory_bytes"])
            if row["memory_bytes"]
            else "-"
        )
        memory += ", too large here" if row["memory_fit"]["kind"] == "too_large" else ""
        licence = row["licence"] + (" (login)" if row["gated"] else "")
        files = "on disk" if row["installed"] else size
        precision = row["precision"] if row["purpose"] == "chat" else "embeddings"
        if row["server"]:
            files, memory, precision = f"on a server, {row['source']['location']}", "-", "-"
        lines.append((row["id"], row["title"], files, memory, precision, licence or "-"))
    return table(lines)


def _install(args: argparse.Namespace, spec: ModelSpec, *, anew: bool = False) -> int:
    from llmdesk.models.fetch_control import FetchControl
    from llmdesk.models.fetching import fetch

    line = ProgressLine(spec.title)
    try:
        path = fetch(spec, line.show, FetchControl(), anew=anew)
    except KeyboardInterrupt:
        line.end()
        sys.stderr.write(f"Stopped. `llmdesk models {args.action} {spec.id}` goes on from here.\n")
        return _CANCELLED
    except BaseException:
        line.end()
        raise
    line.end()
    return say_result(args, f"{spec.title} is on this machine: {path}", {"id": spec.id, "path": str(path)})


def _update(args: argparse.Namespace, catalogue: Catalogue) -> int:
    """Without an id nothing is fetched."""
    from llmdesk.models.fetch_control import FetchControl
    from llmdesk.models.hub_search import may_become_newer, newer

    if args.target:
        spec = catalogue.get(args.target)
        if newer(spec, FetchControl()) is None:
            return say_result(args, f"{spec.title} is as the hub has it.", {"id": spec.id, "newer": None})
        return _install(args, spec, anew=True)
    found = {spec: newer(spec, FetchControl()) for spec in catalogue.specs() if may_become_newer(spec)}
    rows = [{"id": spec.id, "newer": dataclasses.asdict(new) if new else None} for spec, new in found.items()]
    lines = [_of_newer(spec, new) for spec, new in found.items() if new]
    return say_result(args, "\n".join(lines) or "All fetched models are as the hub has them.", {"models": rows})


def _of_newer(spec: ModelSpec, new: Newer) -> str:
    has = "the hub has a newer one" if new.is_here_known else "which version is here is not known; the hub has one"
    return f"{spec.id}: {has}, of {new.updated}; `llmdesk models update {spec.id}` fetches it."
