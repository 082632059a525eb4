"""Values out of JSON that anybody may have written: of the right type, or a default (pure)."""

from __future__ import annotations

import json
import math
import re
from datetime import datetime
from typing import Any

from llmdesk.errors import TransferError
from llmdesk.file_errors import in_words
from llmdesk.words import say

Object = dict[str, Any]

_SURROGATE = re.compile("[\ud800-\udfff]")
_LATEST_S = 253_402_300_799.0  # the end of the year 9999


def parse(raw: bytes, name: str) -> Any:
    """JSON as it was read from a file. Raises TransferError that names the file."""
    try:
        return json.loads(raw)
    except (ValueError, RecursionError) as error:  # bad bytes and endless numbers, too; nested too deeply
        raise TransferError(
            say("{name} is not JSON: {reason}.", name=name, reason=in_words(error)),
            say("Export the chats once more from the program that they come from."),
        ) from error


def text(value: Any) -> str:
    """Text, or nothing; halves of surrogate pairs, which no file or database can hold, become question marks."""
    if not isinstance(value, str):
        return ""
    if _SURROGATE.search(value):
        return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return value


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
            return max(0.0, datetime.fromisoformat(value).timestamp())
        except (ValueError, OverflowError, OSError):
            return 0.0
    found = number(value)
    while found > 1e11:  # the year 5138 in seconds, 1973 in milliseconds
        found /= 1000
    return min(found, _LATEST_S) if found > 0 else 0.0
