"""Many clients that come, ask, leave in the middle and misbehave, for minutes: does the server stay well?

    python benchmarks/server_soak.py [--minutes 10] [--clients 32] [--model ID] [--scripted] [--window] [--seed 0]

``llmdesk serve`` runs in a process of its own with a home of its own; with ``--window`` the real window hosts the
server instead (QT_QPA_PLATFORM says on which screen). Clients read whole answers and streams, leave before the first
token and in the middle, send half a body, read slowly, send nonsense, and hold several answers on a WebSocket, of which
they cancel some. After a warm-up of a sixth of the time all stop, and what the server holds is noted; the rest follows,
and it is noted again. A third process asks /health all the time, and beside it a process that only gives back what it
gets, which tells the server's lateness from the machine's.

Prints what was asked and what came, and ends with 1 if: an answer was neither right nor a documented 503; memory,
threads, descriptors or answers under way have grown; /health took 50 ms or more once while the bare echo did not; the
window's thread was late by 33 ms or more at its 99th percentile.
"""

from __future__ import annotations

import argparse
import contextlib
import http.client
import json
import os
import platform
import re
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import psutil

ROOT = Path(__file__).resolve().parents[1]
if __package__ in (None, ""):  # run as a script in a checkout
    sys.path.insert(0, str(ROOT))

from benchmarks.server_guests import TIMEOUT_S, play  # noqa: E402

HEALTH_LIMIT_S = 0.05
GAP_LIMIT_MS = 33.0
RSS_LIMIT_SHARE = 0.10


def settled(url: str, process: psutil.Process, rest_s: float = 3.0) -> dict[str, float]:
    """What the server holds when nobody asks anything any more. ``answers``: those that are still under way."""
    until_s = time.monotonic() + 30
    while (under_way := _under_way(url)) and time.monotonic() < until_s:
        time.sleep(0.2)
    time.sleep(rest_s)
    return {
        "rss_mb": process.memory_info().rss / 1e6,
        "threads": process.num_threads(),
        "descriptors": process.num_fds(),
        "answers": under_way,
    }


def _under_way(url: str) -> float:
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.netloc, timeout=TIMEOUT_S)
    connection.request("GET", "/metrics")
    text = connection.getresponse().read().decode()
    connection.close()
    return sum(float(n) for n in re.findall(r"^llmdesk_requests_(?:processing|deferred) (\S+)", text, re.MULTILINE))


def watch_health(url: str, file: str) -> None:
    """In a process of its own, which waits for nobody's lock: ask /health, and a bare echo, until it is told to end."""
    took_s: list[tuple[float, float]] = []
    is_over = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: is_over.set())
    connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=TIMEOUT_S)
    with echo() as bare:
        while not is_over.wait(0.02):
            started_s = time.perf_counter()
            connection.request("GET", "/health")
            bare.sendall(b"?")
            bare.recv(1)
            bare_s = time.perf_counter() - started_s
            connection.getresponse().read()
            took_s.append((time.perf_counter() - started_s, bare_s))
    Path(file).write_text(json.dumps(took_s), encoding="utf-8")


@contextmanager
def echo() -> Iterator[socket.socket]:
    """A connection to a process that gives back what it gets: as late as this machine lets anybody be."""
    near, far = socket.socketpair()
    code = "import socket; s = socket.socket(fileno=0)\nwhile b := s.recv(1): s.sendall(b)"
    process = subprocess.Popen([sys.executable, "-c", code], stdin=far)
    far.close()
    with near:
        yield near
    process.wait(10)


def host_in_window(model: str, file: str) -> None:
    """In a process of its own: the real window with the server over its engine; its gaps into a file at the end."""
    from PySide6.QtCore import QTimer

    from llmdesk.api.keys import ServerKeys
    from llmdesk.api.server import Address, ApiServer
    from llmdesk.app import build_desktop, end_desktop, make_application
    from llmdesk.ui.demo.gap_probe import GapProbe

    app = make_application()
    desktop = build_desktop(model, keeps_chats=False)
    desktop.window.resize(1440, 900)
    server = ApiServer(desktop.core, Address("127.0.0.1", 0), ServerKeys())
    probe, timer, p99_ms = GapProbe(), QTimer(), [0.0]
    timer.timeout.connect(lambda: p99_ms.append(probe.p99_ms))  # of the last minute
    timer.start(60_000)
    signal.signal(signal.SIGTERM, lambda *_: app.quit())
    signal.signal(signal.SIGUSR1, lambda *_: probe.start())  # the warm-up is over
    desktop.show()
    server.start()
    print(f"serving at {server.urls[0]}/v1", file=sys.stderr, flush=True)
    app.exec()
    p99_ms.append(probe.p99_ms)
    server.stop()
    end_desktop(desktop)
    Path(file).write_text(json.dumps({"p99_ms": max(p99_ms), "max_ms": probe.max_ms}), encoding="utf-8")


@contextmanager
def served(args: argparse.Namespace, folder: Path) -> Iterator[tuple[str, psutil.Process]]:
    """The server's address and process; ended at the end."""
    command = [sys.executable, "-m", "llmdesk", "serve", "--port", "0"]
    if args.window:
        command = [sys.executable, __file__, "--child-window", str(folder / "window.json"), "--model", args.model]
    environment = {**os.environ, "LLMDESK_HOME": str(folder / "home"), "PYTHONPATH": str(ROOT)}
    if args.scripted:
        environment["LLMDESK_BACKEND"] = "scripted"
    log = folder / "stderr.txt"
    with log.open("wb") as stderr:
        process = subprocess.Popen(command, env=environment, stderr=stderr)
    try:
        yield _address(process, log), psutil.Process(process.pid)
    finally:
        process.terminate()
        process.wait(30)
        wrong = [line for line in log.read_text(errors="replace").splitlines() if re.search(r" (ERROR|WARNING) ", line)]
        print("\n".join(["the server's log:", *wrong[:20]]) if wrong else "nothing is wrong in the server's log")


