"""What this machine has: packages, processor features, and which logical processors are one core, fast or slow.

Reads small system files; imports no torch. Any thread.
"""

from __future__ import annotations

import os
import platform
import sys
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

import psutil

from llmdesk.engine.processor import cpuid, windows_cores
from llmdesk.engine_choices import chosen
from llmdesk.errors import SetupError
from llmdesk.words import say

_CPUINFO = Path("/proc/cpuinfo")
_TELLS_IN_NO_FILE = ("win32", "darwin")
_INTEL = "0x8086"
_INSTALLED = ".dist-info"
_MULTIPLY_BFLOAT16 = ("avx512_bf16", "amx_bf16")
_SLOW_SHARE = 0.85
"""A core whose top speed is below this share of the fastest one's is an efficient one (favoured cores differ less)."""


@dataclass(frozen=True, slots=True)
class Core:
    """One physical core: the logical processors of it that may be used here, and whether it is an efficient (E) one."""

    cpus: tuple[int, ...]
    efficient: bool = False


@dataclass(frozen=True, slots=True)
class Topology:
    """The cores that this program may use, in the order of their logical processors."""

    cores: tuple[Core, ...]

    @property
    def performance(self) -> tuple[Core, ...]:
        """The fast cores: all of them where a processor has one kind only."""
        return tuple(core for core in self.cores if not core.efficient)

    @property
    def is_hybrid(self) -> bool:
        """True if there are fast and efficient cores."""
        return len({core.efficient for core in self.cores}) == 2


def installed_version(package: str) -> str | None:
    """Version of an installed distribution without its build tag, or None."""
    found = _full_version(package)
    return found.split("+")[0] if found else None


def _full_version(package: str) -> str | None:
    """Told by the name of its folder: to read what stands in there takes milliseconds of every start."""
    beginning = f"{package.lower().replace('-', '_')}-"
    for place in filter(os.path.isdir, sys.path):
        for name in os.listdir(place):
            if name.endswith(_INSTALLED) and name.lower().startswith(beginning):
                return name[len(beginning) : -len(_INSTALLED)]
    from importlib.metadata import PackageNotFoundError, version  # it may be installed in another way

    try:
        return version(package)
    except PackageNotFoundError:
        return None


def is_x86_64() -> bool:
    """Whether this program runs as one for x86-64 processors. Windows has another name for them."""
    return platform.machine().lower() in ("x86_64", "amd64")


@cache
def processor_flags() -> frozenset[str]:
    """Feature flags of the processor as Linux names them; empty where the system does not tell."""
    if sys.platform in _TELLS_IN_NO_FILE and is_x86_64():
        return cpuid.read_flags()
    return frozenset(_cpuinfo("flags").split())


def multiplies_bfloat16() -> bool:
    """Whether the processor multiplies numbers of that kind by itself."""
    return not processor_flags().isdisjoint(_MULTIPLY_BFLOAT16)


def sight_weight_bytes() -> int:
    """What a weight of what sees takes here (sight/tower.py)."""
    return 2 if multiplies_bfloat16() else 4


@cache
def processor_name() -> str:
    """For people, and as a key for what was measured here."""
    told = cpuid.read_name() if sys.platform in _TELLS_IN_NO_FILE and is_x86_64() else _cpuinfo("model name")
    return told or platform.processor() or platform.machine()


@cache
def _cpuinfo(key: str) -> str:
    """The first value of a key in /proc/cpuinfo; empty if there is none."""
    if _CPUINFO.exists():
        for line in _CPUINFO.read_text(encoding="utf-8", errors="replace").splitlines():
            if line.partition(":")[0].strip() == key:
                return line.partition(":")[2].strip()
    return ""


def asked_device() -> Literal["cpu", "xpu"] | None:
    """The device that the user has chosen (LLMDESK_DEVICE, else the settings); None: whatever is there.

    Raises:
        SetupError: it names something else.
    """
    choice = chosen("LLMDESK_DEVICE")
    if choice is None:
        return None
    match choice.text:
        case "cpu" | "xpu" as device:
            return device
        case _:
            raise SetupError(say("{choice} is not a device.", choice=choice), say("Use auto, cpu or xpu."))


