"""benchmarks/kernel_parts.c is made of the kernels' own parts, so a change of these may break it."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from llmdesk.engine.networks.fused import library, systems

BENCHMARK = Path(__file__).resolve().parent.parent / "benchmarks" / "kernel_parts.c"


def test_it_fits_the_kernels(tmp_path: Path) -> None:
    isa = library.best_isa()
    compiler = systems.compiler(isa) if isa else None
    if compiler is None:
        pytest.skip("our own kernels cannot be compiled here")
    caches = {"ZIG_GLOBAL_CACHE_DIR": str(tmp_path), "ZIG_LOCAL_CACHE_DIR": str(tmp_path)}
    made = str(tmp_path / "parts.o")
    command = [*compiler, "-c", "-O1", "-std=gnu17", f"-I{systems.SOURCES}", str(BENCHMARK), "-o", made]
    result = subprocess.run(command, capture_output=True, text=True, env=os.environ | caches)
    assert result.returncode == 0, result.stderr
