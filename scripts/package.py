"""Makes what is given to others (Linux x86-64): into dist/, with the work in build/package.

    python scripts/package.py wheel      a wheel with ready-made kernels, for pip and pipx
    python scripts/package.py folder     the program with all that it needs, as .tar.gz, to be unpacked anywhere
    python scripts/package.py deb        a Debian package of the same

It runs in the environment of `make run`, whose compiler and pip it uses. Versions are those of locks/.
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import tarfile
import time
from pathlib import Path

import package_deb
import package_kernels
import package_tree
from environment import ROOT, SetupFailed

WORK = ROOT / "build" / "package"
DIST = ROOT / "dist"


def main() -> int:
    """Make what the command line asks for; returns the exit code."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("kind", choices=("wheel", "folder", "deb"))
    kind = parser.parse_args().kind
    started_s = time.monotonic()
    try:
        made = {"wheel": wheel, "folder": folder, "deb": deb}[kind]()
    except SetupFailed as failure:
        print(f"package: {failure}", file=sys.stderr)
        return 1
    took_s, size_mb = time.monotonic() - started_s, made.stat().st_size / 1e6
    print(f"package: {made.relative_to(ROOT)}, {size_mb:.0f} MB, made in {took_s:.0f} s")
    return 0


def wheel() -> Path:
    """llmdesk's own wheel, with kernels for every instruction set."""
    kernels = WORK / "kernels"
    package_kernels.make_all(kernels)
    made = WORK / "wheel"
    shutil.rmtree(made, ignore_errors=True)
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(made)]
    environment = {**os.environ, "LLMDESK_READY_KERNELS": str(kernels)}
    package_tree.run(*command, cwd=ROOT, env=environment)
    (built,) = made.glob("*.whl")
    DIST.mkdir(exist_ok=True)
    return Path(shutil.copy2(built, DIST))


def folder() -> Path:
    """The folder itself stays in build/package."""
    tree = _tree()
    target = DIST / f"{package_deb.file_name().removesuffix('_amd64.deb').replace('_', '-')}-linux-x86_64.tar.gz"
    with tarfile.open(target, "w:gz", compresslevel=3) as archive:
        archive.add(tree, "llmdesk", filter=_owned_by_root)
    return target


def deb() -> Path:
    """See package_deb."""
    target, root = DIST / package_deb.file_name(), WORK / "root"
    package_deb.build(root, _tree(), target)
    for size, name in package_deb.installed_parts(root / package_deb.HOME):
        print(f"package: {size / 1e6:6.0f} MB  {name}")
    return target


def _tree() -> Path:
    tree = WORK / "llmdesk"
    package_tree.build(tree, WORK, wheel())
    package_tree.check(tree)
    return tree


def _owned_by_root(info: tarfile.TarInfo) -> tarfile.TarInfo:
    info.uid = info.gid = 0
    info.uname = info.gname = "root"
    return info


if __name__ == "__main__":
    sys.exit(main())
