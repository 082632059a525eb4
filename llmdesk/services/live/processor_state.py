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


class BusiestOther:
    """Finds the program that computes most beside this one. Looking costs some milliseconds, so it is done seldom."""

    def __init__(self, every_s: float = 30.0, clock: Callable[[], float] = time.perf_counter) -> None:
        self._every_s, self._clock = every_s, clock
        self._before: dict[int, float] | None = None
        self._looked_s: float | None = None
        self._name = ""

    def look(self, is_wanted: bool) -> str:
        """Call with every sample. The first call that wants it takes a reading, the next one compares."""
        if self._before is not None:
            before, self._before = self._before, None
            self._name = self._busiest(before)
        elif is_wanted and (self._looked_s is None or self._clock() - self._looked_s >= self._every_s):
            self._looked_s = self._clock()
            self._before = {pid: seconds for pid, (_, seconds) in _computed_s().items()}
        if not is_wanted:
            self._name = ""
        return self._name

    @staticmethod
    def _busiest(before: dict[int, float]) -> str:
        spent = ((seconds - before.get(pid, 0.0), name) for pid, (name, seconds) in _computed_s().items())
        most_s, name = max(spent, default=(0.0, ""))  # of a process: several may have one name
        return name if most_s > 0 else ""


def _computed_s() -> dict[int, tuple[str, float]]:
    """Name and seconds of processor time of each other process."""
    found = {}
    for process in psutil.process_iter(["name", "cpu_times"]):
        times = process.info["cpu_times"]
        if times is not None and process.pid != os.getpid():
            found[process.pid] = (process.info["name"] or "", times.user + times.system)
    return found
