"""What the last start loaded is asked of the disk while the next one begins."""

from __future__ import annotations

import os
import threading
from pathlib import Path

import pytest

from llmdesk.engine.weights import read_ahead

pytestmark = pytest.mark.skipif(not hasattr(os, "posix_fadvise"), reason="this system cannot be asked")


def wait() -> None:
    for thread in threading.enumerate():
        if thread.name == "read-ahead":
            thread.join()


def test_the_weights_that_were_loaded_last(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[int, int]] = []
    monkeypatch.setattr(read_ahead, "_PIECE_BYTES", 1000)
    monkeypatch.setattr(os, "posix_fadvise", lambda file, start, size, advice: asked.append((start, advice)))
    file = tmp_path / "weights.safetensors"
    file.write_bytes(bytes(2500))
    read_ahead.read_last_ahead()  # nothing is known yet
    wait()
    assert asked == []
    read_ahead.note_last(file)
    read_ahead.read_last_ahead()
    wait()
    assert asked == [(start, os.POSIX_FADV_WILLNEED) for start in (0, 1000, 2000)]
    file.unlink()
    read_ahead.read_last_ahead()
    wait()
    assert len(asked) == 3
