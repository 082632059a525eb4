"""What every TOML file of llmdesk needs: the line of a key, mistakes in words, and writing that is never half done."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from functools import reduce
from pathlib import Path
from typing import Any

from llmdesk.file_errors import in_words
from llmdesk.whole_files import writing
from llmdesk.words import Words, filled, say

Key = tuple[str | int, ...]
"""Where a value stands: ``("engine", "threads")``; a number counts the tables of an array (``[[model]]``)."""

_SYNTAX_PLACE = re.compile(r"\(at (?:line (\d+), column \d+|end of document)\)")
_DECIMAL_COMMA = re.compile(r"=\s*[+-]?\d+,\d+\s*(?:#.*)?$")
_HEADER = re.compile(r"\s*\[.*\]")
_ASSIGNMENT = re.compile(r"""\s*((?:[\w-]+|"[^"]*"|'[^']*'|\s*\.\s*)+?)\s*=""")

_WORDS = {
    "int": say("a whole number"),
    "int_from": say("a whole number"),
    "float": say("a number"),
    "finite": say("a number"),
    "bool": say("true or false"),
    "string": say("text"),
    "model": say("a table"),
    "mapping": say("a table"),
    "greater_than": say("more than {gt:g}"),
    "greater_than_equal": say("{ge:g} or more"),
    "less_than": say("less than {lt:g}"),
    "less_than_equal": say("at most {le:g}"),
}
"""Of pydantic's kinds of errors, with or without their last part (``int_type``, ``int_parsing``)."""


class KeyMistake(ValueError):
    """A mistake that concerns several keys, pinned to one of them."""

    def __init__(self, key: str, text: str) -> None:
        super().__init__(text)
        self.key, self.text = key, text


def line_of(text: str, key: Key) -> int:
    """The line (from 1) of a key, else of the table that it would stand in, else 1."""
    best, best_length = 1, 0
    table: Key = ()
    counts: dict[Key, int] = {}
    for number, line in enumerate(text.splitlines(), start=1):
        if header := _HEADER.match(line):
            found = table = _in_arrays(_key_in(header[0]), counts)
        elif assignment := _ASSIGNMENT.match(line):
            found = table + _key_in(f"{assignment[1]} = 0")
        else:
            continue
        if len(found) > best_length and key[: len(found)] == found:
            best, best_length = number, len(found)
    return best


def syntax_mistake(error: ValueError | RecursionError, text: str) -> str:
    """``line 3: this is not TOML: ...`` for a file that cannot be parsed."""
    match = _SYNTAX_PLACE.search(str(error))
    line = match[1] if match and match[1] else max(1, len(text.splitlines()))  # "at end of document"
    reason = _SYNTAX_PLACE.sub("", in_words(error)).strip().rstrip(".")
    written = text.splitlines()[int(line) - 1 :][:1]
    if written and _DECIMAL_COMMA.search(written[0]):
        reason = say("TOML writes decimals with a dot, such as 0.5")
    return say("line {line}: this is not TOML: {reason}", line=line, reason=reason)


def expectation(item: Mapping[str, Any]) -> str:
    """What pydantic would have accepted, from one item of ``ValidationError.errors()``."""
    context = item.get("ctx", {})
    if cause := context.get("error"):
        return cause.args[0] if cause.args and isinstance(cause.args[0], Words) else str(cause)
    kind = str(item["type"])
    words = _WORDS.get(kind) or _WORDS.get(kind.rpartition("_")[0])
    return filled(words, **context) if words else str(item["msg"]).replace("Input should be ", "")


def mistake(item: Mapping[str, Any]) -> str:
    """What is wrong with a value, an item of ``ValidationError.errors()``: "it is missing", "expected a number"."""
    known = {"missing": say("it is missing"), "extra_forbidden": say("there is no such key")}.get(item["type"])
    return known or say("expected {it}", it=expectation(item))


def either(accepted: Iterable[str]) -> str:
    """Several expectations in one."""
    return reduce(lambda one, other: say("{one}, or {other}", one=one, other=other), accepted)


def replace_file(file: Path, text: str) -> None:
    """Write a file so that it is never half there; a link stays one, and its folder is made if need be.

    Raises OSError, and then the file has not changed.
    """
    file.parent.mkdir(parents=True, exist_ok=True)
    with writing(file) as new:
        new.write(text.encode())


def _key_in(line: str) -> Key:
    """The key in a header or an assignment alone on its line; empty if the line is none after all."""
    try:
        content: Any = tomllib.loads(line)
    except tomllib.TOMLDecodeError:  # inside a text of several lines
        return ()
    key: list[str | int] = []
    while content and isinstance(content, dict | list):
        step = 0 if isinstance(content, list) else next(iter(content))
        key.append(step)
        content = content[step]
    return tuple(key)


def _in_arrays(key: Key, counts: dict[Key, int]) -> Key:
    """A header's key with its numbers: ``[[model]]`` is the next one, ``[model.x]`` belongs to the last one."""
    numbered: list[str | int] = []
    for place, step in enumerate(key):
        known = tuple(numbered)
        if step == 0 and place == len(key) - 1:
            counts[known] = counts.get(known, -1) + 1
            step = counts[known]
        elif known in counts and not isinstance(step, int):
            numbered.append(counts[known])
        numbered.append(step)
    return tuple(numbered)
