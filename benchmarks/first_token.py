"""From the double click to the first token: ``python -m benchmarks.first_token``.

It starts the real program as a process, in a home of its own, with somebody at it who types a question as soon as the
window is painted, and prints medians of what was there when, in seconds from the start of the process: first for the
very first start (nothing converted), then for second starts. ``--chats`` fills the store with 10,000 chats, the last of
2,000 messages, and looks at the starts only. ``--cold`` takes the weights out of the system's memory before each start.
Numbers mean something on a machine that does nothing else; the seconds of the processor vary less.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

_ROOT = Path(__file__).parents[1]
_START = """
import sys
from pathlib import Path

from benchmarks.first_token_user import sit_down
from llmdesk.cli import main

sit_down(Path(sys.argv[1]), asks=sys.argv[2] == "asks")
sys.exit(main([]))
"""
_LIMIT_S = 300.0
_SCREEN = ":97"
_ROWS = {
    "painted": ("window painted", 1.0),
    "chat": ("the chat that was open last painted", 1.2),
    "store": ("the store open", None),
    "sent": ("question taken", None),
    "model": ("model ready", None),
    "token": ("first token painted", 3.0),
    "started": ("all else begins", None),
}
_FIRST_BARS = {"token": 8.0}


def main() -> int:
    """Returns 1 if a bar is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--chats", action="store_true", help="10,000 chats, the last of 2,000 messages; nobody asks")
    parser.add_argument("--cold", action="store_true", help="weights come from the disk each time")
    parser.add_argument(
        "--screen", action="store_true", help="on an X server (Xvfb) instead of Qt's offscreen platform"
    )
    args = parser.parse_args()
    misses = 0
    with tempfile.TemporaryDirectory() as folder, _screen(args.screen) as platform:
        home = Path(folder) / "home"
        environment = _environment(home, Path(folder) / "bytecode", platform)
        if args.chats:
            _fill(home)
        else:
            _start(environment, folder, "asks")  # bytecode, which comes with an installation
            shutil.rmtree(home)
            misses += _tell("first start ever", [_start(environment, folder, "asks")], _FIRST_BARS)
        how = "looks" if args.chats else "asks"
        _start(environment, folder, how)
        runs: list[dict[str, Any]] = []
        for _ in range(args.rounds):
            if args.cold:
                _make_cold(home)
            runs.append(_start(environment, folder, how))
        misses += _tell(f"second start, {args.rounds} rounds", runs, {})
    return 1 if misses else 0


def _environment(home: Path, bytecode: Path, platform: dict[str, str]) -> dict[str, str]:
    """As a user's, with a place for Python's compiled modules, which a usual machine has beside them."""
    found = {"PYTHONPYCACHEPREFIX": str(bytecode), **os.environ, **platform, "LLMDESK_HOME": str(home)}
    found.pop("PYTHONDONTWRITEBYTECODE", None)
    return found


@contextlib.contextmanager
def _screen(is_wanted: bool) -> Iterator[dict[str, str]]:
    if not is_wanted:
        yield {"QT_QPA_PLATFORM": "offscreen"}
        return
    with subprocess.Popen(["Xvfb", _SCREEN, "-screen", "0", "1920x1080x24"], stderr=subprocess.DEVNULL) as server:
        time.sleep(1)
        try:
            yield {"DISPLAY": _SCREEN, "QT_QPA_PLATFORM": "xcb"}
        finally:
            server.terminate()


def _start(environment: dict[str, str], folder: str, how: str) -> dict[str, Any]:
    place = Path(folder) / "figures.json"
    place.unlink(missing_ok=True)
    command = [sys.executable, "-c", _START, str(place), how]
    subprocess.run(command, env=environment, cwd=_ROOT, check=True, timeout=_LIMIT_S)
    return dict(json.loads(place.read_text(encoding="utf-8")))


def _fill(home: Path) -> None:
    from benchmarks.chat_store import fill
    from llmdesk.services.chats.store import FILE_NAME, ChatStore

    (home / "data").mkdir(parents=True)
    store = ChatStore(home / "data" / FILE_NAME)
    store.set_open(fill(store))
    store.close()


def _make_cold(home: Path) -> None:
    for file in home.glob("cache/converted/*/*"):
        with file.open("rb") as opened:
            os.posix_fadvise(opened.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)


def _tell(title: str, runs: Sequence[dict[str, Any]], bars: dict[str, float]) -> int:
    """Print medians (and the worst); how many bars are missed."""
    print(f"\n{title}")
    misses = 0
    for key, (words, usual) in _ROWS.items():
        wall = [run[f"{key}_s"] for run in runs if f"{key}_s" in run]
        if not wall:
            continue
        cpu_s = statistics.median(run[f"{key}_cpu_s"] for run in runs if f"{key}_cpu_s" in run)
        bar = bars.get(key, usual) if not bars or key in bars else None
        missed = bar is not None and statistics.median(wall) >= bar
        misses += missed
        said = "" if bar is None else f"  (bar: {bar:g} s{', MISSED' if missed else ''})"
        median_s = statistics.median(wall)
        print(f"  {words}: {median_s:.2f} s, at most {max(wall):.2f} s; processor {cpu_s:.2f} s{said}")
    for key, words in (("painted_rss_mb", "memory when painted"), ("rss_mb", "memory at rest")):
        print(f"  {words}: {statistics.median(run[key] for run in runs):.0f} MB")
    if phases := runs[0]["phases"]:
        print(f"  told meanwhile: {', '.join(f'{phase} ({at_s:.1f} s)' for phase, at_s in phases.items())}")
    return misses


if __name__ == "__main__":
    sys.exit(main())
