"""For which operating systems the kernels are made, and the command lines that compile them there or from elsewhere."""

from __future__ import annotations

import importlib.util
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path

from llmdesk.engine.processor.hardware import is_x86_64

SOURCES = Path(__file__).parent / "c"
OPTIONS = ("-O3", "-std=gnu17", "-shared")
_AVX2 = frozenset({"avx2", "fma", "f16c", "bmi1", "bmi2"})
_AVX512_VNNI = _AVX2 | {"avx512f", "avx512bw", "avx512dq", "avx512vl", "avx512_vnni"}
AMX = "amx"
UNVERIFIED = frozenset({AMX})
"""Instruction sets for which nobody has run the tests on hardware that has them (docs/decisions/0070)."""
ISAS: dict[str, tuple[frozenset[str], str, tuple[str, ...]]] = {
    # name: (processor flags needed, zig's -mcpu, options of other compilers), best first
    AMX: (
        _AVX512_VNNI | {"amx_tile", "amx_int8"},
        "x86_64_v4+avx512vnni+amx_tile+amx_int8",
        ("-march=x86-64-v4", "-mavx512vnni", "-mamx-tile", "-mamx-int8"),
    ),
    "avx512-vnni": (_AVX512_VNNI, "x86_64_v4+avx512vnni", ("-march=x86-64-v4", "-mavx512vnni")),
    "avx-vnni": (_AVX2 | {"avx_vnni"}, "x86_64_v3+avxvnni", ("-march=x86-64-v3", "-mavxvnni")),
    "avx2": (_AVX2, "x86_64_v3", ("-march=x86-64-v3",)),
}


@dataclass(frozen=True, slots=True)
class System:
    """How the kernels are compiled for a system: Zig's name of it, the ending of its libraries, further options.

    ``has_tiles``: whether AMX is offered there (processor/amx.py).
    """

    target: str
    suffix: str
    options: tuple[str, ...] = ()
    libraries: tuple[str, ...] = ()
    has_tiles: bool = False

    @property
    def isas(self) -> tuple[str, ...]:
        """The instruction sets that kernels are made for there, best first."""
        return tuple(name for name in ISAS if name != AMX or self.has_tiles)


SYSTEMS = {
    "linux": System("x86_64-linux-gnu.2.28", ".so", ("-fPIC",), ("-lm", "-lpthread"), has_tiles=True),
    "win32": System("x86_64-windows-gnu", ".dll", (), ("-lapi-ms-win-core-synch-l1-2-0",)),
    "darwin": System("x86_64-macos.11.0", ".dylib", ("-fPIC",)),
}
"""By the names of ``sys.platform``."""


def this_system() -> System | None:
    """None where there are no kernels."""
    return SYSTEMS.get(sys.platform) if is_x86_64() else None


def compiler(isa: str, system: System | None = None) -> list[str] | None:
    """The command line up to the sources, for this system or another; None if there is no compiler.

    Zig's compiles for all of them, a ``cc`` that is there for this one.
    """
    _, zig_cpu, other = ISAS[isa]
    system = system or this_system()
    if system is None:
        return None
    if importlib.util.find_spec("ziglang") is not None:
        return [*zig(system), f"-mcpu={zig_cpu}"]
    found = shutil.which("cc") or shutil.which("gcc") or shutil.which("clang")
    return [found, *other] if found and system is this_system() else None


def zig(system: System) -> list[str]:
    """Zig's C compiler, for any x86-64 processor."""
    return [sys.executable, "-m", "ziglang", "cc", "-target", system.target]


def library_command(compiler: list[str], system: System, out: Path) -> list[str]:
    """What compiles the library to that file."""
    return [*compiler, *OPTIONS, *system.options, str(SOURCES / "forward.c"), "-o", str(out), *system.libraries]


def ready_made_commands(isa: str, system: System, out: Path) -> tuple[list[str], list[str]]:
    """What compiles the library for any system, and then links it; there must be Zig.

    Zig makes a system's own libraries at their first use, for each processor anew, which for Windows takes minutes: so
    the object is for ``isa``, and what is linked to it for every processor.
    """
    compiled = out.with_suffix(".o")
    compiling = [*(option for option in OPTIONS if option != "-shared"), *system.options, "-c"]
    return (
        [*zig(system), f"-mcpu={ISAS[isa][1]}", *compiling, str(SOURCES / "forward.c"), "-o", str(compiled)],
        [*zig(system), *OPTIONS, *system.options, "-s", str(compiled), "-o", str(out), *system.libraries],
    )
