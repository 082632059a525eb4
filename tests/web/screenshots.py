"""Pictures of the audience's view to look at, from a real window: ``python -m tests.web.screenshots FOLDER``.

The model is scripted; the page is the real one, on a phone and on a second screen, in light and dark.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ["LLMDESK_HOME"] = tempfile.mkdtemp()

from llmdesk import paths
from llmdesk.app import build_desktop, make_application
from llmdesk.services.live.ceiling_watch import Ceilings
from llmdesk.ui.shell.window_state import WindowState
from tests.models import builders
from tests.ui.dashboard.screens import ENTRY, Costly
from tests.ui.pictures import wait_ms
from tests.ui.server.test_server import free_port
from tests.web.browser import running_browser

_ANSWER = "[prefill=40 tokens=160 tps=27.4] Why does the sky turn red in the evening?"


def main(folder: Path) -> None:
    """While an answer is written."""
    folder.mkdir(exist_ok=True, parents=True)
    os.environ["LLMDESK_TEST_ARTIFACTS"] = str(folder)
    make_application()
    location = builders.model_folder(folder / "model")
    paths.made(paths.config_dir())
    paths.user_catalogue().write_text(ENTRY.format(location=location), encoding="utf-8")
    desktop = build_desktop("alpha", WindowState(), lambda: Costly(0.02))
    desktop.show()
    wait_ms(2000)
    desktop.machine.on_measured(Ceilings(time.perf_counter(), 29e9, 110e9))
    desktop.server.start("127.0.0.1", free_port())
    while not desktop.server.status.urls:
        wait_ms(50)
    desktop.window.action_table["audience"].trigger()
    desktop.chat.submit(_ANSWER)
    wait_ms(3000)
    url = f"{desktop.server.status.urls[0]}/#view=stage"
    with running_browser(folder / "chromium") as browser:
        for width, height in ((360, 740), (1920, 1080)):
            for dark in (False, True):
                page = browser.page(url, width=width, height=height, dark=dark)
                wait_ms(1500)
                page.screenshot(f"stage-{'dark' if dark else 'light'}-{width}", folder)
                page.close()
    desktop.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
