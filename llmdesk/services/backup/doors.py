"""What a backup would set of who reaches this machine, where llmdesk sends, and what starts by itself (any thread).

A backup may come from anybody. Such settings are restored, as they may be the user's own, but not without being named
first.
"""

from __future__ import annotations

import tempfile
import tomllib
from pathlib import Path
from typing import Any

from llmdesk.services.backup.archive import Archive
from llmdesk.services.backup.contents import place_of

_SETTINGS_PART, _MODELS_PART = "config/settings.toml", "config/models.toml"
_KEYS = (
    ("server", ("host", "port", "with_window", "allowed_hosts", "allowed_origins")),
    ("hub", ("endpoint", "proxy")),
    ("desktop", ("at_login",)),
)
_MOST_BYTES = 1_000_000


def doors(archive: Archive) -> tuple[str, ...]:
    """Those that are not here as they are there, in the words of the files. Raises BackupError, OSError."""
    here = {each for part in (_SETTINGS_PART, _MODELS_PART) for each in _doors_in(part, place_of(part))}
    found: list[str] = []
    with tempfile.TemporaryDirectory(prefix="llmdesk-") as folder:
        for part in (_SETTINGS_PART, _MODELS_PART):
            if part not in archive.list.parts:
                continue
            if archive.list.parts[part].size_bytes > _MOST_BYTES:
                found.append(f"{part}, which is too large to look at")
                continue
            copy = Path(folder) / part
            archive.unpack(part, copy)
            found += _doors_in(part, copy)
    return tuple(each for each in found if each not in here)


def _doors_in(part: str, file: Path) -> list[str]:
    """A file that is none is none for the settings and the catalogue either."""
    try:
        data = tomllib.loads(file.read_text(encoding="utf-8-sig"))
    except (OSError, ValueError, RecursionError):
        return []
    return _in_settings(data) if part == _SETTINGS_PART else _in_models(data)


def _in_settings(data: dict[str, Any]) -> list[str]:
    groups = [(name, data.get(name), keys) for name, keys in _KEYS]
    return [
        f"{name}.{key} = {group[key]!r}"[:500]
        for name, group, keys in groups
        if isinstance(group, dict)
        for key in keys
        if key in group
    ]


def _in_models(data: dict[str, Any]) -> list[str]:
    """Prompts go to a model's server, with the key that the entry names."""
    entries = data.get("model")
    return [
        f"model {entry.get('id')!r} at {entry.get('location')!r}, key {entry.get('api_key', '')!r}"[:500]
        for entry in (entries if isinstance(entries, list) else ())
        if isinstance(entry, dict) and entry.get("source") == "server"
    ]
