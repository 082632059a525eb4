"""Load and memory of an Intel GPU, as the kernel's drivers i915 and xe tell of them (Linux; one thread, no torch).

* busy: the time that the GPU was not in its idle state (RC6, C6) since the last reading, whoever used it;
* memory: what this process holds there, from ``fdinfo`` of its own open files (the GPU's own memory where it has some,
  else the part of the machine's that the GPU uses).

What a driver does not tell is None, and a machine without such a GPU has no meter.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from llmdesk.datatypes.resources import GpuReading
from llmdesk.services.live.power import read_number, read_word

_INTEL = "0x8086"
_IDLE_MS = ("gt/gt0/rc6_residency_ms", "power/rc6_residency_ms", "device/tile0/gt0/gtidle/idle_residency_ms")
_MHZ = ("gt/gt0/rps_act_freq_mhz", "gt_act_freq_mhz", "device/tile0/gt0/freq0/act_freq")
_OWN_MEMORY = ("local", "vram")
_UNITS = {"": 1, "B": 1, "KiB": 1024, "MiB": 1024**2, "GiB": 1024**3}


class GpuMeter:
    """See the module. Made by ``find``."""

    def __init__(self, card: Path, fdinfo: Path, clock: Callable[[], float]) -> None:
        self._card, self._fdinfo, self._clock = card, fdinfo, clock
        self._address = os.path.basename(os.path.realpath(card / "device"))  # 0000:00:02.0
        driver = os.path.basename(os.path.realpath(card / "device/driver"))
        self._name = f"Intel GPU ({driver})" if driver in ("i915", "xe") else "Intel GPU"
        self._idle = next((card / name for name in _IDLE_MS if (card / name).exists()), None)
        self._clock_file = next((card / name for name in _MHZ if (card / name).exists()), None)
        self._before: tuple[float, float] | None = None  # when, idle milliseconds

    @classmethod
    def find(
        cls,
        root: Path = Path("/sys"),
        fdinfo: Path = Path("/proc/self/fdinfo"),
        clock: Callable[[], float] = time.perf_counter,
    ) -> GpuMeter | None:
        """The first Intel GPU, one with memory of its own before others; None if there is none."""
        folder = root / "class/drm"
        names = sorted(os.listdir(folder)) if folder.is_dir() else []
        cards = [folder / name for name in names if name.startswith("card") and name[4:].isdigit()]
        intel = [card for card in cards if read_word(card / "device/vendor") == _INTEL]
        intel.sort(key=lambda card: not _has_own_memory(card))
        return cls(intel[0], fdinfo, clock) if intel else None

    def read(self) -> GpuReading:
        """Since the last call; the first one knows no load yet."""
        return GpuReading(
            self._name,
            self._busy_percent(),
            read_number(self._clock_file) if self._clock_file else None,
            self._memory_bytes(),
            _own_memory_bytes(self._card),
        )

    def _busy_percent(self) -> float | None:
        idle_ms = read_number(self._idle) if self._idle else None
        if idle_ms is None:
            return None
        now, before = (self._clock(), idle_ms), self._before
        self._before = now
        if before is None or now[0] <= before[0]:
            return None
        idle_share = (now[1] - before[1]) / 1000 / (now[0] - before[0])
        return 100 * min(1.0, max(0.0, 1 - idle_share))

    def _memory_bytes(self) -> int | None:
        """Each client of the driver once, however many files of this process lead to it."""
        clients: dict[str, int] = {}
        for fields in self._driver_files():
            clients[fields.get("drm-client-id", "")] = _memory_of(fields)
        return sum(clients.values()) if clients else None

    def _driver_files(self) -> Iterator[dict[str, str]]:
        try:
            files = list(self._fdinfo.iterdir())
        except OSError:
            return
        for file in files:
            text = read_word(file)
            if "drm-pdev" not in text:
                continue
            pairs = (line.partition(":") for line in text.splitlines())
            fields = {key.strip(): value.strip() for key, _, value in pairs}
            if fields.get("drm-pdev") == self._address:
                yield fields


def _memory_of(fields: dict[str, str]) -> int:
    """Its own memory if any of that is used, else the machine's (``drm-total-system0: 1024 KiB``)."""
    regions = {
        key.removeprefix("drm-total-"): _size_bytes(value)
        for key, value in fields.items()
        if key.startswith("drm-total-") and not key.startswith("drm-total-cycles")
    }
    own = sum(size for region, size in regions.items() if region.startswith(_OWN_MEMORY))
    return own or sum(regions.values())


def _size_bytes(text: str) -> int:
    number, _, unit = text.partition(" ")
    return int(number) * _UNITS.get(unit.strip(), 1) if number.isdigit() else 0


def _has_own_memory(card: Path) -> bool:
    return _own_memory_bytes(card) is not None


def _own_memory_bytes(card: Path) -> int | None:
    for name in ("lmem_total_bytes", "device/tile0/vram0/size_bytes", "device/tile0/physical_vram_size_bytes"):
        if found := read_number(card / name):
            return int(found)
    return None
