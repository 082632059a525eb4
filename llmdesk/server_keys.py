"""Keys for servers: from the system's keyring or the environment, never from a file of ours, never logged.

In the keyring a key belongs to the address it was entered for (scheme, host and port), so an altered models.toml
cannot send it anywhere else. Any thread but the GUI's: the keyring may ask the user to unlock it, and waits.
"""

from __future__ import annotations

import contextlib
import os
import re
from collections.abc import Iterator
from types import ModuleType
from urllib.parse import urlsplit

from llmdesk import paths
from llmdesk.datatypes.model import ModelSource
from llmdesk.errors import SetupError
from llmdesk.words import joined, say

KEYRING = "keyring"
ENVIRONMENT = "env:"
FORM = re.compile(r"keyring|env:[A-Za-z_][A-Za-z0-9_]*")
"""What ``api_key`` of a models.toml may be."""
_KEY = re.compile(r"[!-~]+")
_NO_KEYRING_HINT = say("Keep the key in an environment variable instead: `llmdesk models add URL --key-env NAME`.")


def origin(url: str) -> str:
    """Scheme, host and port of an address: what a key is good for."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}".lower()


def key_for(source: ModelSource) -> str:
    """The key of a server, or an empty string if it needs none.

    Raises:
        SetupError: it is not where it should be, or there is no keyring here.
    """
    if not source.api_key:
        return ""
    if source.api_key == KEYRING:
        key = _in_keyring("get_password", origin(source.location))
        where = say("The keyring has no key for {host}.", host=source.host)
        hint = say(
            "Enter it by “Add a server…” (list of models) or `llmdesk models add {location} --key`.",
            location=source.location,
        )
    else:
        name = source.api_key.removeprefix(ENVIRONMENT)
        key = os.environ.get(name)
        where = say(
            "The environment variable {name}, which should hold the key for {host}, is not set.",
            name=name,
            host=source.host,
        )
        hint = say("Set it and start llmdesk again.")
    if not key:
        raise SetupError(where, hint)
    return checked(key)


def checked(key: str) -> str:
    """The key without the space around it. Raises SetupError if it cannot be one (the message does not show it)."""
    key = key.strip()
    if not _KEY.fullmatch(key):
        raise SetupError(
            say("The key is empty or has characters that no key has."), say("Copy it again, without line breaks.")
        )
    return key


def store(url: str, key: str) -> None:
    """Keep a key for this address in the keyring. Raises SetupError."""
    _in_keyring("set_password", origin(url), checked(key))


def kept(url: str) -> str | None:
    """What the keyring has for this address. Raises SetupError: it does not answer, or there is none."""
    return _in_keyring("get_password", origin(url))


@contextlib.contextmanager
def advising(hint: str) -> Iterator[None]:
    """Have what goes wrong in the block told with another hint, where the key is for something else than a server."""
    try:
        yield
    except SetupError as error:
        raise SetupError(error.user_message, hint) from error


def forget(url: str) -> None:
    """Take the key for this address out of the keyring, if there are both. Raises nothing: what is gone is gone."""
    try:
        if _in_keyring("get_password", origin(url)) is not None:
            _in_keyring("delete_password", origin(url))
    except SetupError:
        return


def _in_keyring(method: str, *arguments: str) -> str | None:
    keyring = _keyring()
    from keyring.errors import KeyringError, NoKeyringError

    try:
        result: str | None = getattr(keyring, method)(paths.APP_NAME, *arguments)
        return result
    except NoKeyringError as error:
        raise SetupError(say("This system has no keyring that keys could be kept in."), _NO_KEYRING_HINT) from error
    except KeyringError as error:
        raise SetupError(
            say("The keyring does not answer: {name}.", name=type(error).__name__),
            joined((say("Unlock it and try again. Or:"), _NO_KEYRING_HINT)),
        ) from error


def _keyring() -> ModuleType:
    try:
        import keyring
    except ImportError as error:
        hint = joined((say("Install it with `pip install keyring`. Or:"), _NO_KEYRING_HINT))
        raise SetupError(say("The package keyring is not installed, so no key can be read from it."), hint) from error
    return keyring
