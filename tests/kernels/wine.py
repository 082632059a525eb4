"""``make wine-test``: the kernels as Windows and macOS get them, held to what they compute on Linux.

For each instruction set they are compiled and linked for both systems. The ones that this processor has are run under
Debian's wine: calls that were recorded here (cases.py) are carried out again by the driver as a program of Windows
(replay.c), and every bit that they write must be equal. What is missing is installed (as root with apt) or named.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from llmdesk.engine.networks.fused.systems import SYSTEMS, this_system
from tests.kernels import building

_PACKAGES = ("wine64", "wine")
_PLACES = ("/usr/lib/wine/wine64", "/usr/bin/wine64", "/usr/bin/wine")
_QUIET = {"WINEDEBUG": "-all", "WINEDLLOVERRIDES": "mscoree=;mshtml=;winemenubuilder.exe="}
_TIMEOUT_S = 600


def main() -> int:
    """Run all of it; the exit code."""
    if (found := program()) is None:
        command = f"sudo apt install {' '.join(_PACKAGES)}"
        print(f"wine-test: there is no wine here: {command}", file=sys.stderr)
        return 1
    if not building.compiles_for_others() or this_system() is None:
        print("wine-test: needs the Python package ziglang, on Linux on x86-64", file=sys.stderr)
        return 1
    with tempfile.TemporaryDirectory(prefix="llmdesk-wine-") as name:
        folder = Path(name)
        _compile_all(folder)
        with prefix(found, folder) as run:
            return _replay_all(folder, run)


def program() -> str | None:
    """Wine's program for 64 bits; installed first, if that is possible."""
    found = next((place for place in _PLACES if Path(place).exists()), None) or shutil.which("wine64")
    if found or os.geteuid() != 0 or not shutil.which("apt-get"):
        return found
    print(f"wine-test: apt-get install {' '.join(_PACKAGES)}", flush=True)
    for arguments in (["update"], ["install", "--yes", "--no-install-recommends", *_PACKAGES]):
        environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
        subprocess.run(["apt-get", "-qq", *arguments], env=environment, stdin=subprocess.DEVNULL, check=False)
    return next((place for place in _PLACES if Path(place).exists()), None)


def _compile_all(folder: Path) -> None:
    for name, system in SYSTEMS.items():
        (folder / name).mkdir()
        building.driver(folder / name, system)
        with ThreadPoolExecutor(os.cpu_count()) as pool:
            made = pool.map(partial(building.library, folder / name, system), system.isas)
            for isa, file in zip(system.isas, made, strict=True):
                print(f"{name:7} {isa:12} compiled and linked, {file.stat().st_size / 1000:.0f} kB", flush=True)


def ended(command: list[str], environment: dict[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    """A program that was run to its end."""
    return subprocess.run(
        command, env=environment, capture_output=True, text=True, errors="replace", timeout=_TIMEOUT_S, check=False
    )


class Wine:
    """Programs of Windows, in a system folder of their own."""

    def __init__(self, found: str, folder: Path) -> None:
        self._program = found
        home = folder / "home"  # what it thinks is the desktop's folder is below it
        home.mkdir()
        places = {"WINEPREFIX": str(folder / "prefix"), "WINEARCH": "win64", "HOME": str(home)}
        self._environment = os.environ | _QUIET | places
        self._environment.pop("DISPLAY", None)

    def run(self, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
        """One of them, to its end."""
        return ended([self._program, *map(str, arguments)], self._environment)

    def start(self, *arguments: str | Path) -> subprocess.Popen[bytes]:
        """One of them, without waiting."""
        command = [self._program, *map(str, arguments)]
        return subprocess.Popen(command, env=self._environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def settle(self) -> None:
        """Until all have ended by themselves and the registry is written."""
        self._server("-w")

    def end(self) -> None:
        """Whatever of its services still runs."""
        self._server("-k")

    def _server(self, option: str) -> None:
        server = Path(self._program).with_name("wineserver64")
        command = [str(server if server.exists() else "wineserver"), option]
        subprocess.run(command, env=self._environment, timeout=_TIMEOUT_S, check=False)

    @staticmethod
    def path(path: Path) -> str:
        """As Windows' programs call a path of this system."""
        return "Z:" + str(path).replace("/", "\\")


@contextmanager
def prefix(found: str, folder: Path) -> Iterator[Wine]:
    """Wine with a folder of its own, made anew in ``folder``."""
    wine, began_s = Wine(found, folder), time.monotonic()
    try:
        made = wine.run("wineboot", "--init")
        print(f"wine's folder made in {time.monotonic() - began_s:.0f} s (exit {made.returncode})", flush=True)
        yield wine
    finally:
        wine.end()


def _replay_all(folder: Path, wine: Wine) -> int:
    """0 if every bit was equal."""
    from tests.engine.networks.test_fused import isas

    failed = 0
    for isa in SYSTEMS["win32"].isas:
        if isa not in isas():
            print(f"{isa}: this processor has none, so nothing was run")
            continue
        # A process of its own: the kernels that a process uses are chosen once.
        recordings = _recorded(folder / isa, isa)
        here = ended([str(folder / "linux/replay"), str(folder / f"linux/fused-{isa}.so"), *map(str, recordings)])
        there = wine.run(folder / "win32/replay.exe", folder / f"win32/fused-{isa}.dll", *recordings)
        for name, done in (("linux", here), ("wine", there)):
            failed += done.returncode != 0
            print(f"--- {isa}, {name}: exit {done.returncode}\n{done.stdout}{done.stderr}", flush=True)
    print("wine-test: a bit differs, or a program failed" if failed else "wine-test: every bit is equal")
    return min(1, failed)


def _recorded(folder: Path, isa: str) -> list[Path]:
    command = [sys.executable, "-m", "tests.kernels.cases", str(folder), isa]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    return [Path(line) for line in done.stdout.splitlines() if line.endswith(".calls")]


if __name__ == "__main__":
    sys.exit(main())
