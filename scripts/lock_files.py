"""The lock files: the exact versions, with hashes, that an environment gets (standard library only).

locks/STACK.txt has what llmdesk needs on a stack, locks/STACK-dev.txt the tools for tests and linters too,
locks/model.txt the package with the embedded model. `make lock` writes them (scripts/lock.py).
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).resolve().parent.parent / "locks"
NEWEST = FOLDER.parent / "build" / "newest-locks"  # where `make newest` puts what it resolves
MODEL = "model.txt"
_PINNED = re.compile(r"(?P<name>[A-Za-z0-9._-]+)==(?P<version>[^\s;\\]+)(?: ; (?P<marker>[^\\]+?))?\s*(?:\\|$)")


class LockError(ValueError):
    """A lock file that is not as `make lock` writes it."""


@dataclass(frozen=True, slots=True)
class Locked:
    """One version of a package; ``text`` is its lines in the file, with marker and hashes."""

    name: str
    version: str
    marker: str
    text: str


def file_name(stack: str, dev: bool) -> str:
    return f"{stack}-dev.txt" if dev else f"{stack}.txt"


def read(file: Path) -> list[Locked]:
    """The packages of a lock file, in its order; a package may be there once per marker.

    Raises:
        LockError: a line is no pinned version, or has no hash.
    """
    blocks: list[list[str]] = []
    for line in file.read_text(encoding="utf-8").splitlines():
        if not line or line.lstrip().startswith("#"):
            continue
        if not blocks or not line[0].isspace():
            blocks.append([])
        blocks[-1].append(line)
    return [_locked(block, file) for block in blocks]


def write(file: Path, packages: Iterable[Locked]) -> None:
    """A file for ``pip install --requirement``."""
    file.write_text("".join(f"{package.text}\n" for package in packages), encoding="utf-8")


def dependency_stamp(project: dict[str, object]) -> str:
    """SHA-256 of what decides about versions in pyproject.toml (as parsed); every lock's first line has it."""
    table = project["project"]
    assert isinstance(table, dict)
    keys = ("requires-python", "dependencies", "optional-dependencies")
    parts = [*(table.get(key) for key in keys), project["build-system"]]
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()


def _locked(block: list[str], file: Path) -> Locked:
    pinned = _PINNED.match(block[0])
    if not pinned or not any("--hash=sha256:" in line for line in block[1:]):
        raise LockError(f"{file.name}: {block[0]!r} is no version with hashes; run `make lock`.")
    name = re.sub(r"[-_.]+", "-", pinned["name"]).lower()
    return Locked(name, pinned["version"], pinned["marker"] or "", "\n".join(block))
