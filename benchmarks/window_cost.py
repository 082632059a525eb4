"""What the window costs the model, and what a long chat does to memory and smoothness.

    python benchmarks/window_cost.py [--questions 20] [--rounds 3] [--model ID] [--offscreen]

Each round asks the same questions greedily in one chat, once in the real window and once without any, each in a
process of its own, in turn. Prints tokens per second (all answers, by their weight), the share that is left with the
window, processor time by thread while answering, the longest gap of the GUI thread, and RSS. Nothing else should run on
the machine meanwhile. streaming_cost.py shows what the window computes and paints without that condition.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
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


def play_in_window(count: int, model: str) -> dict[str, Any]:
    """In this process: the real window, on whatever platform Qt is told to use."""
    import psutil

    from llmdesk.app import build_desktop, end_desktop, make_application
    from llmdesk.ui import demo_player
    from llmdesk.ui.window_state import WindowState

    demo_player.TIME_LIMIT_S = 3600.0
    app = make_application()
    rss: list[int] = []
    with tempfile.TemporaryDirectory() as folder:
        desktop = build_desktop(model, WindowState(Path(folder) / "window.ini"))
        desktop.window.resize(1440, 900)
        player = demo_player.DemoPlayer(desktop, questions(count))
        desktop.bridge.finished.connect(lambda _event: rss.append(psutil.Process().memory_info().rss))
        player.done.connect(app.quit)
        desktop.show()
        app.exec()
        end_desktop(desktop)
    return player.result.as_report() | {"rss_after_answer_bytes": rss}


def play_without_window(count: int, model: str) -> dict[str, Any]:
    """In this process: the same chat on a plain engine thread."""
    from llmdesk.app import LazyCatalogue, build_engine
    from llmdesk.datatypes import ChatMessage, Failed, Finished, GenerationRequest, SamplingParams, TokenEvent

    catalogue = LazyCatalogue()
    runner = build_engine(catalogue=catalogue)
    thread = threading.Thread(target=runner.run_forever)
    thread.start()
    messages: list[ChatMessage] = []
    steps, seconds = 0, 0.0
    for question in questions(count):
        messages.append(ChatMessage("user", question))
        done, events = threading.Event(), []

        def sink(event: Any, done: threading.Event = done, events: list[Any] = events) -> None:
            events.append(event)
            if isinstance(event, Finished | Failed):
                done.set()

        sampling = SamplingParams(temperature=0, max_new_tokens=MAX_NEW_TOKENS)
        model = model or catalogue.get().default_id
        request = GenerationRequest(runner.new_request_id(), model, tuple(messages), sampling)
        runner.submit(request, sink)
        done.wait()
        if isinstance(events[-1], Failed):
            raise SystemExit(events[-1].error.user_message)
        messages.append(ChatMessage("assistant", "".join(e.text for e in events if isinstance(e, TokenEvent))))
        steps += events[-1].stats.new_tokens - 1
        seconds += events[-1].stats.decode_s
    runner.stop()
    thread.join()
    return {"decode_tps": steps / seconds}


def in_child(mode: str, count: int, model: str) -> dict[str, Any]:
    """One run in a process of its own."""
    with tempfile.NamedTemporaryFile(suffix=".json") as file:
        command = [sys.executable, __file__, "--child", mode, file.name, "--questions", str(count), "--model", model]
        subprocess.run(command, check=True)
        result: dict[str, Any] = json.loads(Path(file.name).read_text(encoding="utf-8"))
        return result


def main() -> None:
    """Run the rounds and print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--questions", type=int, default=20)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--model", default="", help="an id of the catalogue (default: its first installed one)")
    parser.add_argument("--offscreen", action="store_true")
    parser.add_argument("--child", nargs=2, help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.child:
        mode, file = args.child
        play = play_in_window if mode == "window" else play_without_window
        result = play(args.questions, args.model)
        Path(file).write_text(json.dumps(result), encoding="utf-8")
        return
    if args.offscreen:
        os.environ["QT_QPA_PLATFORM"] = "offscreen"
    print(f"{platform.processor() or platform.machine()}, {os.cpu_count()} logical processors, {platform.platform()}")
    shares = []
    for number in range(args.rounds):
        window, alone = in_child("window", args.questions, args.model), in_child("alone", args.questions, args.model)
        shares.append(window["decode_tps_with_window"] / alone["decode_tps"])
        rss = window["rss_after_answer_bytes"]
        print(
            f"round {number + 1}: {window['model']}, {window['precision']}, {window['backend']}, "
            f"{window['threads']} threads: {len(window['answers'])} answers, failure {window['failure']}, "
            f"{window['decode_tps_with_window']:.1f} tok/s with window, {alone['decode_tps']:.1f} without "
            f"({shares[-1]:.1%}); gap max {window['gui_gap_max_ms']:.0f} ms, p99 {window['gui_gap_p99_ms']:.0f} ms; "
            f"RSS {rss[1] / 1e6:.0f} MB after the 2nd answer, {rss[-1] / 1e6:.0f} MB after the last "
            f"({(rss[-1] - rss[1]) / 1e6:+.0f}); first token {window['first_token_s']:.2f} s, "
            f"window {window['window_visible_s']:.2f} s after the start"
        )
        threads = sorted(window["cpu_ms_per_s"].items(), key=lambda item: -item[1])
        print("  ms in a second: " + ", ".join(f"{name} {ms:.1f}" for name, ms in threads if ms >= 0.1))
    print(f"median share of tok/s with the window: {statistics.median(shares):.1%}")


if __name__ == "__main__":
    main()
