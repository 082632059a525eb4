"""``llmdesk chats``: the chats that are kept, in and out. Works beside a running window."""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import asdict
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

from llmdesk.commands import chats_export
from llmdesk.commands.progress import ProgressLine
from llmdesk.commands.terminal_text import printable

if TYPE_CHECKING:
    from llmdesk.services.chats.kept import ChatInfo, Hit
    from llmdesk.services.chats.store import ChatStore
    from llmdesk.services.chats.transfer.exporting import Progress
    from llmdesk.services.chats.transfer.importing import Imported

_ID_CHARS = 8
_BOLD, _PLAIN = "\x1b[1m", "\x1b[0m"


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Declare the command."""
    parser = subparsers.add_parser("chats", help="list, show, search, export or import chats")
    parser.add_argument("--json", action="store_true", help="print one JSON object and nothing else")
    parser.set_defaults(run=run, action="list", archived=False)
    actions = parser.add_subparsers(metavar="ACTION")

    def action(name: str, text: str) -> argparse.ArgumentParser:
        made = actions.add_parser(name, help=text, description=text)
        made.add_argument("--json", action="store_true", default=argparse.SUPPRESS, help=argparse.SUPPRESS)
        made.set_defaults(action=name)
        return made

    listing = action("list", "show the chats, the newest first (the default)")
    listing.add_argument("--archived", action="store_true", help="those in the archive instead")
    show = action("show", "print a chat as Markdown, or with --json as JSON")
    show.add_argument("id", metavar="ID", help="as `list` prints it; its beginning is enough")
    search = action("search", "find messages with all these words, the newest first")
    search.add_argument("words", metavar="WORDS", nargs="+")
    search.add_argument("--limit", type=_count, default=20, metavar="N", help="at most so many hits (20)")
    chats_export.add_arguments(
        action("export", "write chats to a file, a folder or a ZIP; all of them if no ID is given")
    )
    taking = action("import", "add chats of llmdesk, ChatGPT, LM Studio, Jan or Open WebUI; none is added twice")
    taking.add_argument("files", metavar="FILE", nargs="+", type=Path, help="a JSON file, a ZIP or a folder")


def _count(text: str) -> int:
    if not text.isascii() or not text.isdigit() or not 1 <= int(text) <= 10_000:
        raise argparse.ArgumentTypeError("a number from 1 to 10000")
    return int(text)


def run(args: argparse.Namespace) -> int:
    """Run one action; 1 if some of the chats could not be transferred. Raises LlmdeskError: none could."""
    from llmdesk.services.chats.store import ChatStore

    store = ChatStore()
    try:
        match args.action:
            case "show":
                return _show(args, store)
            case "search":
                return _search(args, store)
            case "export":
                return _export(args, store)
            case "import":
                return _import(args, store)
            case _:
                return _list(args, store)
    finally:
        store.close()


# -- reading ----------------------------------------------------------------------------------------------------------


def _list(args: argparse.Namespace, store: ChatStore) -> int:
    chats = store.chats(archived=args.archived)
    if args.json:
        return _say_json({"chats": [asdict(info) for info in chats]})
    if not chats:
        print("There are no chats in the archive." if args.archived else "There are no chats yet.")
        return 0
    width = _id_chars(_all(store))
    lines = [("ID", "CHANGED", "MESSAGES", "TITLE")]
    lines += [(info.id[:width], _moment(info.changed_s), str(info.message_count), _title(info)) for info in chats]
    widths = [max(len(line[column]) for line in lines) for column in range(3)]
    for line in lines:
        print("  ".join((*map(str.ljust, line[:3], widths), line[3])))
    return 0


def _title(info: ChatInfo) -> str:
    marks = ("pinned" if info.is_pinned else "", f"in {info.folder}" if info.folder else "")
    found = ", ".join(filter(None, marks))
    return f"{printable(info.title)} ({found})" if found else printable(info.title)


def _moment(time_s: float) -> str:
    from llmdesk.services.chats.transfer.words import moment

    return moment(time_s)


def _show(args: argparse.Namespace, store: ChatStore) -> int:
    from llmdesk.services.chats.transfer.markdown import chat_markdown
    from llmdesk.services.chats.transfer.own_format import chat_object

    kept = store.load(_found(store, args.id))
    if args.json:
        return _say_json(chat_object(kept))
    sys.stdout.write(chat_markdown(kept))
    return 0


def _search(args: argparse.Namespace, store: ChatStore) -> int:
    hits = store.search(" ".join(args.words), args.limit)
    if args.json:
        return _say_json({"hits": [asdict(hit) for hit in hits]})
    if not hits:
        print("Nothing was found.")
        return 0
    width = _id_chars(_all(store))
    for hit in hits:
        print(f"{hit.chat_id[:width]}  {_moment(hit.created_s)}  {printable(hit.chat_title)}")
        if hit.role != "title":
            print(f"    {hit.role}: {_marked(hit)}")
    return 0


def _marked(hit: Hit) -> str:
    if not sys.stdout.isatty():
        return printable(hit.excerpt)
    text, place = "", 0
    for first, end in hit.marks:
        text += f"{printable(hit.excerpt[place:first])}{_BOLD}{printable(hit.excerpt[first:end])}{_PLAIN}"
        place = end
    return text + printable(hit.excerpt[place:])


def _all(store: ChatStore) -> list[ChatInfo]:
    return [*store.chats(), *store.chats(archived=True)]


def _id_chars(chats: list[ChatInfo]) -> int:
    """So many characters tell all ids apart."""
    ids = sorted({info.id for info in chats})
    same = [
        next((place for place, pair in enumerate(zip(*both, strict=False)) if pair[0] != pair[1]), 0)
        for both in pairwise(ids)
    ]
    return max([_ID_CHARS, *(place + 1 for place in same)])


def _found(store: ChatStore, given: str) -> str:
    """The whole of an id, or of its beginning. Raises StoreError."""
    from llmdesk.errors import StoreError

    found = [info for info in _all(store) if given and info.id.startswith(given.lower())]
    if len(found) == 1:
        return found[0].id
    if not found:
        raise StoreError(f"No chat has an id that begins with {given}.", "`llmdesk chats list` shows the chats.")
    ids = ", ".join(info.id for info in found[:5])
    raise StoreError(f"{len(found)} chats have ids that begin with {given}: {ids}.", "Give more of the id.")


def _say_json(data: Any) -> int:
    print(json.dumps(data, indent=2, ensure_ascii=False))
    return 0


# -- out and in -----------------------------------------------------------------------------------------------------


def _export(args: argparse.Namespace, store: ChatStore) -> int:
    def chosen() -> list[str]:
        return list(dict.fromkeys([_found(store, given) for given in args.ids] or [info.id for info in _all(store)]))

    return chats_export.run(args, chosen, store.load)


def _import(args: argparse.Namespace, store: ChatStore) -> int:
    from llmdesk.services.chats.transfer.importing import failure_words, import_chats

    line = ProgressLine()
    try:
        made = import_chats(args.files, store, told=partial(_tell, line))
    finally:
        line.clear()
    for name, error in made.failed:
        print(f"llmdesk: {printable(failure_words(name, error))}", file=sys.stderr)
    if args.json:
        _say_json(_report(made))
    else:
        print(made.summary())
    return 1 if made.failed else 0


def _tell(line: ProgressLine, progress: Progress) -> None:
    line.show(f"{progress.done} chats read")


def _report(made: Imported) -> dict[str, Any]:
    return {
        "added": [{"id": info.id, "title": info.title} for info in made.added],
        "known": [{"id": info.id, "title": info.title} for info in made.known],
        "empty": made.empty,
        "failed": [{"name": name, "error": error.user_message, "hint": error.hint} for name, error in made.failed],
    }
