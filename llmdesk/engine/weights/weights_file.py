"""Converted weights on disk: written tensor by tensor, and trusted only when whole (engine thread only).

A weights file is a safetensors file. Its head stands at the front and says where everything is, so room is left for
it, and it is written last: until then the file is none, whatever is in it. Every tensor begins at a multiple of 64
bytes, so that kernels can work on the mapped file; the gaps are tensors of their own, since the form allows none.

What guards a kept file: its name holds the source and the program's format (see loading.py); the head repeats both;
its length must be what the head says, and the head has a CRC-32 of its own. So have the data, but to read 1 GB at each
start would cost a second, and what happens to a file afterwards also changes its time: so the writer sets the file's
time of change to one that the head names, and only a file with another time (copied, restored, edited) is read and
compared, once. Nobody may write to a file that is done, since it will be mapped.
"""

from __future__ import annotations

import errno
import json
import os
import shutil
import struct
import sys
import time
import zlib
from collections.abc import Callable, Iterator
from contextlib import suppress
from itertools import chain
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any

import psutil

from llmdesk.engine.matrices.stored import PADDING, STORED_TYPES, Weights, stored_parts
from llmdesk.engine.weights.read_ahead import read_ahead
from llmdesk.errors import LlmdeskError, ModelDamaged, NotEnoughDisk
from llmdesk.whole_files import put_in_place
from llmdesk.words import say

if TYPE_CHECKING:
    import torch

    from llmdesk.engine.matrices.forms import Matrix
    from llmdesk.engine.matrices.panel_matrix import PanelMatrix

FORMAT = "llmdesk-13"
"""Version of the converted files, tokenizers included; a change makes old ones useless, so they are made again."""

_ALIGNMENT_BYTES = 64
_PIECE_BYTES = 1 << 24
_HEAD_BYTES_PER_PART = 200
_PARTS_PER_MATRIX = 8
_NO_SPACE = frozenset({errno.ENOSPC, errno.EFBIG, errno.EDQUOT})


