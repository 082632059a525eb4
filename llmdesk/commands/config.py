"""``llmdesk config``: what is set, where that comes from, and changing it."""

from __future__ import annotations

import argparse
import json
import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from llmdesk.services.settings.settings import Settings

_ACTIONS = (
    ("list", (), "show every setting with its value and where that comes from (the default)"),
    ("get", ("KEY",), "show one setting"),
    ("set", ("KEY", "VALUE"), "change a setting"),
    ("unset", ("KEY",), "let the default count again"),
    ("path", (), "show where the file is"),
)
Row = dict[str, Any]


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Declare the command."""
    parser = subparsers.add_parser(
        "config", help="show or change settings", description="Show or change what settings.toml holds."
    )
    parser.add_argument("--json", action="store_true", help="list and get: JSON and nothing else")
    parser.set_defaults(run=run, action="list")
    actions = parser.add_subparsers(metavar="ACTION")
    for name, arguments, text in _ACTIONS:
        action = actions.add_parser(name, help=text, description=text)
        action.set_defaults(action=name)
        if name in ("list", "get"):
            action.add_argument("--json", action="store_true", default=argparse.SUPPRESS, help=argparse.SUPPRESS)
        for argument in arguments:
            action.add_argument(argument.lower(), metavar=argument)


def run(args: argparse.Namespace) -> int:
    """Run one action; 2 for an unknown key or a wrong value.

    Raises:
        SettingsError: the file cannot be written.
        SetupError: nor what starts llmdesk at login.
    """
    from llmdesk.errors import SettingsError
    from llmdesk.services.settings.settings import Settings

    settings = Settings()
    told: list[SettingsError] = []
    settings.subscribe_problems(told.append)
    try:
        _run(args, settings)
    except SettingsError as error:
        print(f"llmdesk: {error.user_message}\n{error.hint}", file=sys.stderr)
        return 2
    if (failure := settings.flush()) is not None:
        raise failure
    for problem in told:  # such as: the file was no TOML, and is kept under another name
        print(f"llmdesk: {problem.user_message}\n{problem.hint}", file=sys.stderr)
    if args.action in ("set", "unset") and args.key == "desktop.at_login":
        _set_login(settings.values.desktop.at_login)
    return 0


def _set_login(on: bool) -> None:
    """An open window does, too; there may be none."""
    from llmdesk.errors import SetupError
    from llmdesk.services import autostart

    try:
        autostart.turn(on)
    except SetupError:
        print("The setting is kept, but nothing has changed at login:", file=sys.stderr)
        raise


def _run(args: argparse.Namespace, settings: Settings) -> None:
    if args.action in ("list", "get"):
        for problem in settings.problems:
            print(f"llmdesk: {problem.user_message}", file=sys.stderr)
    match args.action:
        case "path":
            print(settings.file)
        case "get":
            _print_one(settings, args.key, args.json)
        case "set":
            _set(settings, args.key, args.value)
        case "unset":
            settings.unset(args.key)
        case _:
            _print_all(settings, args.json)


def _set(settings: Settings, key: str, text: str) -> None:
    from llmdesk.services.settings.keys import path_of, setting_of, value_of

    settings.set(key, value_of(key, text))
    if settings.origin(key) == "environment":
        variable = setting_of(path_of(key)).variable
        print(f"It is kept, but the environment variable {variable} goes before it.", file=sys.stderr)


def _print_one(settings: Settings, key: str, as_json: bool) -> None:
    found = _row(settings, key)
    print(json.dumps(found, indent=2, ensure_ascii=False) if as_json else _text(found["value"]))


def _print_all(settings: Settings, as_json: bool) -> None:
    from llmdesk.services.settings.definition import SETTINGS

    rows = [_row(settings, key) for key in SETTINGS]
    if as_json:
        problems = [problem.user_message for problem in settings.problems]
        report = {"file": str(settings.file), "settings": rows, "problems": problems}
        print(json.dumps(report, indent=2, ensure_ascii=False))
        return
    lines = [("KEY", "VALUE", "FROM", "")]
    for row in rows:
        origin = row["variable"] if row["origin"] == "environment" else row["origin"]
        unit = "" if isinstance(row["value"], str) else row["unit"]  # a word such as "auto" has none
        lines.append((row["key"], f"{_text(row['value'])} {unit}".strip(), origin, row["description"]))
    widths = [max(len(line[column]) for line in lines) for column in range(3)]
    for line in lines:
        print("  ".join((*map(str.ljust, line[:3], widths), line[3])).rstrip())


def _row(settings: Settings, key: str) -> Row:
    from llmdesk.services.settings.keys import path_of, setting_of
    from llmdesk.services.settings.settings_file import UNSET

    setting = setting_of(path_of(key))
    value = settings.value(key)
    return {
        "key": key,
        "value": None if value is UNSET else value,
        "unit": setting.unit,
        "origin": settings.origin(key),
        "default": None if key != setting.key else setting.default,
        "variable": setting.variable,
        "description": setting.description,
    }


def _text(value: Any) -> str:
    """As ``set`` takes it."""
    if isinstance(value, bool):
        return "on" if value else "off"
    if isinstance(value, dict):
        return ", ".join(f"{name} = {_text(entry)}" for name, entry in value.items())
    if value is None:
        return ""
    return str(value).removesuffix(".0") if isinstance(value, float) else str(value)
