"""Pictures of the race to look at: ``python -m tests.ui.race.screenshots FOLDER [RACE.json]``.

Without a race that was saved, one with scripted figures is shown.
"""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ["LLMDESK_HOME"] = tempfile.mkdtemp()

from PySide6.QtCore import QEventLoop, QTimer

from llmdesk import paths
from llmdesk.app import build_desktop, make_application
from llmdesk.engine.backends.scripted import ScriptedBackend
from llmdesk.services.race.files import read_race
from llmdesk.services.race.running import LaneNews
from llmdesk.ui.race.controller import RaceController
from llmdesk.ui.shell.window_state import WindowState
from tests.models import builders
from tests.services.race.makers import race_of
from tests.ui.screenshots import _ENTRY


def main(folder: Path, saved: Path | None) -> None:
    """Set-up, run, replay and result, light and dark; the replay in presenter mode."""
    folder.mkdir(exist_ok=True, parents=True)
    make_application()
    location = builders.model_folder(folder / "model")
    paths.made(paths.config_dir())
    paths.user_catalogue().write_text(_ENTRY.format(location=location), encoding="utf-8")
    desktop = build_desktop("alpha", WindowState(), lambda: ScriptedBackend(0.02))
    window = desktop.window
    window.resize(1920, 1080)
    desktop.show()
    _wait_ms(1500)
    window.pages.show_page("race")
    controller = window.findChild(RaceController)
    assert isinstance(controller, RaceController)
    race = read_race(saved) if saved is not None else race_of()
    page, now = controller.page, [0.0]
    page.now = lambda: now[0]
    _wait_ms(500)

    def shoot(name: str) -> None:
        for theme in ("light", "dark"):
            desktop.settings.set("appearance.theme", theme)
            _wait_ms(400)
            window.grab().save(str(folder / f"race-{name}-{theme}.png"))

    shoot("setup")
    page.show_running(race.plan)
    assert page.running is not None
    page.running.show_progress("SmolLM2 135M int4: writing · about 6.2 s left · Chats wait until it is over.", 0.62)
    page.running.show_news(LaneNews(1, len(race.runs[1].answer.pieces), race.runs[1].decode_tps, race.runs[1]))
    page.running.show_news(LaneNews(0, 41, race.runs[0].decode_tps))
    shoot("running")
    page.show_race(race)
    assert page.replay is not None
    page.replay.seek(0.62 * race.duration_s)
    shoot("replay")
    page.replay.show_result(True)
    shoot("result")
    page.replay.result.image().save(str(folder / "card.png"))
    window.action_table["presenter"].trigger()
    _wait_ms(600)
    page.replay.seek(0.62 * race.duration_s)
    shoot("presenter")
    desktop.close()


def _wait_ms(duration_ms: int) -> None:
    loop = QEventLoop()
    QTimer.singleShot(duration_ms, loop.quit)
    loop.exec()


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]) if len(sys.argv) > 2 else None)
