"""JSON that anybody may have written: its numbers can be figures, else it is no JSON to us (any thread)."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable
from dataclasses import asdict, fields, is_dataclass
from typing import Any

MOST = 1e15
"""No figure of ours is larger: bytes of memory are not, nor seconds, nor tokens."""
_MOST_DIGITS = 16


def read_json(content: bytes) -> Any:
    """Raises ValueError (which says what was found) or RecursionError."""
    return json.loads(content, parse_float=_number, parse_constant=_number, parse_int=_whole)


def is_negative(values: Any) -> bool:
    """Whether there is a number below 0 anywhere in a frozen dataclass of plain values."""
    found: Iterable[Any] = asdict(values).values() if is_dataclass(values) and not isinstance(values, type) else ()
    return any(_below_zero(value) for value in found)


def longest_text(values: Any) -> int:
    """Characters of the longest text that stands in a dataclass itself."""
    texts = (getattr(values, each.name) for each in fields(values))
    return max((len(text) for text in texts if isinstance(text, str)), default=0)


def _below_zero(value: Any) -> bool:
    if isinstance(value, dict):
        return any(map(_below_zero, value.values()))
    return isinstance(value, int | float) and value < 0


def _number(text: str) -> float:
    value = float(text)
    if not math.isfinite(value):
        raise ValueError(f"{text[:20]} is no finite number")
    if abs(value) > MOST:
        raise ValueError(f"{text[:20]} is larger than any figure can be")
    return value


def _whole(text: str) -> int:
    if len(text) > _MOST_DIGITS:
        raise ValueError(f"{text[:20]}… is larger than any figure can be")
    return int(text)
