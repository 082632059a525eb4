"""Processor time of the threads of this process, and of the X server that draws for it: what a window really costs.

Times of threads do not depend on what else runs on the machine, unlike tokens per second.
"""

from __future__ import annotations

import os
import threading
import time
from pathlib import Path

import psutil

DISPLAY_SERVER = "display server"
_X_SERVERS = ("Xvfb", "Xorg", "Xwayland", "X")


class CpuMeter:
    """Adds up what was computed between ``start`` and ``stop``, as often as you like. Any one thread."""

    def __init__(self) -> None:
        self._server = display_server()
        self._begin: tuple[float, dict[str, float]] | None = None
        self._seconds = 0.0
        self._spent_s: dict[str, float] = {}

    def start(self) -> None:
        """Begin a stretch."""
        self._begin = (time.perf_counter(), self._read())

    def stop(self) -> None:
        """End the stretch; nothing if none was begun."""
        if self._begin is None:
            return
        (begin_s, before), self._begin = self._begin, None
        self._seconds += time.perf_counter() - begin_s
        for name, spent_s in self._read().items():
            self._spent_s[name] = self._spent_s.get(name, 0.0) + spent_s - before.get(name, 0.0)

    def ms_per_s(self) -> dict[str, float]:
        """Milliseconds of processor time per second, by thread, the display server's last; empty without a stretch."""
        if not self._seconds:
            return {}
        return {name: 1000 * spent_s / self._seconds for name, spent_s in self._spent_s.items()}

    def _read(self) -> dict[str, float]:
        times = thread_times_s()
        if self._server is not None:
            server = self._server.cpu_times()
            times[DISPLAY_SERVER] = server.user + server.system
        return times


def thread_times_s() -> dict[str, float]:
    """Seconds that each thread has computed so far, by name (threads of one name are added up), to 10 ms."""
    # Threads that Qt or a library started are dummies to Python; the system knows them by better names.
    threads = [thread for thread in threading.enumerate() if not isinstance(thread, threading._DummyThread)]
    names = {thread.native_id: thread.name for thread in threads}
    times: dict[str, float] = {}
    for entry in psutil.Process().threads():
        name = names.get(entry.id) or _system_name(entry.id)
        times[name] = times.get(name, 0.0) + entry.user_time + entry.system_time
    return times


def display_server() -> psutil.Process | None:
    """The X server of ``DISPLAY``, if it runs on this machine and may be looked at."""
    display = os.environ.get("DISPLAY", "").partition(".")[0]
    for process in psutil.process_iter(["name", "cmdline"]):
        if process.info["name"] in _X_SERVERS and display in (process.info["cmdline"] or ()):
            return process
    return None


def _system_name(thread_id: int) -> str:
    """What the system calls a thread that Python did not start."""
    try:
        return Path(f"/proc/self/task/{thread_id}/comm").read_text(encoding="ascii", errors="replace").strip()
    except OSError:
        return "other"
