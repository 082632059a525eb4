"""What the window computes and paints while an answer streams, whatever else runs on the machine.

    python benchmarks/streaming_cost.py [--tps 30 60] [--tokens 2000] [--offscreen]

The scripted backend writes an ordinary answer (paragraphs, a list, code) at a given speed into the real window with
live graphs. Prints processor time by thread and of the X server (milliseconds in a second; on few cores the model loses
about as much), then, from a run of its own because counting costs time, paint events and pixels by widget.
"""

from __future__ import annotations

import argparse
import json
import os
import re
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


def stream(tps: float, tokens: int, counts_paints: bool) -> dict[str, Any]:
    """In this process: one answer in the real window, on whatever platform Qt is told to use."""
    from PySide6.QtCore import QEvent, QObject, QTimer
    from PySide6.QtGui import QPaintEvent
    from PySide6.QtWidgets import QWidget

    from llmdesk.app import build_desktop, end_desktop, make_application
    from llmdesk.engine.backends import scripted
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

    words = re.findall(r"\s*\S{1,7}|\s+", ANSWER)
    scripted._pieces = lambda script: (words * (tokens // len(words) + 1))[:tokens]  # type: ignore[assignment]
    app, counting, result = make_application(), Counting(), {"tps": tps}
    with tempfile.TemporaryDirectory() as folder:
        kept, settings = WindowState(Path(folder) / "window.ini"), Settings(Path(folder) / "settings.toml")
        desktop = build_desktop("", kept, scripted.ScriptedBackend, settings, keeps_chats=False)
        desktop.window.resize(1440, 900)
        meter = CpuMeter()
        state = {"asked": 0.0, "measuring_since": 0.0}

        def begin() -> None:
            state["measuring_since"] = time.perf_counter()
            if counts_paints:
                app.installEventFilter(counting)
            meter.start()

        def on_status(status: Any) -> None:
            if status.state == "ready" and not state["asked"]:
                state["asked"] = 1.0
                sampling = replace(desktop.sessions.options.sampling, max_new_tokens=tokens)
                desktop.sessions.configure(replace(desktop.sessions.options, sampling=sampling))
                desktop.chat.submit(f"[tps={tps}] Why is memory the limit?")
                QTimer.singleShot(WARM_UP_MS, begin)

        def on_end(event: Any) -> None:
            meter.stop()
            app.removeEventFilter(counting)
            seconds = time.perf_counter() - state["measuring_since"]
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


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tps", type=float, nargs="+", default=[30.0, 60.0])
    parser.add_argument("--tokens", type=int, default=2000)
    parser.add_argument("--offscreen", action="store_true")
    parser.add_argument("--child", nargs=2, help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.offscreen:
        os.environ["QT_QPA_PLATFORM"] = "offscreen"
    if args.child:
        mode, file = args.child
        Path(file).write_text(json.dumps(stream(args.tps[0], args.tokens, mode == "paints")), encoding="utf-8")
        return
    for tps in args.tps:
        report(tps, args.tokens)


if __name__ == "__main__":
    main()
