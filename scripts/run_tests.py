"""The tests (or those that pytest's arguments choose): side by side first, then by itself what needs a quiet machine.

``--all`` runs the long trials as well (marker ``long``; decision 0046 says which those are, and what stands for them).

By itself runs what measures time, or computes on all cores for minutes, where nothing is to be won.
Three processes (two where memory is short), however many cores there are: a test waits for a third of its time, and the
engine's own threads take the rest. A file's tests stay together.

Of thousands of tests with real threads and windows one fails by chance now and then, on a busy machine. So up to three
failures are tried once more, by themselves. What passes then is named at the end as unsteady and is a fault to be
mended, but no reason to hold everything else back.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import failed_tests
import psutil

ALONE = ("timing", "all_cores")
SIDE_BY_SIDE = ["--dist", "loadfile", "--no-loadscope-reorder", "-p", "surviving_schedule"]
"""In the order of tests/conftest.py, the longest files first: else one of them may be left over at the end."""
ROOM_OF_THREE_BYTES = 10 * 10**9
"""Free memory: a process holds libraries and a whole model or two."""
ALL = "--all"
MEMORY_DISK = Path("/dev/shm")
ROOM_BYTES = 4 * 10**9
"""Of folders in memory: tests hold two whole models at a time."""
PLACE = "PYTEST_DEBUG_TEMPROOT"
"""The variable that tells pytest where to make the tests' folders."""
OF_A_RUN = "llmdesk-"
"""Begins the name of a run's folder in memory; then comes the number of its process."""
FAILED, NONE_CHOSEN = 1, 5
"""pytest's exit codes where tests failed, and where no test was left."""
MOST_UNSTEADY = 3
"""More failures than that are no chance."""


def total(codes: list[int]) -> int:
    """One exit code for all parts: the first failure's, and "no tests" only if no part had any."""
    failures = [code for code in codes if code not in (0, NONE_CHOSEN)]
    return failures[0] if failures else min(codes)


def files_with(marks: tuple[str, ...]) -> list[str]:
    """The test files in which one of these marks stands: to read all the others takes ten seconds."""
    files = sorted((Path("tests") if Path("tests").is_dir() else Path()).rglob("test_*.py"))
    return [str(file) for file in files if any(f"mark.{mark}" in file.read_text(encoding="utf-8") for mark in marks)]


def processes() -> int:
    """How many at once; see the module."""
    return 3 if psutil.virtual_memory().available >= ROOM_OF_THREE_BYTES else 2


def parts(chosen: list[str], usual: str) -> list[list[str]]:
    """What pytest is told for each of the two; ``usual`` is what else their marks must be."""
    alone = " or ".join(ALONE)
    has_paths = any(Path(argument.partition("::")[0]).exists() for argument in chosen)
    files = [] if has_paths else files_with(ALONE)
    side_by_side = ["-n", str(processes()), *SIDE_BY_SIDE, "-m", f"not ({alone}){usual}", *chosen]
    return [side_by_side, ["-m", f"({alone}){usual}", *chosen, *files]]


def folder_in_memory() -> Path | None:
    """A new one of this run, for the tests' folders: on a disk each of their ten thousand files, folders and databases
    is waited for. None where there is no such place, too little room, or no program may be started. What runs that were
    killed, or had failures, have left is deleted first.
    """
    if PLACE in os.environ or not os.access(MEMORY_DISK, os.W_OK | os.X_OK):
        return None
    for left in MEMORY_DISK.glob(f"{OF_A_RUN}*"):
        number = left.name.removeprefix(OF_A_RUN)
        if number.isdecimal() and (int(number) == os.getpid() or not psutil.pid_exists(int(number))):
            shutil.rmtree(left, ignore_errors=True)  # another user's stays
    found = os.statvfs(MEMORY_DISK)
    room_bytes = min(found.f_bavail * found.f_frsize, psutil.virtual_memory().available)
    if room_bytes < ROOM_BYTES or found.f_flag & os.ST_NOEXEC:
        return None
    folder = MEMORY_DISK / f"{OF_A_RUN}{os.getpid()}"  # a short name: paths of sockets may have 107 bytes
    with contextlib.suppress(OSError):
        folder.mkdir(mode=0o700)
        return folder
    return None


def pytest_run(arguments: list[str]) -> tuple[int, list[str]]:
    """Exit code, and the tests that failed."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "failed"
        paths = [str(Path(__file__).parent), *filter(None, [os.environ.get("PYTHONPATH")])]
        environment = os.environ | {failed_tests.FILE: str(file), "PYTHONPATH": os.pathsep.join(paths)}
        command = [sys.executable, "-m", "pytest", "-p", "failed_tests", *arguments]
        code = subprocess.run(command, check=False, env=environment).returncode
        return code, file.read_text(encoding="utf-8").splitlines() if file.exists() else []


def try_again(failed: list[str]) -> int:
    """The exit code of these tests by themselves; names those that passed."""
    print(f"\nOnce more, by themselves: {len(failed)} that failed", flush=True)
    code, still_failed = pytest_run(failed)
    for unsteady in sorted(set(failed) - set(still_failed)):
        print(f"UNSTEADY, failed once and then passed: {unsteady}", flush=True)
    return code


def main(arguments: list[str]) -> int:
    """All of it in a folder of its own, which stays only where tests failed."""
    folder, code = folder_in_memory(), 0
    if folder is None:
        return run(arguments)
    os.environ[PLACE] = str(folder)
    try:
        code = run(arguments)
        return code
    finally:
        del os.environ[PLACE]
        if code == FAILED:
            print(f"The tests' folders stay until the next run: {folder}", flush=True)
        else:
            shutil.rmtree(folder, ignore_errors=True)


def run(arguments: list[str]) -> int:
    """Runs both parts, the second one also after failures in the first (not after an interruption)."""
    usual = "" if ALL in arguments else " and not long"
    codes, failed = [], []
    for options in parts([argument for argument in arguments if argument != ALL], usual):
        code, names = pytest_run(options)
        codes.append(code)
        failed += names
        if code not in (0, FAILED, NONE_CHOSEN):
            return total(codes)
    if 0 < len(failed) <= MOST_UNSTEADY and total(codes) == FAILED:
        return try_again(failed)
    return total(codes)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
