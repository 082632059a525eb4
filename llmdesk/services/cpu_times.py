"""Processor time of the threads of this process, and of the X server that draws for it: what a window really costs.

Times of threads do not depend on what else runs on the machine, unlike tokens per second.
"""

from __future__ import annotations

import os
import threading
from pathlib import Path

import psutil

X_SERVERS = ("Xvfb", "Xorg", "Xwayland", "X")


def thread_times_s() -> dict[str, float]:
    """Seconds that each thread has computed so far, by name (threads of one name are added up). Any thread."""
    names = {thread.native_id: thread.name for thread in threading.enumerate()}
    times: dict[str, float] = {}
    for entry in psutil.Process().threads():
        name = names.get(entry.id) or _system_name(entry.id)
        times[name] = times.get(name, 0.0) + entry.user_time + entry.system_time
    return times


def display_server() -> psutil.Process | None:
    """The X server of ``DISPLAY``, if it runs on this machine and may be looked at."""
    display = os.environ.get("DISPLAY", "").partition(".")[0]
    for process in psutil.process_iter(["name", "cmdline"]):
        if process.info["name"] in X_SERVERS and display in (process.info["cmdline"] or ()):
            return process
    return None


def process_time_s(process: psutil.Process) -> float:
    """Seconds that another process has computed so far."""
    times = process.cpu_times()
    return float(times.user + times.system)


def _system_name(thread_id: int) -> str:
    """What the system calls a thread that Python did not start."""
    try:
        return Path(f"/proc/self/task/{thread_id}/comm").read_text(encoding="ascii", errors="replace").strip()
    except OSError:
        return "other"
