"""``llmdesk models add http://...``: a model on a server, and the key for it."""

from __future__ import annotations

import argparse
import getpass
import sys
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from llmdesk.numerals import whole_number

if TYPE_CHECKING:
    from llmdesk.datatypes.model import ModelSource, ModelSpec
    from llmdesk.models.catalogue import Catalogue

_UNKNOWN_CONTEXT_TOKENS = 8192
_LEAST_CONTEXT_TOKENS = 16
_LOOPBACK = ("localhost", "127.0.0.1", "::1")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What ``add`` needs to know of a server."""
    group = parser.add_argument_group(
        "a model on a server (OpenAI-compatible: vLLM, Ollama, llama.cpp, LM Studio, ...)"
    )
    group.add_argument("--name", default="", metavar="NAME", help="the model's name there (if it serves several)")
    group.add_argument(
        "--context", type=_tokens, default=0, metavar="N", help="its context in tokens, if it does not tell"
    )
    key = group.add_mutually_exclusive_group()
    key.add_argument("--key", action="store_true", help="ask for a key and keep it in the system's keyring")
    key.add_argument("--key-env", default="", metavar="VARIABLE", help="the environment variable that holds the key")


def asked_for(args: argparse.Namespace) -> bool:
    """Whether something is said of a server."""
    return bool(args.name or args.context or args.key or args.key_env)


def _tokens(text: str) -> int:
    tokens = whole_number(text, unit="tokens")
    if tokens is None or tokens < _LEAST_CONTEXT_TOKENS:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of tokens, {_LEAST_CONTEXT_TOKENS} at least")
    return tokens


def add(args: argparse.Namespace, catalogue: Catalogue) -> ModelSpec:
    """Ask the server for its models and remember one of them. Raises LlmdeskError, and then nothing is remembered."""
    from llmdesk import server_keys
    from llmdesk.errors import ServerError
    from llmdesk.models.schema import server_address

    try:
        url = server_address(args.target)
    except ValueError as error:
        raise ServerError(f"That is no address of a server: {error}.", "") from None
    kept_in = server_keys.KEYRING if args.key else f"{server_keys.ENVIRONMENT}{args.key_env}" if args.key_env else ""
    if args.key:
        server_keys.store(url, _asked_key(url))
    try:
        source, served = _served(url, kept_in)
        name = _chosen(source, args.name, served)
        context_tokens = args.context or served[name] or _UNKNOWN_CONTEXT_TOKENS
        return catalogue.add_server(source.location, name, kept_in, context_tokens)
    finally:
        if args.key:
            catalogue.forget_unused_key(url)  # where nothing was added


def _asked_key(url: str) -> str:
    """Typed without being shown, or one line of standard input. Never an argument: others can read those."""
    parts = urlsplit(url)
    if parts.scheme == "http" and parts.hostname not in _LOOPBACK:
        sys.stderr.write(f"Note: the way to {parts.netloc} is not encrypted; key and chats can be read on it.\n")
    return getpass.getpass(f"Key for {parts.netloc}: ") if sys.stdin.isatty() else sys.stdin.readline()


def _served(url: str, kept_in: str) -> tuple[ModelSource, dict[str, int]]:
    """The models at this address, or, if there is no such API, below its /v1."""
    from llmdesk.datatypes.model import ModelSource
    from llmdesk.engine.backends.remote import list_models
    from llmdesk.engine.backends.remote_connection import Connection, Patience
    from llmdesk.errors import NoSuchServer

    first: NoSuchServer | None = None
    for address in (url, f"{url}/v1"):
        source = ModelSource("server", address, api_key=kept_in)
        connection = Connection(source, Patience())
        try:
            return source, list_models(connection, lambda phase, fraction: None)
        except NoSuchServer as error:
            first = first or error
        finally:
            connection.close()
    assert first is not None
    raise first


def _chosen(source: ModelSource, wanted: str, served: dict[str, int]) -> str:
    from llmdesk.engine.backends.remote import not_served
    from llmdesk.engine.backends.remote_protocol import served_name
    from llmdesk.errors import ModelError

    if not wanted and len(served) == 1:
        return next(iter(served))
    if not wanted and served:
        raise ModelError(f"{source.host} serves several models.", f"Choose one with --name: {', '.join(served)}.")
    found = served_name(wanted, served)
    if found is None:
        raise not_served(source.host, wanted or "any model", list(served))
    return found
