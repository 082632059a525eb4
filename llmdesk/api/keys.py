"""Keys of the local server: named, revocable, and known here by their hashes only.

A key is 256 random bits, shown once when it is made. The file holds SHA-256 hashes, readable for its owner only: who
reads it has no key. (Hashes of random keys need no salt and no slowness.)
"""

from __future__ import annotations

import hashlib
import hmac
import json
import re
import secrets
import threading
from datetime import UTC, datetime
from pathlib import Path

from llmdesk import paths
from llmdesk.errors import SettingsError
from llmdesk.toml_file import replace_file
from llmdesk.words import say

VARIABLE = "LLMDESK_API_KEY"
SHORTEST_OPEN_KEY = 16
_NAME = re.compile(r"[\w.@-]{1,64}")
_OWN = "the key of this start"


def key_file() -> Path:
    """Where the hashes are."""
    return paths.config_dir() / "server-keys.json"


class ServerKeys:
    """Any thread. The file is read again when it has changed, so a key that is revoked stops working at once.

    Args:
        own: keys for this run only (``--api-key``, the environment); not kept.
    """

    def __init__(self, file: Path | None = None, own: tuple[str, ...] = ()) -> None:
        self._file = file or key_file()
        self._own = [_hash(key) for key in own if key]
        self._lock = threading.Lock()
        self._change_lock = threading.Lock()  # from reading the file to writing it; who holds it may take the other
        self._stamp: tuple[int, int, int] | None = None
        self._known: dict[str, dict[str, str]] = {}
        self._revoked: dict[str, dict[str, str]] = {}

    def names(self) -> dict[str, str]:
        """The kept keys: name -> when it was made (ISO 8601). Raises SettingsError: the file is damaged."""
        return {name: entry["made"] for name, entry in self._entries().items()}

    @property
    def any(self) -> bool:
        """Whether there are keys, so that requests need one. Raises SettingsError: the file is damaged."""
        return bool(self._own or self._entries())

    def owner(self, key: str) -> str | None:
        """The name of the key's owner; None: it is none. All keys are compared, each in constant time."""
        hashed, found = _hash(key), None
        for known in self._own:
            if hmac.compare_digest(known, hashed):
                found = _OWN
        for name, entry in self._entries().items():
            if hmac.compare_digest(entry["sha256"], hashed):
                found = name
        return found

    def add(self, name: str) -> str:
        """A new key, which is told here and never again. Raises SettingsError: no such name, or it cannot be kept."""
        if not _NAME.fullmatch(name):
            raise SettingsError(
                say("“{name}” cannot be the name of a key.", name=name),
                say("Take up to 64 letters, digits, points, dashes."),
            )
        with self._change_lock:
            entries = self._entries()
            if name in entries:
                raise SettingsError(
                    say("There is a key “{name}” already.", name=name),
                    say("Take another name, or remove that one first."),
                )
            key = f"llmdesk-{secrets.token_urlsafe(32)}"
            made = datetime.now(UTC).isoformat(timespec="seconds")
            self._write(entries | {name: {"sha256": _hash(key), "made": made}})
        return key

    def remove(self, name: str) -> None:
        """Revoke a key. Raises SettingsError: there is none of this name."""
        with self._change_lock:
            entries = self._entries()
            entry = entries.pop(name, None)
            if entry is None:
                raise SettingsError(
                    say("There is no key “{name}”.", name=name), say("`llmdesk serve key list` shows them.")
                )
            self._write(entries)
            self._revoked[name] = entry

    def restore(self, name: str) -> None:
        """Take back ``remove``, for as long as this object lives. Raises SettingsError: it cannot be."""
        with self._change_lock:
            entries, entry = self._entries(), self._revoked.get(name)
            if entry is None or name in entries:
                raise SettingsError(say("The key “{name}” cannot be brought back.", name=name), say("Make a new one."))
            self._write(entries | {name: entry})
            del self._revoked[name]

    def _entries(self) -> dict[str, dict[str, str]]:
        with self._lock:
            try:
                status = self._file.stat()
            except FileNotFoundError:
                self._stamp, self._known = None, {}
                return {}
            stamp = (status.st_mtime_ns, status.st_size, status.st_ino)
            if stamp != self._stamp:
                self._known, self._stamp = _read(self._file), stamp
            return dict(self._known)

    def _write(self, entries: dict[str, dict[str, str]]) -> None:
        try:
            replace_file(self._file, json.dumps(entries, indent=2) + "\n")
            self._file.chmod(0o600)
        except OSError as error:
            raise SettingsError(
                say("{file} cannot be written: {reason}.", file=self._file, reason=error.strerror or error),
                say("Check the rights of its folder, and the disk."),
            ) from error


def _hash(key: str) -> str:
    return hashlib.sha256(key.encode("utf-8", errors="surrogateescape")).hexdigest()


def _read(file: Path) -> dict[str, dict[str, str]]:
    """Raises SettingsError: a file that cannot be read must not open the door."""
    try:
        found = json.loads(file.read_text(encoding="utf-8") or "{}")
        return {str(name): {"sha256": str(e["sha256"]), "made": str(e["made"])} for name, e in found.items()}
    except (OSError, ValueError, TypeError, KeyError, AttributeError) as error:
        raise SettingsError(
            say("{file} is damaged, so nobody's key can be checked.", file=file),
            say("Delete it and make new keys: `llmdesk serve key add NAME`."),
        ) from error
