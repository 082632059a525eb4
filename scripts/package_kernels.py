"""Compiles llmdesk's kernels for every instruction set that they are written for."""

from __future__ import annotations

import importlib.util
import os
import shutil
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from environment import ROOT, SetupFailed

sys.path.insert(0, str(ROOT))

import package_tree

from llmdesk.engine.networks.fused import library, ready_made, systems


def make_all(folder: Path, system_name: str) -> None:
    """A library for each of them, of the present sources and no others; one that is there already is kept.

    Args:
        folder: only for these.
        system_name: for which system, as ``sys.platform`` calls it there.

    Raises:
        SetupFailed: there is no ziglang (a system's compiler would bind them to its C library), or it fails.
    """
    if importlib.util.find_spec("ziglang") is None:
        raise SetupFailed("ready-made kernels are compiled with the Python package ziglang; run this by make.")
    folder.mkdir(parents=True, exist_ok=True)
    system = systems.SYSTEMS[system_name]
    version = library.sources_version()
    wanted = {isa: folder / ready_made.file_name(isa, version, system) for isa in system.isas}
    for file in folder.iterdir():
        if file not in wanted.values():
            file.unlink()
    missing = {isa: file for isa, file in wanted.items() if not file.exists()}
    with tempfile.TemporaryDirectory(prefix="kernels-") as name:
        made = [Path(name) / file.name for file in missing.values()]
        commands = [systems.ready_made_commands(isa, system, each) for isa, each in zip(missing, made, strict=True)]
        with ThreadPoolExecutor(os.cpu_count()) as pool:
            list(pool.map(lambda each: package_tree.run(*each[0]), commands))
        for each, (_, links), file in zip(made, commands, missing.values(), strict=True):
            package_tree.run(*links)
            shutil.move(each, file)


def check(packages: Path, system_name: str) -> None:
    """Those of every instruction set are there, and of the very sources beside them: no others are used.

    Raises:
        SetupFailed: with what is missing.
    """
    system, fused = systems.SYSTEMS[system_name], packages / systems.SOURCES.parent.relative_to(ROOT)
    version = library.sources_version(fused / systems.SOURCES.name)
    names = [ready_made.file_name(isa, version, system) for isa in system.isas]
    if missing := [name for name in names if not (fused / ready_made.FOLDER.name / name).exists()]:
        raise SetupFailed(f"the kernels' sources in {fused} are not those that they were compiled of: no {missing}")
