"""Plays recordings in the window itself: the chat and the live figures get them as they get what the engine says.

GUI thread only. The chat is a private one whose answers come from the recording; the figures are put aside and are
back as they were once it has ended. Whoever goes to another chat ends it.
"""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal, Slot
from PySide6.QtWidgets import QWidget

from llmdesk.datatypes.model import ErrorInfo
from llmdesk.services.chats.sessions import Change, SessionShown
from llmdesk.services.recording.files import read_recording
from llmdesk.services.recording.recording import Recording
from llmdesk.ui.demo.replay_bar import ReplayBar
from llmdesk.ui.demo.replay_run import ReplayRun
from llmdesk.ui.kit import files
from llmdesk.ui.kit.pace import frame_ms
from llmdesk.ui.kit.timers import make_timer
from llmdesk.ui.kit.words import tr
from llmdesk.ui.shell.desktop import Desktop
from llmdesk.ui.threads.background import Background


class ReplayController(QObject):
    """See the module.

    Signals:
        finished(): it came to its end by itself, and stands there.
    """

    finished = Signal()

    def __init__(self, desktop: Desktop) -> None:
        super().__init__(desktop.window)
        self._desktop, self._window, self._sessions = desktop, desktop.window, desktop.sessions
        self._background = Background(desktop.bridge)
        self._run: ReplayRun | None = None
        self._timer = make_timer(self, self._advance, frame_ms())
        self._jump_timer = make_timer(self, self._advance, 0, once=True)
        desktop.sessions.subscribe(self._on_change)

    @property
    def is_playing(self) -> bool:
        """True while a replay goes on; False while it is paused, at its end, or there is none."""
        return self._run is not None and self._run.clock.is_playing

    @property
    def is_shown(self) -> bool:
        """True from its start until it was ended."""
        return self._run is not None

    @property
    def is_jumping(self) -> bool:
        """True after ``seek`` until all is shown that lies before."""
        return self._run is not None and self._run.is_jumping

    @property
    def position_s(self) -> float:
        """Where it is."""
        return self._run.clock.position_s if self._run is not None else 0.0

    @property
    def bar(self) -> ReplayBar | None:
        """What it is moved with."""
        return self._run.bar if self._run is not None else None

    @Slot()
    def open_file(self) -> None:
        """Ask for a recording and play it."""
        path = files.ask_for_file(self._window, tr("Play a recording"), tr("Recordings (*.json *.gz);;All files (*)"))
        if path is not None:
            self.open(path)

    def open(self, path: Path) -> None:
        """Read it on another thread, then play it; or say why not."""
        self._background.run(lambda: read_recording(path), self.start, self._tell, kind="recording")

    def start(self, recording: Recording, foot: QWidget | None = None) -> None:
        """Play it from its beginning. ``foot``: what stands in the prompt's place instead of the bar."""
        if self._sessions.is_generating and self._run is None:
            self._window.notice.show_notice(
                "replay", tr("An answer is being written."), tr("Stop it, then play the recording."), tone="warning"
            )
            return
        self.end()
        self._window.notice.dismiss()
        self._run = run = ReplayRun(self._desktop, recording, foot)
        run.bar.toggled.connect(self.toggle)
        run.bar.ended.connect(self.end)
        run.bar.sought.connect(self.seek)
        run.bar.speed_chosen.connect(self.set_speed)
        run.begin()
        run.clock.play()
        self._timer.start()

    @Slot()
    def toggle(self) -> None:
        """Pause, or go on; from the end, again from the beginning."""
        if (run := self._run) is None:
            return
        if run.clock.is_playing:
            run.clock.pause()
        else:
            if run.clock.position_s >= run.clock.end_s:
                self.seek(0.0)
            run.clock.play()
            self._timer.start()
        self._advance()

    @Slot(float)
    def seek(self, position_s: float) -> None:
        """Be at another moment: soon, if it is far."""
        if self._run is not None:
            self._run.seek(position_s)
            self._advance()

    @Slot(float)
    def set_speed(self, speed: float) -> None:
        """1 is the original one."""
        if self._run is not None:
            self._run.clock.speed = speed

    @Slot()
    def end(self) -> None:
        """Back to the chat and the figures from before. Idempotent."""
        run, self._run = self._run, None
        if run is not None:
            self._timer.stop()
            run.end()

    @Slot()
    def _advance(self) -> None:
        if (run := self._run) is None:
            return
        # Asked before: else the clock may end after what was due was delivered.
        is_over = not run.clock.is_playing and not run.is_jumping
        run.advance()
        if run.is_jumping:
            self._jump_timer.start()
        elif is_over:
            was_playing = self._timer.isActive()
            self._timer.stop()
            if was_playing and run.clock.position_s >= run.clock.end_s:
                self.finished.emit()

    def _on_change(self, change: Change) -> None:
        run = self._run
        if run is not None and isinstance(change, SessionShown) and not run.is_moving and change.left is run.session:
            self._run = None
            self._timer.stop()
            QTimer.singleShot(0, self, run.end)  # once everybody has heard of the change

    def _tell(self, error: ErrorInfo) -> None:
        self._window.notice.show_notice("replay", error.user_message, error.hint, tone="bad")
