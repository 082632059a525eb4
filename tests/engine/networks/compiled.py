"""C sources of the tests, which look at single parts of the kernels."""

from __future__ import annotations

import ctypes
from pathlib import Path

import pytest

from llmdesk.engine.networks.fused import systems
from tests.kernels import avx_vnni, building


def compiled(source: Path, isa: str) -> ctypes.CDLL:
    """The library of a source in an instruction set; the test is skipped without a compiler."""
    if isa == avx_vnni.RECODED:
        return ctypes.CDLL(str(avx_vnni.recoded(source, "-O1")))
    compiler = systems.compiler(isa)
    if compiler is None:
        pytest.skip("there is no compiler")
    options = ["-O1", "-std=gnu17", "-shared", "-fPIC"]
    told = (compiler[1:], options)
    made = building.made_once(
        source, told, lambda out: building.compile_by([*compiler, *options, str(source), "-o", str(out), "-lm"])
    )
    return ctypes.CDLL(str(made))
