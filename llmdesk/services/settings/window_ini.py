"""What the window of earlier versions kept in its INI file (QSettings), taken over once; read without Qt."""

from __future__ import annotations

import configparser
import json
import logging
import re
from pathlib import Path
from typing import Any

from llmdesk.services.settings import keys, settings_file

log = logging.getLogger(__name__)
_ESCAPE = re.compile(r"\\(x[0-9a-fA-F]+|.)", re.DOTALL)
_LETTERS = {"a": "\a", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v", "0": "\0"}


def read(file: Path) -> dict[keys.Path, Any]:
    """The settings of an old window.ini by their path; nothing if there is none. What is damaged is left out."""
    parser = configparser.RawConfigParser(delimiters=("=",), comment_prefixes=(";",), strict=False)
    parser.optionxform = str  # type: ignore[assignment,method-assign]  # keys keep their capitals
    try:
        parser.read_string(file.read_text(encoding="utf-8", errors="replace"))
    except FileNotFoundError:
        return {}
    except (OSError, configparser.Error) as error:
        log.warning("the old window.ini could not be read: %s", error)
        return {}
    old = {f"{group}/{name}": unescaped(text) for group in parser.sections() for name, text in parser.items(group)}
    changes = _changes(old)
    data: settings_file.Data = {}
    for path, value in changes.items():
        settings_file.put(data, path, value)
    data, _ = settings_file.checked(data)
    return {path: value for path, value in changes.items() if settings_file.find(data, path) is not settings_file.UNSET}


def unescaped(text: str) -> str:
    """A value as QSettings meant it: without quotes, ``\\x41`` and the like as characters."""
    if len(text) >= 2 and text.startswith('"') and text.endswith('"'):
        text = text[1:-1]
    text = _ESCAPE.sub(lambda match: _character(match[1]), text)
    if text.startswith("@"):  # "@@at" is a text that begins with it, all else (@ByteArray(...)) is none
        return text[1:] if text.startswith("@@") else ""
    return text


def _character(escape: str) -> str:
    if escape.startswith("x") and len(escape) > 1:
        code = int(escape[1:], 16)
        return chr(code) if code <= 0x10FFFF else "\ufffd"
    return _LETTERS.get(escape, escape)


def _changes(old: dict[str, str]) -> dict[keys.Path, Any]:
    changes: dict[keys.Path, Any] = {}
    for place, path in (
        ("window/theme", ("appearance", "theme")),
        ("model/id", ("model", "id")),
        ("chat/context", ("chat", "context_policy")),
        ("sampling/preset", ("sampling", "preset")),
    ):
        if old.get(place):
            changes[path] = old[place]
    if "chat/response_cache" in old:
        changes["chat", "answer_cache"] = old["chat/response_cache"] != "off"
    if idle_s := _number(old.get("model/idle_unload_s", "")):
        changes["model", "idle_unload_s"] = idle_s
    for model_id, precision in _table(old.get("model/precisions", "")).items():
        changes["model", "precisions", model_id] = precision
    for name, value in _table(old.get("sampling/custom", "")).items():
        if value is not None:
            changes["sampling", "custom", name] = value
    return changes


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


def _table(text: str) -> dict[str, Any]:
    try:
        found = json.loads(text or "{}")
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
