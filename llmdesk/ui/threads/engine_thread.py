"""The one thread that touches models."""

from __future__ import annotations

import logging
import sys

from PySide6.QtCore import QObject, QThread

from llmdesk.engine.serving.runner import EngineRunner

log = logging.getLogger(__name__)


class EngineThread(QThread):
    """Runs the engine's loop. Never terminated: ``stop`` asks, and the engine looks at it once a step."""

    def __init__(self, runner: EngineRunner, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("engine")
        self._runner = runner

    def run(self) -> None:
        """The thread's whole life. The runner has told all waiting requests before an exception gets here."""
        try:
            self._runner.run_forever()
        except Exception:
            sys.excepthook(*sys.exc_info())

    def stop(self, timeout_s: float = 10.0) -> bool:
        """Ask the engine to end and wait for it (at shutdown only). False if it did not end in time."""
        self._runner.stop()
        ended = self.wait(round(timeout_s * 1000))
        if not ended:
            log.error("the engine thread did not end within %.0f s", timeout_s)
        return ended
