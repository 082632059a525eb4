"""What the last start loaded is asked of the disk while the next one begins."""

from __future__ import annotations

import contextlib
import ctypes
import mmap
import os
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from llmdesk import paths
from llmdesk.engine.matrices.mapping import mapped
from llmdesk.engine.weights import read_ahead

pytestmark = pytest.mark.skipif(not hasattr(os, "posix_fadvise"), reason="this system cannot be asked")

SIZE_BYTES = 5 * mmap.PAGESIZE + 100


def wait() -> None:
    for thread in threading.enumerate():
        if thread.name == "read-ahead":
            thread.join()


def pages_in_memory(file: Path) -> int:
    """As the system counts them."""
    with file.open("rb") as opened, contextlib.closing(mapped(opened)) as whole:
        counts = (ctypes.c_ubyte * (-(-len(whole) // mmap.PAGESIZE)))()
        first = ctypes.c_char.from_buffer(whole)
        assert not ctypes.CDLL(None).mincore(
            ctypes.c_void_p(ctypes.addressof(first)), ctypes.c_size_t(len(whole)), counts
        )
        del first
        return sum(count & 1 for count in counts)


@pytest.fixture
def weights() -> Iterator[Path]:
    """Weights that are on the disk and not in memory, where the tests' own folders may be."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "weights.safetensors"
        file.write_bytes(bytes(SIZE_BYTES))
        with file.open("rb") as opened:
            os.fsync(opened.fileno())
            os.posix_fadvise(opened.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
        if pages_in_memory(file):
            pytest.skip("the system keeps files of this folder in memory")
        yield file


def test_the_weights_that_were_loaded_last(weights: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(read_ahead, "_PIECE_BYTES", 2 * mmap.PAGESIZE)
    read_ahead.read_last_ahead()  # nothing is known yet
    wait()
    assert pages_in_memory(weights) == 0
    read_ahead.note_last(weights)
    read_ahead.read_last_ahead()
    wait()
    assert pages_in_memory(weights) == 6


def test_weights_that_are_gone_or_empty(weights: Path) -> None:
    read_ahead.note_last(weights)
    weights.write_bytes(b"")
    read_ahead.read_last_ahead()
    wait()
    weights.unlink()
    read_ahead.read_last_ahead()
    wait()


def test_an_older_system_takes_note(weights: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(read_ahead, "_POPULATE_READ", -1)  # no system knows that
    asked: list[tuple[int, int]] = []
    monkeypatch.setattr(os, "posix_fadvise", lambda file, start, size, advice: asked.append((size, advice)))
    read_ahead.read_ahead(weights)
    wait()
    assert asked == [(SIZE_BYTES, os.POSIX_FADV_WILLNEED)]


@pytest.mark.skipif(not Path("/sys/kernel/mm/transparent_hugepage").exists(), reason="this system has no large pages")
def test_weights_are_mapped_in_large_pages_where_there_are_some(weights: Path) -> None:
    with weights.open("rb") as opened, contextlib.closing(mapped(opened)):
        told = Path("/proc/self/smaps").read_text().split(str(weights))[1]
    flags = next(line for line in told.splitlines() if line.startswith("VmFlags:"))
    assert "hg" in flags.split()


def test_a_damaged_note_of_the_last_weights_is_written_anew(weights: Path) -> None:
    note = paths.cache_dir() / "last-weights"
    paths.made(note.parent)
    note.write_bytes(b"\xff\xfe\0x")
    read_ahead._ask_for_last()
    read_ahead.note_last(weights)
    assert note.read_bytes() == os.fsencode(weights)
