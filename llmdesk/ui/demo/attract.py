"""Plays a recording while nobody is there, over and over, marked as a replay (GUI thread only)."""

from __future__ import annotations

import logging
from pathlib import Path

from PySide6.QtCore import QObject, Slot

from llmdesk import paths
from llmdesk.datatypes.model import ErrorInfo
from llmdesk.services.recording.files import read_recording
from llmdesk.services.recording.recording import Recording
from llmdesk.ui.demo.replay_controller import ReplayController
from llmdesk.ui.demo.replay_run import conditions_text
from llmdesk.ui.demo.stand_parts import Invitation
from llmdesk.ui.kit.timers import make_timer
from llmdesk.ui.shell.desktop import Desktop
from llmdesk.ui.threads.background import Background

log = logging.getLogger(__name__)

_BETWEEN_MS = 4000


def shipped_recording() -> Path:
    """The one that comes with llmdesk."""
    return paths.shipped("assets") / "demos" / "stand.llmdesk.json.gz"


class Attract(QObject):
    """See the module. A recording that cannot be read is told in the log: then nothing plays."""

    def __init__(self, desktop: Desktop, replay: ReplayController, background: Background) -> None:
        super().__init__(desktop.window)
        self._desktop, self._replay, self._background = desktop, replay, background
        self._recording: Recording | None = None
        self._is_on = False
        self._again = make_timer(self, self._play_again, _BETWEEN_MS, once=True)
        replay.finished.connect(self._on_finished)

    @property
    def is_on(self) -> bool:
        """From ``begin`` to ``end``."""
        return self._is_on

    @property
    def is_ready(self) -> bool:
        """There is something to play."""
        return self._recording is not None

    def read(self) -> None:
        """The recording that the settings name, on another thread."""
        stand = self._desktop.settings.values.stand
        self._recording = None
        if stand.attract:
            path = Path(stand.recording).expanduser() if stand.recording else shipped_recording()
            self._background.run(lambda: read_recording(path), self._on_read, self._on_failed, kind="attract")

    def begin(self) -> bool:
        """Play it, if there is one. True if it plays."""
        if self._recording is None or self._is_on or self._desktop.sessions.is_generating:
            return self._is_on  # an answer that the owner began goes on behind
        self._is_on = True  # the replay shows a chat of its own at once
        self._replay.start(self._recording, Invitation(self._desktop.theme, conditions_text(self._recording)))
        self._is_on = self._replay.is_shown
        return self._is_on

    def end(self) -> None:
        """Back to the chat that was shown. Idempotent."""
        if self._is_on:
            self._again.stop()
            self._replay.end()
            self._is_on = False

    @Slot()
    def _on_finished(self) -> None:
        if self._is_on:
            self._again.start()

    @Slot()
    def _play_again(self) -> None:
        if self._is_on:
            self._replay.toggle()

    def _on_read(self, recording: Recording) -> None:
        self._recording = recording

    def _on_failed(self, error: ErrorInfo) -> None:
        log.warning("stand mode plays nothing: %s", error.user_message)
