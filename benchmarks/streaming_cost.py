"""What the window computes and paints while an answer streams, whatever else runs on the machine.

    python benchmarks/streaming_cost.py [--tps 30 60] [--tokens 2000] [--offscreen]
    python benchmarks/streaming_cost.py --long [--offscreen]

With ``--long``: one answer of 30,000 characters with code, tables and formulas at 200 tokens a second; prints how late
the GUI thread was (99th percentile and worst) and its processor time per token at the start and at the end.

Otherwise: the scripted backend writes an ordinary answer (paragraphs, a list, code) at a given speed into the real
window with
live graphs. Prints processor time by thread and of the X server (milliseconds in a second; on few cores the model loses
about as much), then, from a run of its own because counting costs time, paint events and pixels by widget.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

WARM_UP_MS = 2000  # graphs are there, the code's lexer is loaded
ANSWER = """Reading memory limits the speed of a language model because every single token needs all of the weights \
once, and the weights do not fit into the caches of the processor. A model of a billion parameters at four bits takes \
about six hundred megabytes, so a machine that reads thirty gigabytes in a second can produce at most fifty tokens in \
that second, however many cores it has. This is why quantisation helps so much.

There are **three things** that one can do about it:

1. Make the weights smaller, with `int8` or `int4` instead of `bf16`, and check that the quality stays.
2. Read them once for several tokens, which is what *prompt lookup* and batches do.
3. Buy faster memory, or more channels of it.

```python
def moving_average(values: list[float], window: int) -> list[float]:
    # The mean of the last values at each position.
    total = sum(values[:window])
    means = [total / window]
    for old, new in zip(values, values[window:]):
        total += new - old
        means.append(total / window)
    return means
```

The function above keeps a running sum: each step adds the new value and takes away the one that leaves the window, so \
that its cost does not depend on the length of the window at all.

"""

TABLE = """| Memory | Channels | GB/s | Tokens |
|---|---:|---:|:---:|
| DDR4-3200 | 2 | 51.2 | $t = \\frac{51.2}{0.6}$ |
| DDR5-5600 | 2 | 89.6 | `149` |

The rule behind it is $t \\le \\frac{b}{w}$, and in full:

$$
\\begin{aligned} t &\\le \\frac{b}{w} \\\\ w &= \\sum_{i=1}^{n} s_i \\end{aligned}
$$

"""
LONG_CHARS = 30_000
LONG_TPS = 200.0
SAMPLE_MS = 100


class Cost:
    """The GUI thread's processor time against the characters painted, and how late its timers come."""

    def __init__(self, parent: Any, shown_chars: Any) -> None:
        from PySide6.QtCore import QTimer

        from llmdesk.ui.demo.gap_probe import GapProbe

        self._samples: list[tuple[int, float]] = []
        self._shown_chars = shown_chars
        self._probe = GapProbe(parent)
        self._probe.start()
        self._timer = QTimer(parent)
        self._timer.timeout.connect(self._on_tick)
        self._timer.start(SAMPLE_MS)

    def _on_tick(self) -> None:
        if (chars := self._shown_chars()) is not None:
            self._samples.append((chars, time.thread_time()))

    def results(self) -> dict[str, float]:
        """Stop; milliseconds, and microseconds per character of the first and the last third."""
        self._timer.stop()
        self._probe.stop()
        end = self._samples[-1][0]
        return {
            "lag_p99_ms": self._probe.p99_ms,
            "lag_worst_ms": self._probe.max_ms,
            "start_us_per_char": self._cost_us(0.05 * end, 0.35 * end),
            "end_us_per_char": self._cost_us(0.65 * end, 0.97 * end),
        }

    def _cost_us(self, since: float, until: float) -> float:
        inside = [sample for sample in self._samples if since <= sample[0] <= until]
        (first, first_s), (last, last_s) = inside[0], inside[-1]
        return 1e6 * (last_s - first_s) / max(1, last - first)


