"""All tests (or those that pytest's arguments choose): side by side first, then by itself what needs a quiet machine.

By itself runs what measures time, owns a screen, or computes on all cores for minutes, where nothing is to be won.
Two processes, however many cores there are: the engine's own threads take the rest. A file's tests stay together.
"""

from __future__ import annotations

import subprocess
import sys

ALONE = "timing or desktop or all_cores"
PARTS = (
    ["-n", "2", "--dist", "loadfile", "-m", f"not ({ALONE})"],
    ["-m", ALONE],
)
NONE_CHOSEN = 5
"""pytest's exit code where no test was left."""


def total(codes: list[int]) -> int:
    """One exit code for all parts: the first failure's, and "no tests" only if no part had any."""
    failures = [code for code in codes if code not in (0, NONE_CHOSEN)]
    return failures[0] if failures else min(codes)


def main(arguments: list[str]) -> int:
    """Runs both parts, the second one also after failures in the first (not after an interruption)."""
    codes: list[int] = []
    for part in PARTS:
        codes.append(subprocess.run([sys.executable, "-m", "pytest", *part, *arguments], check=False).returncode)
        if codes[-1] not in (0, 1, NONE_CHOSEN):
            break
    return total(codes)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
