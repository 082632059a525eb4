"""AVX-VNNI for tests on processors that have AVX512-VNNI only: the same code, but for how its dot products are coded.

AVX-VNNI is two instructions of AVX512-VNNI on registers of 256 bits in a shorter coding (VEX, where AVX-512 has EVEX).
The compiler writes the code for AVX-VNNI as text, and the assembler is told the other coding: what is computed, with
which registers and in which order, stays the same.
"""

from __future__ import annotations

import ctypes
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from llmdesk.engine.networks.fused import library, systems
from llmdesk.engine.processor.hardware import processor_flags
from tests.kernels import building

ISA = "avx-vnni"
RECODED = "avx-vnni-recoded"
"""The name of the level that stands for it."""
_AVX512 = "avx512-vnni"


def recoded_isas() -> list[str]:
    """``RECODED`` where it is needed and can run."""
    here = library.isas_here()
    return [RECODED] if _AVX512 in here and ISA not in here else []


def recoded(source: Path, level: str) -> Path:
    """The library of a source that includes the kernels. Skips the test without a compiler."""
    compiler, assembler, system = systems.compiler(ISA), systems.compiler(_AVX512), systems.this_system()
    if compiler is None or assembler is None or system is None:
        pytest.skip("there is no compiler")
    # As the library: without what debuggers need, which is 100 MB of text here, Clang makes somewhat different code.
    options = [level, "-std=gnu17", "-fPIC"]

    def make(out: Path) -> None:
        text = out.with_suffix(".s")
        building.compile_by([*compiler, *options, "-S", str(source), "-o", str(text)])
        text.write_bytes(_other_coding(text.read_bytes()))
        building.compile_by([*assembler, "-shared", "-fPIC", str(text), "-o", str(out), *system.libraries])

    return building.made_once(source, (compiler[1:], assembler[1:], options), make)


def _other_coding(code: bytes) -> bytes:
    """Of all dot products; there must be some, and nothing that AVX-VNNI does not have."""
    assert code.count(b"{vex}") == code.count(b"vpdp") > 0
    assert not any(words in code for words in (b"{evex}", b"%zmm", b"%ymm16", b"%xmm16", b"%k1"))
    return code.replace(b"{vex}", b"{evex}")


@contextmanager
def avx_vnni(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """AVX-VNNI as if this processor had it. Skips the test where neither it nor AVX512-VNNI is there."""
    if ISA not in library.isas_here():
        if not recoded_isas():
            pytest.skip("needs AVX-VNNI or AVX512-VNNI")
        loaded = library._declared(ctypes.CDLL(str(recoded(systems.SOURCES / "forward.c", "-O3"))))
        flags, load = processor_flags() | systems.ISAS[ISA][0], library.load
        monkeypatch.setattr(library, "processor_flags", lambda: flags)
        monkeypatch.setattr(library, "load", lambda isa: loaded if isa == ISA else load(isa))
    yield
