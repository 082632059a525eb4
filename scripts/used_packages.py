"""Which Debian packages a run used that its README does not name (Linux; standard library only; for fresh_check.sh).

    python3 scripts/used_packages.py watch FOLDER     until FOLDER/done exists: what do the run's processes have open?
    python3 scripts/used_packages.py report FOLDER    which packages of FOLDER/packages-before that was

A process belongs to the run if its environment has LLMDESK_FRESH_CHECK=FOLDER. What ends within a tenth of a second
may be missed.
"""

from __future__ import annotations

import re
import subprocess
import sys
import time
from pathlib import Path

_SYSTEM = ("/usr/", "/lib", "/bin/", "/sbin/")
INTERVAL_S = 0.1
# Used where they are and not missed where not: the C compiler, which ctypes.util.find_library asks for libraries
# (keyring looks for macOS's so), and what the machine's own nsswitch.conf names.
_NOT_NEEDED = re.compile(r"gcc(-\d+)?|libnss-\w+")


def main() -> int:
    """Does what the command line asks for; returns the exit code."""
    command, folder = sys.argv[1], Path(sys.argv[2])
    if command == "watch":
        files = watch(folder)
        (folder / "used-files").write_text("\n".join(sorted(files)), encoding="utf-8")
        return 0
    before = set((folder / "packages-before").read_text().split())
    used = packages_of((folder / "used-files").read_text(encoding="utf-8").splitlines())
    named = with_dependencies(named_in((folder / "llmdesk" / "README.md").read_text(encoding="utf-8"), before))
    unnamed = sorted(name for name in used & before - named if not _NOT_NEEDED.fullmatch(name))
    print(f"fresh check: {len(used & before)} packages that were there before were used;")
    print(f"fresh check: not named in README.md, nor needed by what is: {', '.join(unnamed) or 'none'}")
    return 0


def watch(folder: Path) -> set[str]:
    """The system's programs and libraries that processes of the run had in memory."""
    mark = f"LLMDESK_FRESH_CHECK={folder}".encode()
    files: set[str] = set()
    seen: dict[str, float] = {}
    while not (folder / "done").exists():
        for process in Path("/proc").iterdir():
            # Libraries come in bit by bit, so young processes are looked at often, old ones every few seconds.
            now_s = time.monotonic()
            if process.name.isdigit() and now_s - seen.get(process.name, 0) > INTERVAL_S:
                opened = _opened(process, mark)
                seen[process.name] = now_s if opened else now_s + 5
                files |= opened
        time.sleep(INTERVAL_S)
    return files


def packages_of(files: list[str]) -> set[str]:
    """The Debian packages that these files belong to (also where /lib is a link to /usr/lib)."""
    both = [path for file in files for path in (file, file.removeprefix("/usr"))]
    done = subprocess.run(["dpkg-query", "--search", *both], capture_output=True, text=True) if both else None
    lines = done.stdout.splitlines() if done else []
    return {owner.split(":")[0] for line in lines for owner in line.rpartition(": ")[0].split(", ") if ":" in line}


def named_in(readme: str, packages: set[str]) -> set[str]:
    """Those of the packages whose name is a word of the text."""
    return packages & set(re.findall(r"[a-z0-9][a-z0-9+.-]*[a-z0-9+]", readme.lower()))


def with_dependencies(packages: set[str]) -> set[str]:
    """The packages, what every Debian system has, and all that these need."""
    form = "${Package}\t${Essential} ${Priority}\t${Provides}\t${Pre-Depends}, ${Depends}\n"
    listed = subprocess.run(["dpkg-query", "--show", "--showformat", form], capture_output=True, text=True).stdout
    needs: dict[str, set[str]] = {}
    provider: dict[str, str] = {}
    wanted = set(packages)
    for line in listed.splitlines():
        package, rank, provides, depends = line.split("\t")
        needs[package] = set(re.findall(r"(?:^|[,|])\s*([a-z0-9][a-z0-9+.-]*)", depends))
        provider |= dict.fromkeys(re.findall(r"[a-z0-9][a-z0-9+.-]+", provides), package)
        if rank.startswith("yes") or rank.split()[-1] in ("required", "important"):
            wanted.add(package)
    known: set[str] = set()
    while wanted:
        package = wanted.pop()
        package = package if package in needs else provider.get(package, "")
        if package and package not in known:
            known.add(package)
            wanted |= needs[package]
    return known


def _opened(process: Path, mark: bytes) -> set[str]:
    """What a process of the run has mapped of the system; empty for others, and for one that has just ended."""
    try:
        if mark not in (process / "environ").read_bytes():
            return set()
        lines = (process / "maps").read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return set()
    paths = {line.split(maxsplit=5)[5] for line in lines if line.count(" /")}
    return {path for path in paths if path.startswith(_SYSTEM)}


if __name__ == "__main__":
    sys.exit(main())
