"""ResourceMonitor on the real machine."""

from __future__ import annotations

import hashlib
import itertools
import logging
import os
import threading
import time
from pathlib import Path

import psutil
import pytest

from llmdesk.datatypes.resources import ResourceSample
from llmdesk.services.live.resource_monitor import ResourceMonitor
from tests.quiet import until_quiet


class Collector:
    """Keeps samples and says when there are enough."""

    def __init__(self, enough: int) -> None:
        self.samples: list[ResourceSample] = []
        self.done = threading.Event()
        self._enough = enough

    def __call__(self, sample: ResourceSample) -> None:
        self.samples.append(sample)
        if len(self.samples) >= self._enough:
            self.done.set()


@pytest.fixture
def monitor() -> ResourceMonitor:
    return ResourceMonitor(interval_s=0.02)


def test_samples_are_plausible_and_in_order(monitor: ResourceMonitor) -> None:
    collector = Collector(5)
    monitor.subscribe(collector)
    monitor.start()
    try:
        assert collector.done.wait(60)
    finally:
        monitor.stop()
    times_s = [sample.t_s for sample in collector.samples]
    assert times_s == sorted(times_s)
    assert abs(times_s[-1] - time.perf_counter()) < 10
    for sample in collector.samples:
        assert 0 <= sample.process_cpu_percent <= 100
        assert 0 <= sample.system_cpu_percent <= 100
        assert sample.system_cpu_percent >= sample.process_cpu_percent
        assert 10e6 < sample.process_rss_bytes < sample.system_total_bytes
        assert 0 < sample.system_used_bytes < sample.system_total_bytes
        assert sample.system_total_bytes == psutil.virtual_memory().total


def test_process_share_is_of_all_cores() -> None:
    """One busy thread cannot fill more than one core's share (the first, meaningless value is left out)."""
    monitor = ResourceMonitor(interval_s=0.2)
    collector = Collector(2)
    monitor.subscribe(collector)
    monitor.start()
    deadline_s = time.monotonic() + 10
    while not collector.done.is_set() and time.monotonic() < deadline_s:
        sum(range(1000))
    monitor.stop()
    share = 100 / (psutil.cpu_count() or 1)
    for sample in collector.samples:
        assert 0.1 * share < sample.process_cpu_percent < 1.35 * share


@pytest.mark.timing
@until_quiet
def test_stop_is_prompt_and_idempotent() -> None:
    monitor = ResourceMonitor(interval_s=60)
    monitor.start()
    begun_s = time.monotonic()
    monitor.stop()
    monitor.stop()
    assert time.monotonic() - begun_s < 1
    assert not any(thread.name == "resource-monitor" for thread in threading.enumerate())


def test_stop_without_start() -> None:
    ResourceMonitor().stop()


def test_stop_from_a_listener_does_not_wait_for_itself(monitor: ResourceMonitor) -> None:
    collector = Collector(1)
    monitor.subscribe(lambda _sample: monitor.stop())
    monitor.subscribe(collector)
    monitor.start()
    assert collector.done.wait(60)
    monitor.stop()


@pytest.mark.logs("a listener raised")
def test_a_listener_that_raises_is_logged_once_and_hurts_no_other(
    monitor: ResourceMonitor, caplog: pytest.LogCaptureFixture
) -> None:
    calls: list[ResourceSample] = []

    def broken(sample: ResourceSample) -> None:
        calls.append(sample)
        raise ValueError("broken listener")

    collector = Collector(4)
    monitor.subscribe(broken)
    monitor.subscribe(collector)
    with caplog.at_level(logging.ERROR):
        monitor.start()
        assert collector.done.wait(60)
        monitor.stop()
    assert len(calls) >= 3
    assert [record.levelname for record in caplog.records] == ["ERROR"]
    assert "broken listener" in caplog.text


@pytest.mark.logs("cannot be read")
def test_errors_of_the_system_are_survived_and_logged_once(
    monitor: ResourceMonitor, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    real, attempts = psutil.virtual_memory, []

    def shaky() -> object:
        attempts.append(1)
        if len(attempts) <= 3:
            raise psutil.AccessDenied()
        return real()

    monkeypatch.setattr(psutil, "virtual_memory", shaky)
    collector = Collector(1)
    monitor.subscribe(collector)
    with caplog.at_level(logging.WARNING):
        monitor.start()
        assert collector.done.wait(60)
        monitor.stop()
    assert len([record for record in caplog.records if "cannot be read" in record.message]) == 1


def test_who_unsubscribes_hears_no_more(monitor: ResourceMonitor) -> None:
    gone, heard = Collector(1), Collector(5)
    unsubscribe = monitor.subscribe(gone)
    monitor.subscribe(heard)
    unsubscribe()
    unsubscribe()
    monitor.start()
    try:
        assert heard.done.wait(60)
    finally:
        monitor.stop()
    assert not gone.samples


@pytest.mark.timing
@until_quiet
def test_processor_and_memory_agree_with_proc() -> None:
    """Beside what the kernel counts, read here by itself: processor within 5 points, RSS within 2 %."""
    ticks = os.sysconf("SC_CLK_TCK")
    cores = psutil.cpu_count() or 1

    def process_s() -> float:
        fields = Path("/proc/self/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / ticks

    def system_s() -> tuple[float, float]:
        values = [int(value) for value in Path("/proc/stat").read_text().splitlines()[0].split()[1:9]]
        return sum(values) / ticks, (values[3] + values[4]) / ticks

    monitor, found = ResourceMonitor(interval_s=0.5), list[tuple[ResourceSample, float, float, float, float]]()
    monitor.subscribe(lambda sample: found.append((sample, time.perf_counter(), process_s(), *system_s())))
    monitor.start()
    end_s = time.monotonic() + 3
    while time.monotonic() < end_s:
        hashlib.sha256(bytes(2_000_000))  # without the interpreter's lock, as the kernels compute
    monitor.stop()
    pairs = list(itertools.pairwise(found))[1:]
    assert len(pairs) >= 3
    for (_, t0, process0, all0, idle0), (sample, t1, process1, all1, idle1) in pairs:
        assert sample.process_cpu_percent == pytest.approx(100 * (process1 - process0) / (t1 - t0) / cores, abs=5)
        assert sample.system_cpu_percent == pytest.approx(100 * (1 - (idle1 - idle0) / (all1 - all0)), abs=5)
    sample = found[-1][0]
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    assert sample.process_rss_bytes == pytest.approx(pages * os.sysconf("SC_PAGE_SIZE"), rel=0.02)
    memory = dict(line.split(":") for line in Path("/proc/meminfo").read_text().splitlines())
    available = int(memory["MemAvailable"].split()[0]) * 1024
    assert sample.free_bytes == pytest.approx(available, rel=0.05)
