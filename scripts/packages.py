"""``make packages``: everything that is given to others is made and tried, one after another, and timed.

    python3 scripts/packages.py MAKE

It stops at the first that fails; the table at the end says what each took until then. Standard library only.
"""

from __future__ import annotations

import resource
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

# One that makes a folder stands before those that take it again.
TARGETS = (
    "wine-test",
    "wheel",
    "wheel-test",
    "deb",
    "deb-test",
    "folder",
    "folder-test",
    "one-file",
    "one-file-test",
    "windows-test",  # makes its installer itself
)


@dataclass(frozen=True, slots=True)
class Took:
    """What a target took: by the clock, and of the processor, without services that outlive who started them."""

    name: str
    clock_s: float
    processor_s: float
    exit_code: int

    @property
    def line(self) -> str:
        """Of the table."""
        ended = f"   FAILED, exit code {self.exit_code}" if self.exit_code else ""
        return f"packages: {self.name:14} {self.clock_s:8.0f} s {self.processor_s:8.0f} s{ended}"


def main() -> int:
    """Make them; returns the exit code."""
    return make_all(sys.argv[1], TARGETS, Path(__file__).resolve().parent.parent)


def make_all(program: str, targets: tuple[str, ...], folder: Path) -> int:
    """Have ``program`` (make) make each of them in that folder; the exit code of the one that failed, or 0."""
    done: list[Took] = []
    for name in targets:
        print(f"packages: {program} {name}", flush=True)
        done.append(_make(program, name, folder))
        if done[-1].exit_code:
            break
    whole = Took("all", sum(each.clock_s for each in done), sum(each.processor_s for each in done), 0)
    print(f"packages: {'':14} {'clock':>10} {'processor':>10}")
    for took in (*done, whole):
        print(took.line)
    if left := targets[len(done) :]:
        print(f"packages: not begun: {' '.join(left)}")
    return done[-1].exit_code


def _make(program: str, name: str, folder: Path) -> Took:
    began_s, before_s = time.monotonic(), _processor_s()
    code = subprocess.run([program, "--no-print-directory", name], cwd=folder, check=False).returncode
    return Took(name, time.monotonic() - began_s, _processor_s() - before_s, code)


def _processor_s() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


if __name__ == "__main__":
    sys.exit(main())
