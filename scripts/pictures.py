"""Pictures of the window as its users see it, from a real run of the embedded model.

``python scripts/pictures.py FOLDER [--docs]``: each page at 1920x1080 and, with everything twice as large, at
3840x2160, light and dark; with ``--docs`` those of the README that are among them are renewed, too. Without a display
(QT_QPA_PLATFORM=offscreen) or on one; on a machine that does nothing else, for the figures in them are real ones. Takes
about a quarter of an hour, most of it the comparison with float32 (``--parts`` leaves out what is not wanted).
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QEventLoop, Qt, QTimer
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QWidget

from llmdesk.app import build_desktop, make_application
from llmdesk.ui.benchmark.benchmark_page import BenchmarkPage
from llmdesk.ui.dashboard.live_screen import LiveScreen
from llmdesk.ui.demo.attract import shipped_recording
from llmdesk.ui.demo.rooms import rooms_of
from llmdesk.ui.kit.wording import NOTHING
from llmdesk.ui.race.controller import RaceController
from llmdesk.ui.shell.desktop import Desktop
from llmdesk.ui.shell.window_state import WindowState

SIZE_PX = (1920, 1080)
SCALES = (1, 2)
PARTS = ("answer", "live", "presenter", "benchmark", "race", "usage", "replay", "stand")
_STORIES = ("Tell me a very long story about a lighthouse.", "A long fairy tale about two foxes, please.")
_TALKS = (  # three to a chat
    ("How do birds find their way? Explain it at length.", "Do they sleep on the way?", "Which fly the furthest?"),
    ("Plan a week of cooking for four people.", "Now without meat.", "Write the list of what to buy."),
    ("The history of the bicycle, at length, please.", "Who built the first one?", "And what came then?"),
    ("What happens inside a battery? Explain it in detail.", "Why does it age?", "How is it charged?"),
    ("How does a boat sail against the wind?", "Explain it to a child.", "What is a keel for?"),
    ("Three days in Lisbon: a detailed plan, please.", "It will rain.", "Where is it quiet?"),
    ("Why do leaves change colour? Explain it at length.", "All of them?", "And conifers?"),
)
_WHY = "Why does the sky turn red in the evening? Explain it at length."
_TALK_S = 50  # so that the graphs have something to show
_QUESTIONS = (
    "Explain in three sentences why the sky is blue.",
    "Write a Python function that returns the moving average of a list.",
)
_LONGEST_S = 600
_DOCS = Path(__file__).parents[1] / "docs"
_DOCS_WIDTH = 1440
_FOR_DOCS = {
    "answer-dark-1920": "window.png",
    "race-dark-1920": "race.png",
    "benchmark-light-1920": "benchmark.png",
    "presenter-dark-1920": "presenter.png",
    "stand-light-1920": "stand.png",
}


class Pictures:
    """Takes them, one after the other, of one window."""

    def __init__(self, desktop: Desktop, folder: Path) -> None:
        self.desktop, self._folder = desktop, folder

    def take(self, name: str, *, shows: Callable[[], None] = lambda: None, of: QWidget | None = None) -> None:
        """In both themes; ``shows`` is called before each."""
        widget = of or self.desktop.window
        for theme in ("dark", "light"):  # the second time a prompt is not read any more: README has the dark ones
            self.desktop.settings.set("appearance.theme", theme)
            shows()
            wait_s(0.8)
            picture = widget.grab()
            picture.save(str(self._folder / f"{name}-{theme}-{picture.width()}.png"))


def main(folder: Path, parts: Sequence[str]) -> None:
    """All of them, at the scale of this process."""
    folder.mkdir(parents=True, exist_ok=True)
    make_application()
    desktop = build_desktop("", WindowState())
    window, pictures = desktop.window, Pictures(desktop, folder)
    window.resize(*SIZE_PX)
    desktop.show()
    wait_until(lambda: window.top_bar.status.state == "ready", _LONGEST_S)
    wait_s(5)  # what the memory can do is measured in a quiet moment
    window.resize(*SIZE_PX)
    talk(desktop)
    for part in parts:
        _TAKE[part](pictures)
    desktop.close()


def _answer(pictures: Pictures) -> None:
    desktop = pictures.desktop

    def converse() -> None:
        begin(desktop, _QUESTIONS[0])
        wait_until(lambda: not desktop.chat.is_generating, _LONGEST_S)
        ask(desktop, _QUESTIONS[1])
        desktop.chat.submit(_STORIES[0])

    pictures.take("answer", shows=converse)


def _live(pictures: Pictures) -> None:
    table = pictures.desktop.window.action_table
    table["cores"].trigger()
    table["live_window"].trigger()
    wait_s(1)
    live = pictures.desktop.window.findChild(LiveScreen)
    assert live is not None
    live.showNormal()
    live.resize(*SIZE_PX)
    pictures.take("live", of=live, shows=lambda: begin(pictures.desktop, _STORIES[1]))
    live.close()
    table["cores"].trigger()


def _presenter(pictures: Pictures) -> None:
    desktop = pictures.desktop
    presenter = rooms_of(desktop).presenter
    presenter.begin(whole_screen=False)
    pictures.take("presenter", shows=lambda: begin(desktop, _WHY))
    presenter.end()


def _benchmark(pictures: Pictures) -> None:
    window = pictures.desktop.window
    window.pages.show_page("benchmark")
    page = window.findChild(BenchmarkPage)
    assert page is not None
    wait_until(lambda: page.run.isEnabled(), 60)
    plan = page.plan
    plan.precisions.pick("int4", "int8", "bf16")
    plan.depths.pick(0, 1024, 4096)
    plan.fidelity.setChecked(os.environ.get("QT_SCALE_FACTOR") == "1")  # takes minutes: once is enough
    for _ in range(2):  # so that there is a past
        page.run.click()
        wait_until(lambda: page.is_running, 30)
        wait_until(lambda: not page.is_running, 6 * _LONGEST_S)
        wait_s(1)
        plan.fidelity.setChecked(False)
    pictures.take("benchmark")
    window.pages.close_page()


def _race(pictures: Pictures) -> None:
    desktop = pictures.desktop
    window = desktop.window
    window.pages.show_page("race")
    race = window.findChild(RaceController)
    assert race is not None
    setup, now = race.page.setup, [0.0]
    wait_until(lambda: len(setup.editors) >= 2, 60)
    pictures.take("race-setup")
    race.page.now = lambda: now[0]
    race.start(setup.plan)
    running = race.page.running
    assert running is not None
    wait_until(lambda: any(card.figure.text != NOTHING for card in running.cards), _LONGEST_S)
    window.grab()  # what it looks like meanwhile is taken once: it does not wait
    pictures.take("race-running")
    wait_until(lambda: race.page.replay is not None or not race.is_running, _LONGEST_S)
    view = race.page.replay
    assert view is not None, "the race came to no end"
    pictures.take("race", shows=lambda: view.seek(0.6 * view.clock.end_s))
    view.show_result(True)
    pictures.take("race-result")
    window.pages.close_page()
    wait_until(lambda: window.top_bar.status.state == "ready", _LONGEST_S)


def _usage(pictures: Pictures) -> None:
    pictures.desktop.window.pages.show_page("usage")
    wait_s(1)
    pictures.take("usage")
    pictures.desktop.window.pages.close_page()


def _replay(pictures: Pictures) -> None:
    replay = rooms_of(pictures.desktop).replay
    replay.open(shipped_recording())
    wait_until(lambda: replay.is_shown, 20)
    replay.seek(10.0)
    replay.toggle()
    pictures.take("replay")
    replay.end()


def _stand(pictures: Pictures) -> None:
    desktop = pictures.desktop
    stand = rooms_of(desktop).stand
    stand.lock.pin.choose("246810")
    stand.begin(whole_screen=False)
    pictures.take("stand-empty", shows=stand.touch)
    ask(desktop, _QUESTIONS[0])
    pictures.take("stand", shows=stand.touch)
    stand.lock.ask()
    pictures.take("stand-pin", shows=stand.touch)


_TAKE: dict[str, Callable[[Pictures], None]] = {
    "answer": _answer, "live": _live, "presenter": _presenter, "benchmark": _benchmark, "race": _race, "usage": _usage,
    "replay": _replay, "stand": _stand,
}  # fmt: skip


def talk(desktop: Desktop) -> None:
    """Ask one thing after the other, for a minute's graphs."""
    until_s = time.monotonic() + _TALK_S
    for questions in _TALKS:
        desktop.chat.new_chat()
        for question in questions:
            ask(desktop, question)
    while time.monotonic() < until_s:
        ask(desktop, "Tell me more about that.")


