"""Calls into the compiled kernels written down with all memory that they read and the bits that they write.

replay.c carries them out again, on any system and without Python, and compares. A recording is a series of records
made of 64-bit numbers: memory (``BLOCK``), an address in it (``POINTER``), a call, and what must stand where afterwards
(``EXPECT``).
"""

from __future__ import annotations

import ctypes
import struct
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from llmdesk.engine.matrices.aligned import address_of
from llmdesk.engine.networks.fused.decoder import MAX_STEP_TOKENS, FusedDecoder
from llmdesk.engine.networks.fused.structures import CSequence

END, BLOCK, POINTER, CALL, EXPECT = range(5)
NUMBER, ADDRESS, ENGINE = range(3)
NOTHING, RESULT_32, RESULT_64, NEW_ENGINE = range(4)
_NAME_BYTES = 32
THREADS = 3
"""That a replay's engine has. How many computed what was recorded does not matter."""

Argument = int | npt.NDArray[Any]


def pointer_fields(structure: type[ctypes.Structure], start: int = 0) -> Iterator[int]:
    """Where in a structure addresses stand, in bytes from its beginning."""
    for name, kind, *_ in structure._fields_:
        at = start + getattr(structure, name).offset
        if kind is ctypes.c_void_p:
            yield at
        elif isinstance(kind, type) and issubclass(kind, ctypes.Structure):
            yield from pointer_fields(kind, at)


class Recording:
    """Writes the file; a context manager."""

    def __init__(self, path: Path) -> None:
        self._file = path.open("wb")
        self._blocks: dict[int, tuple[int, int]] = {}  # address: (number, bytes)
        self._contents: dict[int, bytes] = {}  # of blocks that calls write to, as whoever replays them has them
        self._count = 0

    def __enter__(self) -> Recording:
        return self

    def __exit__(self, *_: object) -> None:
        self._numbers(END)
        self._file.close()

    def block(self, address: int, content: bytes) -> int:
        """Memory at an address of this process; its number. What stood there before is overwritten."""
        self._contents.pop(address, None)  # what lay here has been freed, and perhaps comes back
        known = self._blocks.pop(address, None)
        if known is None or known[1] != len(content):
            known = (self._count, len(content))
            self._count += 1
        self._blocks[address] = known  # the newest, should an older one have lain here
        self._numbers(BLOCK, known[0], len(content))
        self._file.write(content)
        return known[0]

    def array(self, values: npt.NDArray[Any]) -> int:
        """The same of an array, once."""
        address = address_of(values)
        if address in self._blocks and self._blocks[address][1] == values.nbytes:
            return self._blocks[address][0]
        return self.block(address, values.tobytes())

    def structures(self, kind: type[ctypes.Structure], address: int, count: int) -> int:
        """An array of structures, and the addresses in them, which blocks begin at or lie in; its number."""
        size = ctypes.sizeof(kind)
        number = self.block(address, ctypes.string_at(address, size * count))
        for start in range(0, size * count, size):
            for at in pointer_fields(kind, start):
                if (target := ctypes.c_uint64.from_address(address + at).value) != 0:
                    self._numbers(POINTER, number, at, *self._found(target))
        return number

    def pointers(self, address: int, count: int) -> None:
        """A table of addresses of blocks."""
        targets = (ctypes.c_uint64 * count).from_address(address)
        number = self.block(address, bytes(8 * count))
        for index, target in enumerate(targets):
            self._numbers(POINTER, number, 8 * index, *self._found(target))

    def written(self, address: int, size_bytes: int) -> int:
        """A block that calls change: brought to what it holds here, if that is not what they left there. Its number."""
        content = ctypes.string_at(address, size_bytes)
        if self._contents.get(address) != content:
            self.block(address, content)
            self._contents[address] = content
        return self._blocks[address][0]

    def changed(self, address: int, size_bytes: int) -> None:
        """After a call: whoever replays it has the same there now."""
        self._contents[address] = ctypes.string_at(address, size_bytes)

    def call(self, name: str, *arguments: tuple[int, int, int], result: tuple[int, int] = (NOTHING, 0)) -> None:
        """Arguments: see ``number``, ``address`` and ``engine``."""
        self._numbers(CALL)
        self._file.write(name.encode().ljust(_NAME_BYTES, b"\0"))
        self._numbers(len(arguments), *(number for argument in arguments for number in argument), *result)

    def expect(self, address: int, size_bytes: int) -> None:
        """What stands there now must stand there."""
        number, at = self._found(address)
        self._numbers(EXPECT, number, at, size_bytes)
        self._file.write(ctypes.string_at(address, size_bytes))

    def expect_written(self) -> None:
        """All blocks that calls changed."""
        for address, content in self._contents.items():
            self._numbers(EXPECT, self._blocks[address][0], 0, len(content))
            self._file.write(content)

    def address(self, of: int) -> tuple[int, int, int]:
        """An argument: an address within a block."""
        return (ADDRESS, *self._found(of))

    def _found(self, address: int) -> tuple[int, int]:
        """(number of the newest block that it lies in, place there)"""
        if address in self._blocks:
            return self._blocks[address][0], 0
        for start, (number, size) in reversed(self._blocks.items()):
            if start <= address < start + size:
                return number, address - start
        raise AssertionError("an address that no block was recorded for")

    def _numbers(self, *numbers: int) -> None:
        self._file.write(struct.pack(f"<{len(numbers)}Q", *(number % (1 << 64) for number in numbers)))


