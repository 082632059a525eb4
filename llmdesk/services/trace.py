"""Milestones of a run as JSON lines, for tests and measurements: ``LLMDESK_TRACE=FILE`` switches it on."""

from __future__ import annotations

import json
import os
import sys
import threading
import time
from collections.abc import Mapping
from pathlib import Path

import psutil

_lock = threading.Lock()


def process_age_s() -> float:
    """Seconds since this process was started by the system (the interpreter's own start included), to 10 ms."""
    if sys.platform == "linux":
        # psutil's create_time rests on a boot time in whole seconds; this clock and this field count from one moment.
        fields = Path("/proc/self/stat").read_text(encoding="ascii", errors="replace").rpartition(")")[2].split()
        return time.clock_gettime(time.CLOCK_BOOTTIME) - int(fields[19]) / os.sysconf("SC_CLK_TCK")
    return time.time() - psutil.Process().create_time()


def trace(event: str, figures: Mapping[str, object] | None = None) -> None:
    """Append one milestone: ``{"event": ..., "t_s": seconds since process start, ...figures}``.

    Any thread. Never holds text of prompts or answers. Does nothing unless ``LLMDESK_TRACE`` is set.
    """
    place = os.environ.get("LLMDESK_TRACE")
    if not place:
        return
    line = json.dumps({"event": event, "t_s": round(process_age_s(), 4), **(figures or {})})
    with _lock, Path(place).open("a", encoding="utf-8") as file:
        file.write(line + "\n")
