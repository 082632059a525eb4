"""Readings of the machine as plain, frozen data (standard library only)."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class GpuReading:
    """A GPU as the system tells of it; None where it does not.

    Attributes:
        busy_percent: how much of the time since the last reading it was not idle, whoever used it.
        memory_bytes: what this process has there, in the GPU's own memory or in the machine's.
    """

    name: str
    busy_percent: float | None = None
    frequency_mhz: float | None = None
    memory_bytes: int | None = None
    memory_total_bytes: int | None = None


@dataclass(frozen=True, slots=True)
class PowerReading:
    """Power since the last reading. ``watts`` is None where it is not measured (yet); ``reason`` says why it cannot be.

    ``source`` says what is measured: the processor's package, or the whole machine.
    """

    watts: float | None = None
    source: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class ResourceSample:
    """One reading of the machine. CPU percentages are of all cores together (0..100), but for ``core_percents``.

    Attributes:
        core_percents: each core by itself, only while somebody wants to see them.
        frequency_mhz: mean of the cores' clocks; None where the system does not tell (virtual machines).
        throttle_count: how often a core or the package was slowed down by heat since the machine was started.
        swapped_bytes: moved between memory and disk since the machine was started, both ways.
        busiest_other: the program that computed most beside this one, looked for only while others compute much.
        on_battery: None where there is no battery.
    """

    t_s: float
    process_cpu_percent: float
    system_cpu_percent: float
    process_rss_bytes: int
    system_used_bytes: int
    system_total_bytes: int
    core_percents: tuple[float, ...] = ()
    frequency_mhz: float | None = None
    throttle_count: int | None = None
    swapped_bytes: int | None = None
    busiest_other: str = ""
    on_battery: bool | None = None
    power: PowerReading = field(default_factory=PowerReading)
    gpu: GpuReading | None = None

    @property
    def others_percent(self) -> float:
        """What other programs compute, of all cores together."""
        return max(0.0, self.system_cpu_percent - self.process_cpu_percent)

    @property
    def free_bytes(self) -> int:
        """What programs can still have."""
        return max(0, self.system_total_bytes - self.system_used_bytes)
