"""What the window costs the model, and what a long chat does to memory and smoothness.

    python benchmarks/window_cost.py [--questions 20] [--model ID] [--offscreen] [--against CHECKOUT]

The same questions are asked greedily in one chat, in the real window and without any, and with ``--against`` also in
the window of another checkout of this project: each in a process of its own, question by question in turn. Who does not
answer is stopped (SIGSTOP), so a machine whose speed drifts slows all alike. Prints tokens per second and processor
time by thread while answering (medians over the questions, the first of which only warms up), the share of the speed
that is left with each window (medians of the pairs, and their quartiles), the longest gap of the GUI thread, RSS, and
what else ran on the machine: nothing should. streaming_cost.py shows what the window computes and paints without that
condition; the GUI thread's processor time is steadier than tokens per second.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import signal
import statistics
import subprocess
import sys
import tempfile
import threading
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil

_ROOT = Path(__file__).resolve().parents[1]
TOPICS = (
    "the sea", "rain", "a bicycle", "bread", "the moon", "trees", "a clock", "music", "ice", "maps",
    "bridges", "salt", "glass", "birds", "paper", "wind", "a lens", "coffee", "rivers", "numbers",
)  # fmt: skip
MAX_NEW_TOKENS = 160


def questions(count: int) -> tuple[str, ...]:
    """Short questions with answers of some length."""
    return tuple(f"Tell me three facts about {TOPICS[i % len(TOPICS)]}." for i in range(count))


def await_turn() -> None:
    """In a child: stop until the parent lets it go on."""
    os.kill(os.getpid(), signal.SIGSTOP)


def play_in_window(count: int, model: str) -> dict[str, Any]:
    """In this process: the real window, on whatever platform Qt is told to use."""
    from llmdesk.app import build_desktop, end_desktop, make_application
    from llmdesk.services.demos.script import script_of
    from llmdesk.services.settings.settings import Settings
    from llmdesk.ui.demo import demo_player
    from llmdesk.ui.shell.window_state import WindowState

    demo_player.TIME_LIMIT_S = 3600.0
    app = make_application()
    rss: list[int] = []
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(Path(folder) / "settings.toml")
        desktop = build_desktop(model, WindowState(Path(folder) / "window.ini"), settings=settings, keeps_chats=False)
        desktop.window.resize(1440, 900)
        player = demo_player.DemoPlayer(desktop, script_of(questions(count)), await_turn)
        desktop.bridge.finished.connect(lambda _event: rss.append(psutil.Process().memory_info().rss))
        player.done.connect(app.quit)
        desktop.show()
        app.exec()
        end_desktop(desktop)
    return player.result.as_report() | {"rss_after_answer_bytes": rss}


def play_without_window(count: int, model: str) -> dict[str, Any]:
    """In this process: the same chat on a plain engine thread."""
    from llmdesk.core import Core
    from llmdesk.datatypes.chat import ChatMessage, Failed, Finished, GenerationRequest, SamplingParams, TokenEvent

    messages: list[ChatMessage] = []
    answers: list[dict[str, Any]] = []
    with Core() as core:
        for question in questions(count):
            if answers:
                await_turn()
            messages.append(ChatMessage("user", question))
            done, events = threading.Event(), []

            def sink(event: Any, done: threading.Event = done, events: list[Any] = events) -> None:
                events.append(event)
                if isinstance(event, Finished | Failed):
                    done.set()

            sampling = SamplingParams(temperature=0, max_new_tokens=MAX_NEW_TOKENS)
            model = model or core.catalogue.default_id
            request = GenerationRequest(core.runner.new_request_id(), model, tuple(messages), sampling)
            core.runner.submit(request, sink)
            done.wait()
            if isinstance(events[-1], Failed):
                raise SystemExit(events[-1].error.user_message)
            messages.append(ChatMessage("assistant", "".join(e.text for e in events if isinstance(e, TokenEvent))))
            answers.append({"stats": events[-1].stats.as_dict()})
    return {"answers": answers}


@dataclass
class Side:
    """One of those that answer, in a process of its own, which stops before each question but the first."""

    name: str
    mode: str
    checkout: Path
    report: Path
    process: subprocess.Popen[bytes] = field(init=False)

    def start(self, questions: int, model: str) -> None:
        """Load the model and give the first answer."""
        command = [sys.executable, __file__, "--child", self.mode, str(self.report)]
        command += ["--questions", str(questions), "--model", model]
        self.process = subprocess.Popen(command, env=os.environ | {"PYTHONPATH": str(self.checkout)})
        self._await_stop()

    def answer(self) -> None:
        """Let it give its next answer, and wait for it."""
        self.process.send_signal(signal.SIGCONT)
        self._await_stop()

    def kill(self) -> None:
        """End it, if it has not ended by itself."""
        if hasattr(self, "process") and self.process.returncode is None:
            self.process.kill()

    def found(self) -> dict[str, Any]:
        """What it found, after its last answer."""
        found: dict[str, Any] = json.loads(self.report.read_text(encoding="utf-8"))
        return found

    def _await_stop(self) -> None:
        """Return when it has stopped, or ended."""
        _, status = os.waitpid(self.process.pid, os.WUNTRACED)
        if os.WIFSTOPPED(status):
            return
        self.process.returncode = os.waitstatus_to_exitcode(status)
        if self.process.returncode != 0:
            raise SystemExit(f"the side {self.name} failed")


def in_turn(questions: int, model: str, against: Path | None) -> tuple[dict[str, dict[str, Any]], str]:
    """What each side found, by name, and what else ran. Each has loaded and warmed up before the turns begin."""
    checkouts = {"window": ("window", _ROOT), "alone": ("alone", _ROOT)}
    if against is not None:
        checkouts["other window"] = ("window", against.resolve())
    with tempfile.TemporaryDirectory() as folder:
        sides = [
            Side(name, mode, checkout, Path(folder) / f"{name}.json") for name, (mode, checkout) in checkouts.items()
        ]
        try:
            for side in sides:
                side.start(questions, model)
            begin = psutil.cpu_times(), computed_s(sides)
            for number in range(1, questions):
                if number == questions - 1:  # they end with it
                    others = what_else_ran(*begin, computed_s(sides))
                for place in range(len(sides)):
                    sides[(place + number) % len(sides)].answer()
            return {side.name: side.found() for side in sides}, others
        finally:
            for side in sides:
                side.kill()


def computed_s(sides: list[Side]) -> float:
    """Processor seconds of all sides so far."""
    times = [psutil.Process(side.process.pid).cpu_times() for side in sides]
    return sum(each.user + each.system for each in times)


def what_else_ran(before: Any, ours_before_s: float, ours_s: float) -> str:
    """Other programs, and other guests of a virtual machine's host, in percent of all processors."""
    now = psutil.cpu_times()
    passed = {name: getattr(now, name) - getattr(before, name) for name in now._fields if not name.startswith("guest")}
    total_s, stolen_s = sum(passed.values()) or 1.0, passed.get("steal", 0.0)
    busy_s = total_s - passed["idle"] - passed.get("iowait", 0.0) - stolen_s
    others = max(0.0, busy_s - (ours_s - ours_before_s)) / total_s
    return f"other programs {others:.1%} of the processors, other guests {stolen_s / total_s:.1%}"


