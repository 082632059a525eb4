"""Clock and heat of the processor, and traffic with the swap space, as the system tells of them (Linux; one thread)."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path

import psutil

from llmdesk.services.live.power import read_number

_MOST_CORES = 16
"""So many are asked for their clock: each answer takes the kernel some microseconds on that core."""


MOST_READ = 400
"""So many processes are read between two samples: some milliseconds."""


class ProcessorState:
    """See the module. What the system does not tell is None.

    Args:
        root, vmstat: where the system's files are; tests have their own.
    """

    def __init__(self, root: Path = Path("/sys"), vmstat: Path = Path("/proc/vmstat")) -> None:
        self._vmstat = vmstat
        folder = root / "devices/system/cpu"
        names = sorted(os.listdir(folder)) if folder.is_dir() else []
        cpus = [folder / name for name in names if name.startswith("cpu") and name[3:].isdigit()]
        clocks = [cpu / "cpufreq/scaling_cur_freq" for cpu in cpus]
        self._clocks = [file for file in clocks if file.exists()][:_MOST_CORES]
        heat = [cpu / "thermal_throttle" / name for cpu in cpus[:_MOST_CORES] for name in ("core_throttle_count",)]
        heat += [cpu / "thermal_throttle/package_throttle_count" for cpu in cpus[:1]]
        self._heat = [file for file in heat if file.exists()]

    def frequency_mhz(self) -> float | None:
        """Mean clock of the cores."""
        found = [value for file in self._clocks if (value := read_number(file)) is not None]
        return sum(found) / len(found) / 1000 if found else None

    def throttle_count(self) -> int | None:
        """How often heat slowed cores or the package down, since the machine was started."""
        found = [value for file in self._heat if (value := read_number(file)) is not None]
        return round(sum(found)) if found else None

    def swapped_bytes(self) -> int | None:
        """Moved between memory and the swap space since the machine was started."""
        try:
            lines = self._vmstat.read_text(encoding="ascii").splitlines()
        except OSError:
            return None
        pages = [int(line.split()[1]) for line in lines if line.startswith(("pswpin ", "pswpout "))]
        return sum(pages) * os.sysconf("SC_PAGE_SIZE") if pages else None


Processes = Callable[[], list[int]]
Reader = Callable[[int], tuple[str, float] | None]
"""Name of a process and its seconds of processor time; None: it is not there any more, or does not tell."""


class BusiestOther:
    """Finds the program that computes most beside this one, between two readings of all of them.

    It looks seldom, and of very many processes only at some in each call, so that no sample comes late by it.

    Args:
        every_s: so much time lies between two searches.
        most: so many processes are read in one call, at most.
        pids, read: where processes come from.
    """

    def __init__(
        self,
        every_s: float = 30.0,
        clock: Callable[[], float] = time.perf_counter,
        *,
        most: int = MOST_READ,
        pids: Processes = psutil.pids,
        read: Reader | None = None,
    ) -> None:
        self._every_s, self._clock, self._most = every_s, clock, most
        self._pids, self._read = pids, read or process_reader()
        self._looked_s: float | None = None
        self._left: list[int] = []  # of the reading that is under way
        self._before: dict[int, tuple[float, float]] | None = None  # seconds, and when; None: no search is under way
        self._is_second = False
        self._best = (0.0, "")
        self._name = ""

    def look(self, is_wanted: bool) -> str:
        """Call with every sample. The first call that wants it begins a search; its name is there once that ended."""
        if self._before is not None:
            self._go_on(self._before)
        elif is_wanted and (self._looked_s is None or self._clock() - self._looked_s >= self._every_s):
            self._looked_s = self._clock()
            self._before, self._is_second, self._best = {}, False, (0.0, "")
            self._left = self._others()
            self._go_on(self._before)
        if not is_wanted:
            self._name = ""
        return self._name

    def _go_on(self, before: dict[int, tuple[float, float]]) -> None:
        if self._is_second and not self._left:
            self._left = self._others()  # those that have come meanwhile, too
        now_s = self._clock()
        batch, self._left = self._left[: self._most], self._left[self._most :]
        for pid in batch:
            found = self._read(pid)
            if found is None:
                continue
            name, seconds = found
            if not self._is_second:
                before[pid] = (seconds, now_s)
                continue
            assert self._looked_s is not None
            old_s, at_s = before.get(pid, (0.0, self._looked_s))
            self._best = max(self._best, ((seconds - old_s) / max(1e-3, now_s - at_s), name))
        if self._left:
            return
        if self._is_second:
            self._name, self._before = self._best[1], None
        self._is_second = True

    def _others(self) -> list[int]:
        own = os.getpid()
        return [pid for pid in self._pids() if pid != own]


def process_reader(proc: Path = Path("/proc")) -> Reader:
    """The system's own files where it has them: a fiftieth of a millisecond for a process."""
    if not (proc / "self/stat").exists():
        return _read_with_psutil
    ticks_per_s = os.sysconf("SC_CLK_TCK")

    def read(pid: int) -> tuple[str, float] | None:
        try:
            with open(f"{proc}/{pid}/stat", "rb") as file:
                content = file.read()
        except OSError:
            return None
        head, _, tail = content.rpartition(b")")  # a name may hold blanks and brackets
        fields = tail.split()
        name = head.partition(b"(")[2].decode("utf-8", "replace")
        return name, (int(fields[11]) + int(fields[12])) / ticks_per_s

    return read


def _read_with_psutil(pid: int) -> tuple[str, float] | None:
    try:
        process = psutil.Process(pid)
        times = process.cpu_times()
        return process.name(), times.user + times.system
    except psutil.Error:
        return None