def stream(tps: float, tokens: int, counts_paints: bool) -> dict[str, Any]:
    """In this process: one answer in the real window, on whatever platform Qt is told to use."""
    from PySide6.QtCore import QEvent, QObject, QTimer
    from PySide6.QtGui import QPaintEvent
    from PySide6.QtWidgets import QWidget

    from llmdesk.app import build_desktop, end_desktop, make_application
    from llmdesk.engine.backends.scripted import ScriptedBackend
    from llmdesk.services.cpu_times import CpuMeter
    from llmdesk.services.settings.settings import Settings
    from llmdesk.ui.shell.window_state import WindowState

    class Counting(QObject):
        """Counts paint events and their pixels by widget class."""

        def __init__(self) -> None:
            super().__init__()
            self.paints: Counter[str] = Counter()
            self.pixels: Counter[str] = Counter()

        def eventFilter(self, watched: QObject, event: QEvent) -> bool:
            if isinstance(event, QPaintEvent) and isinstance(watched, QWidget):
                name = f"{type(watched).__name__} in {type(watched.parent()).__name__}"
                self.paints[name] += 1
                self.pixels[name] += sum(rect.width() * rect.height() for rect in event.region())
            return False

    is_long = tps == LONG_TPS
    said = ANSWER + TABLE if is_long else ANSWER
    app, counting, result = make_application(), Counting(), {"tps": tps}
    with tempfile.TemporaryDirectory() as folder:
        kept, settings = WindowState(Path(folder) / "window.ini"), Settings(Path(folder) / "settings.toml")
        desktop = build_desktop("", kept, ScriptedBackend, settings, keeps_chats=False)
        desktop.window.resize(1440, 900)
        meter = CpuMeter()
        state = {"asked": 0.0, "measuring_since": 0.0}
        costs: list[Cost] = []

        def shown_chars() -> int | None:
            answer = desktop.chat.conversation.turns[-1].answer
            return desktop.window.chat.conversation_view.painted_chars(answer.id)

        def begin() -> None:
            state["measuring_since"] = time.perf_counter()
            if counts_paints:
                app.installEventFilter(counting)
            meter.start()
            if is_long:
                costs.append(Cost(desktop.window, shown_chars))

        def on_status(status: Any) -> None:
            if status.state == "ready" and not state["asked"]:
                state["asked"] = 1.0
                sampling = replace(desktop.sessions.options.sampling, max_new_tokens=tokens)
                desktop.sessions.configure(replace(desktop.sessions.options, sampling=sampling))
                desktop.chat.submit(f"[say tps={tps} tokens={tokens}] {said}")
                QTimer.singleShot(WARM_UP_MS, begin)

        def on_end(event: Any) -> None:
            meter.stop()
            app.removeEventFilter(counting)
            seconds = time.perf_counter() - state["measuring_since"]
            if costs:
                result.update(costs[0].results())
            result.update(
                answer_tps=event.stats.decode_tps if hasattr(event, "reason") else 0.0,
                cpu_ms_per_s=meter.ms_per_s(),
                paints_per_s={name: count / seconds for name, count in counting.paints.most_common(12)},
                all_paints_per_s=counting.paints.total() / seconds,
                kilopixels_per_s={name: counting.pixels[name] / seconds / 1000 for name in counting.paints},
            )
            QTimer.singleShot(0, app.quit)

        desktop.bridge.model_status.connect(on_status)
        desktop.bridge.finished.connect(on_end)
        desktop.bridge.failed.connect(on_end)
        desktop.show()
        app.exec()
        end_desktop(desktop)
    return result


def in_child(tps: float, tokens: int, counts_paints: bool) -> dict[str, Any]:
    """One answer in a process of its own."""
    with tempfile.NamedTemporaryFile(suffix=".json") as file:
        mode = "paints" if counts_paints else "times"
        command = [sys.executable, __file__, "--child", mode, file.name, "--tps", str(tps), "--tokens", str(tokens)]
        subprocess.run(command, check=True)
        result: dict[str, Any] = json.loads(Path(file.name).read_text(encoding="utf-8"))
        return result


def report(tps: float, tokens: int) -> None:
    """Measure at one speed and print."""
    times = in_child(tps, tokens, counts_paints=False)
    parts = sorted(times["cpu_ms_per_s"].items(), key=lambda item: -item[1])
    shown = ", ".join(f"{name} {ms:.1f}" for name, ms in parts if ms >= 0.1)
    print(f"{times['answer_tps']:.1f} tok/s: milliseconds of processor time in a second: {shown}")
    paints = in_child(tps, min(tokens, round(10 * tps)), counts_paints=True)
    kilopixels = paints["kilopixels_per_s"]
    print(f"  {paints['all_paints_per_s']:.0f} paint events and {sum(kilopixels.values()):.0f} kilopixels in a second")
    for name, count in paints["paints_per_s"].items():
        print(f"    {count:6.1f} paint events, {kilopixels[name]:7.0f} kilopixels  {name}")


def report_long() -> None:
    """The long answer, and the bars it is held to."""
    from llmdesk.engine.backends.script import Script, pieces_of

    said = pieces_of(Script(ANSWER + TABLE, say=True), "")
    tokens = LONG_CHARS * len(said) // len(ANSWER + TABLE)
    long = in_child(LONG_TPS, tokens, counts_paints=False)
    print(f"{LONG_CHARS} characters at {long['answer_tps']:.0f} tok/s:")
    print(f"  GUI lag: p99 {long['lag_p99_ms']:.1f} ms (bar 33), worst {long['lag_worst_ms']:.1f} ms (bar 100)")
    start, end = long["start_us_per_char"], long["end_us_per_char"]
    print(
        f"  cost per character: {start:.1f} us at the start, {end:.1f} us at the end, {end / start:.2f} times (bar 1.5)"
    )


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tps", type=float, nargs="+", default=[30.0, 60.0])
    parser.add_argument("--tokens", type=int, default=2000)
    parser.add_argument("--offscreen", action="store_true")
    parser.add_argument("--long", action="store_true")
    parser.add_argument("--child", nargs=2, help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.offscreen:
        os.environ["QT_QPA_PLATFORM"] = "offscreen"
    if args.child:
        mode, file = args.child
        Path(file).write_text(json.dumps(stream(args.tps[0], args.tokens, mode == "paints")), encoding="utf-8")
        return
    if args.long:
        report_long()
        return
    for tps in args.tps:
        report(tps, args.tokens)


if __name__ == "__main__":
    main()
