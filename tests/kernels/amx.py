"""AMX for tests on processors without it: every tile instruction is carried out by amx_emulator.c."""

from __future__ import annotations

import ctypes
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from llmdesk.engine.networks.fused import library, systems
from llmdesk.engine.processor.hardware import processor_flags
from tests.kernels import building

SOURCE = Path(__file__).with_name("amx_emulator.c")
_NEEDED = systems.ISAS[systems.AMX][0]
_AVX512 = systems.ISAS["avx512-vnni"][0]


@contextmanager
def amx(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[ctypes.CDLL | None]:
    """AMX as if this processor had it: the emulator, or None where it has. Skips the test where neither can run."""
    if systems.AMX in library.isas_here():
        yield None
        return
    compiler, has_avx512 = building.compiler_here(), processor_flags() >= _AVX512
    if sys.platform != "linux" or compiler is None or not has_avx512:
        pytest.skip("needs Linux, AVX512-VNNI and a compiler")
    made, flags = folder / "amx_emulator.so", processor_flags() | _NEEDED
    command = [*compiler, "-O2", "-std=gnu17", "-shared", "-fPIC", str(SOURCE), "-o", str(made)]
    subprocess.run(command, check=True, capture_output=True)
    emulator = ctypes.CDLL(str(made))
    emulator.amx_emulated.restype = ctypes.c_long
    monkeypatch.setattr(library, "processor_flags", lambda: flags)
    monkeypatch.setattr(library, "may_use_tiles", lambda: True)
    assert emulator.amx_begin() == 0
    try:
        yield emulator
    finally:
        emulator.amx_end()
