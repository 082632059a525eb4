"""Where the files of a model are, or would be (any thread; a few stat calls, nothing is imported or read)."""

from __future__ import annotations

import importlib.util
from pathlib import Path

from llmdesk import paths
from llmdesk.datatypes import ModelSpec

PARTIAL = ".partial"


def install_dir(spec: ModelSpec) -> Path:
    """The folder a fetched model gets. It appears in one step, once everything in it is whole."""
    return paths.models_dir() / spec.id


def staging_dir(model_id: str) -> Path:
    """Where files gather while they are fetched; kept after a stop, so that fetching goes on from there."""
    return paths.models_dir() / PARTIAL / model_id


def locate(spec: ModelSpec) -> Path | None:
    """The model's folder or GGUF file, or None if it is not on this machine."""
    source = spec.source
    if source.kind in ("folder", "gguf"):
        path = Path(source.location)
        return path if path.exists() else None
    fetched = install_dir(spec)
    path = fetched / Path(source.filename).name if source.filename else fetched
    if path.exists():
        return path
    return _inside_package(source.filename) if source.kind == "package" else None


def _inside_package(filename: str) -> Path | None:
    """``PACKAGE/FILE`` among the installed packages, found without running the package's code."""
    package, _, name = filename.partition("/")
    found = importlib.util.find_spec(package)
    for folder in (found.submodule_search_locations or ()) if found else ():
        if (Path(folder) / name).is_file():
            return Path(folder) / name
    return None
