"""``llmdesk collections``: folders that questions are answered from. Works beside a running window."""

from __future__ import annotations

import argparse
import json
import queue
import sys
import time
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from llmdesk.commands.progress import ProgressLine, tell_problems
from llmdesk.commands.terminal_text import printable

if TYPE_CHECKING:
    from llmdesk.services.collections.collection import Collection, CollectionEvent, Found
    from llmdesk.services.collections.collections import Collections

_ID_CHARS = 8


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Declare the command."""
    parser = subparsers.add_parser("collections", help="list, add, remove, rescan or search folders")
    parser.add_argument("--json", action="store_true", help="print one JSON object and nothing else")
    parser.set_defaults(run=run, action="list")
    actions = parser.add_subparsers(metavar="ACTION")

    def action(name: str, text: str) -> argparse.ArgumentParser:
        made = actions.add_parser(name, help=text, description=text)
        made.add_argument("--json", action="store_true", default=argparse.SUPPRESS, help=argparse.SUPPRESS)
        made.set_defaults(action=name)
        return made

    action("list", "show the collections (the default)")
    adding = action("add", "index a folder, so that questions can be answered from its files")
    adding.add_argument("folder", metavar="FOLDER", type=_folder)
    adding.add_argument("--name", default="", help="default: the folder's")
    for name, text in (
        ("remove", "forget a collection and its index; the files stay"),
        ("rescan", "look for new, changed and vanished files now"),
    ):
        action(name, text).add_argument("collection", metavar="COLLECTION", help="its id, or its name")
    search = action("search", "find passages for a question in words of every day")
    search.add_argument("question", metavar="QUESTION", nargs="+")
    search.add_argument("--in", dest="where", metavar="COLLECTION", action="append", help="only there (repeatable)")
    search.add_argument("--limit", type=_count, default=5, metavar="N", help="at most so many passages (5)")


def _count(text: str) -> int:
    if not text.isascii() or not text.isdigit() or not 1 <= int(text) <= 40:
        raise argparse.ArgumentTypeError("a number from 1 to 40")
    return int(text)


def run(args: argparse.Namespace) -> int:
    """Run one action; 1 if files could not be read. Raises LlmdeskError: it could not be done."""
    from llmdesk.core import Core

    with Core() as core:
        tell_problems(core.settings.file_problems)
        watch = _Watch(core.collections)
        try:
            watch.open()
            match args.action:
                case "add":
                    return _add(args, core.collections, watch)
                case "remove":
                    return _remove(args, core.collections, watch)
                case "rescan":
                    return _rescan(args, core.collections, watch)
                case "search":
                    return _search(args, core.collections, watch)
                case _:
                    return _list(args, core.collections)
        finally:
            watch.line.clear()


class _Watch:
    """Waits for what the collections tell, and shows their progress."""

    def __init__(self, collections: Collections) -> None:
        self._collections = collections
        self._events: queue.SimpleQueue[CollectionEvent] = queue.SimpleQueue()
        self.line = ProgressLine()
        collections.subscribe(self._events.put)

    def open(self) -> None:
        """Until it is known what there is."""
        from llmdesk.services.collections.collection import CollectionsChanged

        self._collections.open()
        while not isinstance(self._next(), CollectionsChanged):
            pass

    def until_indexed(self, collection_id: str) -> Collection:
        """Until a collection's files are read, and have their vectors if there is a model. Raises LlmdeskError."""
        from llmdesk.services.collections.collection import CollectionsChanged

        while True:
            event = self._next()
            found = self._collections.collection(collection_id)
            is_settled = found is not None and found.scanned_s and found.state not in ("waiting", "indexing")
            if found is not None and is_settled and isinstance(event, CollectionsChanged):
                return found

    def until_gone(self, collection_id: str) -> None:
        """Until a collection is removed."""
        while self._collections.collection(collection_id) is not None:
            self._next()

    def _next(self) -> CollectionEvent:
        from llmdesk.error_values import from_info
        from llmdesk.services.collections.collection import CollectionTrouble, IndexProgress

        event = self._events.get()
        if isinstance(event, CollectionTrouble):
            raise from_info(event.error)
        if isinstance(event, IndexProgress):
            step = {"read": "files read", "embed": "passages prepared"}[event.step]
            self.line.show(f"{event.done:,} of {event.total:,} {step}")
        return event


# -- actions ----------------------------------------------------------------------------------------------------------


