"""Clock, heat and swap from trees of system files; the busiest other program from real processes."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from llmdesk.services.live.processor_state import BusiestOther, ProcessorState, process_reader
from tests.quiet import until_quiet
from tests.services.live.system_files import write


def test_clock_heat_and_swap(tmp_path: Path) -> None:
    cpus = "devices/system/cpu"
    write(
        tmp_path,
        {
            f"{cpus}/cpu0/cpufreq/scaling_cur_freq": 3_000_000,
            f"{cpus}/cpu1/cpufreq/scaling_cur_freq": 2_000_000,
            f"{cpus}/cpu0/thermal_throttle/core_throttle_count": 3,
            f"{cpus}/cpu1/thermal_throttle/core_throttle_count": 4,
            f"{cpus}/cpu0/thermal_throttle/package_throttle_count": 5,
            f"{cpus}/cpu1/thermal_throttle/package_throttle_count": 5,  # the same package
            f"{cpus}/cpufreq/policy0/scaling_cur_freq": 1,
        },
    )
    vmstat = tmp_path / "vmstat"
    vmstat.write_text("nr_free_pages 5\npswpin 2\npswpout 1\n", encoding="ascii")
    state = ProcessorState(tmp_path, vmstat)
    assert state.frequency_mhz() == 2500.0
    assert state.throttle_count() == 12
    assert state.swapped_bytes() == 3 * resource.getpagesize()


def test_what_the_system_does_not_tell_is_not_made_up(tmp_path: Path) -> None:
    state = ProcessorState(tmp_path, tmp_path / "vmstat")
    assert (state.frequency_mhz(), state.throttle_count(), state.swapped_bytes()) == (None, None, None)


@pytest.mark.timing
@until_quiet
def test_the_busiest_other_program_is_named() -> None:
    busy = subprocess.Popen([sys.executable, "-c", "while True: pass"])
    idle = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])  # later, and of the same name
    try:
        other = BusiestOther()
        assert other.look(is_wanted=True) == ""  # the first look only takes a reading
        time.sleep(0.5)
        assert other.look(is_wanted=True) == psutil.Process(busy.pid).name()
        assert other.look(is_wanted=False) == ""
    finally:
        for each in (busy, idle):
            each.kill()
            each.wait()


def test_of_very_many_processes_few_are_read_at_a_time() -> None:
    now_s, spent_s, read = [0.0], dict.fromkeys(range(100_000, 101_000), 0.0), list[int]()

    def reader(pid: int) -> tuple[str, float] | None:
        read.append(pid)
        return None if pid == 100_007 else (f"p{pid}", spent_s[pid])  # one has ended

    other = BusiestOther(clock=lambda: now_s[0], most=300, pids=lambda: list(spent_s), read=reader)
    names = []
    for _ in range(12):
        count = len(read)
        names.append(other.look(is_wanted=True))
        assert len(read) - count <= 300
        now_s[0] += 0.5
        spent_s[100_950] += 0.4
        spent_s[100_003] += 0.1
    assert names[:7] == 7 * [""]  # four calls for each reading
    assert names[7:] == 5 * ["p100950"]
    assert len(read) == 2000  # and then none for half a minute


def test_a_name_with_brackets_is_read_from_the_systems_file(tmp_path: Path) -> None:
    fields = " ".join(["S", *map(str, range(2, 12)), "700", "300", *map(str, range(14, 50))])
    write(tmp_path, {"self/stat": "", "77/stat": f"77 (a (b) c) {fields}"})
    read = process_reader(tmp_path)
    assert read(77) == ("a (b) c", 1000 / os.sysconf("SC_CLK_TCK"))
    assert read(78) is None
