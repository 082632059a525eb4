"""What this machine is: processor, memory, and how fast its memory can be read (no torch)."""

from __future__ import annotations

from dataclasses import dataclass

import psutil

from llmdesk.engine.processor.hardware import installed_version, processor_flags, processor_name, topology

PACKAGES = ("PySide6-Essentials", "torch", "intel-extension-for-pytorch", "transformers", "numpy")
_FEATURES = {
    "AVX2": ("avx2",),
    "AVX-512": ("avx512f",),
    "AVX-512 BF16": ("avx512_bf16",),
    "AVX-512 FP16": ("avx512_fp16",),
    "VNNI": ("avx512_vnni", "avx_vnni"),
    "AMX": ("amx_tile",),
}


@dataclass(frozen=True, slots=True)
class Processor:
    """The processor; ``features`` are the vector units that matter here (empty where the system does not tell).

    ``efficient_cores`` of the physical ones are slow (E-) cores.
    """

    name: str
    features: tuple[str, ...]
    physical_cores: int
    logical_cores: int
    efficient_cores: int = 0


def processor() -> Processor:
    """Name, features and cores of this machine's processor. Reads /proc/cpuinfo where there is one."""
    flags = processor_flags()
    features = tuple(name for name, any_of in _FEATURES.items() if flags.intersection(any_of))
    logical = psutil.cpu_count() or 1
    efficient = sum(core.efficient for core in topology().cores)
    return Processor(processor_name(), features, psutil.cpu_count(logical=False) or logical, logical, efficient)


def package_versions() -> dict[str, str | None]:
    """Installed versions of the packages that decide about speed and window; None: not installed."""
    return {package: installed_version(package) for package in PACKAGES}


def read_bandwidth_gbps(threads: int, duration_s: float = 1.0) -> float:
    """How fast memory can be read, in GB/s (1e9 bytes per second): see ``ceilings.read_bandwidth``. Blocks."""
    from llmdesk.engine.measuring.ceilings import read_bandwidth  # brings numpy, which the first painting needs not

    return read_bandwidth(threads, duration_s) / 1e9
