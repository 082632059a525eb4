"""The probes against an independent one, and how they end."""

from __future__ import annotations

import shutil
import statistics
import subprocess
import time
from pathlib import Path

import psutil
import pytest

from llmdesk.engine.measuring import ceilings
from llmdesk.engine.processor.hardware import last_level_cache_bytes

SOURCE = Path(__file__).parent / "stream_like.c"
GROUPS, PAIRS = 3, 7


@pytest.mark.timing
@pytest.mark.all_cores
def test_read_bandwidth_agrees_with_a_stream_like_probe(tmp_path: Path) -> None:
    """Within a tenth in a group of pairs that are measured in turn.

    A shared machine's memory changes its speed by half from second to second, so there are several groups; over all of
    them the two may differ by a third.
    """
    compiler = shutil.which("cc") or shutil.which("gcc") or shutil.which("clang")
    assert compiler, "llmdesk's own kernels need a C compiler, too"
    program = tmp_path / "stream_like"
    subprocess.run([compiler, "-O3", "-march=native", "-pthread", str(SOURCE), "-o", str(program)], check=True)
    threads = psutil.cpu_count(logical=False) or 1
    command = [str(program), str(threads), str(ceilings.read_bytes() // 10**6), "12"]

    def theirs() -> float:
        return float(subprocess.run(command, check=True, capture_output=True, text=True).stdout)

    ratios: list[float] = []
    told = []
    for _ in range(GROUPS):
        pairs = []
        for pair in range(PAIRS):
            before = theirs() if pair % 2 else None
            ours = ceilings.read_bandwidth(threads, 0.2)
            pairs.append((ours, before or theirs()))
        group = [our / their for our, their in pairs]
        told.append(" ".join(f"{our / 1e9:.1f}/{their / 1e9:.1f}" for our, their in pairs))
        if statistics.median(group) == pytest.approx(1.0, abs=0.1):
            return
        ratios += group
    assert statistics.median(ratios) == pytest.approx(1.0, abs=0.33), "\n".join(["ours/theirs, GB/s:", *told])


def test_a_probe_reads_more_than_the_caches_hold() -> None:
    size = ceilings.read_bytes()
    assert size <= psutil.virtual_memory().total / 4
    if psutil.virtual_memory().available > 16 * last_level_cache_bytes() + 2 * 10**9:
        assert size >= 2 * last_level_cache_bytes()


def test_a_probe_ends_when_it_is_told_to() -> None:
    class Enough(Exception):
        pass

    asked = 0

    def check() -> None:
        nonlocal asked
        asked += 1
        if asked == 20:  # in the middle of the rounds
            raise Enough

    with pytest.raises(Enough):
        ceilings.read_bandwidth(1, 3600.0, check)
    asked = 19
    with pytest.raises(Enough):
        ceilings.product_flops(1, 3600.0, check)


def test_products_are_counted_as_two_operations_each() -> None:
    """Beside a product that this test times itself; a factor of two would be a mistake in counting."""
    import torch

    before = torch.get_num_threads()
    flops = ceilings.product_flops(1, 0.05)
    assert torch.get_num_threads() == before
    torch.set_num_threads(1)
    left, right = torch.ones(256, 1024), torch.ones(1024, 1024)
    times_s = []
    for _ in range(5):
        started_s = time.perf_counter()
        torch.mm(left, right)
        times_s.append(time.perf_counter() - started_s)
    torch.set_num_threads(before)
    plain = 2 * 256 * 1024 * 1024 / min(times_s)
    assert flops > 0.5 * plain  # float32, or something faster
