"""Compiles llmdesk's kernels for every instruction set that they are written for."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path

from environment import ROOT, SetupFailed

sys.path.insert(0, str(ROOT))

from llmdesk.engine.networks.fused import library, ready_made, systems
from llmdesk.errors import SetupError


def make_all(folder: Path) -> None:
    """A library for each of them, of the present sources and no others; one that is there already is kept.

    Raises:
        SetupFailed: there is no ziglang (a system's compiler would bind them to its C library), or it fails.
    """
    if importlib.util.find_spec("ziglang") is None:
        raise SetupFailed("ready-made kernels are compiled with the Python package ziglang; run this by make.")
    folder.mkdir(parents=True, exist_ok=True)
    wanted = {
        isa: folder / ready_made.file_name(isa, library.sources_version()) for isa in systems.SYSTEMS["linux"].isas
    }
    for file in folder.glob("*.so"):
        if file not in wanted.values():
            file.unlink()
    for isa, file in wanted.items():
        if not file.exists():
            try:
                library.compile_to(isa, file)
            except SetupError as error:
                raise SetupFailed(f"kernels for {isa}: {error.user_message}") from error
