"""Where the files of a model are, or would be (any thread; a few stat calls, nothing is imported or read)."""

from __future__ import annotations

import importlib.util
import re
import shutil
from pathlib import Path

from llmdesk import paths
from llmdesk.datatypes.model import ModelSource, ModelSpec
from llmdesk.errors import ModelError
from llmdesk.whole_files import put_in_place
from llmdesk.words import say

PARTIAL = ".partial"
_COMMIT = re.compile(r"[0-9a-f]{40}")


def is_for_one_version(source: ModelSource) -> bool:
    """True where a commit or a checksum is named: that one is meant, whatever the hub has later."""
    return bool(source.sha256 or _COMMIT.fullmatch(source.revision))


def install_dir(spec: ModelSpec) -> Path:
    """The folder a fetched model gets. It appears in one step, once everything in it is whole."""
    return paths.models_dir() / spec.id


def staging_dir(model_id: str) -> Path:
    """Where files gather while they are fetched; kept after a stop, so that fetching goes on from there."""
    return paths.models_dir() / PARTIAL / model_id


def lock_file(model_id: str) -> Path:
    """Held by the program that fetches this model."""
    return paths.models_dir() / PARTIAL / f"{model_id}.lock"


def locate(spec: ModelSpec) -> Path | None:
    """The model's folder or GGUF file, or None if it is not on this machine."""
    source = spec.source
    if source.kind in ("folder", "gguf"):
        path = Path(source.location)
        return path if _exists(path) else None
    fetched = install_dir(spec)
    path = fetched / Path(source.filename).name if source.filename else fetched
    if _exists(path):
        return path
    return _inside_package(source.filename) if source.kind == "package" else None


def _exists(path: Path) -> bool:
    """A path that cannot be, or into which one may not look, is not there."""
    try:
        return path.exists()
    except (OSError, ValueError):
        return False


def may_look(spec: ModelSpec) -> bool:
    """False if the folder in which an own model lies, or lay, is closed to this user."""
    try:
        Path(spec.source.location).stat()
    except PermissionError:
        return False
    except (OSError, ValueError):
        return True
    return True


def delete_fetched(spec: ModelSpec) -> bool:
    """Delete the files that were fetched, half-fetched ones too; False if there are none. Raises ModelError."""
    folders = [folder for folder in (install_dir(spec), staging_dir(spec.id)) if folder.exists()]
    for folder in folders:
        doomed = folder.with_name(f".{spec.id}.deleted")
        shutil.rmtree(doomed, ignore_errors=True)
        try:
            put_in_place(folder, doomed)  # gone at once for everyone who looks
        except OSError as error:  # on Windows also if it is in the memory of another llmdesk
            raise ModelError(
                say("{title} cannot be deleted: {reason}.", title=spec.title, reason=error.strerror or error),
                say("Close what may have it open, and try again."),
            ) from error
        shutil.rmtree(doomed)
    return bool(folders)


def _inside_package(filename: str) -> Path | None:
    """``PACKAGE/FILE`` among the installed packages, found without running the package's code."""
    package, _, name = filename.partition("/")
    try:
        found = importlib.util.find_spec(package)
    except (ImportError, ValueError, AttributeError):  # of a name that no package can have
        return None
    for folder in (found.submodule_search_locations or ()) if found else ():
        if _exists(Path(folder) / name):
            return Path(folder) / name
    return None
