"""C sources of the tests, which look at single parts of the kernels."""

from __future__ import annotations

import ctypes
import subprocess
from pathlib import Path

import pytest

from llmdesk.engine.networks.fused import systems


def compiled(source: Path, isa: str, folder: Path) -> ctypes.CDLL:
    """The library of a source in an instruction set; the test is skipped without a compiler."""
    compiler = systems.compiler(isa)
    if compiler is None:
        pytest.skip("there is no compiler")
    made = folder / f"{isa}.so"
    command = [*compiler, "-O1", "-std=gnu17", "-shared", "-fPIC", str(source), "-o", str(made), "-lm"]
    subprocess.run(command, check=True, capture_output=True)
    return ctypes.CDLL(str(made))
