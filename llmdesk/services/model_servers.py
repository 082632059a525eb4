"""Models on servers: what an address serves, and how one of them comes into the list with the key for it.

Any thread but the GUI's: the server is waited for, and the keyring may ask the user to unlock it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from llmdesk import server_keys
from llmdesk.datatypes.model import ModelSource, ModelSpec
from llmdesk.errors import LlmdeskError, NoSuchServer, ServerError
from llmdesk.models.schema import server_address
from llmdesk.words import say

if TYPE_CHECKING:
    from llmdesk.models.catalogue import Catalogue

_UNKNOWN_CONTEXT_TOKENS = 8192
_LOOPBACK = ("localhost", "127.0.0.1", "::1")


@dataclass(frozen=True, slots=True)
class Served:
    """What a server has.

    Attributes:
        source: where its API begins.
        models: contexts in tokens by names, 0 where it does not tell.
        key: one that was given by hand and is kept nowhere so far, or empty.
    """

    source: ModelSource
    models: Mapping[str, int]
    key: str = field(default="", repr=False)


def is_open_way(url: str) -> bool:
    """Whether key and chats can be read on the way there: not encrypted, and not this machine itself."""
    parts = urlsplit(url)
    return parts.scheme == "http" and parts.hostname not in _LOOPBACK


def whole_address(text: str) -> str:
    """What was typed as an address that an API begins with. Raises ServerError."""
    try:
        return server_address(text)
    except ValueError as error:
        raise ServerError(say("That is no address of a server: {error}.", error=error.args[0]), "") from None


def key_place(catalogue: Catalogue, url: str) -> str:
    """Where other entries of this server have their key ("keyring", "env:NAME"); empty if they have none."""
    sources = (spec.source for spec in catalogue.specs() if spec.source.kind == "server" and spec.source.api_key)
    same = (source.api_key for source in sources if server_keys.origin(source.location) == server_keys.origin(url))
    return next(same, "")


def ask(url: str, *, kept_in: str = "", key: str = "") -> Served:
    """The models at this address, or, if there is no such API, below its /v1.

    ``kept_in`` says where the key is; ``key`` is one that was just typed. Neither: none. Raises LlmdeskError.
    """
    from llmdesk.engine.backends.remote import list_models
    from llmdesk.engine.backends.remote_connection import Connection, Patience

    key = server_keys.checked(key) if key else ""
    first: NoSuchServer | None = None
    for address in (url, f"{url}/v1"):
        source = ModelSource("server", address, api_key=kept_in)
        connection = Connection(source, Patience(), key)
        try:
            return Served(source, list_models(connection, lambda phase, fraction: None), key)
        except NoSuchServer as error:
            first = first or error
        finally:
            connection.close()
    assert first is not None
    raise first


def add(catalogue: Catalogue, served: Served, name: str, context_tokens: int = 0) -> ModelSpec:
    """Remember one of its models, and the key in the keyring. ``context_tokens``: 0 takes what the server tells.

    Raises LlmdeskError: the keyring or the user's file cannot be written; then nothing is remembered.
    """
    location, kept_in = served.source.location, served.source.api_key
    context_tokens = context_tokens or served.models[name] or _UNKNOWN_CONTEXT_TOKENS
    if not served.key:
        return catalogue.add_server(location, name, kept_in, context_tokens)
    before = server_keys.kept(location)
    server_keys.store(location, served.key)
    try:
        return catalogue.add_server(location, name, server_keys.KEYRING, context_tokens)
    except LlmdeskError:
        if before:
            server_keys.store(location, before)
        else:
            server_keys.forget(location)
        raise
