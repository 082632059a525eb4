"""The kernels' library and the driver of recordings, compiled for any system."""

from __future__ import annotations

import importlib.util
import subprocess
from pathlib import Path

from llmdesk.engine.networks.fused.systems import System, compiler, ready_made_commands, zig

_DRIVER = Path(__file__).with_name("replay.c")


def compiles_for_others() -> bool:
    """Only Zig does."""
    return importlib.util.find_spec("ziglang") is not None


def library(folder: Path, system: System, isa: str) -> Path:
    """As packages have it."""
    made = folder / f"fused-{isa}{system.suffix}"
    for command in ready_made_commands(isa, system, made):
        _compile(command)
    return made


def driver(folder: Path, system: System) -> Path:
    """replay.c for that system."""
    made = folder / ("replay.exe" if system.suffix == ".dll" else "replay")
    begun = zig(system) if compiles_for_others() else compiler("avx2", system)
    _compile(begun and [*begun, "-O1", "-s", "-std=gnu17", str(_DRIVER), "-o", str(made), *system.libraries])
    return made


def _compile(command: list[str] | None) -> None:
    """With Zig's own cache, as scripts/package_kernels.py: it makes the libraries of a system only once then."""
    assert command is not None, "there is no compiler"
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