def mean_tps(answer: dict[str, Any]) -> float:
    """Tokens per second of one answer."""
    stats = answer["stats"]
    return float(max(stats["new_tokens"] - 1, 0) / stats["decode_s"])


def quartiles(values: list[float]) -> tuple[float, float, float]:
    """The lower one, the median, the upper one."""
    if len(values) < 2:
        return values[0], values[0], values[0]
    low, middle, high = statistics.quantiles(values, n=4, method="inclusive")
    return low, middle, high


def report(found: dict[str, dict[str, Any]], others: str) -> None:
    """Print it; the first answer of each side, given beside a load, does not count for the speed."""
    window = found["window"]
    print(f"{window['model']}, {window['precision']}, {window['kernels']}, {window['threads']} threads; {others}")
    speeds = {name: [mean_tps(answer) for answer in each["answers"][1:]] for name, each in found.items()}
    tps = {name: statistics.median(each) for name, each in speeds.items()}
    low, middle, high = quartiles([a / b for a, b in zip(speeds["window"], speeds["alone"], strict=True)])
    print(
        f"{tps['window']:.1f} tok/s with window, {tps['alone']:.1f} without; "
        f"share over {len(speeds['alone'])} questions: median {middle:.1%}, quartiles {low:.1%} to {high:.1%}"
    )
    if "other window" in found:
        low, middle, high = quartiles([a / b for a, b in zip(speeds["other window"], speeds["alone"], strict=True)])
        print(f"{tps['other window']:.1f} tok/s with the other window: {middle:.1%}, quartiles {low:.1%} to {high:.1%}")
        low, middle, high = quartiles([a / b for a, b in zip(speeds["window"], speeds["other window"], strict=True)])
        print(f"this window beside the other one: {middle:.3f} times, quartiles {low:.3f} to {high:.3f}")
    for name in found:
        if name != "alone":
            report_window(name, found[name])


def report_window(name: str, window: dict[str, Any]) -> None:
    """What one window took and needed."""
    rss = window["rss_after_answer_bytes"]
    print(
        f"{name}: GUI thread's gaps: max {window['gui_gap_max_ms']:.0f} ms, p99 {window['gui_gap_p99_ms']:.0f} ms; "
        f"RSS {rss[1] / 1e6:.0f} MB after the 2nd answer, {rss[-1] / 1e6:.0f} MB after the last "
        f"({(rss[-1] - rss[1]) / 1e6:+.0f}); first token {window['first_token_s']:.2f} s, "
        f"window {window['window_visible_s']:.2f} s after the start"
    )
    threads = sorted(window["cpu_ms_per_s"].items(), key=lambda item: -item[1])
    print("  processor ms in a second: " + ", ".join(f"{name} {ms:.1f}" for name, ms in threads if ms >= 0.1))


def main() -> None:
    """Run all sides and print the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--questions", type=int, default=20, help="two at least; the first only warms up")
    parser.add_argument("--model", default="", help="an id of the catalogue (default: its first installed one)")
    parser.add_argument("--offscreen", action="store_true")
    parser.add_argument("--against", type=Path, help="another checkout, whose window is measured in the same run")
    parser.add_argument("--child", nargs=2, help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.questions < 2:
        parser.error("--questions must be 2 or more")
    if args.child:
        mode, file = args.child
        play = play_in_window if mode == "window" else play_without_window
        Path(file).write_text(json.dumps(play(args.questions, args.model)), encoding="utf-8")
        return
    if args.offscreen:
        os.environ["QT_QPA_PLATFORM"] = "offscreen"
    print(f"{platform.processor() or platform.machine()}, {os.cpu_count()} logical processors, {platform.platform()}")
    report(*in_turn(args.questions, args.model, args.against))


if __name__ == "__main__":
    main()
