"""Dataclasses as JSON and back, by their fields: what is added to a message is kept without a change here (pure).

All fields are written, so that a chat stays what it was when a default changes. On the way back, fields that are
missing (written by an older version) have their default, and those that nobody knows any more are passed over.
"""

from __future__ import annotations

import json
import re
import types
from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass
from functools import cache, partial
from typing import Any, Literal, TypeVar, Union, cast, get_args, get_origin, get_type_hints

from llmdesk.services.chats.message import Message

T = TypeVar("T")
_parse = json.JSONDecoder().raw_decode
_SURROGATES = re.compile("[\ud800-\udfff]")
_COLUMNS = ("id", "parent_id", "role", "state", "pieces")
"""Of a message: what has a column of its own."""


def to_json(value: object) -> str:
    """A dataclass as JSON text."""
    return json.dumps(_plain(value), separators=(",", ":"))


def from_json(kind: type[T], text: str) -> T:
    """The way back. Raises ValueError, TypeError or KeyError if this is no such thing."""
    return cast(T, _decode(kind, json.loads(text)))


def details_of(message: Message) -> str:
    """Everything of a message that has no column of its own."""
    return json.dumps(
        {name: _plain(getattr(message, name)) for name in _names(Message) if name not in _COLUMNS},
        separators=(",", ":"),
    )


def message_of(columns: Mapping[str, Any], text: str, details: str) -> Message:
    """A message out of its columns, its words and the rest."""
    data, _ = _parse(details)  # json.loads looks at much before it gets there
    return cast(Message, _dataclass(Message, {**data, **columns, "pieces": [text] if text else []}))


def text_for_utf8(text: str) -> str:
    """Halves of a surrogate pair are no text, and SQLite takes none: the other words must not be lost for them."""
    return text if text.isascii() else _SURROGATES.sub("\ufffd", text)


def _plain(value: Any) -> Any:
    if value is None or isinstance(value, str | int | float | bool):
        return value
    if is_dataclass(value):
        kind: Any = type(value)
        return {name: _plain(getattr(value, name)) for name in _names(kind)}
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    if isinstance(value, Mapping):
        return {key: _plain(each) for key, each in value.items()}
    raise TypeError(f"{type(value).__name__} cannot be kept")


def _decode(kind: Any, data: Any) -> Any:
    make = _maker(kind)
    return data if make is None else make(data)


@cache
def _maker(kind: Any) -> Callable[[Any], Any] | None:
    """What makes a value of this type of its JSON; None where that is the value itself."""
    origin, args = get_origin(kind), get_args(kind)
    if kind is float:
        return lambda data: data if type(data) is float else float(data)
    if is_dataclass(kind):
        return partial(_dataclass, kind)
    if origin is tuple:
        if len(args) == 2 and args[1] is Ellipsis:
            return lambda data: tuple(_decode(args[0], each) for each in data)
        return lambda data: tuple(_decode(arg, each) for arg, each in zip(args, data, strict=True))
    if origin is list:
        return lambda data: [_decode(args[0], each) for each in data]
    if origin in (dict, Mapping) or (isinstance(origin, type) and issubclass(origin, Mapping)):
        return lambda data: {key: _decode(args[1], each) for key, each in data.items()}
    if origin in (Union, types.UnionType):
        others = [arg for arg in args if arg is not type(None)]
        if len(others) == 1:
            make = _maker(others[0])
            return None if make is None else lambda data: None if data is None else make(data)
        return partial(_one_of, args)
    assert origin is Literal or kind in (str, int, bool, type(None), Any), kind
    return None


@cache
def _names(kind: Any) -> tuple[str, ...]:
    return tuple(field.name for field in fields(kind))


@cache
def _makers(kind: Any) -> tuple[frozenset[str], tuple[tuple[str, Callable[[Any], Any]], ...]]:
    """The names of all fields, and what makes those whose values are not what they are in JSON."""
    hints = get_type_hints(kind)
    found = [(name, _maker(hints[name])) for name in _names(kind)]
    return frozenset(hints), tuple((name, make) for name, make in found if make is not None)


def _dataclass(kind: Any, data: Any) -> Any:
    names, makers = _makers(kind)
    values = data if data.keys() <= names else {name: value for name, value in data.items() if name in names}
    for name, make in makers:
        if name in values:
            values[name] = make(values[name])
    return kind(**values)


def _one_of(kinds: tuple[Any, ...], data: Any) -> Any:
    for kind in kinds:
        if _fits(kind, data):
            return _decode(kind, data)
    raise ValueError(f"{data!r} is none of {kinds}")


def _fits(kind: Any, data: Any) -> bool:
    origin = get_origin(kind)
    if origin is Literal:
        return data in get_args(kind)
    if origin in (tuple, list):
        return isinstance(data, list)
    if is_dataclass(kind) or origin is not None:
        return isinstance(data, dict)
    if kind is float:
        return isinstance(data, int | float) and not isinstance(data, bool)
    if kind is int:
        return isinstance(data, int) and not isinstance(data, bool)
    return kind is Any or isinstance(data, kind)