def begin(desktop: Desktop, question: str) -> None:
    """In a chat of its own, without waiting for the answer's end."""
    wait_until(lambda: not desktop.chat.is_generating, _LONGEST_S)
    desktop.chat.new_chat()
    desktop.chat.submit(question)


def ask(desktop: Desktop, question: str) -> None:
    """And wait for the answer's end."""
    desktop.chat.submit(question)
    wait_until(lambda: not desktop.chat.is_generating, _LONGEST_S)


def small(picture: Path, target: Path) -> None:
    """For the README: less wide, and without the channel that nothing uses."""
    found = QImage(str(picture)).scaledToWidth(_DOCS_WIDTH, Qt.TransformationMode.SmoothTransformation)
    found.convertToFormat(QImage.Format.Format_RGB888).save(
        str(target), "PNG", 0
    )  # quality 0: packed as small as can be


def wait_s(seconds: float) -> None:
    """With the window at work."""
    loop = QEventLoop()
    QTimer.singleShot(round(1000 * seconds), loop.quit)
    loop.exec()


def wait_until(is_so: Callable[[], bool], longest_s: float) -> None:
    """The same, for as long as it takes. Raises TimeoutError."""
    until_s = time.monotonic() + longest_s
    while not is_so():
        if time.monotonic() > until_s:
            raise TimeoutError(f"not within {longest_s:g} s")
        wait_s(0.05)


def in_a_process(folder: Path, scale: int, parts: Sequence[str]) -> None:
    """Qt takes its scale at the start only; each has a home of its own."""
    with tempfile.TemporaryDirectory() as home:
        # Of the program that this file is a part of, whichever is installed.
        paths = os.pathsep.join(filter(None, [str(_DOCS.parent), os.environ.get("PYTHONPATH")]))
        environment = {**os.environ, "QT_SCALE_FACTOR": str(scale), "LLMDESK_HOME": home, "PYTHONPATH": paths}
        command = [sys.executable, __file__, str(folder), "--scale", str(scale), "--parts", ",".join(parts)]
        subprocess.run(command, env=environment, check=True)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--docs", action="store_true")
    parser.add_argument("--parts", type=lambda text: text.split(","), default=PARTS, help=",".join(PARTS))
    parser.add_argument("--scales", type=lambda text: [int(each) for each in text.split(",")], default=SCALES)
    parser.add_argument("--scale", type=int, help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.scale:
        main(args.folder, args.parts)
    else:
        for each in args.scales:
            in_a_process(args.folder, each, args.parts)
        for made, name in _FOR_DOCS.items() if args.docs else ():
            if made.partition("-")[0] in args.parts:
                small(args.folder / f"{made}.png", _DOCS / name)
