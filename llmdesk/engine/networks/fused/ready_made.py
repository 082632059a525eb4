"""Kernels that came compiled with a package: one library per instruction set, of these very sources (any thread).

Wheels and installers have them (scripts/package_kernels.py); a checkout has none and compiles for its processor.
"""

from __future__ import annotations

from pathlib import Path

from llmdesk.engine.networks.fused.systems import System, this_system

FOLDER = Path(__file__).parent / "ready"


def file_name(isa: str, version: str, system: System | None = None) -> str:
    """Of the library for an instruction set (systems.ISAS), made of the sources of this version, for this system."""
    system = system or this_system()
    return f"fused-{isa}-{version}{system.suffix if system else ''}"


def ready_made(isa: str, version: str) -> Path | None:
    """The library, if it came along. One of other sources than those beside it is not used."""
    file = FOLDER / file_name(isa, version)
    return file if file.exists() else None
