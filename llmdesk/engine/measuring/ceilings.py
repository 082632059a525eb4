"""What this machine's memory and processor can do at most, measured by short probes.

Both take the shortest of several rounds, since whatever else runs on the machine can only make a round longer. They ask
``check`` before each round and between the pieces of their preparation, so whoever wants them gone waits some 20 ms.
"""

from __future__ import annotations

import ctypes
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import psutil

from llmdesk.engine.networks.fused import library as kernels
from llmdesk.engine.processor.hardware import last_level_cache_bytes

_READ_BYTES = 256_000_000
_MOST_READ_BYTES = 1_024_000_000
_LEAST_READ_BYTES = 64_000_000
_PIECES = 16
_STEP_BYTES = 256
_FREE_SHARE = 0.25

Check = Callable[[], None]
"""Raises where a probe shall end early (see WorkContext.yield_to_others)."""


def _never() -> None:
    """Measure to the end."""


def read_bytes() -> int:
    """How much a probe reads in a round: four times the processor's last cache, so that memory is what is measured.

    Where memory is short it is less, never more than a quarter of what is free.
    """
    wanted = min(max(_READ_BYTES, 4 * last_level_cache_bytes()), _MOST_READ_BYTES)
    free = int(psutil.virtual_memory().available * _FREE_SHARE)
    return max(_LEAST_READ_BYTES, min(wanted, free))


def read_bandwidth(threads: int, duration_s: float = 1.0, check: Check = _never) -> float:
    """How fast memory can be read, in bytes per second: what bounds the speed of decoding.

    As many bytes as ``read_bytes`` says are split evenly over ``threads`` threads which read them once a round; the
    figure is the size over the shortest of all rounds within ``duration_s``. Other programs that use memory lower it.
    Blocks; any thread, none of them torch's. What ``check`` raises passes.
    """
    size = read_bytes()
    values = np.empty(size, dtype=np.int8)
    for piece in np.array_split(values, _PIECES):  # the system hands out memory as it is written to
        check()
        piece.fill(1)
    share = size // threads // _STEP_BYTES * _STEP_BYTES
    starts = [values.ctypes.data + share * index for index in range(threads)]
    ways = _ways_to_read()
    shortest_s = float("inf")
    with ThreadPoolExecutor(threads, thread_name_prefix="memory-probe") as pool:
        end_s = time.perf_counter() + duration_s
        while time.perf_counter() < end_s:
            for read in ways:
                check()
                started_s = time.perf_counter()
                list(pool.map(read, starts, [share] * threads))  # ctypes lets the other threads run meanwhile
                shortest_s = min(shortest_s, time.perf_counter() - started_s)
    return share * threads / shortest_s


def _ways_to_read() -> list[Callable[[int, int], object]]:
    """Functions of an address and a number of bytes; what is fastest differs between processors.

    Our own kernels' loop, which fetches ahead as their products do, and the C library's memchr, looking for a byte that
    is not there, which every system has.
    """
    library = ctypes.CDLL("msvcrt" if sys.platform == "win32" else None)
    memchr = library.memchr
    memchr.restype, memchr.argtypes = ctypes.c_void_p, (ctypes.c_void_p, ctypes.c_int, ctypes.c_size_t)
    ways: list[Callable[[int, int], object]] = [lambda start, count: memchr(start, 0, count)]
    if kernels.obstacle() is None:
        ways.append(kernels.best().fused_read)
    return ways


_ROWS, _WIDTH = 256, 1024  # of the products: some milliseconds on one core
_TRIAL_ROWS = 16


def product_flops(threads: int, duration_s: float = 0.5, check: Check = _never) -> float:
    """How fast this processor multiplies matrices, in operations per second: what bounds the reading of prompts.

    torch's product of 256 x 1024 by 1024 x 1024 numbers, in float32 or, where a small trial of that is faster, in
    bfloat16 or 8-bit integers; the shortest round within ``duration_s`` counts. Engine thread only; blocks; uses as
    many threads as asked and leaves torch with as many as it had. What ``check`` raises passes.
    """
    import torch

    before = torch.get_num_threads()
    torch.set_num_threads(threads)
    try:
        kinds = (torch.float32, torch.bfloat16, torch.int8)
        with torch.inference_mode():
            fastest = min(kinds, key=lambda kind: _shortest_s(_product(kind, _TRIAL_ROWS), 0.0, check))
            return 2 * _ROWS * _WIDTH**2 / _shortest_s(_product(fastest, _ROWS), duration_s, check)
    finally:
        torch.set_num_threads(before)


def _product(kind: object, rows: int) -> Callable[[], object]:
    import torch

    if kind == torch.int8:
        left, right = (torch.ones(height, _WIDTH, dtype=torch.int8) for height in (max(rows, 32), _WIDTH))
        return lambda: torch._int_mm(left, right)
    left, right = (torch.ones(height, _WIDTH).to(kind) for height in (rows, _WIDTH))
    return lambda: torch.mm(left, right)


def _shortest_s(compute: Callable[[], object], duration_s: float, check: Check) -> float:
    """Of at least two rounds; the first one prepares and does not count."""
    check()
    compute()
    shortest_s, end_s = float("inf"), time.perf_counter() + duration_s
    while True:
        check()
        started_s = time.perf_counter()
        compute()
        now_s = time.perf_counter()
        shortest_s = min(shortest_s, now_s - started_s)
        if now_s >= end_s:
            return shortest_s
