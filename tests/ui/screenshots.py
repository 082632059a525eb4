"""Pictures of the whole window to look at, in sizes, zooms, themes: ``python -m tests.ui.screenshots FOLDER``."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ["LLMDESK_HOME"] = tempfile.mkdtemp()


from llmdesk import paths
from llmdesk.app import build_desktop, make_application
from llmdesk.engine.backends.scripted import ScriptedBackend
from llmdesk.ui.kit.popover import Popover
from llmdesk.ui.shell.desktop import Desktop
from llmdesk.ui.shell.window_state import WindowState
from tests.models import builders
from tests.ui.pictures import take, wait_ms

SIZES = ((720, 480), (1280, 800), (1920, 1080))
ZOOMS = (70, 100, 150, 250)
_ENTRY = """
[[model]]
id = "alpha"
title = "Llama 3.2 1B Instruct"
source = "folder"
location = "{location}"
precision = "int8"
context_tokens = 4096
memory_bytes = 1000000
"""


def main(folder: Path) -> None:
    """All of them."""
    folder.mkdir(exist_ok=True, parents=True)
    location = builders.model_folder(folder / "model")
    make_application()
    paths.made(paths.config_dir())
    paths.user_catalogue().write_text(_ENTRY.format(location=location), encoding="utf-8")
    desktop = build_desktop("alpha", WindowState(), lambda: ScriptedBackend(0.02))
    desktop.show()
    wait_ms(1500)
    _take(desktop, folder, "empty")
    desktop.chat.submit("[tokens=160 tps=60] Write a function, and say what it costs.")
    wait_ms(4000)
    _take(desktop, folder, "answer")
    for number, panel in enumerate(desktop.window.findChildren(Popover)):
        panel.open_under(desktop.window.top_bar.more, align_right=True)
        _take(desktop, folder, f"panel{number}", zooms=(100, 250))
        panel.close_panel()
    desktop.close()


def _take(desktop: Desktop, folder: Path, name: str, zooms: Sequence[int] = ZOOMS) -> None:
    take(desktop, folder, name, zooms, SIZES)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
