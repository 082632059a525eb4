"""Makes what is given to others (on Linux x86-64): into dist/, with the work in build/package.

    python scripts/package.py wheel      wheels with ready-made kernels, for pip and pipx on Linux and on Windows
    python scripts/package.py folder     the program with all that it needs, as .tar.gz, to be unpacked anywhere
    python scripts/package.py one-file   the same as a single file that is started as it is
    python scripts/package.py deb        a Debian package of the same
    python scripts/package.py windows --python FILE.zip    an installer for Windows, with that Python inside
    python scripts/package.py windows --without-python     one that installs everything else, for windows_test.py

It runs in the environment of `make run`, whose compiler and pip it uses. Versions are those of locks/.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import os
import shutil
import sys
import tarfile
import time
from pathlib import Path

import lock_files
import package_deb
import package_installer
import package_kernels
import package_one_file
import package_tree
import package_windows
from environment import ROOT, SetupFailed

sys.path.insert(0, str(ROOT))

from llmdesk import __version__

WORK = ROOT / "build" / "package"
DIST = ROOT / "dist"


# What package_windows.py unpacks; it is published beside every release of Python.
PYTHON_ZIP = "python.org's `Windows embeddable package (64-bit)` of a Python 3.12 or 3.13"


def main() -> int:
    """Make what the command line asks for; returns the exit code."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("kind", choices=("wheel", "folder", "one-file", "deb", "windows"))
    parser.add_argument("--python", type=Path, help=f"for windows: {PYTHON_ZIP}")
    parser.add_argument("--without-python", action="store_true", help="for windows: to try all but a start")
    args = parser.parse_args()
    started_s = time.monotonic()
    try:
        if args.kind == "windows":
            made = [windows(args.python, args.without_python)]
        else:
            makers = {"wheel": wheels, "folder": folder, "one-file": one_file, "deb": deb}
            made = makers[args.kind]()
    except SetupFailed as failure:
        print(f"package: {failure}", file=sys.stderr)
        return 1
    for file in made:
        print(f"package: {file.relative_to(ROOT)}, {file.stat().st_size / 1e6:.0f} MB")
    print(f"package: made in {time.monotonic() - started_s:.0f} s")
    return 0


def wheels() -> list[Path]:
    """For each system that one can be installed on with PyTorch."""
    return [wheel("linux"), wheel("win32")]


def wheel(system_name: str) -> Path:
    """llmdesk's own wheel, with kernels for every instruction set."""
    kernels, made = WORK / f"kernels-{system_name}", WORK / f"wheel-{system_name}"
    package_kernels.make_all(kernels, system_name)
    shutil.rmtree(made, ignore_errors=True)
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(made)]
    environment = {**os.environ, "LLMDESK_READY_KERNELS": str(kernels)}
    package_tree.run(*command, cwd=ROOT, env=environment)
    (built,) = made.glob("*.whl")
    DIST.mkdir(exist_ok=True)
    return Path(shutil.copy2(built, DIST))


def windows(python_zip: Path | None, without_python: bool) -> Path:
    """The folder itself stays in build/package."""
    if (python_zip is None) == (not without_python):
        raise SetupFailed(f"give --python FILE.zip: {PYTHON_ZIP}. No package registry has it.")
    tree = WORK / "windows"
    package_windows.build(tree, WORK / "windows-work", wheel("win32"), python_zip)
    package_kernels.check(tree / "packages", "win32")
    show_parts(tree, tree / "packages")
    return package_installer.make(tree, DIST, is_trial=without_python)


def folder() -> list[Path]:
    """The folder itself stays in build/package."""
    tree, target = _tree(), folder_file()
    pack(tree, target)
    return [target]


def one_file() -> list[Path]:
    """See package_one_file."""
    tree, target = _tree(), DIST / package_one_file.file_name()
    package_one_file.make(tree, WORK, target)
    return [target]


def pack(tree: Path, target: Path) -> None:
    """The folder as .tar.gz: the same for the same files."""
    with (
        gzip.GzipFile(target, "wb", compresslevel=3, mtime=package_tree.date_s()) as packed,
        tarfile.open(fileobj=packed, mode="w") as archive,
    ):
        archive.add(tree, "llmdesk", filter=package_tree.owned_by_root)


def folder_file() -> Path:
    """What ``folder`` writes."""
    return DIST / f"llmdesk-{__version__}-linux-x86_64.tar.gz"


def deb() -> list[Path]:
    """See package_deb."""
    target, root = DIST / package_deb.file_name(), WORK / "root"
    package_deb.build(root, _tree(), target)
    home = root / package_deb.HOME
    show_parts(home, package_tree.packages_in(home))
    return [target]


def show_parts(home: Path, packages: Path) -> None:
    """What takes most of the folder."""
    for size, name in package_tree.installed_parts(home, packages):
        print(f"package: {size / 1e6:6.0f} MB  {name}")


def _tree() -> Path:
    """The folder with its start; what was made of the same sources and locks before is taken again."""
    tree, stamp, made = WORK / "llmdesk", WORK / "llmdesk.made", wheel("linux")
    locks = [
        lock_files.FOLDER / name for name in (lock_files.file_name(package_tree.STACK, dev=False), lock_files.MODEL)
    ]
    sources = [made, *locks, *sorted(package_tree.PACKAGING.glob("*.*")), Path(package_tree.__file__)]
    key = "".join(hashlib.sha256(file.read_bytes()).hexdigest() for file in sources) + str(package_tree.date_s())
    if not stamp.exists() or stamp.read_text(encoding="ascii") != key or not tree.exists():
        stamp.unlink(missing_ok=True)
        package_tree.build(tree, WORK, made)
        package_kernels.check(package_tree.packages_in(tree), "linux")
        package_tree.check(tree)
        package_tree.put_start(tree)
        stamp.write_text(key, encoding="ascii")
    return tree


if __name__ == "__main__":
    sys.exit(main())
