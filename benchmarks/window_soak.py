"""Streams for half an hour with everything shown: whether memory grows, and whether the window's thread falls behind.

    python benchmarks/window_soak.py [--minutes 30] [--tps 200] [--phones 3] [--offscreen]

A scripted model streams answers in the real window, without a pause: the column with its graphs and each core, the live
figures in a window of their own, the chats on the disk, and the audience's view, which clients in another process read.
Each answer has a few thousand tokens, and after some of them a new chat begins, as at a stand. Once a minute it prints
resident memory, how late a timer of the GUI thread was (99 % and the worst), and tokens per second. Bars: memory grows
by less than 1 MB a minute (line through all minutes after the first three), and the 99 % of the second half are no more
than half and 4 ms above those of the first. Nothing else should run on the machine meanwhile.
"""

from __future__ import annotations

import argparse
import json
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psutil

if TYPE_CHECKING:
    from llmdesk.ui.shell.desktop import Desktop

MOST_MB_PER_MIN = 1.0
LAG_FACTOR, LAG_MS = 1.5, 4.0
WARM_UP_MINUTES = 3
ANSWER_TOKENS = 3000
ANSWERS_PER_CHAT = 4
MINUTE_S = 60.0


@dataclass(frozen=True, slots=True)
class Minute:
    """What one minute was like. ``cpu_percent``: of one core, this process."""

    rss_mb: float
    lag_p99_ms: float
    lag_max_ms: float
    tps: float
    cpu_percent: float


class Asking:
    """Asks again as soon as an answer has ended (GUI thread)."""

    def __init__(self, desktop: Desktop, tps: float) -> None:
        self._desktop, self._tps = desktop, tps
        self.answers, self.tokens = 0, 0
        desktop.bridge.finished.connect(self._on_finished)

    def ask(self) -> None:
        """The next one."""
        if self.answers % ANSWERS_PER_CHAT == 0:
            self._desktop.chat.new_chat()
        self._desktop.chat.submit(f"[tokens={ANSWER_TOKENS} tps={self._tps:g}] question {self.answers}")

    def _on_finished(self, event: Any) -> None:
        from PySide6.QtCore import QTimer

        self.answers += 1
        self.tokens += event.stats.new_tokens
        QTimer.singleShot(0, self._desktop.window, self.ask)

    @property
    def tokens_so_far(self) -> int:
        """With those of the answer that is written."""
        session = self._desktop.sessions.current
        text = session.conversation.path[-1].text if session.is_generating and session.conversation.path else ""
        return self.tokens + len(text.split())


def show_everything(desktop: Desktop, phones: int) -> subprocess.Popen[bytes] | None:
    """Graphs, cores, the second window, the audience; the process that is the audience."""
    from audience_cost import __file__ as watcher
    from monitor_cost import wait_until

    table = desktop.window.action_table
    if not desktop.window.is_dashboard_shown:
        desktop.window.toggle_dashboard()
    table["cores"].trigger()
    table["live_window"].trigger()
    if not phones:
        return None
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    desktop.server.start("127.0.0.1", port)
    wait_until(lambda: bool(desktop.server.status.urls))
    table["audience"].trigger()
    url = desktop.server.status.urls[0]
    return subprocess.Popen(["nice", "-n", "19", sys.executable, watcher, "--watch", url, "--phones", str(phones)])


def soak(folder: Path, options: argparse.Namespace) -> list[Minute]:
    """All minutes."""
    from monitor_cost import wait_until

    from llmdesk.app import build_desktop, end_desktop
    from llmdesk.engine.backends.scripted import ScriptedBackend
    from llmdesk.services.settings.settings import Settings
    from llmdesk.ui.shell.window_state import WindowState

    settings, state = Settings(folder / "settings.toml"), WindowState(folder / "window.ini")
    desktop = build_desktop("smollm2-135m", state, lambda: ScriptedBackend(0.0), settings=settings)
    desktop.window.resize(1920, 1080)
    desktop.show()
    wait_until(lambda: desktop.window.top_bar.status.state == "ready")
    audience = show_everything(desktop, options.phones)
    asking = Asking(desktop, options.tps)
    asking.ask()
    try:
        return [one_minute(number, asking, options.minute_s) for number in range(1, options.minutes + 1)]
    finally:
        if audience is not None:
            audience.kill()
            audience.wait()
        end_desktop(desktop)


