"""llmdesk on the desktop besides its window: icon, start at login, notifications, task bar (GUI thread only)."""

from __future__ import annotations

import time
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Slot
from PySide6.QtWidgets import QApplication

from llmdesk.datatypes.chat import Finished
from llmdesk.datatypes.model import ErrorInfo, ModelStatus
from llmdesk.services.chats.session import AnswerEnded, AnswerStarted
from llmdesk.services.chats.sessions import Change
from llmdesk.services.settings.definition import Values
from llmdesk.ui.kit.numbers import digits
from llmdesk.ui.kit.words import tr
from llmdesk.ui.shell.notifier import Notifier
from llmdesk.ui.shell.task_bar import Show, task_bar_of
from llmdesk.ui.shell.tray_controller import TrayController

if TYPE_CHECKING:
    from llmdesk.ui.models.download_controller import DownloadController
    from llmdesk.ui.shell.desktop import Desktop

LONG_ANSWER_S = 10.0
_STEP = 0.01
"""The task bar is told of every hundredth."""


class Presence(QObject):
    """See the module. ``begin`` shows the window; where others show it, this follows a moment later."""

    def __init__(self, desktop: Desktop) -> None:
        super().__init__(desktop)
        self._desktop = desktop
        self.icon = TrayController(desktop)
        self.notifier = Notifier(desktop.background, self._tell_by_icon, self)
        self._show_in_task_bar: Show | None = None
        self._told_progress = -1.0
        self._is_fetching = False
        self._started_s: dict[str, float] = {}
        desktop.started.connect(self.icon.begin)
        desktop.started.connect(self._take_launchers_over)
        desktop.window.closed.connect(self._end)
        desktop.sessions.subscribe(self._on_change)
        desktop.bridge.model_status.connect(self._on_model_status)
        desktop.settings.subscribe(self._on_at_login, "desktop.at_login", desktop.bridge.run)

    def begin(self, *, is_hidden: bool = False) -> None:
        """Show the window, or (``is_hidden``) only the icon beside the clock, if there is to be one."""
        is_hidden = is_hidden and self._desktop.settings.values.desktop.tray
        self._desktop.show(is_hidden=is_hidden)
        if is_hidden:
            self.icon.begin_alone()

    def follow_downloads(self, downloads: DownloadController) -> None:
        """How far they are, and their ends."""
        downloads.progressed.connect(self._on_download)
        downloads.ended.connect(lambda text: self.tell("download", text))

    def tell(self, kind: str, text: str) -> None:
        """Through the desktop, unless somebody looks at the window."""
        window, app = self._desktop.window, QApplication.instance()
        is_seen = window.isVisible() and not window.isMinimized() and QApplication.activeWindow() is not None
        if is_seen or window.action_table.is_locked or not isinstance(app, QApplication):
            return
        app.alert(window)
        if self._desktop.settings.values.desktop.notifications:
            self.notifier.tell(kind, "llmdesk", text)

    @Slot()
    def _end(self) -> None:
        self.icon.close()
        self._show_progress(-1.0)

    # -- answers ------------------------------------------------------------------------------------------------------

    def _on_change(self, change: Change) -> None:
        match change:
            case AnswerStarted():
                self._started_s[change.answer.request_id] = time.monotonic()
            case AnswerEnded():
                now_s = time.monotonic()
                took_s = now_s - self._started_s.pop(change.event.request_id, now_s)
                if took_s >= LONG_ANSWER_S:
                    self.tell("answer", _answer_words(change))

    # -- the task bar -------------------------------------------------------------------------------------------------

    @Slot(float)
    def _on_download(self, fraction: float) -> None:
        self._is_fetching = fraction >= 0.0
        self._show_progress(fraction)

    @Slot(object)
    def _on_model_status(self, status: ModelStatus) -> None:
        if not self._is_fetching:
            self._show_progress(status.fraction if status.state == "loading" else -1.0)

    def _show_progress(self, fraction: float) -> None:
        """Each hundredth once; below 0: nothing goes on any more."""
        is_end = (fraction < 0.0) != (self._told_progress < 0.0)
        if not is_end and (fraction < 0.0 or abs(fraction - self._told_progress) < _STEP):
            return
        self._told_progress = fraction
        if self._show_in_task_bar is None:
            self._show_in_task_bar = task_bar_of(self._desktop.window)
        self._show_in_task_bar(fraction)

    # -- start at login -----------------------------------------------------------------------------------------------

    def _on_at_login(self, values: Values) -> None:
        from llmdesk.services import autostart

        turn = partial(autostart.turn, values.desktop.at_login)
        self._desktop.background.run(turn, lambda _: None, self._on_failed)

    @Slot()
    def _take_launchers_over(self) -> None:
        from llmdesk.services import start_command

        if start_command.one_file() is not None and self._desktop.keeps_chats:
            self._desktop.background.run(_take_launchers_over, lambda _: None, lambda _: None)

    def _on_failed(self, error: ErrorInfo) -> None:
        self._desktop.window.notice.show_notice("at_login", error.user_message, error.hint, tone="bad")

    def _tell_by_icon(self, title: str, text: str) -> None:
        if self.icon.tray is not None:
            self.icon.tray.tell(title, text)


def presence_of(desktop: Desktop) -> Presence:
    """The one that was made with it."""
    found = desktop.findChild(Presence)
    assert isinstance(found, Presence)
    return found


def _take_launchers_over() -> None:
    """File thread."""
    from llmdesk.services import launchers

    launchers.take_over()


def _answer_words(change: AnswerEnded) -> str:
    """No word of the chat: others may see the screen."""
    event = change.event
    if not isinstance(event, Finished):
        return tr("An answer ended with an error.")
    stats = event.stats
    took_s = stats.queue_s + stats.prefill_s + stats.decode_s
    return tr(
        "The answer is there: {tokens:,} tokens in {time} s.", tokens=stats.new_tokens, time=digits(took_s, ".0f")
    )
