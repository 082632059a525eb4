"""What the window costs the model, and what a long chat does to memory and smoothness.

    python benchmarks/window_cost.py [--questions 20] [--model ID] [--offscreen]

The same questions are asked greedily in one chat, in the real window and without any: in two processes, question by
question in turn. Who does not answer is stopped (SIGSTOP), so a machine whose speed drifts slows both alike. Prints
tokens per second (all answers but the first, by their weight), the share that is left with the window (median over the
questions), processor time by thread while answering, the longest gap of the GUI thread, and RSS. Nothing else should
run on the machine meanwhile. streaming_cost.py shows what the window computes and paints without that condition.
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
from pathlib import Path
from typing import Any

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
    import psutil

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


class Child:
    """One side in a process of its own, which stops before each question but the first."""

    def __init__(self, mode: str, count: int, model: str, folder: str) -> None:
        self._mode, self._file = mode, Path(folder) / f"{mode}.json"
        command = [sys.executable, __file__, "--child", mode, str(self._file)]
        self._process = subprocess.Popen([*command, "--questions", str(count), "--model", model])

    def await_answer(self) -> None:
        """Return when it has stopped, or ended."""
        _, status = os.waitpid(self._process.pid, os.WUNTRACED)
        if os.WIFSTOPPED(status):
            return
        self._process.returncode = os.waitstatus_to_exitcode(status)
        if self._process.returncode != 0:
            raise SystemExit(f"the side {self._mode} failed")

    def answer(self) -> None:
        """Let it give its next answer, and wait for it."""
        self._process.send_signal(signal.SIGCONT)
        self.await_answer()

    def kill(self) -> None:
        """End it, if it has not ended by itself."""
        if self._process.returncode is None:
            self._process.kill()

    def result(self) -> dict[str, Any]:
        """What it found, after its last answer."""
        found: dict[str, Any] = json.loads(self._file.read_text(encoding="utf-8"))
        return found


def in_turn(count: int, model: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """What the sides (window, alone) found. Each loads its model and gives its first answer before the turns begin."""
    with tempfile.TemporaryDirectory() as folder:
        sides: list[Child] = []
        try:
            for mode in ("window", "alone"):
                sides.append(Child(mode, count, model, folder))
                sides[-1].await_answer()
            for _ in range(1, count):
                for side in sides:
                    side.answer()
            return sides[0].result(), sides[1].result()
        finally:
            for side in sides:
                side.kill()


def mean_tps(answers: list[dict[str, Any]]) -> float:
    """Tokens per second of several answers, by their weight."""
    steps = sum(max(answer["stats"]["new_tokens"] - 1, 0) for answer in answers)
    return float(steps / sum(answer["stats"]["decode_s"] for answer in answers))


def report(window: dict[str, Any], alone: dict[str, Any]) -> None:
    """Print what was found; the first answer of each side, given beside a load, does not count for the speed."""
    pairs = list(zip(window["answers"], alone["answers"], strict=True))[1:]
    shares = sorted(mean_tps([shown]) / mean_tps([plain]) for shown, plain in pairs)
    rss = window["rss_after_answer_bytes"]
    print(f"{window['model']}, {window['precision']}, {window['kernels']}, {window['threads']} threads")
    print(
        f"{mean_tps([shown for shown, _ in pairs]):.1f} tok/s with window, "
        f"{mean_tps([plain for _, plain in pairs]):.1f} without; share over {len(pairs)} questions: "
        f"median {statistics.median(shares):.1%}, from {shares[0]:.1%} to {shares[-1]:.1%}"
    )
    print(
        f"GUI thread's gaps: max {window['gui_gap_max_ms']:.0f} ms, p99 {window['gui_gap_p99_ms']:.0f} ms; "
        f"RSS {rss[1] / 1e6:.0f} MB after the 2nd answer, {rss[-1] / 1e6:.0f} MB after the last "
        f"({(rss[-1] - rss[1]) / 1e6:+.0f}); first token {window['first_token_s']:.2f} s, "
        f"window {window['window_visible_s']:.2f} s after the start"
    )
    threads = sorted(window["cpu_ms_per_s"].items(), key=lambda item: -item[1])
    print("processor ms in a second: " + ", ".join(f"{name} {ms:.1f}" for name, ms in threads if ms >= 0.1))


def main() -> None:
    """Run both sides and print the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--questions", type=int, default=20, help="two at least; the first only warms up")
    parser.add_argument("--model", default="", help="an id of the catalogue (default: its first installed one)")
    parser.add_argument("--offscreen", action="store_true")
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
    report(*in_turn(args.questions, args.model))


if __name__ == "__main__":
    main()
