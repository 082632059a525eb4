"""The kernels' library and the driver of recordings, compiled for any system."""

from __future__ import annotations

import functools
import importlib.util
import os
import shutil
import subprocess
import tempfile
from pathlib import Path

from llmdesk.engine.networks.fused.systems import System, compiler, library_command, this_system

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
    """As users get it."""
    made = folder / f"fused-{isa}{system.suffix}"
    begun = compiler(isa, system)
    _compile(begun and library_command(begun, system, made))
    return made


def driver(folder: Path, system: System) -> Path:
    """replay.c for that system."""
    made = folder / ("replay.exe" if system.suffix == ".dll" else "replay")
    begun = compiler_here() if system is this_system() else compiler("avx2", system)
    _compile(begun and [*begun, "-O1", "-std=gnu17", str(_DRIVER), "-o", str(made), *system.libraries])
    return made


@functools.cache
def _cache() -> tempfile.TemporaryDirectory[str]:
    """Of this process: Zig makes a system's own libraries at its first use, for Windows that takes a minute."""
    return tempfile.TemporaryDirectory(prefix="zig-cache-", ignore_cleanup_errors=True)


def _compile(command: list[str] | None) -> None:
    assert command is not None, "there is no compiler"
    caches = dict.fromkeys(("ZIG_GLOBAL_CACHE_DIR", "ZIG_LOCAL_CACHE_DIR"), _cache().name)
    done = subprocess.run(command, capture_output=True, text=True, env=os.environ | caches, check=False)
    assert done.returncode == 0, done.stderr
