"""What the window knows of the local server: enough to switch it and to watch it, and nothing of how it serves."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from llmdesk.datatypes.serving import ServedRequest, ServerLoad, ServerStatus
from llmdesk.listeners import Unsubscribe

UNKNOWN_KEY = "YOUR-KEY"


class LocalServer(Protocol):
    """``llmdesk.hosting.Hosting`` is one. Any thread; only ``close`` and the methods about keys may take a moment."""

    @property
    def status(self) -> ServerStatus:
        """Whether it runs, and where."""

    def start(self, host: str, port: int) -> None:
        """Serve there from now on, elsewhere no longer. Returns at once; ``status`` says what came of it."""

    def stop(self) -> None:
        """Serve no longer; every client is told. Returns at once."""

    def close(self) -> None:
        """The same for good, and wait for it: seconds at most."""

    def subscribe(self, listener: Callable[[None], None]) -> Unsubscribe:
        """Be called, on any thread, when there is something new in ``status``, ``load`` or ``requests_after``."""

    def load(self) -> ServerLoad:
        """What it does now."""

    def requests_after(self, number: int) -> tuple[list[ServedRequest], int]:
        """Those that were answered after the first ``number`` ones, oldest first, and how many there are by now.

        Only the last 200 are kept.
        """

    def look_at_addresses(self) -> None:
        """The machine may be in another network by now: look, and change ``status.urls``. Takes a moment."""

    @property
    def own_key(self) -> str:
        """A key that was given to this start (``LLMDESK_API_KEY``), or an empty string."""

    def key_names(self) -> dict[str, str]:
        """The kept keys: name -> when it was made (ISO 8601). Reads a file. Raises SettingsError: it is damaged."""

    def add_key(self, name: str) -> str:
        """Make a key, which is told here and never again. Raises SettingsError: the name is taken, or is none."""

    def revoke_key(self, name: str) -> None:
        """It is no key any more, at once. Raises SettingsError: there is none of this name."""

    def restore_key(self, name: str) -> None:
        """Take back ``revoke_key``, in the same run. Raises SettingsError: it was not revoked, or the name is taken."""


def curl_command(url: str, needs_key: bool, key: str) -> str:
    """A chat from a shell. ``key``: empty if it is not known."""
    lines = [f"curl {url}/v1/chat/completions", "-H 'Content-Type: application/json'"]
    if needs_key:
        lines.append(f"-H 'Authorization: Bearer {key or UNKNOWN_KEY}'")
    question = '{"messages": [{"role": "user", "content": "What is the capital of France?"}]}'
    lines.append(f"-d '{question}'")
    return " \\\n  ".join(lines)
