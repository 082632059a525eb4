"""Pictures of the live column and its own window to look at: ``python -m tests.ui.dashboard.screens FOLDER``.

A scripted model streams at a steady speed with the cost of a real one (TokenWork), on the real machine.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ["LLMDESK_HOME"] = tempfile.mkdtemp()

from PySide6.QtCore import QEventLoop, QTimer

from llmdesk import paths
from llmdesk.app import build_desktop, make_application
from llmdesk.datatypes.model import LocalModel
from llmdesk.datatypes.token_work import TokenWork
from llmdesk.engine.backend import LoadOptions, LoadReporter
from llmdesk.engine.backends.scripted import ScriptedBackend, ScriptedModel
from llmdesk.services.live.ceiling_watch import Ceilings
from llmdesk.ui.shell.window_state import WindowState
from tests.models import builders

ENTRY = """
[[model]]
id = "alpha"
title = "Llama 3.2 1B Instruct"
source = "folder"
location = "{location}"
precision = "int4"
context_tokens = 8192
memory_bytes = 1000000
"""
_PROMPT = "Write a function for the moving average of a list, and say what it costs."


class Costly(ScriptedBackend):
    """As if each token read 0.7 GB."""

    def load(self, model: LocalModel, options: LoadOptions, report: LoadReporter) -> ScriptedModel:
        """See Backend."""
        loaded = super().load(model, options, report)
        work = TokenWork(700_000_000, ((0, 32_768),), 2_000_000_000, 4.0)
        loaded.info = replace(loaded.info, work=work, weights_bytes=760_000_000)
        return loaded


def main(folder: Path) -> None:
    """Both themes: the window at two sizes, paused and live; the window of its own at 1920 x 1080."""
    folder.mkdir(exist_ok=True, parents=True)
    make_application()
    location = builders.model_folder(folder / "model")
    paths.made(paths.config_dir())
    paths.user_catalogue().write_text(ENTRY.format(location=location), encoding="utf-8")
    desktop = build_desktop("alpha", WindowState(), lambda: Costly(0.02))
    window, machine = desktop.window, desktop.machine
    window.resize(1440, 900)
    desktop.show()
    _wait_s(2.0)
    machine.on_measured(Ceilings(time.perf_counter(), 29e9, 110e9))
    desktop.chat.submit(f"[prefill=1200 tokens=200 tps=27.4] {_PROMPT}")
    _wait_s(9.0)
    desktop.chat.submit("[prefill=1400 tokens=4000 tps=27.4] And for a stream that never ends?")
    _wait_s(6.0)
    window.dashboard.toggle_cores()
    machine.open_screen()
    screen = machine.screen
    assert screen is not None
    screen.resize(1920, 1080)
    _wait_s(2.0)
    for theme in ("dark", "light"):
        desktop.settings.set("appearance.theme", theme)
        for width, height in ((1440, 900), (1920, 1080)):
            window.resize(width, height)
            _wait_s(1.5)
            window.grab().save(str(folder / f"main-{theme}-{width}.png"))
        screen.grab().save(str(folder / f"screen-{theme}.png"))
    screen.resize(3840, 2160)
    _wait_s(1.5)
    screen.grab().save(str(folder / "screen-light-3840.png"))
    window.dashboard.time_view.toggle()
    window.dashboard.time_view.zoom(-4, 60.0)
    _wait_s(1.0)
    window.grab().save(str(folder / "main-paused.png"))
    desktop.close()


def _wait_s(seconds: float) -> None:
    loop = QEventLoop()
    QTimer.singleShot(round(1000 * seconds), loop.quit)
    loop.exec()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
