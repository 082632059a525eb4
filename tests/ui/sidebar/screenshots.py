"""Pictures of the window with its list of chats: ``python -m tests.ui.sidebar.screenshots FOLDER``."""

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
from llmdesk.ui.shell.desktop import Desktop
from llmdesk.ui.shell.window_state import WindowState
from tests.models import builders
from tests.ui.pictures import take, wait_ms
from tests.ui.screenshots import _ENTRY
from tests.ui.sidebar.chats import DAY_S, fill, kept_chat

SIZES = ((1440, 900), (1024, 600), (720, 480))
_ANSWER = "A running sum keeps it linear: each step adds the new value and takes away the one that leaves the window."


def main(folder: Path) -> None:
    """All of them."""
    folder.mkdir(exist_ok=True, parents=True)
    location = builders.model_folder(folder / "model")
    make_application()
    paths.made(paths.config_dir())
    paths.user_catalogue().write_text(_ENTRY.format(location=location), encoding="utf-8")
    prompt = "Write a function for the moving average of a list, and say what it costs."
    fill(
        [
            kept_chat("Notes for the trade fair", ago_s=DAY_S),
            kept_chat("Regex for invoice numbers, with the long list of exceptions", ago_s=DAY_S + 60),
            kept_chat("Explain quantisation simply", ago_s=3 * DAY_S),
            kept_chat("Holiday in the Alps", ago_s=50 * DAY_S),
            kept_chat("Tax return", ago_s=400 * DAY_S),
            kept_chat("Style guide", ago_s=2 * DAY_S, is_pinned=True),
            kept_chat("Unit tests of the parser", ago_s=5 * DAY_S, folder="Work"),
            kept_chat("Release notes", ago_s=6 * DAY_S, folder="Work"),
            kept_chat("Soup", ago_s=6 * DAY_S, folder="Kitchen"),
            kept_chat("What can this laptop run?", ago_s=120, is_unread=True),
            kept_chat("Moving average in Python", [(prompt, _ANSWER)] * 3, ago_s=60),
        ]
    )
    desktop = build_desktop("alpha", WindowState(), lambda: ScriptedBackend(0.02))
    desktop.show()
    wait_ms(1500)
    bar = desktop.window.side_bar
    first = next(chat_id for chat_id, info in bar.model.infos.items() if info.title.startswith("Moving"))
    desktop.chat.submit("[tokens=3000 tps=5] Translate the invitation")
    wait_ms(400)
    desktop.chat_list.controller.open(first)
    bar.model.toggle("Kitchen")
    wait_ms(500)
    _take(desktop, folder, "list")
    bar.search.setText("running sum")
    wait_ms(600)
    _take(desktop, folder, "search", zooms=(100,))
    bar.leave_search()
    desktop.chat_list.palette.toggle()
    _take(desktop, folder, "palette", zooms=(100, 200))
    desktop.chat_list.palette.palette.field.setText("ch")
    _take(desktop, folder, "palette-ch", zooms=(100,))
    desktop.chat_list.palette.toggle()
    desktop.window.action_table["new_private_chat"].trigger()
    _take(desktop, folder, "private", zooms=(100,))
    desktop.window.resize(720, 480)
    desktop.settings.set("appearance.zoom_percent", 100)
    wait_ms(100)
    desktop.window.side_bar_place.toggle()
    wait_ms(200)
    desktop.window.grab().save(str(folder / "over-dark-720.png"))
    desktop.close()


def _take(desktop: Desktop, folder: Path, name: str, zooms: Sequence[int] = (70, 100, 200)) -> None:
    take(desktop, folder, name, zooms, SIZES)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
