"""settings.toml: read with its mistakes told, written so that comments and what others wrote in it stay."""

from __future__ import annotations

import copy
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from pydantic import ValidationError

from llmdesk.errors import SettingsError
from llmdesk.services.settings import keys
from llmdesk.services.settings.definition import Values
from llmdesk.toml_file import KeyMistake, either, expectation, line_of, replace_file, syntax_mistake
from llmdesk.whole_files import put_in_place
from llmdesk.words import say

if TYPE_CHECKING:
    from tomlkit import TOMLDocument

UNSET: Final = object()
"""In changes: the key goes, so that its default counts."""
_HEAD = "# Settings of llmdesk. `llmdesk config list` explains each; what does not stand here has its default.\n"
_HINT = say("Mend the line, or take it out; until then its default counts.")
_LOCK_TIMEOUT_S = 5.0

Data = dict[str, Any]
Changes = Mapping[keys.Path, Any]


def read(file: Path) -> tuple[Data, list[SettingsError]]:
    """What the file holds, and the mistakes in it. A file that is not there holds nothing."""
    try:
        text = file.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        return {}, []
    except UnicodeDecodeError:
        return {}, [
            SettingsError(
                say("{file}: this is not TOML: it is not text in UTF-8.", file=file), say("Defaults count meanwhile.")
            )
        ]
    except OSError as error:
        return {}, [
            SettingsError(
                say("{file} cannot be read: {reason}.", file=file, reason=error.strerror or error),
                say("Defaults count meanwhile."),
            )
        ]
    return parse(text, file)


def parse(text: str, file: Path) -> tuple[Data, list[SettingsError]]:
    """See ``read``; ``file`` is named in the mistakes."""
    try:
        data = tomllib.loads(text)
    except (ValueError, RecursionError) as error:  # TOMLDecodeError, a number of 5,000 digits, a thousand brackets
        return {}, [
            SettingsError(
                say("{file}, {syntax_mistake}.", file=file, syntax_mistake=syntax_mistake(error, text)),
                say("Mend it; defaults count meanwhile."),
            )
        ]
    _, mistakes = checked(data)
    problems = []
    for line, path in sorted((line_of(text, path), path) for path in mistakes):
        words = say("key “{key}”: {mistake}.", key=".".join(path), mistake=mistakes[path])
        problems.append(
            SettingsError(say("{file}, line {line}, {words}", file=file, line=line, words=words), _HINT, detail=words)
        )
    return data, problems


def checked(data: Data) -> tuple[Data, dict[keys.Path, str]]:
    """The data without what is wrong in it, and what that was, in words."""
    data = copy.deepcopy(data)
    mistakes: dict[keys.Path, str] = {}
    while True:
        try:
            Values.model_validate(data)
        except ValidationError as error:
            found = _mistakes(error, data)
            mistakes |= found
            for path in found:
                put(data, path, UNSET)
        else:
            return data, mistakes


def put(data: Data, path: keys.Path, value: Any) -> None:
    """Set or take out a value in nested tables; tables are made on the way."""
    *tables, last = path
    for name in tables:
        if not isinstance(data.get(name), dict):
            if value is UNSET:
                return
            data[name] = {}
        data = data[name]
    if value is UNSET:
        data.pop(last, None)
    else:
        data[last] = value


def find(data: Mapping[str, Any], path: keys.Path) -> Any:
    """The value at a path; UNSET if there is none."""
    found: Any = data
    for name in path:
        if not isinstance(found, Mapping) or name not in found:
            return UNSET
        found = found[name]
    return found


def write(file: Path, changes: Changes) -> Path | None:
    """Bring changes into the file as it is now; returns where a file that was no TOML is kept, if it was none.

    Raises SettingsError if it cannot be written; then it is as it was. May wait some seconds for another process.
    """
    from filelock import FileLock, Timeout  # imports asyncio, which the window's start must not wait for

    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(file.with_name(f".{file.name}.lock"), timeout=_LOCK_TIMEOUT_S):
            return _write(file, changes)
    except Timeout:
        hint = say("Another llmdesk keeps it. What you chose counts until this one ends.")
        raise SettingsError(say("{file} could not be written.", file=file), hint) from None
    except OSError as error:
        hint = say("Check its folder's rights, and the disk. What you chose counts until llmdesk ends.")
        raise SettingsError(
            say("{file} cannot be written: {reason}.", file=file, reason=error.strerror or error), hint
        ) from error


def _write(file: Path, changes: Changes) -> Path | None:
    import tomlkit
    from tomlkit.exceptions import TOMLKitError

    set_aside = None
    try:
        document = tomlkit.parse(file.read_text(encoding="utf-8-sig") if file.exists() else _HEAD)
    except (TOMLKitError, ValueError, RecursionError):  # as above, or no UTF-8
        set_aside = _free_name(file)
        put_in_place(file, set_aside)
        document = tomlkit.parse(_HEAD)
    for path, value in changes.items():
        _put_in_document(document, path, value)
    replace_file(file, tomlkit.dumps(document))
    return set_aside


def _put_in_document(document: TOMLDocument, path: keys.Path, value: Any) -> None:
    import tomlkit

    if value is not UNSET:
        parent: Any = document
        for name in path[:-1]:
            if not isinstance(parent.get(name), dict):
                if parent is document and len(document):
                    document.add(tomlkit.nl())
                parent[name] = tomlkit.table(is_super_table=False)
            parent = parent[name]
    put(document, path, value)


def _free_name(file: Path) -> Path:
    """``settings.broken.toml``, or with a number if that is taken."""
    number = 1
    while (name := file.with_name(f"{file.stem}.broken{'' if number == 1 else f'-{number}'}.toml")).exists():
        number += 1
    return name


def _mistakes(error: ValidationError, data: Data) -> dict[keys.Path, str]:
    """By key; a value that fits none of several kinds is one mistake."""
    found: dict[keys.Path, list[str]] = {}
    for item in error.errors():
        cause = item.get("ctx", {}).get("error")
        steps = tuple(str(step) for step in item["loc"])
        if isinstance(cause, KeyMistake):
            steps += tuple(cause.key.split(".", 1))
        path = _existing(steps, data)
        words: str
        if item["type"] == "extra_forbidden":
            near = keys.nearest(".".join(path))
            words = say("is unknown; the nearest is “{near}”", near=near) if near else say("is unknown")
        elif isinstance(cause, KeyMistake):
            words = cause.text
        else:
            words = expectation(item)
        found.setdefault(path, []).append(words)
    return {path: _in_words(path, words, data) for path, words in found.items()}


def _in_words(path: keys.Path, words: list[str], data: Data) -> str:
    if words[0].startswith((say("is unknown"), "expected ")):
        return words[0]
    accepted = either(dict.fromkeys(words))
    return say("expected {expected}, found {found}", expected=accepted, found=repr(find(data, path)))


def _existing(steps: keys.Path, data: Data) -> keys.Path:
    """The part of pydantic's place that stands in the file (it goes on with the kinds of a union)."""
    length = next((n for n in range(1, len(steps) + 1) if find(data, steps[:n]) is UNSET), len(steps) + 1) - 1
    return steps[:length]
