"""``llmdesk models``: the catalogue and what is on disk."""

from __future__ import annotations

import argparse
import dataclasses
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from llmdesk.commands import server_models

if TYPE_CHECKING:
    from llmdesk.datatypes.model import ModelSpec
    from llmdesk.models.catalogue import Catalogue

_MB = 1_000_000
_CANCELLED = 130


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Declare the command."""
    parser = subparsers.add_parser("models", help="list, add, fetch or remove models")
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
        ("install", "ID", "fetch a model; Ctrl+C stops, the next time it goes on from there"),
        ("remove", "ID", "delete what was fetched, or forget a model that was added"),
    ):
        action = actions.add_parser(name, help=text, description=text)
        action.add_argument("--json", action="store_true", default=argparse.SUPPRESS, help=argparse.SUPPRESS)
        action.set_defaults(action=name)
        if argument:
            action.add_argument("target", metavar=argument)
        if name == "add":
            server_models.add_arguments(action)


def run(args: argparse.Namespace) -> int:
    """Run one action. Raises LlmdeskError for what the user can mend."""
    from llmdesk.core import Core

    core = Core()  # its settings say how much memory a model may take
    try:
        return _run(args, core.catalogue)
    finally:
        core.close()


def _run(args: argparse.Namespace, catalogue: Catalogue) -> int:
    for problem in catalogue.problems:
        sys.stderr.write(f"llmdesk: {problem.user_message}\n")
    if args.action == "add":
        is_server = args.target.lower().startswith(("http://", "https://"))
        spec = server_models.add(args, catalogue) if is_server else catalogue.add_path(Path(args.target))
        return _say(args, f"Added {spec.title} as {spec.id}.", _as_dict(catalogue, spec))
    if args.action == "install":
        return _install(args, catalogue)
    if args.action == "remove":
        return _say(args, catalogue.remove(args.target), {"id": args.target, "removed": True})
    return _list(args, catalogue)


def _say(args: argparse.Namespace, text: str, data: dict[str, Any]) -> int:
    sys.stdout.write((json.dumps(data, indent=2) if args.json else text) + "\n")
    return 0


def _list(args: argparse.Namespace, catalogue: Catalogue) -> int:
    rows = [_as_dict(catalogue, spec) for spec in catalogue.specs()]
    problems = [problem.user_message for problem in catalogue.problems]
    return _say(args, _table(rows), {"models": rows, "default": catalogue.default_id, "problems": problems})


def _as_dict(catalogue: Catalogue, spec: ModelSpec) -> dict[str, Any]:
    import psutil

    from llmdesk.models import places
    from llmdesk.models.memory import fit

    machine = psutil.virtual_memory()
    path = places.locate(spec)
    found = dataclasses.asdict(spec)
    found |= {"installed": catalogue.is_installed(spec), "path": str(path) if path else None}
    found |= {"server": spec.source.host}
    found |= {"memory_fit": dataclasses.asdict(fit(spec, machine.available, machine.total))}
    return found


def _table(rows: list[dict[str, Any]]) -> str:
    lines = [("ID", "TITLE", "FILES", "MEMORY", "PRECISION", "LICENCE")]
    for row in rows:
        size = f"to fetch, {_size(row['download_bytes'])}" if row["download_bytes"] else "missing"
        memory = (
            ("" if row["memory_measured"] else "about ") + _size(row["memory_bytes"]) if row["memory_bytes"] else "-"
        )
        memory += ", too large here" if row["memory_fit"]["kind"] == "too_large" else ""
        licence = row["licence"] + (" (login)" if row["gated"] else "")
        files = "on disk" if row["installed"] else size
        precision = row["precision"] if row["purpose"] == "chat" else "embeddings"
        if row["server"]:
            files, memory, precision = f"on a server, {row['source']['location']}", "-", "-"
        lines.append((row["id"], row["title"], files, memory, precision, licence or "-"))
    widths = [max(len(line[column]) for line in lines) for column in range(len(lines[0]))]
    return "\n".join("  ".join(map(str.ljust, line, widths)).rstrip() for line in lines)


def _size(size_bytes: int) -> str:
    if size_bytes >= 1000 * _MB:
        return f"{size_bytes / 1000 / _MB:.1f} GB"
    return f"{size_bytes / _MB:.0f} MB"


def _install(args: argparse.Namespace, catalogue: Catalogue) -> int:
    from llmdesk.models.downloads import SpeedMeter
    from llmdesk.models.fetch_control import FetchControl
    from llmdesk.models.fetching import fetch

    spec = catalogue.get(args.target)
    line = _ProgressLine(spec.title, SpeedMeter())
    try:
        path = fetch(spec, line.show, FetchControl())
    except KeyboardInterrupt:
        line.end()
        sys.stderr.write(f"Stopped. `llmdesk models install {spec.id}` goes on from here.\n")
        return _CANCELLED
    except BaseException:
        line.end()
        raise
    line.end()
    return _say(args, f"{spec.title} is on this machine: {path}", {"id": spec.id, "path": str(path)})


class _ProgressLine:
    """Progress on stderr: one line that is rewritten on a terminal, else a line per tenth."""

    def __init__(self, title: str, speed: Any) -> None:
        self._title = title
        self._speed = speed
        self._terminal = sys.stderr.isatty()
        self._shown_tenth = -1

    def show(self, done_bytes: int, total_bytes: int) -> None:
        bytes_per_s = self._speed.add(done_bytes)
        percent = 100 * done_bytes // total_bytes if total_bytes else 0
        text = f"{self._title}: {percent} %, {_size(done_bytes)} of {_size(total_bytes)}"
        text += f", {bytes_per_s / _MB:.1f} MB/s" if bytes_per_s else ""
        if self._terminal:
            sys.stderr.write(f"\r\x1b[2K{text}")
            sys.stderr.flush()
        elif percent // 10 > self._shown_tenth:
            sys.stderr.write(text + "\n")
        self._shown_tenth = max(self._shown_tenth, percent // 10)

    def end(self) -> None:
        if self._terminal and self._shown_tenth >= 0:
            sys.stderr.write("\n")