def torch_has_xpu() -> bool:
    """True if the installed torch is a build for Intel GPUs."""
    return (_full_version("torch") or "").endswith("+xpu")


def intel_gpus(drm: Path = Path("/sys/class/drm")) -> int:
    """How many Intel GPUs Linux knows; 0 on other systems."""
    vendors = (file.read_text(encoding="ascii").strip() for file in drm.glob("renderD*/device/vendor"))
    return sum(vendor == _INTEL for vendor in vendors)


@cache
def topology() -> Topology:
    """This machine's cores. Read once: later the engine thread may be kept to some of them."""
    usable = _usable_cpus()
    if told := windows_cores.read():
        return told_topology(told, usable)
    return read_topology(Path("/sys/devices"), usable)


def told_topology(told: list[windows_cores.ToldCore], usable: frozenset[int]) -> Topology:
    """The cores behind these logical processors, as Windows tells them."""
    fastest = max(efficiency for _, efficiency in told)
    usable_of = {tuple(cpu for cpu in cpus if cpu in usable): efficiency for cpus, efficiency in told}
    classes = {efficiency for cpus, efficiency in usable_of.items() if cpus}
    found = [Core(cpus, len(classes) > 1 and at < fastest) for cpus, at in usable_of.items() if cpus]
    return Topology(tuple(sorted(found, key=lambda core: core.cpus)))


def read_topology(devices: Path, usable: frozenset[int]) -> Topology:
    """The cores behind these logical processors, told by Linux's device files (one kind, no siblings without them)."""
    cores = {frozenset(_siblings(devices, cpu) & usable) for cpu in usable}
    efficient = _efficient_cpus(devices, usable)
    found = [Core(tuple(sorted(cpus)), bool(cpus & efficient)) for cpus in cores]
    return Topology(tuple(sorted(found, key=lambda core: core.cpus)))


def _usable_cpus() -> frozenset[int]:
    if hasattr(os, "sched_getaffinity"):
        return frozenset(os.sched_getaffinity(0))
    if sys.platform == "win32":
        return frozenset(psutil.Process().cpu_affinity())
    return frozenset(range(psutil.cpu_count(logical=False) or os.cpu_count() or 1))


def _siblings(devices: Path, cpu: int) -> frozenset[int]:
    return _cpu_list(devices / f"system/cpu/cpu{cpu}/topology/thread_siblings_list") | {cpu}


def _efficient_cpus(devices: Path, usable: frozenset[int]) -> frozenset[int]:
    """Intel's hybrid processors list them; elsewhere capacity or top frequency tell."""
    if atom := _cpu_list(devices / "cpu_atom/cpus"):
        return atom if usable - atom else frozenset()
    for file in ("cpu_capacity", "cpufreq/cpuinfo_max_freq"):
        speeds = {cpu: _number(devices / f"system/cpu/cpu{cpu}/{file}") for cpu in usable}
        fastest = max(speeds.values(), default=0)
        if slow := frozenset(cpu for cpu, speed in speeds.items() if 0 < speed < _SLOW_SHARE * fastest):
            return slow
    return frozenset()


def _cpu_list(file: Path) -> frozenset[int]:
    """Linux's lists: ``0-3,8``. Empty if the file is not there or holds something else."""
    found: set[int] = set()
    try:
        for part in file.read_text(encoding="ascii").strip().split(","):
            first, _, last = part.partition("-")
            found |= set(range(int(first), int(last or first) + 1))
    except (OSError, ValueError):
        return frozenset()
    return frozenset(found)


def _number(file: Path) -> int:
    try:
        return int(file.read_text(encoding="ascii"))
    except (OSError, ValueError):
        return 0


def last_level_cache_bytes(root: Path = Path("/sys")) -> int:
    """The processor's largest cache (of one part of it, where it has several); 0 where the system does not tell."""
    sizes = []
    for folder in (root / "devices/system/cpu/cpu0/cache").glob("index*"):
        try:
            text = (folder / "size").read_text(encoding="ascii").strip()
        except OSError:
            continue
        number, unit = text[:-1], text[-1:]
        if number.isdigit() and unit in "KM":
            sizes.append(int(number) * (1024 if unit == "K" else 1024**2))
    return max(sizes, default=0)
