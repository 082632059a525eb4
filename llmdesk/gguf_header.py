"""The head of one GGUF file: single values, tensors, and whether it is whole. A model may be several (gguf_parts.py).

Own code because the gguf package takes seconds for it (it makes an object of every word of the vocabulary) and comes
with the engine's stacks only. Form: https://github.com/ggml-org/ggml/blob/master/docs/gguf.md
"""

from __future__ import annotations

import math
import mmap
import struct
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from llmdesk.errors import ModelDamaged, UnsupportedModel
from llmdesk.gemma4_layers import stays_on_disk
from llmdesk.plain_files import check_file
from llmdesk.words import say

MAGIC = b"GGUF"
_SCALARS = {0: "B", 1: "b", 2: "H", 3: "h", 4: "I", 5: "i", 6: "f", 7: "?", 10: "Q", 11: "q", 12: "d"}
_STRING, _ARRAY = 8, 9
# Bytes and elements of a block, by ggml type; a type that is missing here is not checked for its end.
_BLOCKS = {0: (4, 1), 1: (2, 1), 2: (18, 32), 3: (20, 32), 6: (22, 32), 7: (24, 32), 8: (34, 32), 30: (2, 1)}
_BLOCKS |= {10: (84, 256), 11: (110, 256), 12: (144, 256), 13: (176, 256), 14: (210, 256), 34: (54, 256), 35: (66, 256)}
_BLOCKS |= {16: (66, 256), 17: (74, 256), 18: (98, 256), 19: (50, 256), 20: (18, 32), 21: (110, 256), 22: (82, 256)}
_BLOCKS |= {23: (136, 256), 29: (56, 256), 39: (17, 32), 40: (36, 64)}
TERNARY_TYPES = frozenset({34, 35})
"""TQ1_0, TQ2_0"""
TABLE_TYPES = frozenset({20, 23, 39})
"""IQ4_NL, IQ4_XS, MXFP4: 4 bits that are places in a table."""
INT4_TYPES = frozenset({2, 3, 12}) | TERNARY_TYPES | TABLE_TYPES
"""Q4_0, Q4_1, Q4_K, IQ4_NL, IQ4_XS, MXFP4, TQ1_0 and TQ2_0: the engine keeps them as they are, in 4 bits or fewer."""
BLOCK_BITS = {10: 2.625, 11: 6.5625, 13: 5.5, 14: 6.5625}
"""Q2_K, Q3_K, Q5_K and Q6_K: what a weight takes in the forms in which the engine's own kernels keep them."""
FLOAT_TYPES = frozenset({0, 1, 30})


_SIGNS_OF_DAMAGE = (struct.error, IndexError, KeyError, OverflowError, UnicodeDecodeError, RecursionError)
_MOST_DIMENSIONS = 4


@dataclass(frozen=True, slots=True)
class GgufTensor:
    """An entry of the table: ``kind`` is ggml's number of the type, ``shape`` has the rows first.

    Its data begin ``offset_bytes`` from the beginning of ``path``.
    """

    name: str
    shape: tuple[int, ...]
    kind: int
    offset_bytes: int
    path: Path

    @property
    def elements(self) -> int:
        """Numbers in it."""
        return math.prod(self.shape)


@dataclass(frozen=True, slots=True)
class GgufHeader:
    """``values`` holds single values by key (no arrays); ``files`` are those that the tensors lie in, in order."""

    values: dict[str, int | float | bool | str]
    tensors: tuple[GgufTensor, ...]
    files: tuple[Path, ...]

    @property
    def architecture(self) -> str:
        """For example "llama"; empty if the file does not say."""
        return str(self.values.get("general.architecture", ""))

    @property
    def context_tokens(self) -> int:
        """The context the model was trained for; 0 if the file does not say it in a number."""
        value = self.values.get(f"{self.architecture}.context_length", 0)
        return value if isinstance(value, int) and value > 0 else 0

    @property
    def int4(self) -> bool:
        """True if most weights are 4-bit blocks."""
        tensors = [tensor for tensor in self.tensors if not stays_on_disk(tensor.name)]
        total = sum(tensor.elements for tensor in tensors)
        return 2 * sum(tensor.elements for tensor in tensors if tensor.kind in INT4_TYPES) > total


