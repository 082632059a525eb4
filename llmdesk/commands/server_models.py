"""``llmdesk models add http://...``: a model on a server, and the key for it."""

from __future__ import annotations

import argparse
import getpass
import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from llmdesk.numerals import whole_number

if TYPE_CHECKING:
    from llmdesk.datatypes.model import ModelSource, ModelSpec
    from llmdesk.models.catalogue import Catalogue

_LEAST_CONTEXT_TOKENS = 16


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
    from llmdesk.services import model_servers

    url = model_servers.whole_address(args.target)
    kept_in = f"{server_keys.ENVIRONMENT}{args.key_env}" if args.key_env else ""
    key = server_keys.checked(_asked_key(url)) if args.key else ""
    served = model_servers.ask(url, kept_in=kept_in, key=key)
    return model_servers.add(catalogue, served, _chosen(served.source, args.name, served.models), args.context)


def _asked_key(url: str) -> str:
    """Typed without being shown, or one line of standard input. Never an argument: others can read those."""
    from llmdesk.services.model_servers import is_open_way

    host = urlsplit(url).netloc
    if is_open_way(url):
        sys.stderr.write(f"Note: the way to {host} is not encrypted; key and chats can be read on it.\n")
    return getpass.getpass(f"Key for {host}: ") if sys.stdin.isatty() else sys.stdin.readline()


def _chosen(source: ModelSource, wanted: str, served: Mapping[str, int]) -> str:
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
