"""The installer for Windows out of the folder of package_windows.py, with NSIS, which runs on Linux (Debian: nsis)."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import package_tree
import package_windows
import windows_start
from environment import ROOT, SetupFailed

sys.path.insert(0, str(ROOT))

from llmdesk import __version__

SCRIPT = windows_start.SOURCES / "llmdesk.nsi"


def make(tree: Path, target_folder: Path, is_trial: bool) -> Path:
    """Write the installer; one without Python has "trial" in its name.

    Raises:
        SetupFailed: there is no makensis, or it fails.
    """
    if shutil.which("makensis") is None:
        raise SetupFailed("makensis is needed (Debian's package nsis).")
    target_folder.mkdir(parents=True, exist_ok=True)
    target = target_folder / file_name(is_trial)
    size_bytes = sum(path.stat().st_size for path in tree.rglob("*") if path.is_file())
    values = {
        "VERSION": __version__,
        "TREE": str(tree),
        "TARGET": str(target),
        "ICON": str(tree / windows_start.ICON),
        "SIZE_KIB": str(size_bytes // 1024),
    }
    package_tree.run("makensis", "-V2", "-WX", *(f"-D{key}={value}" for key, value in values.items()), str(SCRIPT))
    return target


def file_name(is_trial: bool) -> str:
    """Of the installer."""
    return f"llmdesk-{__version__}-windows{'-trial' if is_trial else ''}.exe"


def made() -> tuple[Path, Path]:
    """The installer that `make windows` has just made, and the folder that it was made of. Raises SetupFailed."""
    tree = ROOT / "build" / "package" / "windows"
    installer = ROOT / "dist" / file_name(is_trial=not package_windows.has_python(tree))
    if not installer.exists() or not tree.exists():
        raise SetupFailed("there is no installer: run `make windows` first.")
    return installer, tree