def one_minute(number: int, asking: Asking, seconds: float) -> Minute:
    """Measure one, and print it."""
    from monitor_cost import wait_s

    from llmdesk.ui.demo.gap_probe import GapProbe

    probe, process = GapProbe(), psutil.Process()
    begin_s, before, cpu = time.perf_counter(), asking.tokens_so_far, process.cpu_times()
    probe.start()
    wait_s(seconds)
    probe.stop()
    spent_s, after = time.perf_counter() - begin_s, process.cpu_times()
    computed_s = after.user + after.system - cpu.user - cpu.system
    found = Minute(
        process.memory_info().rss / 1e6,
        probe.p99_ms,
        probe.max_ms,
        (asking.tokens_so_far - before) / spent_s,
        100 * computed_s / spent_s,
    )
    print(
        f"minute {number}: RSS {found.rss_mb:.1f} MB, lag p99 {found.lag_p99_ms:.1f} ms, worst {found.lag_max_ms:.0f} "
        f"ms, {found.tps:.0f} tok/s, {found.cpu_percent:.0f} % of a core, {asking.answers} answers",
        flush=True,
    )
    return found


def slope_mb_per_min(rss_mb: Sequence[float], minute_s: float) -> float:
    """Of the line through them (least squares); 0 for fewer than two."""
    if len(rss_mb) < 2:
        return 0.0
    return statistics.linear_regression(range(len(rss_mb)), rss_mb).slope * MINUTE_S / minute_s


def verdicts(minutes: Sequence[Minute], minute_s: float) -> tuple[dict[str, float], bool]:
    """The figures that count, and whether all bars are met."""
    warm = minutes[WARM_UP_MINUTES:] or minutes
    half = len(warm) // 2
    first = statistics.median(minute.lag_p99_ms for minute in warm[: half or 1])
    second = statistics.median(minute.lag_p99_ms for minute in warm[half:])
    slope = slope_mb_per_min([minute.rss_mb for minute in warm], minute_s)
    found = {"rss_mb_per_min": slope, "lag_p99_first_half_ms": first, "lag_p99_second_half_ms": second}
    return found, slope < MOST_MB_PER_MIN and second <= LAG_FACTOR * first + LAG_MS


def main() -> None:
    """Measure and judge."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=int, default=30)
    parser.add_argument("--tps", type=float, default=200.0)
    parser.add_argument("--phones", type=int, default=3, help="clients that read the audience's view; 0: none")
    parser.add_argument("--offscreen", action="store_true")
    parser.add_argument("--minute-s", type=float, default=MINUTE_S, help="to try it: shorter minutes")
    options = parser.parse_args()
    if options.offscreen:
        os.environ["QT_QPA_PLATFORM"] = "offscreen"
    with tempfile.TemporaryDirectory() as folder:
        os.environ["LLMDESK_HOME"] = folder
        from monitor_cost import conditions

        from llmdesk.app import make_application

        application = make_application()
        on = conditions()
        minutes = soak(Path(folder), options)
        application.quit()
    found, is_met = verdicts(minutes, options.minute_s)
    print(json.dumps({**found, "conditions": on, "minutes": [asdict(minute) for minute in minutes]}, indent=2))
    print(
        f"memory: {found['rss_mb_per_min']:+.2f} MB a minute (bar {MOST_MB_PER_MIN:g}); lag p99: "
        f"{found['lag_p99_first_half_ms']:.1f} ms in the first half, {found['lag_p99_second_half_ms']:.1f} ms in the "
        f"second{'  met' if is_met else '  MISSED'}"
    )
    if len(minutes) <= 2 * WARM_UP_MINUTES:
        print("Too short for a verdict: half an hour has one.")
    sys.exit(0 if is_met else 1)


if __name__ == "__main__":
    main()