def is_gguf(path: Path) -> bool:
    """By its first bytes, whatever its name. Raises OSError; never waits."""
    if not path.is_file():
        return False
    with path.open("rb") as file:
        return file.read(len(MAGIC)) == MAGIC


def read(path: Path) -> GgufHeader:
    """Read the head. Raises ModelDamaged if the file is truncated or no GGUF, UnsupportedModel for other GGUFs."""
    check_file(path)
    with path.open("rb") as file:
        if file.read(len(MAGIC)) != MAGIC:
            raise ModelDamaged(say("{name} is not a GGUF file.", name=path.name))
        with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as view:
            try:
                return _Reader(view, path).header()
            except _SIGNS_OF_DAMAGE as error:
                raise ModelDamaged(
                    say("{name} is damaged or ends too early ({count:,} bytes).", name=path.name, count=len(view))
                ) from error


def read_arrays(path: Path, keys: Collection[str]) -> dict[str, list[Any]]:
    """The arrays of these keys, as far as the file has them. Raises ModelDamaged. For a file that ``read`` has read."""
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as view:
        try:
            return _Reader(view, path).arrays(keys)
        except _SIGNS_OF_DAMAGE as error:
            raise ModelDamaged(
                say("{name} is damaged or ends too early ({count:,} bytes).", name=path.name, count=len(view))
            ) from error


def read_values(path: Path) -> dict[str, bytes]:
    """All values with their keys as they stand in the file, by key. Raises ModelDamaged. For a file that is read."""
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as view:
        try:
            return _Reader(view, path).stored_values()
        except _SIGNS_OF_DAMAGE as error:
            raise ModelDamaged(
                say("{name} is damaged or ends too early ({count:,} bytes).", name=path.name, count=len(view))
            ) from error