def number(value: int) -> tuple[int, int, int]:
    """An argument: a whole number."""
    return (NUMBER, value, 0)


class RecordedSteps:
    """Stands in for the library of a decoder: its steps go into the recording as they are computed."""

    def __init__(self, decoder: FusedDecoder, recording: Recording) -> None:
        self._decoder, self._recording = decoder, recording
        self._library = decoder._library
        cache = decoder.new_cache()
        cache.reserve(1)
        self._page_bytes = cache.page(0).nbytes
        self._create()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._library, name)

    def _create(self) -> None:
        decoder, recording = self._decoder, self._recording
        for array in (*decoder._placing._kept, *decoder._rotary_tables):
            recording.array(array)
        recording.structures(type(decoder._layers[0]), ctypes.addressof(decoder._layers), len(decoder._layers))
        network = ctypes.addressof(decoder._network)
        recording.structures(type(decoder._network), network, 1)
        threads = number(THREADS), number(MAX_STEP_TOKENS)
        recording.call("fused_create", recording.address(network), *threads, result=(NEW_ENGINE, 0))

    def fused_forward(self, engine: int, sequences: Any, count: int, threads: int, stride: int) -> int:
        """The decoder's call."""
        recording, steps = self._recording, sequences._obj
        logits = self._decoder._logits
        recording.block(address_of(logits), bytes(logits.nbytes))
        pages = [page for step in steps[:count] for page in self._pages(step)]
        written = [(page, self._page_bytes) for page in pages]
        written += [(step.state, self._decoder._state_bytes) for step in steps[:count] if step.state]
        for address, size_bytes in written:
            recording.written(address, size_bytes)
        for step in steps[:count]:
            recording.block(step.ids, ctypes.string_at(step.ids, 4 * step.tokens))
            recording.pointers(step.pages, step.page_count)
            if step.own_rows:
                network = self._decoder._network
                row_bytes = 4 * network.layers * network.per_layer
                recording.block(step.own_rows, ctypes.string_at(step.own_rows, row_bytes * step.tokens))
            if step.lowered_count:
                recording.block(step.lowered, ctypes.string_at(step.lowered, 4 * step.lowered_count))
        recording.structures(CSequence, ctypes.addressof(steps), count)
        failed: int = self._library.fused_forward(engine, sequences, count, threads, stride)
        arguments = (ENGINE, 0, 0), recording.address(ctypes.addressof(steps)), number(count), number(threads)
        recording.call("fused_forward", *arguments, number(stride), result=(RESULT_32, failed))
        for step in steps[:count]:
            if step.last:
                recording.expect(step.logits, step.last * stride * 4)
        for address, size_bytes in written:
            recording.changed(address, size_bytes)
        return failed

    def _pages(self, step: Any) -> list[int]:
        return list((ctypes.c_uint64 * step.page_count).from_address(step.pages))

    def end(self) -> None:
        """All keys, values and states must be right, too."""
        self._recording.expect_written()
        self._recording.call("fused_destroy", (ENGINE, 0, 0))


def record_packing(
    recording: Recording,
    library: ctypes.CDLL,
    form: int,
    parts: list[npt.NDArray[Any]],
    sizes: tuple[int, int, int],
) -> npt.NDArray[np.uint8]:
    """A matrix of that form brought into panels; the panels. ``sizes``: rows, columns, group."""
    size = int(library.fused_packed_bytes(form, *sizes))
    data = np.zeros(size, np.uint8)
    for part in parts:
        recording.block(address_of(part), part.tobytes())
    table = (ctypes.c_void_p * len(parts))(*map(address_of, parts))
    library.fused_pack(form, table, *sizes, address_of(data))
    shape = [number(size) for size in sizes]
    recording.call("fused_packed_bytes", number(form), *shape, result=(RESULT_64, size))
    recording.pointers(ctypes.addressof(table), len(parts))
    recording.block(address_of(data), bytes(size))
    to = recording.address(ctypes.addressof(table)), *shape, recording.address(address_of(data))
    recording.call("fused_pack", number(form), *to)
    recording.expect(address_of(data), size)
    return data
