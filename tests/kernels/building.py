"""The kernels' library and the driver of recordings, compiled for any system."""

from __future__ import annotations

import hashlib
import importlib.util
import shutil
import subprocess
import tempfile
from collections.abc import Callable
from pathlib import Path

from llmdesk.engine.networks.fused import library as kernels
from llmdesk.engine.networks.fused.systems import System, compiler, ready_made_commands, this_system, zig

_DRIVER = Path(__file__).with_name("replay.c")


def compiles_for_others() -> bool:
    """Only Zig does."""
    return importlib.util.find_spec("ziglang") is not None


def compiler_here() -> list[str] | None:
    """For small programs of the tests on this machine: the system's compiler takes a tenth of a second where Zig's, at
    its first use, makes the system's libraries anew. What is shipped is compiled as it is shipped.
    """
    found = shutil.which("cc") or shutil.which("gcc") or shutil.which("clang")
    return [found] if found else compiler("avx2")


def library(folder: Path, system: System, isa: str) -> Path:
    """As packages have it."""
    made = folder / f"fused-{isa}{system.suffix}"
    for command in ready_made_commands(isa, system, made):
        compile_by(command)
    return made


def made_once(source: Path, told: object, make: Callable[[Path], None]) -> Path:
    """What ``make`` writes to a file for a source that includes the kernels, kept as the kernels' library is.

    It is made anew when the source, the kernels' sources or what the compiler is ``told`` are others.
    """
    digest = hashlib.sha256(repr((told, kernels.sources_version())).encode() + source.read_bytes()).hexdigest()
    file = kernels._folder() / f"tests-{source.stem}-{digest[:16]}.so"
    if not file.exists():
        with tempfile.TemporaryDirectory(prefix="kernels-") as folder:
            make(made := Path(folder) / file.name)
            kernels._keep(made, file)
    return file


def driver(folder: Path, system: System) -> Path:
    """replay.c for that system."""
    made = folder / ("replay.exe" if system.suffix == ".dll" else "replay")
    begun = compiler_here() if system is this_system() else zig(system) if compiles_for_others() else None
    assert begun is not None, "there is no compiler"
    compile_by([*begun, "-O1", "-s", "-std=gnu17", str(_DRIVER), "-o", str(made), *system.libraries])
    return made


def compile_by(command: list[str]) -> None:
    """With Zig's own cache, as scripts/package_kernels.py: it makes the libraries of a system only once then."""
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
