"""The real window with a scripted answer, for the test that watches the screen: says where words come, then the times.

First line: x y width height of the conversation on the screen. Then, when the answer has ended, a line of JSON: the
engine's time of each token, and the delays from token to painting that the window's own meter found.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
from pathlib import Path

os.environ["LLMDESK_HOME"] = tempfile.mkdtemp()

from PySide6.QtCore import QPoint, QTimer

from llmdesk import paths
from llmdesk.app import build_desktop, make_application
from llmdesk.datatypes.chat import Finished
from llmdesk.engine.backends.scripted import ScriptedBackend
from llmdesk.services.live.paint_meter import PaintMeter
from llmdesk.ui.shell.window_state import WindowState
from tests.models import builders

_ENTRY = """
[[model]]
id = "alpha"
title = "Alpha"
source = "folder"
location = "{location}"
"""
TOKENS, TPS = 24, 8


def main() -> None:
    """One answer, a word at a time."""
    app = make_application()
    location = builders.model_folder(Path(os.environ["LLMDESK_HOME"]) / "model")
    paths.made(paths.config_dir())
    paths.user_catalogue().write_text(_ENTRY.format(location=location), encoding="utf-8")
    desktop = build_desktop("alpha", WindowState(), lambda: ScriptedBackend(0.0))
    window = desktop.window
    tokens: list[float] = []
    delays: dict[int, float] = {}
    _note_delays(delays)

    def begin() -> None:
        view = window.chat.conversation_view
        corner = view.mapToGlobal(QPoint(0, 0))
        _say(f"{corner.x()} {corner.y()} {view.width()} {view.height()}")
        words = " ".join(f"word{number}" for number in range(TOKENS))
        desktop.chat.submit(f"[say tokens={TOKENS} tps={TPS}] {words}")

    def end(event: Finished) -> None:
        QTimer.singleShot(500, tell)

    def tell() -> None:
        _say(json.dumps({"tokens_s": tokens, "painted_s": sorted(delays.values())}))
        window.close()

    desktop.bridge.tokens.connect(lambda _, events: tokens.extend(event.t_s for event in events))
    desktop.bridge.finished.connect(end)
    window.resize(1440, 900)
    desktop.show()
    QTimer.singleShot(1500, begin)
    app.exec()
    desktop.close()


def _note_delays(found: dict[int, float]) -> None:
    """Keep when the meter saw each token on the screen (it keeps two seconds of them only)."""
    read = PaintMeter.read

    def noting(self: PaintMeter, painted_chars: int, now_s: float) -> None:
        before = self._painted_tokens
        read(self, painted_chars, now_s)
        for number in range(before, self._painted_tokens):
            found[number] = now_s

    PaintMeter.read = noting  # type: ignore[method-assign]


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
