"""The head of a GGUF file, as bytes (any thread).

Own code, since the package's writer opens files itself and takes no values of another file as they are. Form:
https://github.com/ggml-org/ggml/blob/master/docs/gguf.md
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

from llmdesk.gguf_header import MAGIC

Value: TypeAlias = bool | int | float | str | Sequence[bool] | Sequence[int] | Sequence[float] | Sequence[str]
_VERSION = 3
_ALIGNMENT_BYTES = 32
_U32, _I32, _F32, _BOOL, _STRING, _ARRAY = 4, 5, 6, 7, 8, 9


@dataclass(frozen=True, slots=True)
class Entry:
    """A tensor to come: GGUF's name, its shape with the rows first, ggml's number of its type, and its bytes."""

    name: str
    shape: tuple[int, ...]
    kind: int
    size_bytes: int


def head(values: Sequence[bytes], entries: Sequence[Entry]) -> bytes:
    """All that stands before the tensors' bytes, of which each begins at an aligned place.

    ``values``: what ``encoded`` made of each, or such bytes of another file's head.
    """
    parts = [MAGIC, struct.pack("<IQQ", _VERSION, len(entries), len(values)), *values]
    offset = 0
    for entry in entries:
        sizes = struct.pack(f"<I{len(entry.shape)}Q", len(entry.shape), *reversed(entry.shape))
        parts += [_string(entry.name), sizes, struct.pack("<IQ", entry.kind, offset)]
        offset += aligned(entry.size_bytes)
    found = b"".join(parts)
    return found.ljust(aligned(len(found)), b"\0")


def aligned(size_bytes: int) -> int:
    """The next place at which a tensor may begin."""
    return size_bytes + -size_bytes % _ALIGNMENT_BYTES


def encoded(key: str, value: Value) -> bytes:
    """A key and its value: whole numbers in 32 bits (without sign where there is none), others in single precision.

    An empty list is one of texts.
    """
    if isinstance(value, bool | int | float | str):
        return _string(key) + struct.pack("<I", _kind(value)) + _scalar(value)
    items = list(value)
    if not items or isinstance(items[0], str):
        kind, data = _STRING, b"".join(_string(str(item)) for item in items)
    else:
        kind = _BOOL if isinstance(items[0], bool) else _F32 if isinstance(items[0], float) else _I32
        data = struct.pack(f"<{len(items)}{ {_BOOL: '?', _F32: 'f', _I32: 'i'}[kind] }", *items)
    return _string(key) + struct.pack("<IIQ", _ARRAY, kind, len(items)) + data


def _kind(value: bool | int | float | str) -> int:
    if isinstance(value, bool):
        return _BOOL
    if isinstance(value, int):
        return _I32 if value < 0 else _U32
    return _F32 if isinstance(value, float) else _STRING


def _scalar(value: bool | int | float | str) -> bytes:
    if isinstance(value, str):
        return _string(value)
    return struct.pack("<" + {_BOOL: "?", _U32: "I", _I32: "i", _F32: "f"}[_kind(value)], value)


def _string(text: str) -> bytes:
    data = text.encode("utf-8", "surrogateescape")
    return struct.pack("<Q", len(data)) + data
