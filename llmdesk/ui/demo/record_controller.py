"""Records what is asked and answered, by an action of the window (GUI thread only)."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Slot

from llmdesk import paths
from llmdesk.datatypes.model import ErrorInfo
from llmdesk.errors import RecordingError
from llmdesk.listeners import Unsubscribe
from llmdesk.services.recording.files import SUFFIX, write_recording
from llmdesk.services.recording.recorder import Recorder
from llmdesk.services.recording.recording import Recording
from llmdesk.ui.kit import files
from llmdesk.ui.kit.notice import Action
from llmdesk.ui.kit.words import tr
from llmdesk.ui.shell.desktop import Desktop
from llmdesk.ui.threads.background import Background

log = logging.getLogger(__name__)

_SHOWN_S = 24 * 3600.0


def recordings_dir() -> Path:
    """Where recordings go that nobody has found a place for."""
    return paths.data_dir() / "recordings"


class RecordController(QObject):
    """One recording at a time; while it runs the window's title says so.

    Args:
        play: shows a recording that was written.
        is_replay: whether what the window shows is one already.
    """

    def __init__(self, desktop: Desktop, play: Callable[[Path], None], is_replay: Callable[[], bool]) -> None:
        super().__init__(desktop.window)
        self._desktop, self._window, self._play, self._is_replay = desktop, desktop.window, play, is_replay
        self._background = Background(desktop.bridge)
        self._recorder: Recorder | None = None
        self._unsubscribe: Unsubscribe = lambda: None
        self._kept: list[Recording] = []  # until they are written: a dialog that was cancelled loses nothing
        desktop.window.closed.connect(self._keep_at_the_end)

    @property
    def is_recording(self) -> bool:
        """True from ``begin`` to ``stop``."""
        return self._recorder is not None

    @Slot()
    def toggle(self) -> None:
        """Begin, or stop and ask where it goes."""
        if self._recorder is None:
            self.begin()
        else:
            self.finish()

    def begin(self) -> None:
        """From now on."""
        if self._is_replay():
            self._window.notice.show_notice("record", tr("A replay cannot be recorded."), tr("End it first."))
            return
        self._recorder = Recorder()
        self._unsubscribe = self._desktop.sessions.subscribe(self._recorder.on_change)
        self._desktop.bridge.sample.connect(self._recorder.add_sample)
        self._window.setWindowTitle(tr("● Recording – llmdesk"))
        self._window.notice.show_notice(
            "record",
            tr("Recording. Prompts, answers and figures from now on go into the file; private chats do not."),
            actions=[Action(tr("Stop and save"), self.finish)],
            duration_s=_SHOWN_S,
        )

    def stop(self) -> Recording | None:
        """End it; None if nothing was asked, or nothing was being recorded."""
        recorder, self._recorder = self._recorder, None
        if recorder is None:
            return None
        self._unsubscribe()
        self._desktop.bridge.sample.disconnect(recorder.add_sample)
        self._window.setWindowTitle("llmdesk")
        self._window.notice.dismiss("record")
        return None if recorder.is_empty else recorder.recording()

    @Slot()
    def finish(self) -> None:
        """End it and ask where it goes."""
        recording = self.stop()
        if recording is None:
            self._window.notice.show_notice("record", tr("Nothing was asked, so nothing was recorded."))
            return
        self._kept.append(recording)
        self._save()

    @Slot()
    def _save(self) -> None:
        assert self._kept
        name = datetime.now().strftime("%Y-%m-%d %H.%M") + SUFFIX
        path = files.ask_where(self._window, tr("Save the recording"), name, tr("Recordings (*.json.gz *.json)"))
        if path is None:
            again = [Action(tr("Save…"), self._save)]
            self._window.notice.show_notice("record", tr("The recording is not saved yet."), actions=again)
            return
        recording = self._kept[-1]
        work = partial(write_recording, recording, path)
        self._background.run(work, lambda _: self._tell_saved(recording, path), self._tell)

    @Slot()
    def _keep_at_the_end(self) -> None:
        """The window is closed over a recording that is nowhere yet: it goes into the data folder."""
        for number, recording in enumerate((*self._kept, self.stop())):
            if recording is None:
                continue
            path = recordings_dir() / f"{datetime.now():%Y-%m-%d %H.%M.%S}{f' {number + 1}' if number else ''}{SUFFIX}"
            try:
                path.parent.mkdir(parents=True, exist_ok=True)
                write_recording(recording, path)
                log.info("a recording that was not saved yet is %s", path)
            except (OSError, ValueError, RecordingError) as error:
                log.warning("a recording could not be kept: %s", error)

    def _tell_saved(self, recording: Recording, path: Path) -> None:
        self._kept = [each for each in self._kept if each is not recording]
        actions = [
            Action(tr("Play it"), partial(self._play, path)),
            Action(tr("Show the folder"), partial(self._show_folder, path)),
        ]
        self._window.notice.show_notice(
            "record", tr("The recording is saved as {name}.", name=path.name), tone="good", actions=actions
        )

    def _show_folder(self, path: Path) -> None:
        files.show_in_system(path.parent)

    def _tell(self, error: ErrorInfo) -> None:
        again = [Action(tr("Save…"), self._save)]
        self._window.notice.show_notice("record", error.user_message, error.hint, tone="bad", actions=again)
