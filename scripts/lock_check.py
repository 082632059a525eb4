"""That pyproject.toml, the lock files and an environment agree; asks no index. Runs in the environment it checks."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tomllib
from importlib.metadata import distributions
from pathlib import Path

import lock_files
from environment import ROOT, STAMP
from packaging.markers import Marker
from packaging.version import Version

_NOT_INSTALLED = re.compile(r"(?P<package>\S+) \S+ requires (?P<missing>[A-Za-z0-9._-]+).*, which is not installed\.")


def disagreements(prefix: Path) -> list[str]:
    """What does not agree, a line each, for the environment in the folder ``prefix``."""
    stamp = json.loads((prefix / STAMP).read_text(encoding="utf-8"))
    left_out = set(stamp["left_out"])
    lock = lock_files.read(lock_files.FOLDER / lock_files.file_name(stamp["stack"], stamp["dev"]))
    model = lock_files.read(lock_files.FOLDER / lock_files.MODEL)
    return [
        *stale_locks(lock_files.FOLDER, ROOT / "pyproject.toml"),
        *differences([*(package for package in lock if package.name not in left_out), *model], _installed()),
        *complaints(_pip_check(), left_out, model[0].name),
    ]


def stale_locks(folder: Path, pyproject: Path) -> list[str]:
    """The lock files that were resolved from other ranges than those of ``pyproject``."""
    stamp = lock_files.dependency_stamp(tomllib.loads(pyproject.read_text(encoding="utf-8")))
    stacks = [file for file in sorted(folder.glob("*.txt")) if not file.name.startswith("torch-")]
    stale = [file.name for file in stacks if stamp not in file.read_text(encoding="utf-8").partition("\n")[0]]
    return [f"{name} is not of this pyproject.toml; run `make lock`" for name in stale]


def differences(lock: list[lock_files.Locked], installed: dict[str, str]) -> list[str]:
    """Locked packages that are not installed here in the locked version (a build such as +cpu counts as it)."""
    found = []
    for package in lock:
        if package.marker and not Marker(package.marker).evaluate():
            continue
        version = installed.get(package.name)
        if version is None or Version(version).public != Version(package.version).public:
            found.append(f"{package.name} is {version or 'not installed'}, the lock says {package.version}")
    return found


def complaints(pip_check: str, left_out: set[str], model: str) -> list[str]:
    """What ``pip check`` says, but for what is meant to be so: the model's package needs nothing that it asks for, and
    the packages in ``left_out`` are not there.
    """
    found = []
    for line in pip_check.splitlines():
        missing = _NOT_INSTALLED.fullmatch(line)
        if missing and (missing["package"] == model or missing["missing"] in left_out):
            continue
        if line != "No broken requirements found.":
            found.append(f"pip check: {line}")
    return found


def _installed() -> dict[str, str]:
    return {re.sub(r"[-_.]+", "-", dist.metadata["Name"]).lower(): dist.version for dist in distributions()}


def _pip_check() -> str:
    command = [sys.executable, "-m", "pip", "--disable-pip-version-check", "check"]
    return subprocess.run(command, capture_output=True, text=True).stdout.strip()
