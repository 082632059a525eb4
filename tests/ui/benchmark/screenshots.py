"""Pictures of the benchmark page to look at: ``python -m tests.ui.benchmark.screenshots FOLDER``."""

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
from llmdesk.services.bench import history
from llmdesk.ui.shell.window_state import WindowState
from tests.models import builders
from tests.ui.benchmark.figures import conditions, quality, row
from tests.ui.screenshots import _ENTRY


def main(folder: Path) -> None:
    """Light and dark, empty and with scripted figures."""
    folder.mkdir(exist_ok=True, parents=True)
    make_application()
    location = builders.model_folder(folder / "model")
    paths.made(paths.config_dir())
    paths.user_catalogue().write_text(_ENTRY.format(location=location), encoding="utf-8")
    desktop = build_desktop("alpha", WindowState(), lambda: ScriptedBackend(0.02))
    desktop.window.resize(1440, 900)
    desktop.show()
    _wait_ms(1500)
    for name in ("empty", "filled"):
        desktop.window.pages.show_page("benchmark")
        for theme in ("light", "dark"):
            desktop.settings.set("appearance.theme", theme)
            _wait_ms(600)
            desktop.window.grab().save(str(folder / f"benchmark-{name}-{theme}.png"))
        for day, tps in enumerate((19.0, 20.5, 20.1, 24.0, 25.2), start=1):
            history.add_run([row(tps=tps), row(precision="bf16", tps=tps / 3)], conditions(day))
        history.add_quality("alpha", [quality()], conditions(6))
    desktop.close()


def _wait_ms(duration_ms: int) -> None:
    loop = QEventLoop()
    QTimer.singleShot(duration_ms, loop.quit)
    loop.exec()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
