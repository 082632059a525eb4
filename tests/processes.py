"""The end of programs that are nobody's children here."""

from __future__ import annotations

import time
from collections.abc import Iterable

import psutil


def has_ended(process: psutil.Process) -> bool:
    """Also where nobody has asked for its exit code yet.

    An orphan's is asked for by the first process of the machine, in its own time: every two seconds in some containers,
    never in others. ``Process.wait`` and ``psutil.wait_procs`` wait for that, too.
    """
    try:
        return not process.is_running() or process.status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


def still_running(processes: Iterable[psutil.Process], timeout_s: float) -> list[psutil.Process]:
    """Those that have not ended by then."""
    deadline_s = time.monotonic() + timeout_s
    while (running := [process for process in processes if not has_ended(process)]) and time.monotonic() < deadline_s:
        time.sleep(0.01)
    return running
