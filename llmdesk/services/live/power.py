"""How much power the machine takes, where it says so (Linux; one thread).

Looked at in this order; the first that can be read is taken:

1. ``powercap``: the package's energy counter of Intel and AMD processors (RAPL), all packages together.
2. ``hwmon`` of the driver amd_energy: the sockets' energy counters.
3. a battery that is being discharged: then it is the power of the whole machine.

Watts are the difference of two readings by the time between them, so the first reading says nothing yet. Where
nothing can be read, the reason says why: a machine without a counter never shows 0.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from pathlib import Path

from llmdesk.datatypes.resources import PowerReading
from llmdesk.words import say

_SYS = Path("/sys")
_PACKAGE = re.compile(r"intel-rapl:\d+")
_SHORTEST_S = 0.2  # the counters move in steps; below this a step is too much of the figure


def read_number(file: Path) -> float | None:
    """The number in a small file of the system; None if it is not there, may not be read, or is none."""
    try:
        return float(file.read_text(encoding="ascii"))
    except (OSError, ValueError):
        return None


def read_word(file: Path) -> str:
    """The text in a small file of the system; empty if there is none."""
    try:
        return file.read_text(encoding="utf-8", errors="replace").strip()
    except OSError:
        return ""


class _Counter:
    """One energy counter in microjoules, which starts again at 0 behind ``range_uj``."""

    def __init__(self, file: Path, range_uj: float) -> None:
        self._file, self._range_uj = file, range_uj
        self._before_uj: float | None = None

    def joules(self) -> float | None:
        """Since the last call; None at the first one and where it cannot be read."""
        now_uj, before_uj = read_number(self._file), self._before_uj
        self._before_uj = now_uj
        if now_uj is None or before_uj is None:
            return None
        spent_uj = now_uj - before_uj
        return (spent_uj if spent_uj >= 0 else spent_uj + self._range_uj) / 1e6


class PowerMeter:
    """See the module.

    Args:
        root: where the system's files are; tests have their own.
    """

    def __init__(self, root: Path = _SYS, clock: Callable[[], float] = time.perf_counter) -> None:
        self._root, self._clock = root, clock
        self._packages = sorted(zone for zone in _children(root / "class/powercap") if self._is_package(zone))
        readable = [zone for zone in self._packages if read_number(zone / "energy_uj") is not None]
        self._counters = [
            _Counter(zone / "energy_uj", read_number(zone / "max_energy_range_uj") or 2.0**32) for zone in readable
        ] or self._sockets()
        self._batteries = [
            supply
            for supply in _children(root / "class/power_supply")
            if read_word(supply / "type") == "Battery" and read_word(supply / "scope") != "Device"
        ]
        self._read_s: float | None = None
        self._last = PowerReading()

    @property
    def has_battery(self) -> bool:
        """True for machines that can run without mains."""
        return bool(self._batteries)

    @property
    def is_on_battery(self) -> bool | None:
        """True while a battery is being discharged; None without a battery."""
        if not self._batteries:
            return None
        return any(read_word(battery / "status") == "Discharging" for battery in self._batteries)

    def read(self) -> PowerReading:
        """The power since the last call."""
        now_s = self._clock()
        if self._read_s is not None and now_s - self._read_s < _SHORTEST_S:
            return self._last
        before_s, self._read_s = self._read_s, now_s
        joules = [counter.joules() for counter in self._counters]
        known = [value for value in joules if value is not None]
        if self._counters and len(known) == len(joules) and before_s is not None:
            self._last = PowerReading(sum(known) / (now_s - before_s), say("processor"))
        elif self._counters:
            self._last = PowerReading(source=say("processor"))
        else:
            watts = self._battery_watts()
            self._last = PowerReading(watts, say("whole machine")) if watts else PowerReading(reason=self._reason())
        return self._last

    def _reason(self) -> str:
        if self._packages:
            return say(
                "The processor's energy counter may be read by the administrator only. To allow it: "
                "sudo chmod a+r /sys/class/powercap/intel-rapl:*/energy_uj"
            )
        if self._batteries:
            return say("The processor has no energy counter here; the battery tells while it is in use.")
        return say("The system shows no energy counter of this processor; virtual machines have none.")

    def _battery_watts(self) -> float | None:
        watts = [_battery_watts(battery) for battery in self._batteries]
        known = [value for value in watts if value]
        return sum(known) if known else None

    def _sockets(self) -> list[_Counter]:
        """The sockets of amd_energy, whose counters hold 64 bits."""
        found = []
        for device in _children(self._root / "class/hwmon"):
            if read_word(device / "name") == "amd_energy":
                labels = [label for label in _children(device) if label.name.endswith("_label")]
                sockets = [label for label in labels if read_word(label).startswith("Esocket")]
                found += [label.with_name(label.name.replace("_label", "_input")) for label in sockets]
        return [_Counter(file, 2.0**64) for file in found if read_number(file) is not None]

    @staticmethod
    def _is_package(zone: Path) -> bool:
        return bool(_PACKAGE.fullmatch(zone.name)) and read_word(zone / "name").startswith("package")


def _battery_watts(battery: Path) -> float | None:
    if read_word(battery / "status") != "Discharging":
        return None
    if (power_uw := read_number(battery / "power_now")) is not None:
        return abs(power_uw) / 1e6
    current_ua, voltage_uv = read_number(battery / "current_now"), read_number(battery / "voltage_now")
    return None if current_ua is None or voltage_uv is None else abs(current_ua) * voltage_uv / 1e12


def _children(folder: Path) -> list[Path]:
    try:
        return list(folder.iterdir())
    except OSError:
        return []