class WeightsWriter:
    """Writes a file of matrices, one after the other; a context manager.

    Args:
        path: where the file will be once all is written. Nothing is left if the block is left by an exception.
        source: says what was converted; ``kept_weights`` compares it.
        names: of all matrices to come.

    Raises:
        NotEnoughDisk: there is no room; LlmdeskError: the folder cannot be written to.
    """

    def __init__(self, path: Path, source: str, names: list[str]) -> None:
        self._path, self._source = path, source
        self._partial = path.with_name(f"{path.name}.{os.getpid()}.partial")
        room = sum(_PARTS_PER_MATRIX * (len(name) + _HEAD_BYTES_PER_PART) for name in names) + 4096
        self._data_start = 8 + room + -(8 + room) % _ALIGNMENT_BYTES
        self._entries: dict[str, Any] = {}
        self._data_bytes = self._crc32 = 0

    def __enter__(self) -> WeightsWriter:
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            self._file = self._partial.open("wb", buffering=0)
        except OSError as error:
            raise not_written(self._path.parent, error) from error
        self._file.seek(self._data_start)
        return self

    def add(self, name: str, matrix: Matrix | PanelMatrix, report: Callable[[], None]) -> None:
        """Write a matrix; ``report`` is called every few milliseconds and may raise to stop it all."""
        for part, tensor in stored_parts(name, matrix).items():
            self._add_tensor(part, tensor, report)

    def _add_tensor(self, name: str, tensor: torch.Tensor, report: Callable[[], None]) -> None:
        self._add_pieces(name, list(tensor.shape), tensor.nbytes, iter((tensor,)), report)

    def add_rows(self, name: str, rows: int, pieces: Iterator[torch.Tensor], report: Callable[[], None]) -> None:
        """Write a tensor of that many rows, of which ``pieces`` gives some after the others."""
        first = next(pieces)
        size = rows * (first.nbytes // first.shape[0])
        self._add_pieces(name, [rows, *first.shape[1:]], size, chain((first,), pieces), report)

    def _add_pieces(
        self, name: str, shape: list[int], size: int, pieces: Iterator[torch.Tensor], report: Callable[[], None]
    ) -> None:
        import torch

        first = next(pieces)
        self._entry(name, STORED_TYPES[str(first.dtype).removeprefix("torch.")], shape, size)
        for piece in chain((first,), pieces):
            data = memoryview(piece.contiguous().view(-1).view(torch.uint8).numpy())
            for start in range(0, len(data), _PIECE_BYTES):
                report()
                self._write(data[start : start + _PIECE_BYTES])
        if gap := -size % _ALIGNMENT_BYTES:
            self._entry(f"{PADDING}{len(self._entries)}", "U8", [gap], gap)
            self._write(memoryview(bytes(gap)))

    def _entry(self, name: str, dtype: str, shape: list[int], size_bytes: int) -> None:
        end = self._data_bytes + size_bytes
        self._entries[name] = {"dtype": dtype, "shape": shape, "data_offsets": [self._data_bytes, end]}
        self._data_bytes = end

    def _write(self, data: memoryview) -> None:
        self._crc32 = zlib.crc32(data, self._crc32)
        self._write_all(data)

    def _write_all(self, data: memoryview) -> None:
        try:
            while data:
                data = data[self._file.write(data) :]
        except OSError as error:
            raise not_written(self._path.parent, error) from error

    def _finish(self) -> None:
        written_s = int(time.time()) // 2 * 2  # every file system can hold an even second
        metadata = {
            "format": FORMAT,
            "source": self._source,
            "crc32": str(self._crc32),
            "head_crc32": str(_head_crc32(self._entries)),
            "written_s": str(written_s),
        }
        head = json.dumps({"__metadata__": metadata, **self._entries}).encode()
        length = self._data_start - 8
        assert len(head) <= length, "the room for the head was measured wrongly"
        self._file.seek(0)
        self._write_all(memoryview(struct.pack("<Q", length) + head.ljust(length)))
        os.fsync(self._file.fileno())
        if hasattr(os, "posix_fadvise"):  # what was written is kept in small pages; now it is read in large ones
            os.posix_fadvise(self._file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
        self._file.close()
        os.utime(self._partial, (written_s, written_s))
        if sys.platform != "win32":  # where nobody could delete or replace it any more
            self._partial.chmod(0o444)
        put_in_place(self._partial, self._path)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        try:
            if error is None:
                self._finish()
        except OSError as problem:
            raise not_written(self._path.parent, problem) from problem
        finally:
            self._file.close()
            self._partial.unlink(missing_ok=True)


def not_written(folder: Path, error: OSError) -> LlmdeskError:
    """What keeps a conversion from being written into its folder."""
    text = say("The converted model cannot be written: {value}.", value=error.strerror or error)
    if error.errno in _NO_SPACE:
        return NotEnoughDisk(text)
    return LlmdeskError(text, say("llmdesk must be able to write to {parent}.", parent=folder))


def kept_weights(path: Path, source: str, report: Callable[[], None]) -> Weights | None:
    """What an earlier conversion left; None if it is not there, not whole or of another source, so it is made again."""
    from safetensors import SafetensorError, safe_open

    try:
        with safe_open(path, framework="numpy") as file:  # compares the file's length with its head, reads no data
            metadata = file.metadata() or {}
        if metadata.get("format") != FORMAT or metadata.get("source") != source:
            return None
        if _head_crc32(_entries_of(path)) != int(metadata["head_crc32"]):
            return None
        written_s = int(metadata["written_s"])
        if path.stat().st_mtime_ns != written_s * 1_000_000_000:
            if _data_crc32(path, report) != int(metadata["crc32"]):
                return None
            with suppress(OSError):  # not ours to touch: then it is read each time
                os.utime(path, (written_s, written_s))
        read_ahead(path)
        return Weights([path])
    except (SafetensorError, OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError, ModelDamaged):
        return None


def _entries_of(path: Path) -> dict[str, Any]:
    """The head without its metadata."""
    with path.open("rb") as file:
        (length,) = struct.unpack("<Q", file.read(8))
        head: dict[str, Any] = json.loads(file.read(length))
    return {name: entry for name, entry in head.items() if name != "__metadata__"}


def _head_crc32(entries: dict[str, Any]) -> int:
    return zlib.crc32(json.dumps(entries).encode())


def _data_crc32(path: Path, report: Callable[[], None]) -> int:
    crc32 = 0
    with path.open("rb") as file:
        (length,) = struct.unpack("<Q", file.read(8))
        file.seek(8 + length)
        while data := file.read(_PIECE_BYTES):
            report()
            crc32 = zlib.crc32(data, crc32)
    return crc32


def remove_leftovers(folder: Path) -> None:
    """Delete what conversions left behind that were killed: ``*.PID.partial`` of processes that are gone."""
    for path in (*folder.glob("*.partial"), *folder.glob("*/*.partial")):
        pid = path.name.split(".")[-2]
        if not pid.isdigit() or int(pid) == os.getpid() or not psutil.pid_exists(int(pid)):
            _remove(path)


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)
