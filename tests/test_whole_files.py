"""Files that are there whole or not at all."""

from __future__ import annotations

import os
import threading
from pathlib import Path

import pytest

from llmdesk.whole_files import FOR_OTHERS, writing


def write(file: Path, content: bytes, mode: int = 0o600) -> None:
    with writing(file, mode) as new:
        new.write(content)


def test_a_new_file_is_the_users_own_or_for_others(tmp_path: Path) -> None:
    before = os.umask(0o022)
    try:
        write(tmp_path / "own", b"1")
        write(tmp_path / "report", b"2", FOR_OTHERS)
        os.umask(0o077)  # of a user who wants that
        write(tmp_path / "closed", b"2", FOR_OTHERS)
    finally:
        os.umask(before)
    assert [(tmp_path / name).stat().st_mode & 0o777 for name in ("own", "report", "closed")] == [0o600, 0o644, 0o600]
    (tmp_path / "own").chmod(0o640)
    write(tmp_path / "own", b"3", FOR_OTHERS)
    assert ((tmp_path / "own").stat().st_mode & 0o777, (tmp_path / "own").read_bytes()) == (0o640, b"3")


def test_a_pipe_is_written_to_and_stays_one(tmp_path: Path) -> None:
    pipe, heard = tmp_path / "pipe", list[bytes]()
    os.mkfifo(pipe)
    reader = threading.Thread(target=lambda: heard.append(pipe.read_bytes()))
    reader.start()
    write(pipe, b"a report")
    reader.join(10)
    assert (heard, pipe.is_fifo()) == ([b"a report"], True)


def test_nothing_changes_where_it_fails(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_bytes(b"before")
    with pytest.raises(TypeError), writing(file) as new:
        new.writelines([b"half", None])  # type: ignore[list-item]
    assert (file.read_bytes(), list(tmp_path.iterdir())) == (b"before", [file])
    with pytest.raises(OSError, match="directory"):
        write(tmp_path, b"a folder")
