"""Every text of the source that the window may show in another language (read from the syntax, nothing is run)."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parent.parent
_SETTINGS = ROOT / "llmdesk" / "services" / "settings"
_TABLES = ("setting.description", "setting.unit")
"""What ``tr`` is given that stands elsewhere, and is found there."""


@dataclass(frozen=True, slots=True)
class Source:
    """A text as it stands in the program. ``is_plural``: it is shown with a number."""

    text: str
    is_plural: bool
    is_template: bool
    """Its ``{names}`` are filled in."""


class UnknownText(Exception):
    """A call whose text cannot be read from the source."""


@cache
def sources(folder: Path = ROOT / "llmdesk") -> tuple[Source, ...]:
    """Sorted by text. Raises UnknownText."""
    found: dict[str, Source] = {}
    for file in sorted(folder.rglob("*.py")):
        tree = ast.parse(file.read_text(encoding="utf-8"))
        for source in (*_of_calls(tree, file), *(_of_settings(tree) if file.parent == _SETTINGS else ())):
            before = found.get(source.text, source)
            found[source.text] = Source(
                source.text, source.is_plural or before.is_plural, source.is_template or before.is_template
            )
    return tuple(found[text] for text in sorted(found))


def _of_calls(tree: ast.Module, file: Path) -> Iterator[Source]:
    constants = _constants_of(tree)
    for node in ast.walk(tree):
        match node:
            case ast.Call(func=ast.Name(id="tr" | "say" as name), args=[first, *_], keywords=keywords):
                if ast.unparse(first) in _TABLES:
                    continue
                texts = _texts_of(first, constants)
                if not texts and file.name != "words.py":
                    raise UnknownText(f"{file}:{node.lineno}: {ast.unparse(node)} has no text that can be read here")
                is_plural = name == "tr" and any(keyword.arg == "n" for keyword in keywords)
                for text in texts:
                    yield Source(text, is_plural, "{" in text)


def _texts_of(node: ast.expr, constants: dict[str, list[str]]) -> list[str]:
    match node:
        case ast.Constant(value=str(text)):
            return [text]
        case ast.IfExp(body=body, orelse=orelse):
            return _texts_of(body, constants) + _texts_of(orelse, constants)
        case ast.Name(id=name):
            return constants.get(name, [])
    return []


def _constants_of(tree: ast.Module) -> dict[str, list[str]]:
    """Texts by the name that they are given in this file."""
    found: dict[str, list[str]] = {}
    for node in ast.walk(tree):
        match node:
            case ast.Assign(targets=[ast.Name(id=name)], value=value):
                found.setdefault(name, []).extend(_texts_of(value, {}))
    return found


def _of_settings(tree: ast.Module) -> Iterator[Source]:
    """The sentence of every setting, and its unit."""
    for node in ast.walk(tree):
        match node:
            case ast.Call(func=ast.Name(id="_setting" | "setting"), args=[_, sentence, *unit], keywords=keywords):
                if not _texts_of(sentence, {}):
                    raise UnknownText(f"the sentence of a setting is no plain text: {ast.unparse(sentence)}")
                shown = [sentence, *unit[:1], *(word.value for word in keywords if word.arg == "unit")]
                yield from (Source(text, False, False) for part in shown for text in _texts_of(part, {}) if text)
