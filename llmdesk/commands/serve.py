"""``llmdesk serve``: the engine as a local server, without a window; ``llmdesk serve key``: who may use it.

``llmdesk serve install``: see serve_unit.
"""

from __future__ import annotations

import argparse
import contextlib
import logging
import os
import sys
from collections.abc import Iterator

from llmdesk.commands import serve_unit
from llmdesk.commands.progress import tell_problems

log = logging.getLogger("llmdesk.api.serve")


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Declare the command."""
    parser = subparsers.add_parser(
        "serve",
        help="answer other programs (OpenAI's API)",
        description="Serve models to other programs on this machine, in OpenAI's language. Ctrl+C ends it.",
    )
    parser.add_argument("--host", default="", help="address to listen at (default: server.host of the settings)")
    parser.add_argument("--port", type=_port, help="port, 0 for any that is free (default: server.port)")
    parser.add_argument("--model", default="", help="load this model now; others are loaded when they are asked for")
    parser.add_argument("--api-key", default="", metavar="KEY", help="a key for this run (or LLMDESK_API_KEY)")
    parser.add_argument("--json-logs", action="store_true", help="log JSON, one object a line")
    parser.set_defaults(run=run)
    below = parser.add_subparsers(metavar="ACTION")
    serve_unit.add_actions(below)
    key = below.add_parser(
        "key",
        help="keys of clients: add, list, remove",
        description="Keys of clients. With one, every request needs one.",
    )
    key.set_defaults(run=run_key, action="list", name="")
    actions = key.add_subparsers(metavar="ACTION")
    for action, text in (("add", "make a key; it is shown once"), ("remove", "revoke a key at once")):
        each = actions.add_parser(action, help=text, description=text)
        each.set_defaults(action=action)
        each.add_argument("name", metavar="NAME")
    actions.add_parser("list", help="names of the keys (the default)").set_defaults(action="list")


def run(args: argparse.Namespace) -> int:
    """Serve until Ctrl+C. Raises LlmdeskError: it cannot begin."""
    from llmdesk.api.keys import VARIABLE, ServerKeys
    from llmdesk.api.server import Address, ApiServer, check_own_key
    from llmdesk.core import Core

    own = args.api_key or os.environ.get(VARIABLE, "")
    with _logs(args.json_logs), _seen(), Core() as core:
        tell_problems(core.settings.file_problems)
        settings = core.settings.values.server
        address = Address(args.host or settings.host, settings.port if args.port is None else args.port)
        check_own_key(own, address.host)
        if args.model:
            core.catalogue.resolve(args.model)  # says at once what would make the load fail
        keys = ServerKeys(own=(own,))
        server = ApiServer(core, address, keys)
        core.runner.set_idle_unload(core.settings.values.model.idle_unload_s)
        if args.model:
            core.runner.load(args.model, origin="api")
        _say_where(server.urls, keys.any)
        server.run()
        log.info("ending")
    return 0


def run_key(args: argparse.Namespace) -> int:
    """Add, list or remove. Raises SettingsError."""
    from llmdesk.api.keys import ServerKeys

    keys = ServerKeys()
    match args.action:
        case "add":
            key = keys.add(args.name)
            print(key)
            print("This is shown once; clients send it as “Authorization: Bearer KEY”.", file=sys.stderr)
        case "remove":
            keys.remove(args.name)
            print(f"The key “{args.name}” is revoked.")
            if not keys.names():
                print(
                    "It was the last one: a server that only this machine reaches asks for none now.", file=sys.stderr
                )
        case _:
            for name, made in keys.names().items():
                print(f"{name}  made {made}")
            if not keys.names():
                print("There are no keys: whoever can reach the server may use it.")
    return 0


def _say_where(urls: list[str], needs_key: bool) -> None:
    where = " and ".join(f"{url}/v1" for url in urls)
    log.info("serving at %s%s; Ctrl+C ends", where, " (with a key)" if needs_key else "")


@contextlib.contextmanager
def _seen() -> Iterator[None]:
    """Nothing is restored or uninstalled beneath a server; one that may write nothing here serves nevertheless."""
    from llmdesk import paths
    from llmdesk.services.chats.storage.owner import Owner
    from llmdesk.services.chats.store import FILE_NAME

    owner = Owner(paths.data_dir() / FILE_NAME)
    with contextlib.suppress(OSError):
        paths.made(paths.data_dir())
        owner.acquire()
    try:
        yield
    finally:
        owner.release()


@contextlib.contextmanager
def _logs(as_json: bool) -> Iterator[None]:
    """The log file, which rotates, and on stderr what the server does and what goes wrong."""
    from llmdesk.api.request_log import JsonLines
    from llmdesk.services.logs import Logs

    console = logging.StreamHandler(sys.stderr)
    console.setFormatter(JsonLines() if as_json else logging.Formatter("%(asctime)s %(levelname)s %(message)s"))
    console.addFilter(lambda record: record.name.startswith("llmdesk.api") or record.levelno >= logging.WARNING)
    logging.getLogger().addHandler(console)
    logs = Logs()  # after: that there is no file is seen on the console
    try:
        yield
    finally:
        logging.getLogger().removeHandler(console)
        logs.close()


def _port(text: str) -> int:
    try:
        value = int(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number") from None
    if not 0 <= value <= 65535:
        raise argparse.ArgumentTypeError("must be between 0 and 65535")
    return value
