"""Places that do otherwise on Windows and are small: each by pretending to be there (see test_other_systems.py)."""

from __future__ import annotations

import ast
import ctypes
import nturl2path
import os
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path
from types import SimpleNamespace
from typing import IO

import psutil
import pytest

from llmdesk import app, paths
from llmdesk.api import server
from llmdesk.engine.networks.fused import library
from llmdesk.engine.processor import hardware
from llmdesk.services import opened, process_memory, start_command, trace, uninstall
from llmdesk.services.backup import closed
from llmdesk.services.chats.storage import owner
from llmdesk.services.updates import version_file
from tests.processes import still_running

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="here it is real")
_OF_LINUX_ALONE = {"ui/shell/notifier.py", "services/systemd_unit.py", "services/desktop_entry.py"}
_WITH_A_WINDOW_OR_CONSOLE = {"app.py", "commands/doctor_fonts.py"}
"""A restart is pythonw.exe again; the doctor has a console already."""


@pytest.fixture
def windows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "win32")


class Locking:
    """msvcrt's: a lock is on a byte of a file, and the same process may not have it twice either."""

    LK_NBLCK = 2

    def __init__(self) -> None:
        self.held: dict[tuple[int, int], int] = {}

    def locking(self, handle: int, mode: int, count: int) -> None:
        assert (mode, count) == (self.LK_NBLCK, 1)
        byte = (os.fstat(handle).st_ino, os.lseek(handle, 0, os.SEEK_CUR))
        if self.held.get(byte) != handle and self._is_open(self.held.get(byte)):
            raise PermissionError(13, "Permission denied")
        self.held[byte] = handle

    def _is_open(self, handle: int | None) -> bool:
        try:
            return handle is not None and os.fstat(handle) is not None
        except OSError:
            return False


@pytest.fixture
def locking(windows: None, monkeypatch: pytest.MonkeyPatch) -> Locking:
    made = Locking()
    monkeypatch.setattr(owner, "msvcrt", made, raising=False)
    return made


def test_who_locks_a_file_locks_it_whatever_stands_in_it(locking: Locking, tmp_path: Path) -> None:
    """A lock of Windows is on bytes, counted from where the file stands, and keeps others from reading them."""
    file = tmp_path / "window.lock"

    def open_it() -> IO[bytes]:
        return file.open("a+b")

    with open_it() as first:
        assert owner.try_lock(first)
        first.write(b"4711\npython\n")
        first.flush()
        with open_it() as second:
            assert second.tell() == len(b"4711\npython\n")
            assert not owner.try_lock(second)
        assert file.read_bytes() == b"4711\npython\n"
    ((_, byte),) = locking.held
    assert byte > 1_000_000
    with open_it() as third:
        assert owner.try_lock(third)


@pytest.mark.usefixtures("locking")
def test_a_restore_keeps_the_window_closed(private_home: Path) -> None:
    """And takes its file away once nobody has it open, which Windows asks for."""
    file = paths.config_dir() / "window.lock"
    with closed._as_the_window(file):
        assert file.read_text(encoding="utf-8").splitlines()[0] == str(os.getpid())
    assert not file.exists()


@pytest.mark.usefixtures("windows")
def test_the_task_bar_is_told_who_we_are(monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[str] = []
    shell = SimpleNamespace(SetCurrentProcessExplicitAppUserModelID=told.append)
    monkeypatch.setattr(ctypes, "windll", SimpleNamespace(shell32=shell), raising=False)
    app._take_place_in_task_bar()
    assert told == ["io.github.llmdesk.llmdesk"]


@pytest.mark.usefixtures("windows")
def test_a_port_is_nobody_elses() -> None:
    """There SO_REUSEADDR would let two programs listen at one port."""
    with server._bound("127.0.0.1", 0) as listening:
        assert listening.getsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR) == 0


def test_files_that_the_desktop_names_have_a_drive(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(urllib.request, "url2pathname", nturl2path.url2pathname)
    with monkeypatch.context() as patch:
        patch.setattr(os, "name", "nt")
        found = opened._path_of("/C:/Users/M%C3%BCller/OneDrive%20-%20Firma/a%20b.gguf")
    assert found == "C:\\Users\\Müller\\OneDrive - Firma\\a b.gguf"


@pytest.mark.usefixtures("windows")
def test_the_installed_launcher_and_uninstaller_are_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Beside Python's folder, as the installer puts them."""
    for name in ("python/python.exe", "llmdesk-gui.exe", "llmdesk.exe", "uninstall.exe"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    monkeypatch.setattr(sys, "executable", str(tmp_path / "python" / "pythonw.exe"))
    monkeypatch.setattr("sysconfig.get_path", lambda _: str(tmp_path / "python" / "Scripts"))
    monkeypatch.setattr(paths, "__file__", str(tmp_path / "packages" / "llmdesk" / "paths.py"))
    assert start_command.start_command() == [str(tmp_path / "llmdesk-gui.exe")]
    assert start_command.start_command("llmdesk") == [str(tmp_path / "llmdesk.exe")]
    assert uninstall.program_removal() == f"Settings, Apps, llmdesk (or {tmp_path / 'uninstall.exe'})"
    assert version_file.own_kind() == "windows"


@pytest.mark.usefixtures("windows")
def test_without_proc_the_system_is_asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Process:
        def memory_info(self) -> SimpleNamespace:
            return SimpleNamespace(peak_wset=123_456_789)

        def create_time(self) -> float:
            return time.time() - 5.0

        def cpu_affinity(self) -> list[int]:
            return [0, 2]

    monkeypatch.setattr(psutil, "Process", Process)
    monkeypatch.setattr(process_memory, "_STATUS", tmp_path / "status")
    monkeypatch.setattr(process_memory, "_CLEAR", tmp_path / "nowhere" / "clear_refs")
    process_memory.restart_peak()
    assert process_memory.peak_rss_bytes() == 123_456_789
    assert trace.process_age_s() == pytest.approx(5.0, abs=1.0)
    monkeypatch.delattr(os, "sched_getaffinity")
    assert hardware._usable_cpus() == {0, 2}


@pytest.mark.usefixtures("windows")
def test_a_compiler_ends_with_what_it_started() -> None:
    """There are no groups of processes: its children are looked for."""
    script = "import subprocess, sys; print(subprocess.Popen(['sleep', '60']).pid, flush=True); sys.stdin.read()"
    pipe = subprocess.PIPE
    with subprocess.Popen([sys.executable, "-c", script], stdin=pipe, stdout=pipe, text=True) as process:
        assert process.stdout is not None
        child = psutil.Process(int(process.stdout.readline()))
        library._end(process)
        process.wait(10)
    assert still_running([child], timeout_s=10) == []


def test_no_program_opens_a_console() -> None:
    """Whatever the window starts, but on Linux alone, says so (no_console.py)."""
    package = Path(paths.__file__).parent
    found = set()
    for file in package.rglob("*.py"):
        text = file.read_text(encoding="utf-8")
        for call in ast.walk(ast.parse(text)) if "subprocess." in text else ():
            if (
                isinstance(call, ast.Call)
                and ast.unparse(call.func) in ("subprocess.run", "subprocess.Popen")
                and "creationflags" not in {keyword.arg for keyword in call.keywords}
            ):
                found.add(file.relative_to(package).as_posix())
    assert found == _OF_LINUX_ALONE | _WITH_A_WINDOW_OR_CONSOLE
