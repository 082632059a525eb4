"""Names of settings (``engine.threads``, ``model.precisions.qwen3-0.6b``): what they accept, text as a value (pure)."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from typing import Any, get_args, get_origin

from pydantic import TypeAdapter, ValidationError

from llmdesk.errors import SettingsError
from llmdesk.numerals import plain_number, whole_number
from llmdesk.services.settings.definition import SETTINGS, Setting
from llmdesk.services.settings.group import Group
from llmdesk.toml_file import either, expectation
from llmdesk.words import say

Path = tuple[str, ...]


def path_of(key: str | Path) -> Path:
    """Where the setting stands in the file. Raises SettingsError for a key that is none, with the nearest one."""
    if isinstance(key, tuple):  # for names with dots that could be read in two ways
        setting_of(key)
        return key
    if key in SETTINGS:
        return tuple(key.split("."))
    if (setting := _table_of(key)) is not None:
        rest = key.removeprefix(f"{setting.key}.")
        preset, _, last = rest.rpartition(".")
        steps = (preset, last) if last in _fields_inside(setting) and preset else (rest,)
        return (*setting.key.split("."), *(step.strip("\"'") for step in steps))
    near = say("Did you mean “{found}”? ", found=found) if (found := nearest(key)) else ""
    raise SettingsError(
        say("There is no setting “{key}”.", key=key), say("{near}`llmdesk config list` shows all.", near=near)
    )


def nearest(key: str) -> str:
    """The key that comes near enough to have been meant; empty: none does."""
    import difflib

    found = difflib.get_close_matches(key, SETTINGS, n=1, cutoff=0.6)
    last = key.rpartition(".")[2]
    found = found or [known for known in SETTINGS if known.rpartition(".")[2] == last][:1]
    return found[0] if found else ""


def setting_of(path: Path) -> Setting:
    """The setting that a path belongs to: an entry of a table belongs to the table."""
    key = ".".join(path)
    found = SETTINGS.get(key) or _table_of(key)
    assert found is not None, path
    return found


def value_of(key: str, text: str) -> Any:
    """A value out of words: ``on``, ``4``, ``0.7`` or ``0,7``, ``4,096``.

    Raises SettingsError: unknown key, or not what is expected.
    """
    path = path_of(key)
    accepted, text = TypeAdapter(_accepted(path)), text.strip()
    try:
        return accepted.validate_strings(text)
    except ValidationError as error:
        for number in (plain_number(text), whole_number(text)):
            with contextlib.suppress(ValidationError):
                return accepted.validate_strings(str(number))
        expected = either(expectation(item) for item in error.errors())
        raise SettingsError(
            say("{key}: expected {expected}, found {text!r}.", key=key, expected=expected, text=text),
            setting_of(path).description,
        ) from error


def _accepted(path: Path) -> Any:
    setting = setting_of(path)
    if len(path) == len(setting.key.split(".")):
        if _is_table(setting):
            raise SettingsError(
                say("{key} is a table.", key=setting.key), say("Set one of its entries: {key}.NAME", key=setting.key)
            )
        return setting.field.rebuild_annotation()
    fields = _fields_inside(setting)
    if not fields:
        return get_args(setting.field.annotation)[1]
    if path[-1] not in fields or len(path) == len(setting.key.split(".")) + 1:
        names = ", ".join(fields)
        raise SettingsError(
            say("{what} is a preset.", what=".".join(path)), say("Set one of its values, such as {names}.", names=names)
        )
    return fields[path[-1]].rebuild_annotation()


def _is_table(setting: Setting) -> bool:
    return get_origin(setting.field.annotation) is Mapping


def _table_of(key: str) -> Setting | None:
    tables = filter(_is_table, SETTINGS.values())
    return next((setting for setting in tables if key.startswith(f"{setting.key}.")), None)


def _fields_inside(setting: Setting) -> Mapping[str, Any]:
    """The keys of a table's entries, if these are tables themselves."""
    arguments = get_args(setting.field.annotation)
    entry = arguments[1] if len(arguments) > 1 else None
    return entry.model_fields if isinstance(entry, type) and issubclass(entry, Group) else {}


def from_environment(environment: Mapping[str, str]) -> tuple[dict[Path, Any], list[SettingsError]]:
    """What environment variables set, and those that are nonsense."""
    found: dict[Path, Any] = {}
    mistakes: list[SettingsError] = []
    for setting in SETTINGS.values():
        text = environment.get(setting.variable, "").strip().lower() if setting.variable else ""
        if not text:
            continue
        try:
            found[path_of(setting.key)] = value_of(setting.key, text)
        except SettingsError as error:
            words = error.user_message.removeprefix(f"{setting.key}: ")
            mistakes.append(
                SettingsError(
                    say("The environment variable {variable}: {words}", variable=setting.variable, words=words),
                    error.hint,
                )
            )
    return found, mistakes
