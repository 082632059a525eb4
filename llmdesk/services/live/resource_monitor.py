"""Reads what the machine does, twice a second, on a thread of its own: processor, memory, power, heat, GPU."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable

import psutil

from llmdesk.datatypes.resources import ResourceSample
from llmdesk.listeners import Listeners, Unsubscribe
from llmdesk.pauses import PAUSES
from llmdesk.services.live.causes import OTHERS_CORES
from llmdesk.services.live.gpu import GpuMeter
from llmdesk.services.live.power import PowerMeter
from llmdesk.services.live.processor_state import BusiestOther, ProcessorState

log = logging.getLogger(__name__)

INTERVAL_S = 0.5
_SLOW_TURNS = 4
"""The clock, which the kernel asks every core for, is read only every so many samples."""

SampleListener = Callable[[ResourceSample], None]
"""Called on the monitor's thread; must not block."""


class ResourceMonitor:
    """Samples this process and the whole machine.

    ``start`` once, ``stop`` as often as you like, ``subscribe`` at any time and from any thread.
    """

    def __init__(self, interval_s: float = INTERVAL_S) -> None:
        self._interval_s = interval_s
        self._process = psutil.Process()
        self._cores = psutil.cpu_count() or 1
        self._listeners: Listeners[ResourceSample] = Listeners()
        self._stopping = threading.Event()
        self._failing = False
        self._pauses = PAUSES.since(0)[1]
        self._power, self._gpu, self._state = PowerMeter(), GpuMeter.find(), ProcessorState()
        self._busiest = BusiestOther()
        self._turn = 0
        self._frequency_mhz: float | None = None
        self.reads_cores = False
        """Whether samples tell each core by itself. Set by any thread."""
        self._thread = threading.Thread(target=self._run, name="resource-monitor", daemon=True)

    def subscribe(self, listener: SampleListener) -> Unsubscribe:
        """Hear of every sample from now on, until what is returned is called."""
        return self._listeners.add(listener)

    def start(self) -> None:
        """Begin to sample; the first sample comes after one interval."""
        self._thread.start()

    def stop(self) -> None:
        """End the thread and wait for it (milliseconds). Idempotent; also right if it was never started."""
        self._stopping.set()
        if self._thread.is_alive() and threading.current_thread() is not self._thread:
            self._thread.join()

    def _run(self) -> None:
        self._read()  # psutil measures between two calls: the first values mean nothing
        PAUSES.beat(self._interval_s)
        while not self._stopping.wait(self._interval_s):
            sample = self._read()
            PAUSES.beat(self._interval_s)
            before, self._pauses = self._pauses, PAUSES.since(self._pauses)[1]
            if sample is not None and self._pauses == before:  # else it is the mean over a time without a program
                self._listeners.tell(sample)
        PAUSES.beat(None)

    def _read(self) -> ResourceSample | None:
        """One sample, or None if the system does not tell right now."""
        try:
            process_percent = min(100.0, self._process.cpu_percent() / self._cores)
            # Two clocks of the system, read one after the other: what this process takes, the whole takes at least.
            system_percent = max(process_percent, psutil.cpu_percent())
            memory = psutil.virtual_memory()
            others_cores = (system_percent - process_percent) * self._cores / 100
            sample = ResourceSample(
                t_s=time.perf_counter(),
                process_cpu_percent=process_percent,
                system_cpu_percent=system_percent,
                process_rss_bytes=self._process.memory_info().rss,
                # What programs cannot have: caches that give way are not counted.
                system_used_bytes=memory.total - memory.available,
                system_total_bytes=memory.total,
                core_percents=tuple(psutil.cpu_percent(percpu=True)) if self.reads_cores else (),
                frequency_mhz=self._read_frequency(),
                throttle_count=self._state.throttle_count(),
                swapped_bytes=self._state.swapped_bytes(),
                busiest_other=self._busiest.look(others_cores >= OTHERS_CORES),
                on_battery=self._power.is_on_battery,
                power=self._power.read(),
                gpu=self._gpu.read() if self._gpu else None,
            )
        except (psutil.Error, OSError) as error:
            if not self._failing:
                log.warning("processor and memory use cannot be read: %s", error)
            self._failing = True
            return None
        self._failing = False
        return sample

    def _read_frequency(self) -> float | None:
        if self._turn % _SLOW_TURNS == 0:
            self._frequency_mhz = self._state.frequency_mhz()
        self._turn += 1
        return self._frequency_mhz
