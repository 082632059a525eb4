"""Values out of JSON that anybody may have written: of the right type, or a default (pure)."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from llmdesk.errors import TransferError
from llmdesk.file_errors import in_words
from llmdesk.words import say, whole_characters

Object = dict[str, Any]

_SPACE = re.compile(r"[ \t\n\r]*")
LATEST_S = 253_370_764_799.0
"""The end of the year 9998: what is later is no date any more, in one of the world's time zones or in all."""


class UnreadableFile(TransferError):
    """A file that was to be imported cannot be read at all. Its sentence names the file, as no other's does."""


def decoded(raw: bytes, name: str) -> str:
    """The text of a JSON file. Raises UnreadableFile."""
    try:
        return raw.decode(json.detect_encoding(raw))
    except UnicodeDecodeError as error:
        raise _not_json(name, error) from error


def parse(written: str, name: str) -> Any:
    """A whole document. Raises UnreadableFile."""
    try:
        return json.loads(written)
    except (ValueError, RecursionError) as error:  # endless numbers, too; nested too deeply
        raise _not_json(name, error) from error


def each(written: str, place: int, name: str) -> Iterator[Any]:
    """The values of a list whose first one begins at ``place``, one by one.

    A list of thousands of chats is never in memory as a whole, and reading it never holds Python's lock for long, as
    one call for all of it would. Raises UnreadableFile at what is no JSON; what came before that has been given.
    """
    decoder = json.JSONDecoder()
    place = _after_space(written, place)
    if written[place : place + 1] == "]":
        return
    while True:
        try:
            value, place = decoder.raw_decode(written, place)
        except (ValueError, RecursionError) as error:
            raise _not_json(name, error) from error
        yield value
        place = _after_space(written, place)
        mark = written[place : place + 1]
        if mark == "]":
            return
        if mark != ",":
            raise _not_json(name, ValueError("it ends in the middle of a list"))
        place = _after_space(written, place + 1)


def _after_space(written: str, place: int) -> int:
    found = _SPACE.match(written, place)
    return found.end() if found else place


def _not_json(name: str, error: Exception) -> UnreadableFile:
    return UnreadableFile(
        say("{name} is not JSON: {reason}.", name=name, reason=in_words(error)),
        say("Export the chats once more from the program that they come from."),
    )


def text(value: Any) -> str:
    """Text, or nothing; halves of surrogate pairs, which no file or database can hold, become U+FFFD."""
    return whole_characters(value) if isinstance(value, str) else ""


def obj(value: Any) -> Object:
    """An object, else an empty one."""
    return value if isinstance(value, dict) else {}


def items(value: Any) -> list[Any]:
    """A list, else an empty one."""
    return value if isinstance(value, list) else []


def objects(value: Any) -> list[Object]:
    """The objects in a list."""
    return [item for item in items(value) if isinstance(item, dict)]


def flag(value: Any) -> bool:
    """True only for true."""
    return value is True


def index(value: Any) -> int:
    """A place in a list; 0 for what is none."""
    return value if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else 0


def number(value: Any) -> float:
    """A finite number, else 0."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return 0.0
    try:
        found = float(value)
    except OverflowError:
        return 0.0
    return found if math.isfinite(found) else 0.0


def time_s(value: Any) -> float:
    """A moment in seconds since 1970, from seconds, milli-, micro- or nanoseconds or ISO 8601; 0 if it is none."""
    if isinstance(value, str):
        try:
            return min(max(0.0, datetime.fromisoformat(value).timestamp()), LATEST_S)
        except (ValueError, OverflowError, OSError):
            return 0.0
    found = number(value)
    while found > 1e11:  # the year 5138 in seconds, 1973 in milliseconds
        found /= 1000
    return min(found, LATEST_S) if found > 0 else 0.0
