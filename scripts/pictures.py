"""Pictures of the window as its users see it, from a real run of the embedded model.

``python scripts/pictures.py FOLDER [--docs]``; with ``--docs`` those of the README are renewed, too. Without a display
(QT_QPA_PLATFORM=offscreen) or on one; on a machine that does nothing else, for the figures in them are real ones.
"""

from __future__ import annotations

import argparse
import os
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ["LLMDESK_HOME"] = tempfile.mkdtemp()

from PySide6.QtCore import QEventLoop, Qt, QTimer
from PySide6.QtGui import QImage

from llmdesk.app import build_desktop, make_application
from llmdesk.ui.demo.attract import shipped_recording
from llmdesk.ui.demo.rooms import rooms_of
from llmdesk.ui.shell.desktop import Desktop
from llmdesk.ui.shell.window_state import WindowState

SIZES = ((1920, 1080), (3840, 2160))
_QUESTIONS = (
    "Explain in three sentences why the sky is blue.",
    "Write a Python function that returns the moving average of a list.",
)
_DOCS = Path(__file__).parents[1] / "docs"
_DOCS_WIDTH = 1440
_FOR_DOCS = {"answer-dark-1920": "window.png", "presenter-dark-1920": "presenter.png", "stand-light-1920": "stand.png"}


class Pictures:
    """Takes them, one after the other, of one window."""

    def __init__(self, desktop: Desktop, folder: Path) -> None:
        self._desktop, self._folder = desktop, folder

    def take(self, name: str, *, shows: Callable[[], None] = lambda: None) -> None:
        """In both themes and sizes; ``shows`` is called before each."""
        for width, height in SIZES:
            self._desktop.window.resize(width, height)
            for theme in ("light", "dark"):
                self._desktop.settings.set("appearance.theme", theme)
                shows()
                wait_s(0.8)
                self._desktop.window.grab().save(str(self._folder / f"{name}-{theme}-{width}.png"))


def main(folder: Path, *, renews_docs: bool) -> None:
    """All of them."""
    folder.mkdir(parents=True, exist_ok=True)
    make_application()
    desktop = build_desktop("", WindowState())
    window, pictures = desktop.window, Pictures(desktop, folder)
    window.resize(*SIZES[0])
    desktop.show()
    wait_until(lambda: window.top_bar.status.state == "ready", 180)
    wait_s(5)  # what the memory can do is measured in a quiet moment
    for question in _QUESTIONS:
        desktop.chat.submit(question)
        wait_until(lambda: not desktop.chat.is_generating, 120)
    wait_s(1)
    pictures.take("answer")
    _presenter(desktop, pictures)
    _replay(desktop, pictures)
    _stand(desktop, pictures)
    desktop.close()
    if renews_docs:
        for made, name in _FOR_DOCS.items():
            small(folder / f"{made}.png", _DOCS / name)


def _presenter(desktop: Desktop, pictures: Pictures) -> None:
    presenter = rooms_of(desktop).presenter
    presenter.begin(whole_screen=False)
    desktop.chat.new_chat()
    desktop.chat.submit("Why does the sky turn red in the evening?")
    wait_until(lambda: not desktop.chat.is_generating, 120)
    pictures.take("presenter")
    presenter.end()


def _replay(desktop: Desktop, pictures: Pictures) -> None:
    replay = rooms_of(desktop).replay
    replay.open(shipped_recording())
    wait_until(lambda: replay.is_shown, 20)
    replay.seek(10.0)
    replay.toggle()
    pictures.take("replay")
    replay.end()


def _stand(desktop: Desktop, pictures: Pictures) -> None:
    stand = rooms_of(desktop).stand
    stand.lock.pin.choose("246810")
    stand.begin(whole_screen=False)
    pictures.take("stand", shows=stand.touch)
    desktop.chat.submit(_QUESTIONS[0])
    wait_until(lambda: not desktop.chat.is_generating, 120)
    pictures.take("stand-answer", shows=stand.touch)
    stand.lock.ask()
    pictures.take("stand-pin")


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


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--docs", action="store_true")
    args = parser.parse_args()
    main(args.folder, renews_docs=args.docs)
