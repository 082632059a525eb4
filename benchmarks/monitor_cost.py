"""What the live figures cost: processor time with the graphs hidden and shown, and tokens per second.

    python benchmarks/monitor_cost.py [--seconds 20] [--rounds 5] [--tps 30] [--groups 30] [--model ID] [--offscreen]

First a scripted model streams at a steady speed in the real window while monitoring is off (no monitor, no clock, the
column folded), hidden (both run, the column is folded) and shown, in turn; the cost is the processor time of all
threads and of the X server beside "off", in percent of one core, the median over the rounds. Then a real model writes
long answers, and monitoring is switched every 1.4 seconds between off, hidden and shown: the median, the quartiles and
the standard error of what is lost of the tokens per second within a group of six such parts. Bars: below 1 % of a core
hidden, 5 % shown, 2 % of tokens per second. Nothing else should run on the machine meanwhile.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import statistics
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from llmdesk.datatypes.chat import TokenEvent
    from llmdesk.services.live.resource_monitor import ResourceMonitor
    from llmdesk.ui.shell.desktop import Desktop

Mode = Literal["off", "hidden", "shown"]
MODES: tuple[Mode, ...] = ("off", "hidden", "shown")
BARS = {"hidden_percent": 1.0, "shown_percent": 5.0, "hidden_tps_loss_percent": 2.0, "tps_loss_percent": 2.0}
MIRRORED: tuple[tuple[Mode, ...], ...] = (
    ("off", "hidden", "shown", "shown", "hidden", "off"),
    ("shown", "off", "hidden", "hidden", "off", "shown"),
    ("hidden", "shown", "off", "off", "shown", "hidden"),
)
"""In turn, so that none is always at the ends of a group."""
QUESTION = "Tell me a very long story about a lighthouse."
MAX_NEW_TOKENS = 6000
PART_S = 1.0
SETTLE_S = 0.4


class Monitoring:
    """Switches all that the live figures consist of in a window (GUI thread)."""

    def __init__(self, desktop: Desktop) -> None:
        self._desktop = desktop
        self._monitor: ResourceMonitor | None = None
        desktop.core.monitor.stop()  # that one cannot be started again

    def use(self, mode: Mode) -> None:
        """Off, hidden or shown, from here on."""
        from llmdesk.services.live.resource_monitor import ResourceMonitor

        dashboard = self._desktop.window.dashboard
        if self._monitor is not None:
            self._monitor.stop()
            self._monitor = None
        if mode == "off":
            dashboard.timer.stop()
        else:
            self._monitor = ResourceMonitor()
            self._monitor.subscribe(self._desktop.bridge.post)
            self._monitor.start()
            dashboard.timer.start()
        if self._desktop.window.is_dashboard_shown != (mode == "shown"):
            self._desktop.window.toggle_dashboard()


def conditions() -> dict[str, Any]:
    """What the figures depend on."""
    from PySide6.QtGui import QGuiApplication

    from llmdesk.services import machine

    processor = machine.processor()
    load = os.getloadavg()[0] if hasattr(os, "getloadavg") else None
    return {
        "processor": processor.name, "cores": processor.physical_cores, "load_average_before": load,
        "qt_platform": QGuiApplication.platformName(), "python": platform.python_version(),
    }  # fmt: skip


def wait_until(condition: Callable[[], bool], timeout_s: float = 600.0) -> None:
    """Let the window live until then."""
    from PySide6.QtCore import QDeadlineTimer, QEventLoop, QTimer

    deadline, loop, timer = QDeadlineTimer(round(1000 * timeout_s)), QEventLoop(), QTimer()
    timer.setInterval(50)
    timer.timeout.connect(lambda: loop.quit() if condition() or deadline.hasExpired() else None)
    timer.start()
    loop.exec()
    if not condition():
        sys.exit("monitor_cost: what was waited for did not happen")


def wait_s(seconds: float) -> None:
    """Let the window live for some time, without a wake-up of ours."""
    from PySide6.QtCore import QEventLoop, QTimer

    loop = QEventLoop()
    QTimer.singleShot(round(1000 * seconds), loop.quit)
    loop.exec()


def measure_processor(folder: Path, seconds: float, rounds: int, tps: float) -> dict[str, Any]:
    """Percent of a core by mode, beside "off", with a scripted answer that streams meanwhile."""
    from llmdesk.app import build_desktop, end_desktop
    from llmdesk.engine.backends.scripted import ScriptedBackend
    from llmdesk.services.cpu_times import CpuMeter
    from llmdesk.services.settings.settings import Settings
    from llmdesk.ui.shell.window_state import WindowState

    settings, state = Settings(folder / "settings.toml"), WindowState(folder / "window.ini")
    desktop = build_desktop("smollm2-135m", state, lambda: ScriptedBackend(0.0), settings=settings, keeps_chats=False)
    desktop.window.resize(1440, 900)
    desktop.show()
    wait_until(lambda: desktop.window.top_bar.status.state == "ready")
    wait_until(lambda: desktop.window.dashboard.tokens_place.filled)
    monitoring = Monitoring(desktop)
    percents: dict[Mode, list[float]] = {mode: [] for mode in MODES}
    threads: dict[Mode, dict[str, float]] = {}
    for number in range(rounds):
        for mode in MODES if number % 2 else reversed(MODES):
            desktop.chat.new_chat()
            desktop.chat.submit(f"[tokens=100000 tps={tps:g}] go")
            monitoring.use(mode)
            wait_s(2.0)
            meter = CpuMeter()
            meter.start()
            wait_s(seconds)
            meter.stop()
            threads[mode] = meter.ms_per_s()
            print(f"{mode}: {sum(threads[mode].values()) / 10:.2f} % of a core", file=sys.stderr, flush=True)
            percents[mode].append(sum(threads[mode].values()) / 10)
            desktop.chat.stop()
            wait_until(lambda: not desktop.chat.is_generating)
    monitoring.use("off")
    end_desktop(desktop)
    beside = {
        mode: [a - b for a, b in zip(percents[mode], percents["off"], strict=True)] for mode in ("hidden", "shown")
    }
    return {
        "hidden_percent": statistics.median(beside["hidden"]),
        "shown_percent": statistics.median(beside["shown"]),
        "percents": percents,
        "threads_ms_per_s": threads,
    }


def measure_speed(folder: Path, model: str, groups: int) -> dict[str, Any]:
    """What monitoring takes of a real model's tokens per second, hidden and shown."""
    from llmdesk.app import build_desktop, end_desktop
    from llmdesk.services.settings.settings import Settings
    from llmdesk.ui.shell.window_state import WindowState

    settings, state = Settings(folder / "settings.toml"), WindowState(folder / "second.ini")  # with the column open
    settings.set("engine.prompt_lookup", False)  # a draft that fits makes single seconds twice as fast
    settings.set("sampling.preset", "Custom")
    settings.set("sampling.custom.max_new_tokens", MAX_NEW_TOKENS)
    desktop = build_desktop(model, state, settings=settings, keeps_chats=False)
    desktop.window.resize(1440, 900)
    desktop.show()
    wait_until(lambda: desktop.window.top_bar.status.state == "ready")
    wait_until(lambda: desktop.window.dashboard.tokens_place.filled)
    tokens: list[TokenEvent] = []
    desktop.bridge.tokens.connect(lambda _request, came: tokens.extend(came))
    monitoring = Monitoring(desktop)
    speeds: dict[Mode, list[float]] = {mode: [] for mode in MODES}
    while len(speeds["off"]) < groups:
        found = measure_group(desktop, monitoring, tokens, MIRRORED[len(speeds["off"]) % len(MIRRORED)])
        if found is None:  # the answer ended meanwhile
            continue
        for mode in MODES:
            speeds[mode].append(found[mode])
        print(", ".join(f"{mode} {found[mode]:.1f}" for mode in MODES) + " tok/s", file=sys.stderr, flush=True)
    desktop.chat.stop()
    wait_until(lambda: not desktop.chat.is_generating)
    monitoring.use("off")
    end_desktop(desktop)
    return {"tps": speeds} | losses(speeds)