def _address(process: subprocess.Popen[bytes], log: Path) -> str:
    until_s = time.monotonic() + 120
    while process.poll() is None and time.monotonic() < until_s:
        if found := re.search(r"serving at (http://[\d.:]+)/v1", log.read_text(errors="replace")):
            return found[1]
        time.sleep(0.1)
    raise SystemExit(f"the server did not start:\n{log.read_text(errors='replace')}")


def soak(args: argparse.Namespace, folder: Path) -> list[str]:
    """Everything; what is not as it should be."""
    warm_s = args.minutes * 10
    with served(args, folder) as (url, process):
        _load(url, args.model)
        play(url, args.clients, warm_s, args.seed)
        before = settled(url, process)
        if args.window:
            process.send_signal(signal.SIGUSR1)
        health_file = folder / "health.json"
        health = subprocess.Popen([sys.executable, __file__, "--child-health", url, str(health_file)])
        counts, failures = play(url, args.clients, args.minutes * 60 - warm_s, args.seed + 1)
        health.terminate()
        health.wait(60)
        after = settled(url, process)
    for what, count in sorted(counts.items()):
        print(f"{count:7} {what}")
    wrong = [f"{len(failures)} failures: {failures[:5]}"] if failures else []
    wrong += grown(before, after) + late(json.loads(health_file.read_text(encoding="utf-8")))
    return wrong + (_stuttered(folder / "window.json") if args.window else [])


def _load(url: str, model: str) -> None:
    connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=TIMEOUT_S)
    connection.request("POST", f"/models/{model}/load", b"")
    response = connection.getresponse()
    if response.status != 200:
        raise SystemExit(f"{model} cannot be loaded: {response.read().decode()}")
    connection.close()


def grown(before: dict[str, float], after: dict[str, float]) -> list[str]:
    """Prints what the server held, and says what has grown."""
    told = ", ".join(f"{name} {before[name]:.0f} -> {after[name]:.0f}" for name in before)
    print(f"after the warm-up and at the end: {told}")
    allowed = {"rss_mb": before["rss_mb"] * (1 + RSS_LIMIT_SHARE), "threads": before["threads"] + 2,
               "descriptors": before["descriptors"] + 2, "answers": 0}  # fmt: skip
    return [
        f"{name} has grown: {before[name]:.0f} -> {after[name]:.0f}" for name in allowed if after[name] > allowed[name]
    ]


def late(readings: list[tuple[float, float]]) -> list[str]:
    """Prints how long /health and a bare echo at the same moment took, and says whether /health was too late.

    Where the echo alone took more than half as long, the machine ran neither of them: that is printed, and no fault.
    """
    took_s, echo_s = [took for took, _ in readings], [bare for _, bare in readings]
    late = [(took, bare) for took, bare in readings if took >= HEALTH_LIMIT_S]
    own = [took for took, bare in late if bare < took / 2]
    for name, times_s in (("/health", took_s), ("a bare echo beside it", echo_s)):
        median_ms, p99_ms, max_ms = (
            1e3 * each for each in (statistics.median(times_s), statistics.quantiles(times_s, n=100)[98], max(times_s))
        )
        print(f"{name}, {len(times_s)} times: median {median_ms:.1f} ms, p99 {p99_ms:.1f} ms, max {max_ms:.1f} ms")
    print(
        f"/health took {1e3 * HEALTH_LIMIT_S:.0f} ms or more {len(late)} times, "
        f"{len(late) - len(own)} of them with the echo as late"
    )
    return [f"/health took {1e3 * max(own):.0f} ms"] if own else []


def _stuttered(file: Path) -> list[str]:
    gaps = json.loads(file.read_text(encoding="utf-8"))
    print(f"the window's thread was late: p99 of its worst minute {gaps['p99_ms']:.1f} ms, max {gaps['max_ms']:.0f} ms")
    return [f"the window's p99 is {gaps['p99_ms']:.0f} ms"] if gaps["p99_ms"] >= GAP_LIMIT_MS else []


def main() -> int:
    """Play, print, judge."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--clients", type=int, default=32)
    parser.add_argument("--model", default="smollm2-135m")
    parser.add_argument("--scripted", action="store_true", help="scripted answers instead of a model's")
    parser.add_argument("--window", action="store_true", help="the window hosts the server")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--child-health", nargs=2, help=argparse.SUPPRESS)
    parser.add_argument("--child-window", help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.child_health:
        watch_health(*args.child_health)
        return 0
    if args.child_window:
        host_in_window(args.model, args.child_window)
        return 0
    print(f"{platform.machine()}, {os.cpu_count()} logical processors, load {os.getloadavg()[0]:.1f}, {args}")
    with tempfile.TemporaryDirectory() as folder:
        wrong = soak(args, Path(folder))
    print("\n".join(["FAIL", *wrong]) if wrong else "OK")
    return int(bool(wrong))


if __name__ == "__main__":
    with contextlib.suppress(KeyboardInterrupt):
        sys.exit(main())
