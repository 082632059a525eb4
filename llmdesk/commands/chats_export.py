"""``llmdesk chats export``: chats to files, folders, ZIPs or stdout."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from llmdesk.services.chats.transfer.exporting import ChatExport, Format, Load, Render

_STDOUT = "-"
_FILES = (".md", ".html", ".pdf", ".json")
_WRONG_USAGE = 2


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what `export` takes."""
    parser.add_argument("ids", metavar="ID", nargs="*")
    parser.add_argument(
        "--format",
        choices=("markdown", "html", "json", "pdf"),
        help="json (the default, and what can be imported again), or what --output ends with",
    )
    parser.add_argument(
        "--output",
        metavar="PATH",
        default=_STDOUT,
        help="a file; a folder or a .zip for several chats that are not json; else they are printed",
    )
    parser.add_argument("--force", action="store_true", help="replace the file if it is there")


def run(args: argparse.Namespace, chosen: Callable[[], list[str]], load: Load) -> int:
    """Write the chats; 1 if some could not be, 2 for wrong usage.

    Args:
        chosen: ids of the chats that were asked for. Raises StoreError.
        load: gives each of them.
    """
    from llmdesk.services.chats.transfer.exporting import ChatExport
    from llmdesk.services.figure_text import counted

    kind = _format(args)
    target = None if args.output == _STDOUT else Path(args.output)
    is_single = len(args.ids) == 1
    if problem := _wrong_usage(args, kind, target, is_single):
        print(f"llmdesk: {problem}", file=sys.stderr)
        return _WRONG_USAGE
    export = ChatExport(chosen(), load)
    _write(export, kind, target, is_single)
    for chat_id, error in export.result.failed:
        print(f"llmdesk: {chat_id}: {error.user_message}", file=sys.stderr)
    if target is not None:
        failed = [{"id": chat_id, "error": error.user_message} for chat_id, error in export.result.failed]
        report = {"count": export.result.count, "path": str(target), "format": kind, "failed": failed}
        chats = counted(export.result.count, "chat")
        print(json.dumps(report, indent=2) if args.json else f"Exported {chats} to {target}.")
    return 1 if export.result.failed else 0


def _format(args: argparse.Namespace) -> Format:
    from llmdesk.services.chats.transfer.exporting import SUFFIXES

    if args.format:
        found: Format = args.format
        return found
    suffix = Path(args.output).suffix.lower()
    return next((kind for kind, each in SUFFIXES.items() if each == suffix), "json")


def _wrong_usage(args: argparse.Namespace, kind: Format, target: Path | None, is_single: bool) -> str:
    """Why this cannot be done as it was asked for; empty if it can."""
    if not args.output:
        return "--output names no place."
    if target is None:
        if args.json and kind != "json":
            return "--json needs --output, or --format json."
        if kind != "json" and not is_single:
            return f"Several chats as {kind} need --output with a folder or a .zip."
        if kind == "pdf" and sys.stdout.isatty():
            return "A PDF needs --output."
        return ""
    if kind != "json" and not is_single and target.suffix.lower() in _FILES:
        return f"Several chats as {kind} do not fit into one file; give a folder or a .zip."
    if kind == "json" and target.suffix.lower() == ".zip":
        return "Chats as json are one file, no ZIP; give a name that ends with .json, or another --format."
    if target.exists() and not target.is_dir() and not args.force:
        return f"{target} is there already; --force replaces it."
    if target.is_dir() and (kind == "json" or is_single):
        return f"{target} is a folder; give the name of a file in it."
    return ""


def _write(export: ChatExport, kind: Format, target: Path | None, is_single: bool) -> None:
    from llmdesk.services.chats.transfer.exporting import SUFFIXES

    render = _render(kind)
    if kind == "json" and target is None:
        export.to_json_stream(sys.stdout.buffer)
    elif kind == "json" and target is not None:
        export.to_json(target)
    elif target is None:
        export.to_stream(sys.stdout.buffer, render)
    elif target.suffix.lower() == ".zip":
        export.to_zip(target, SUFFIXES[kind], render)
    elif is_single:
        export.to_file(target, render)
    else:
        export.to_folder(target, SUFFIXES[kind], render)


def _render(kind: Format) -> Render:
    from llmdesk.services.chats.transfer.exporting import render_text

    if kind != "pdf":
        return render_text(kind)
    from llmdesk.ui.chat.transfer.pdf import chat_pdf

    return chat_pdf