def losses(speeds: dict[Mode, list[float]]) -> dict[str, Any]:
    """Percent of "off" within a group: median, quartiles, and the standard error of the mean."""
    found: dict[str, Any] = {}
    for mode in ("hidden", "shown"):
        lost = [100 * (1 - tps / off) for tps, off in zip(speeds[mode], speeds["off"], strict=True)]
        name = "tps_loss_percent" if mode == "shown" else "hidden_tps_loss_percent"
        found[name] = statistics.median(lost)
        if len(lost) > 1:
            low, _, high = statistics.quantiles(lost, n=4, method="inclusive")
            found[f"{name}_quartiles"] = [low, high]
            found[f"{name}_mean"] = statistics.mean(lost)
            found[f"{name}_standard_error"] = statistics.stdev(lost) / len(lost) ** 0.5
    return found


def measure_group(
    desktop: Desktop, monitoring: Monitoring, tokens: list[TokenEvent], modes: Sequence[Mode]
) -> dict[Mode, float] | None:
    """Tokens per second by mode, in six parts of one answer; None if it ended before.

    Each mode has two parts, as far before as behind the group's middle: what grows with the answer, and a machine that
    slowly changes, count for all modes alike.
    """
    if not desktop.chat.is_generating or tokens[-1].new_tokens > MAX_NEW_TOKENS / 2:
        desktop.chat.stop()
        wait_until(lambda: not desktop.chat.is_generating)
        desktop.chat.new_chat()
        tokens.clear()
        desktop.chat.submit(QUESTION)
        wait_until(lambda: len(tokens) > 100)
    seconds: dict[Mode, list[float]] = {mode: [] for mode in MODES}
    for mode in modes:
        monitoring.use(mode)
        wait_s(SETTLE_S)
        first = tokens[-1]
        wait_s(PART_S)
        last = tokens[-1]
        if not desktop.chat.is_generating or last.t_s <= first.t_s:
            return None
        seconds[mode].append((last.t_s - first.t_s) / (last.new_tokens - first.new_tokens))
    return {mode: 1 / statistics.mean(each) for mode, each in seconds.items()}


def main() -> None:
    """Both, and a line for each bar."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=20.0)
    parser.add_argument("--rounds", type=int, default=5, help="0: no scripted model")
    parser.add_argument("--tps", type=float, default=30.0)
    parser.add_argument("--groups", type=int, default=30, help="of six parts of 1.4 seconds each; 0: no real model")
    parser.add_argument("--model", default="smollm2-135m")
    parser.add_argument("--offscreen", action="store_true")
    options = parser.parse_args()
    if options.offscreen:
        os.environ["QT_QPA_PLATFORM"] = "offscreen"
    from llmdesk.app import make_application

    application = make_application()
    on = conditions()
    with tempfile.TemporaryDirectory() as folder:
        found = measure_processor(Path(folder), options.seconds, options.rounds, options.tps) if options.rounds else {}
        if options.groups:
            found |= measure_speed(Path(folder), options.model, options.groups)
    application.quit()
    print(json.dumps({**found, "conditions": on}, indent=2))
    for name, bar in BARS.items():
        if name in found:
            print(f"{name}: {found[name]:.2f} (bar {bar:g}){'  met' if found[name] < bar else '  MISSED'}")


if __name__ == "__main__":
    main()