class _Reader:
    def __init__(self, view: mmap.mmap, path: Path) -> None:
        self._view = view
        self._path, self._name = path, path.name
        self._at = len(MAGIC)

    def header(self) -> GgufHeader:
        version = self._number("I")
        if version & 0xFFFF == 0:
            raise UnsupportedModel(
                say("{name} is big-endian: it was made for another kind of processor (s390x).", name=self._name),
                say("Get this model's usual GGUF file, for example as Q4_K_M; most names of others say “be”."),
            )
        if version not in (2, 3):
            raise UnsupportedModel(
                say("{name} is GGUF version {version}; llmdesk reads 2 and 3.", name=self._name, version=version),
                say("Files of this kind are from 2023: get a newer GGUF file of this model."),
            )
        tensor_count, value_count = self._number("Q"), self._number("Q")
        values: dict[str, int | float | bool | str] = {}
        for _ in range(value_count):
            key = self._string()
            value = self._value(self._number("I"))
            if value is not None:
                values[key] = value
        return self._with_tensors(values, tensor_count)

    def arrays(self, keys: Collection[str]) -> dict[str, list[Any]]:
        """See ``read_arrays``."""
        self._number("I")
        _, value_count = self._number("Q"), self._number("Q")
        found: dict[str, list[Any]] = {}
        for _ in range(value_count):
            key, kind = self._string(), self._number("I")
            if kind == _ARRAY and key in keys:
                found[key] = self._items(self._number("I"), self._number("Q"))
            else:
                self._value(kind)
        return found

    def stored_values(self) -> dict[str, bytes]:
        """See ``read_values``."""
        self._number("I")
        _, value_count = self._number("Q"), self._number("Q")
        found: dict[str, bytes] = {}
        for _ in range(value_count):
            start, key = self._at, self._string()
            self._value(self._number("I"))
            found[key] = self._view[start : self._at]
        return found

    def _items(self, kind: int, count: int) -> list[Any]:
        if kind == _STRING:
            return [self._string("replace") for _ in range(count)]
        start, form = self._at, f"<{count}{_SCALARS[kind]}"
        self._at += struct.calcsize(form)
        return list(struct.unpack_from(form, self._view, start))

    def _with_tensors(self, values: dict[str, int | float | bool | str], count: int) -> GgufHeader:
        entries, end = [], 0
        for _ in range(count):
            name, shape, kind, offset = self._entry()
            block_bytes, block_elements = _BLOCKS.get(kind, (0, 1))
            if shape[-1] % block_elements:
                text = say("{name}: {tensor} has rows of {count} numbers in blocks.",
                           name=self._name, tensor=name, count=shape[-1])  # fmt: skip
                raise ModelDamaged(text)
            end = max(end, offset + math.prod(shape) // block_elements * block_bytes)
            entries.append((name, shape, kind, offset))
        if len({name for name, *_ in entries}) != len(entries):
            raise ModelDamaged(say("{name} has two tensors of one name.", name=self._name))
        start = self._data_start(values.get("general.alignment", 32))
        if start + end > len(self._view):
            raise ModelDamaged(
                say(
                    "{name} ends too early: it has {count:,} bytes and should have {start:,}.",
                    name=self._name,
                    count=len(self._view),
                    start=start + end,
                )
            )
        tensors = (GgufTensor(name, shape, kind, start + offset, self._path) for name, shape, kind, offset in entries)
        return GgufHeader(values, tuple(tensors), (self._path,))

    def _data_start(self, alignment: object) -> int:
        if isinstance(alignment, bool) or not isinstance(alignment, int) or alignment < 1:
            raise ModelDamaged(
                say(
                    "{name}: “general.alignment” is {alignment!r}; a whole number is expected.",
                    name=self._name,
                    alignment=alignment,
                )
            )
        return math.ceil(self._at / alignment) * alignment

    def _entry(self) -> tuple[str, tuple[int, ...], int, int]:
        """Name, shape, type and offset of a tensor."""
        name, dimensions = self._string(), self._number("I")
        if not 1 <= dimensions <= _MOST_DIMENSIONS:
            raise ModelDamaged(
                say(
                    "{name}: {name2!r} has {dimensions} dimensions.",
                    name=self._name,
                    name2=name[:80],
                    dimensions=dimensions,
                )
            )
        shape = tuple(self._number("Q") for _ in range(dimensions))[::-1]
        if 0 in shape:
            raise ModelDamaged(say("{name}: {name2!r} is empty.", name=self._name, name2=name[:80]))
        return name, shape, self._number("I"), self._number("Q")

    def _number(self, code: str) -> int:
        (value,) = struct.unpack_from("<" + code, self._view, self._at)
        self._at += struct.calcsize("<" + code)
        return int(value) if code != "f" and code != "d" else value

    def _string(self, errors: str = "strict") -> str:
        length = self._number("Q")
        start, self._at = self._at, self._at + length
        if self._at > len(self._view):
            raise IndexError
        return self._view[start : self._at].decode("utf-8", errors)

    def _value(self, kind: int) -> int | float | bool | str | None:
        """One value; an array is passed over and gives None."""
        if kind == _STRING:
            return self._string()
        if kind != _ARRAY:
            return self._number(_SCALARS[kind])
        item_kind, count = self._number("I"), self._number("Q")
        if item_kind == _STRING:
            self._skip_strings(count)
        elif item_kind == _ARRAY:
            for _ in range(count):
                self._value(_ARRAY)
        else:
            self._at += struct.calcsize("<" + _SCALARS[item_kind]) * count
        return None

    def _skip_strings(self, count: int) -> None:
        unpack, view, at = struct.Struct("<Q").unpack_from, self._view, self._at
        for _ in range(count):
            at += 8 + unpack(view, at)[0]
        self._at = at
