"""Cores told apart by Linux's device files, written here as several kinds of machines have them."""

from __future__ import annotations

import os
import sys
from importlib.metadata import version
from pathlib import Path

import psutil
import pytest

from llmdesk.engine.processor.hardware import (
    Core,
    Topology,
    installed_version,
    processor_name,
    read_topology,
    topology,
)
from llmdesk.services.machine import processor


def write_cpu(devices: Path, cpu: int, siblings: str, **speeds: int) -> None:
    folder = devices / f"system/cpu/cpu{cpu}"
    (folder / "topology").mkdir(parents=True)
    (folder / "topology/thread_siblings_list").write_text(f"{siblings}\n")
    (folder / "cpufreq").mkdir()
    if "capacity" in speeds:
        (folder / "cpu_capacity").write_text(f"{speeds['capacity']}\n")
    if "max_khz" in speeds:
        (folder / "cpufreq/cpuinfo_max_freq").write_text(f"{speeds['max_khz']}\n")


def laptop(devices: Path, **lists: str) -> Path:
    """Two fast cores of two threads each (one of them a favoured one), four slow cores."""
    for cpu, siblings in enumerate(["0-1", "0-1", "2-3", "2-3", "4", "5", "6", "7"]):
        khz = 3_800_000 if cpu >= 4 else 5_000_000 if cpu >= 2 else 5_200_000
        write_cpu(devices, cpu, siblings, max_khz=khz)
    for name, cpus in lists.items():
        (devices / name).mkdir()
        (devices / name / "cpus").write_text(f"{cpus}\n")
    return devices


HYBRID = Topology((Core((0, 1)), Core((2, 3)), *(Core((cpu,), efficient=True) for cpu in range(4, 8))))


@pytest.mark.parametrize("lists", [{"cpu_core": "0-3", "cpu_atom": "4-7"}, {}], ids=["lists", "frequencies"])
def test_fast_and_slow_cores(lists: dict[str, str], tmp_path: Path) -> None:
    found = read_topology(laptop(tmp_path, **lists), frozenset(range(8)))
    assert found == HYBRID
    assert found.is_hybrid
    assert found.performance == (Core((0, 1)), Core((2, 3)))


def test_capacity_tells_as_well(tmp_path: Path) -> None:
    for cpu in range(4):
        write_cpu(tmp_path, cpu, str(cpu), capacity=1024 if cpu < 2 else 600, max_khz=3_000_000)
    assert [core.efficient for core in read_topology(tmp_path, frozenset(range(4))).cores] == [False, False, True, True]


def test_only_what_may_be_used_counts(tmp_path: Path) -> None:
    """A container may be kept to some processors: half of a core, or slow cores only, which are then the usual ones."""
    devices = laptop(tmp_path, cpu_core="0-3", cpu_atom="4-7")
    assert read_topology(devices, frozenset({1, 4})) == Topology((Core((1,)), Core((4,), efficient=True)))
    slow = read_topology(devices, frozenset({4, 5}))
    assert not slow.is_hybrid
    assert len(slow.performance) == 2


def test_a_plain_server(tmp_path: Path) -> None:
    for cpu in range(8):
        write_cpu(tmp_path, cpu, f"{cpu % 4},{cpu % 4 + 4}", max_khz=3_500_000)
    assert read_topology(tmp_path, frozenset(range(8))) == Topology(tuple(Core((cpu, cpu + 4)) for cpu in range(4)))


def test_no_files_or_broken_ones(tmp_path: Path) -> None:
    expected = Topology((Core((0,)), Core((1,))))
    assert read_topology(tmp_path, frozenset({0, 1})) == expected
    write_cpu(tmp_path, 0, "zero")
    (tmp_path / "cpu_atom").mkdir()
    (tmp_path / "cpu_atom/cpus").write_text("")
    assert read_topology(tmp_path, frozenset({0, 1})) == expected


@pytest.mark.skipif(sys.platform != "linux", reason="affinities of Linux")
def test_this_machine() -> None:
    found = topology()
    assert {cpu for core in found.cores for cpu in core.cpus} == os.sched_getaffinity(0)
    assert len(found.cores) <= (psutil.cpu_count() or 1)
    assert processor().name == processor_name() != ""


def test_versions_are_those_that_the_packages_tell() -> None:
    for package in ("numpy", "PySide6-Essentials", "markdown-it-py"):
        assert installed_version(package) == version(package).split("+")[0]
    assert installed_version("no-such-package") is None
