"""Pictures of the chat pane in its states, to look at: ``python -m tests.ui.chat.screenshots FOLDER``."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QWidget

from llmdesk.errors import NotEnoughMemory
from llmdesk.ui.kit.theme import Theme
from tests.ui.chat.conftest import STATS, DrivenPane
from tests.ui.chat.samples import CODE_ANSWER, EVERYTHING
from tests.ui.pictures import wait_ms

SIZES = ((900, 600), (1440, 900), (2560, 1440))


def _empty(pane: DrivenPane) -> None:
    pane.set_machine_summary("12 cores with AVX2 and 29 GB/s of memory: about 27 tokens per second with this model.")


def _streaming(pane: DrivenPane) -> None:
    pane.begin_turn("1", "Write a function for the moving average of a list, and say what it costs.")
    pane.append_text("1", CODE_ANSWER)
    pane.finish_turn("1")
    pane.begin_turn("2", "And for a stream that never ends?")
    words = "Keep the last **window** values in a deque with a maximum length. Each new value costs the same, "
    pane.append_text("2", words + "however long the stream")
    pane.set_generating(True)
    pane.set_context(1130, 8192)


def _finished(pane: DrivenPane) -> None:
    pane.begin_turn("1", "Show me everything.")
    pane.append_text("1", EVERYTHING)
    pane.finish_turn("1", "length")
    pane.set_context(1130, 8192)
    pane.set_prompt("A prompt that is being typed\nwith a second line")


def _error(pane: DrivenPane) -> None:
    pane.begin_turn("1", "What is the capital of France?")
    pane.append_text("1", "The capital of France is")
    error = NotEnoughMemory("There is not enough free memory for this.").info()
    pane.fail_turn("1", error, STATS)
    pane.begin_turn("2", "And of Italy?")
    pane.set_progress("2", "Loading model, 40 %", 0.4)
    pane.set_generating(True)


def _versions(pane: DrivenPane) -> None:
    pane.begin_turn("1", "Write a function for the moving avrage.")
    pane.append_text("1", "A first answer.")
    pane.finish_turn("1")
    pane.edit("1", "2", "Write a function for the moving average of a list, and say what it costs.")
    pane.append_text("2", "Short.")
    pane.finish_turn("2")
    pane.again("2", "3")
    pane.append_text("3", CODE_ANSWER)
    pane.finish_turn("3")
    pane.begin_turn("4", "And for a stream that never ends?")
    pane.append_text("4", "No.")
    pane.finish_turn("4")
    pane.again("4", "5")
    pane.append_text("5", "Keep the last **window** values in a deque with a maximum length.")
    pane.set_generating(True)
    pane.set_context(1130, 8192)


STATES: dict[str, Callable[[DrivenPane], None]] = {
    "empty": _empty,
    "versions": _versions,
    "streaming": _streaming,
    "finished": _finished,
    "error": _error,
}


def main(folder: Path) -> None:
    """Every state at every size, light and dark."""
    app = QApplication.instance() or QApplication([])
    assert isinstance(app, QApplication)
    app.setStyle("Fusion")
    theme = Theme()
    for is_dark in (False, True):
        theme.force(Qt.ColorScheme.Dark if is_dark else Qt.ColorScheme.Light)
        for name, play in STATES.items():
            for width, height in SIZES:
                window = QWidget()
                pane = DrivenPane(theme, window)
                pane.resize(width, height)
                window.resize(width, height)
                pane.set_model_title("Llama 3.2 1B")
                window.show()
                play(pane)
                wait_ms(200)
                window.grab().save(str(folder / f"{name}-{width}-{'dark' if is_dark else 'light'}.png"))
                window.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
