"""Reads processor and memory use twice a second on a thread of its own."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable

import psutil

from llmdesk.datatypes.model import ResourceSample
from llmdesk.listeners import Listeners, Unsubscribe
from llmdesk.pauses import PAUSES

log = logging.getLogger(__name__)

INTERVAL_S = 0.5

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
            process_percent = self._process.cpu_percent() / self._cores
            memory = psutil.virtual_memory()
            sample = ResourceSample(
                t_s=time.perf_counter(),
                process_cpu_percent=min(100.0, process_percent),
                system_cpu_percent=psutil.cpu_percent(),
                process_rss_bytes=self._process.memory_info().rss,
                # What programs cannot have: caches that give way are not counted.
                system_used_bytes=memory.total - memory.available,
                system_total_bytes=memory.total,
            )
        except (psutil.Error, OSError) as error:
            if not self._failing:
                log.warning("processor and memory use cannot be read: %s", error)
            self._failing = True
            return None
        self._failing = False
        return sample
