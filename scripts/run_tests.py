"""The tests (or those that pytest's arguments choose): side by side first, then by itself what needs a quiet machine.

``--all`` runs the long trials as well (marker ``long``; decision 0046 says which those are, and what stands for them).

By itself runs what measures time, owns a screen, or computes on all cores for minutes, where nothing is to be won.
Two processes, however many cores there are: the engine's own threads take the rest. A file's tests stay together.

Of thousands of tests with real threads and windows one fails by chance now and then, on a busy machine. So up to three
failures are tried once more, by themselves. What passes then is named at the end as unsteady and is a fault to be
mended, but no reason to hold everything else back.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import failed_tests

ALONE = "timing or desktop or all_cores"
PARTS = (
    (["-n", "2", "--dist", "loadfile"], f"not ({ALONE})"),
    ([], f"({ALONE})"),
)
ALL = "--all"
NONE_CHOSEN = 5
"""pytest's exit code where no test was left."""
MOST_UNSTEADY = 3
"""More failures than that are no chance."""


def total(codes: list[int]) -> int:
    """One exit code for all parts: the first failure's, and "no tests" only if no part had any."""
    failures = [code for code in codes if code not in (0, NONE_CHOSEN)]
    return failures[0] if failures else min(codes)


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
    """Runs both parts, the second one also after failures in the first (not after an interruption)."""
    usual = "" if ALL in arguments else " and not long"
    chosen = [argument for argument in arguments if argument != ALL]
    codes, failed = [], []
    for options, marks in PARTS:
        code, names = pytest_run([*options, "-m", marks + usual, *chosen])
        codes.append(code)
        failed += names
        if code not in (0, 1, NONE_CHOSEN):
            return total(codes)
    if 0 < len(failed) <= MOST_UNSTEADY and total(codes) == 1:
        return try_again(failed)
    return total(codes)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
