"""How the hub is reached: mirror, proxy, token and offline mode, as the settings say and under the environment.

Whoever builds the core hands the settings over (``use``); the processes that talk to the hub get them as environment
variables of the hub's own library. Any thread but the GUI's: the keyring may ask the user to unlock it, and waits.
"""

from __future__ import annotations

import os
from dataclasses import dataclass

from llmdesk.errors import DownloadError, SetupError
from llmdesk.words import say

HUB = "https://huggingface.co"
_OF_PROXIES = ("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy")
_OF_CERTIFICATES = ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")


@dataclass(frozen=True, slots=True)
class HubAccess:
    """What the settings say: addresses of a mirror and of a proxy (empty: none), and whether a token is kept."""

    endpoint: str = ""
    proxy: str = ""
    offline: bool = False
    token_in_keyring: bool = False


_access = HubAccess()


def use(access: HubAccess) -> None:
    """From now on, for the whole process."""
    global _access
    _access = access


def endpoint() -> str:
    """The address of the hub, or of what stands in for it, without a slash at its end."""
    return (os.environ.get("HF_ENDPOINT", "").strip() or _access.endpoint or HUB).rstrip("/")


def refuse_offline() -> None:
    """Raises DownloadError if the network is not to be asked for models."""
    if _access.offline:
        raise DownloadError(
            say("llmdesk is in offline mode: no model is searched for or fetched."),
            say("Switch hub.offline off in the settings (or start llmdesk without HF_HUB_OFFLINE)."),
        )


def environment() -> dict[str, str]:
    """For a process that talks to the hub: the user's own, with what the settings add to it.

    A token goes to the address it was kept for. To a mirror out of the settings goes no other one: what
    `hf auth login` has left is for the hub.

    Raises:
        DownloadError: offline mode.
        SetupError: the keyring does not answer, or has no token where the settings say so.
    """
    refuse_offline()
    found = os.environ | {"HF_HUB_DISABLE_XET": "1", "HF_HUB_DISABLE_TELEMETRY": "1"}  # Xet cannot resume
    # The hub's library looks at SSL_CERT_FILE only; people set it under the names other programs use.
    for name in _OF_CERTIFICATES:
        if not found.get("SSL_CERT_FILE") and found.get(name):
            found["SSL_CERT_FILE"] = found[name]
    found["HF_ENDPOINT"] = endpoint()
    if _access.proxy:
        found |= dict.fromkeys(_OF_PROXIES, _access.proxy)
    is_mirror_of_ours = not os.environ.get("HF_ENDPOINT", "").strip() and bool(_access.endpoint)
    if is_mirror_of_ours:
        found.pop("HF_TOKEN", None)
        found["HF_HUB_DISABLE_IMPLICIT_TOKEN"] = "1"
    if _access.token_in_keyring and (is_mirror_of_ours or not found.get("HF_TOKEN")):
        found["HF_TOKEN"] = _kept_token()
        found.pop("HF_HUB_DISABLE_IMPLICIT_TOKEN", None)
    return found


def keep_token(token: str) -> None:
    """Put a token for the hub's address into the keyring. Raises SetupError. (The settings have to say so, too.)"""
    from llmdesk import server_keys

    with server_keys.advising(_ELSEWHERE):
        server_keys.store(_place(endpoint()), token)


def forget_token(address: str = "") -> None:
    """Take that of an address (empty: the hub's) out again; what is not there is gone."""
    from llmdesk import server_keys

    server_keys.forget(_place(address or endpoint()))


def _place(address: str) -> str:
    """Where in the keyring its token is: apart from the key of a server that answers at the same address."""
    return f"hub+{address}"


_ELSEWHERE = say("Or set HF_TOKEN.")


def _kept_token() -> str:
    from llmdesk import server_keys

    with server_keys.advising(_ELSEWHERE):
        token = server_keys.kept(_place(endpoint()))
    if token is None:
        raise SetupError(
            say("The keyring has no token for {address}.", address=endpoint()),
            say("Enter it with `llmdesk models login`, or switch hub.token_in_keyring off."),
        )
    return server_keys.checked(token)
