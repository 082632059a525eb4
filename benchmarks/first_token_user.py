"""Somebody who asks at once: types into the real window as soon as it is painted, and notes when what was there.

Runs inside of the program that ``benchmarks/first_token.py`` starts (GUI thread only).
"""

from __future__ import annotations

import json
import os
import resource
import time
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QEvent, QObject, Qt, QTimer
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication

from llmdesk.datatypes.chat import Failed
from llmdesk.datatypes.model import ModelStatus
from llmdesk.services.chats.session import AnswerEnded
from llmdesk.services.chats.sessions import Change
from llmdesk.services.trace import process_age_s
from llmdesk.ui.shell.desktop import Desktop

PROMPT = "Say hello."
_AGAIN_MS = 20
_REST_MS = 2500
_GIVE_UP_MS = 120_000


class User(QObject):
    """See the module.

    Args:
        place: where the figures are written to as JSON, at the end.
        asks: False: the window is only looked at.
    """

    def __init__(self, desktop: Desktop, place: Path, *, asks: bool) -> None:
        super().__init__(desktop)
        self._desktop, self._place, self._asks = desktop, place, asks
        self._told: dict[str, float] = {}
        self._phases: dict[str, float] = {}  # when each was told first
        desktop.window.painted.connect(self._on_painted)
        desktop.kept.opened.connect(lambda: self._note("store"))
        desktop.started.connect(lambda: self._note("started"))
        desktop.bridge.model_status.connect(self._on_status)
        desktop.sessions.subscribe(self._on_change)
        desktop.window.installEventFilter(self)
        QTimer.singleShot(_GIVE_UP_MS, self, self._leave)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """The window is being painted: once it is, what is on the screen is read."""
        if event.type() == QEvent.Type.Paint and "painted_s" not in self._told:
            # Before all else that follows the painting: what the program begins then takes Python's lock.
            QTimer.singleShot(0, self, lambda: self._note("painted"))
        if event.type() == QEvent.Type.UpdateRequest:
            QTimer.singleShot(0, self, self._look)
        return False

    def _note(self, what: str) -> None:
        if f"{what}_s" not in self._told:
            self._told[f"{what}_s"] = process_age_s()
            self._told[f"{what}_cpu_s"] = time.process_time()

    def _on_painted(self) -> None:
        self._told["painted_rss_mb"] = _rss_mb()
        if self._asks:
            self._type()
        else:
            QTimer.singleShot(_REST_MS, self, self._leave)

    def _type(self) -> None:
        """Letter by letter, then Enter; again, if the window does not take it yet."""
        composer = self._desktop.window.chat.composer
        if composer.text() != PROMPT:
            for letter in PROMPT:
                _press(Qt.Key.Key_unknown, letter)
            assert composer.text().endswith(PROMPT), "a key was lost"
        _press(Qt.Key.Key_Return, "\r")
        if self._desktop.chat.is_generating:
            self._note("sent")
        else:
            QTimer.singleShot(_AGAIN_MS, self, self._type)

    def _on_status(self, status: ModelStatus) -> None:
        if status.state == "ready":
            self._note("model")
        elif status.state == "loading":
            self._phases.setdefault(status.phase, process_age_s())

    def _on_change(self, change: Change) -> None:
        if isinstance(change, AnswerEnded) and isinstance(change.event, Failed):
            print(change.event.error.user_message, flush=True)
            self._leave()

    def _look(self) -> None:
        chat = self._desktop.window.chat
        path = self._desktop.chat.conversation.path
        if not path:
            return
        if "sent_s" not in self._told:
            if chat.conversation_view.view(path[-1].id) is not None:
                self._note("chat")
            return
        if path[-1].role == "assistant" and (chat.painted_chars(path[-1].id) or 0) > 0 and "token_s" not in self._told:
            self._note("token")
            self._desktop.chat.stop()
            QTimer.singleShot(_REST_MS, self, self._leave)

    def _leave(self) -> None:
        self._told["rss_mb"] = _rss_mb()
        self._told["most_rss_mb"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        self._place.write_text(json.dumps(self._told | {"phases": self._phases}), encoding="utf-8")
        self._desktop.window.may_close = lambda: True
        QCoreApplication.quit()


def _press(key: Qt.Key, text: str) -> None:
    """Where the keyboard is."""
    target = QApplication.focusWidget()
    assert target is not None, "the window has no focus"
    for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
        QApplication.sendEvent(target, QKeyEvent(kind, key, Qt.KeyboardModifier.NoModifier, text))


def _rss_mb() -> float:
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def sit_down(place: Path, *, asks: bool) -> None:
    """Have one at the window that this process will open."""
    from llmdesk import app

    build = app.build_desktop

    def build_with_user(*args: object, **named: object) -> Desktop:
        desktop = build(*args, **named)  # type: ignore[arg-type]  # as it is called
        User(desktop, place, asks=asks)
        return desktop

    app.build_desktop = build_with_user