def _list(args: argparse.Namespace, collections: Collections) -> int:
    found = collections.collections()
    if args.json:
        return _say_json({"collections": [asdict(each) for each in found]})
    if not found:
        print("There are no collections yet. `llmdesk collections add FOLDER` makes one.")
        return 0
    lines = [("ID", "STATE", "FILES", "PASSAGES", "NAME")]
    lines += [(each.id[-_ID_CHARS:], each.state, f"{each.files:,}", f"{each.passages:,}", each.name) for each in found]
    widths = [max(len(line[column]) for line in lines) for column in range(4)]
    for line in lines:
        print("  ".join((*map(str.ljust, line[:4], widths), printable(line[4]))))
    return 0


def _add(args: argparse.Namespace, collections: Collections, watch: _Watch) -> int:
    return _tell_indexed(args, collections, watch.until_indexed(collections.add(args.name, args.folder)), watch)


def _rescan(args: argparse.Namespace, collections: Collections, watch: _Watch) -> int:
    chosen = _chosen(collections, args.collection)
    begun_s = time.time()
    collections.rescan(chosen.id)
    found = watch.until_indexed(chosen.id)
    while found.scanned_s < begun_s:
        found = watch.until_indexed(chosen.id)
    return _tell_indexed(args, collections, found, watch)


def _remove(args: argparse.Namespace, collections: Collections, watch: _Watch) -> int:
    chosen = _chosen(collections, args.collection)
    collections.remove(chosen.id)
    watch.until_gone(chosen.id)
    if args.json:
        return _say_json({"removed": {"id": chosen.id, "name": chosen.name}})
    print(f"{printable(chosen.name)} is forgotten. Its files stay where they are.")
    return 0


def _search(args: argparse.Namespace, collections: Collections, watch: _Watch) -> int:
    from llmdesk.error_values import from_info

    there = collections.collections()
    chosen = [_chosen(collections, each) for each in args.where] if args.where else there
    answers: queue.SimpleQueue[Found] = queue.SimpleQueue()
    collections.search(" ".join(args.question), [each.id for each in chosen], args.limit, answers.put)
    found = answers.get()
    watch.line.clear()
    if found.error is not None:
        raise from_info(found.error)
    notice = found.notice.words if found.notice is not None else ""
    if args.json:
        return _say_json({"passages": [asdict(each) for each in found.passages], "notice": notice})
    if notice:
        print(f"llmdesk: {notice}", file=sys.stderr)
    for passage in found.passages:
        heading = f"  ({printable(passage.heading)})" if passage.heading else ""
        print(f"[{passage.number}] {printable(passage.path)}, {passage.place}{heading}")
        print("".join(f"    {printable(line)}\n" for line in passage.text.splitlines()))
    if not found.passages:
        print("Nothing was found." if there else "There are no collections yet.")
    return 0


def _tell_indexed(args: argparse.Namespace, collections: Collections, found: Collection, watch: _Watch) -> int:
    from llmdesk.services.figure_text import counted

    watch.line.clear()
    for problem in found.problems:
        print(f"llmdesk: {printable(problem.path)}: {problem.message}", file=sys.stderr)
    if args.json:
        _say_json({"collection": asdict(found)})
    else:
        print(f"{printable(found.name)}: {counted(found.passages, 'passage')} of {counted(found.files, 'file')}.")
    model = collections.sentence_model
    if model.state == "missing" and not args.json:
        size_mb = model.download_bytes / 1e6
        print(f"They are found by their words. `llmdesk models install {model.id}` ({size_mb:.0f} MB) lets them be "
              "found by their meaning, too.")  # fmt: skip
    return 1 if found.problem_count else 0


def _folder(text: str) -> Path:
    if not text:
        raise argparse.ArgumentTypeError("no folder is named")
    return Path(text)


def _chosen(collections: Collections, given: str) -> Collection:
    """The one with this name, or with this id or its end. Raises CollectionError."""
    from llmdesk.errors import CollectionError

    there = collections.collections()
    found = [each for each in there if each.name == given] or [
        each for each in there if given and each.id.endswith(given.lower())
    ]
    if len(found) == 1:
        return found[0]
    if found:
        ids = ", ".join(each.id[-_ID_CHARS:] for each in found[:5])
        raise CollectionError(f"Several collections are called {given}: {ids}.", "Give the id.")
    raise CollectionError(f"There is no collection {given}.", "`llmdesk collections list` shows them.")


def _say_json(data: Any) -> int:
    print(json.dumps(data, indent=2, ensure_ascii=False))
    return 0
