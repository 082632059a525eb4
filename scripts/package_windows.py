"""The program for Windows as one folder, made on Linux: Python, the packages of locks/, kernels, the embedded model.

llmdesk.exe, llmdesk-gui.exe    start the Python beside them, with a console and without one
python/         python.org's "Windows embeddable package (64-bit)", whose ._pth file names the packages
packages/       the packages of locks/native.txt for Windows, llmdesk, the embedded model
"""

from __future__ import annotations

import re
import shutil
import sys
import tempfile
import zipfile
from collections.abc import Iterator
from pathlib import Path

import lock_files
import package_tree
import windows_libraries
import windows_start
from environment import ROOT, SetupFailed
from lock_files import Locked

sys.path.insert(0, str(ROOT))

from llmdesk import __version__

# Of a folder without Python: the newest that pyproject.toml allows.
TRIAL_PYTHON = "3.13"
# Of packaging/windows/runtime.txt, which says why.
CPP_LIBRARIES = (
    "msvcp140.dll",
    "msvcp140_1.dll",
    "msvcp140_2.dll",
    "msvcp140_atomic_wait.dll",
    "vcruntime140.dll",
    "vcruntime140_1.dll",
)
# Windows' limit of 260 letters, less "C:\\Users\\", a name of 40, "\\AppData\\Local\\Programs\\llmdesk\\".
LONGEST_PATH = 180


def build(folder: Path, work: Path, wheel: Path, python_zip: Path | None) -> None:
    """Make the folder anew.

    Args:
        folder: where; what is there is deleted.
        work: for what is in between.
        wheel: llmdesk's own, with kernels for Windows.
        python_zip: of python.org; None makes a folder without Python, to try all but a start.

    Raises:
        SetupFailed: something cannot be had here, or the folder lacks something.
    """
    shutil.rmtree(folder, ignore_errors=True)
    (folder / "python").mkdir(parents=True)
    version = _put_python(folder / "python", python_zip) if python_zip else TRIAL_PYTHON
    packages = folder / "packages"
    with tempfile.TemporaryDirectory() as name:
        lock = Path(name) / "lock.txt"
        lock_files.write(lock, locked())
        install = ("install", version, "--no-compile", "--target", str(packages))
        pip(*install, "--require-hashes", "-r", str(lock))
    pip(*install, str(wheel))
    package_tree.put_pip(packages)
    package_tree.leave_out(packages, "packages")
    package_tree.tell_unused(package_tree.leave_out(packages, "windows"))
    _put_cpp_libraries(folder / "python", version)
    windows_start.make(folder, __version__, work)
    shutil.copyfile(ROOT / "LICENSE", folder / "LICENSE.txt")
    package_tree.put_dates(folder)
    check(folder)


def has_python(folder: Path) -> bool:
    """False for a folder that was made to try the rest."""
    return (folder / "python" / "python3.dll").exists()


def check(folder: Path) -> None:
    """All libraries are there, and no path is too long. Raises SetupFailed."""
    ours = None if has_python(folder) else re.compile(r"python3\d*\.dll")
    missing = [line for line in windows_libraries.missing(folder) if not (ours and ours.match(line))]
    if missing:
        raise SetupFailed("libraries are missing: " + ", ".join(missing[:10]))
    paths = [str(path.relative_to(folder)) for path in folder.rglob("*")]
    longest = max(paths, key=len)
    if len(longest) > LONGEST_PATH:
        raise SetupFailed(f"Windows may not be able to write a path of {len(longest)} letters: {longest}")


def locked() -> Iterator[Locked]:
    """The packages of the lock for Windows, without the conditions, which pip would ask this system about."""
    from packaging.markers import Marker

    windows = {
        "sys_platform": "win32",
        "platform_system": "Windows",
        "platform_machine": "AMD64",
        "os_name": "nt",
        "python_version": TRIAL_PYTHON,
        "python_full_version": f"{TRIAL_PYTHON}.0",
    }
    native = lock_files.read(lock_files.FOLDER / lock_files.file_name(package_tree.STACK, dev=False))
    for package in [*native, *lock_files.read(lock_files.FOLDER / lock_files.MODEL)]:
        if package.name in package_tree.BUILD_ONLY or (package.marker and not Marker(package.marker).evaluate(windows)):
            continue
        text = package.text.replace(f" ; {package.marker}", "") if package.marker else package.text
        yield Locked(package.name, package.version, "", text)


def pip(command: str, version: str, *arguments: str) -> None:
    """For Windows, nothing of which is run here. Raises SetupFailed."""
    system = ["--platform", "win_amd64", "--implementation", "cp", "--python-version", version]
    options = ["--no-deps", "--only-binary=:all:", "--quiet", "--disable-pip-version-check"]
    package_tree.run(sys.executable, "-m", "pip", command, *system, *options, *arguments)


def _put_python(folder: Path, python_zip: Path) -> str:
    """Unpack it and tell it where the packages are; its version, such as 3.13."""
    try:
        with zipfile.ZipFile(python_zip) as archive:
            archive.extractall(folder)
    except (OSError, zipfile.BadZipFile) as error:
        raise SetupFailed(f"{python_zip}: {error}") from error
    found = next(folder.glob("python3??._pth"), None)
    if found is None or not (folder / "pythonw.exe").exists():
        raise SetupFailed(f"{python_zip} is not python.org's Windows embeddable package.")
    found.write_text(f"{found.stem}.zip\n.\n..\\packages\n", encoding="utf-8")
    return f"3.{found.stem.removeprefix('python3')}"


def _put_cpp_libraries(python: Path, version: str) -> None:
    """Beside Python, where all packages find them."""
    lock = windows_start.SOURCES / "runtime.txt"
    with tempfile.TemporaryDirectory() as name:
        pip("download", version, "--require-hashes", "-r", str(lock), "--dest", name)
        (wheel,) = Path(name).glob("*.whl")
        with zipfile.ZipFile(wheel) as archive:
            inside = {Path(path).name: path for path in archive.namelist()}
            for library in CPP_LIBRARIES:
                (python / library).write_bytes(archive.read(inside[library]))
