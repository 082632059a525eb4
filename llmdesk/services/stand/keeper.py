"""Keeps a stand open: a window that ended by an error is opened again (main thread of a process of its own)."""

from __future__ import annotations

import logging
import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from types import FrameType

from llmdesk.no_console import NO_CONSOLE

log = logging.getLogger(__name__)

KEPT = "LLMDESK_STAND_KEPT"
"""Set in the window's process: it is looked after already."""
FIRST_PAUSE_S, LONGEST_PAUSE_S = 1.0, 30.0
_GOOD_S = 60.0
_LOOK_S = 0.1
_USAGE = 2


def keep_open(command: Sequence[str], first_pause_s: float = FIRST_PAUSE_S) -> int:
    """Run a command until it ends by itself (0), was misused (2), or this process is told to end. Its exit code.

    After each other end it runs again, after a pause that doubles while it does not stay for a minute.
    """
    child: subprocess.Popen[bytes] | None = None
    told: list[int] = []

    def pass_on(number: int, _frame: FrameType | None) -> None:
        told.append(number)
        if child is not None and not (sys.platform == "win32" and number == signal.SIGINT):  # Ctrl+C reaches both there
            child.send_signal(number)

    before = {number: signal.signal(number, pass_on) for number in (signal.SIGINT, signal.SIGTERM)}
    pause_s = first_pause_s
    try:
        while True:
            began_s = time.monotonic()
            child = subprocess.Popen(command, env={**os.environ, KEPT: "1"}, creationflags=NO_CONSOLE)
            code = child.wait()
            if told or code in (0, _USAGE):
                return max(0, code)
            if time.monotonic() - began_s > _GOOD_S:
                pause_s = first_pause_s
            log.warning("the stand's window ended with %s; it is opened again in %.0f s", code, pause_s)
            until_s = time.monotonic() + pause_s
            while time.monotonic() < until_s and not told:
                time.sleep(_LOOK_S)
            if told:
                return 0
            pause_s = min(LONGEST_PAUSE_S, 2 * pause_s)
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
