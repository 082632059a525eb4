"""Shows the room what the window shows, if its user says so (GUI thread only; the server reads it from core.stage)."""

from __future__ import annotations

import time
from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer, Slot

from llmdesk.services.live.stage import EVERY_S, StagePicture
from llmdesk.ui.kit.words import tr
from llmdesk.ui.shell.desktop import Desktop


class AudienceController(QObject):
    """A picture of question, answer and figures, twice a second at most. Of private chats only the figures are shown.

    Args:
        is_replay: whether what the window shows was recorded.
    """

    def __init__(self, desktop: Desktop, is_replay: Callable[[], bool]) -> None:
        super().__init__(desktop.window)
        self._desktop, self._is_replay = desktop, is_replay
        self._timer = QTimer(self)
        self._timer.setInterval(round(1000 * EVERY_S))
        self._timer.timeout.connect(self._show)

    @property
    def is_on(self) -> bool:
        """True while the room is shown the window."""
        return self._timer.isActive()

    @Slot()
    def toggle(self) -> None:
        """Begin or end."""
        notice = self._desktop.window.notice
        if self.is_on:
            self._timer.stop()
            self._desktop.core.stage.close()
            notice.show_notice("audience", tr("The audience does not see this window any more."))
            return
        self._timer.start()
        self._show()
        if self._desktop.server.status.is_open:
            notice.show_notice(
                "audience",
                tr("Whoever opens the server's page sees what this window asks and answers, but for private chats."),
                tone="warning",
            )
        else:
            notice.show_notice(
                "audience",
                tr("The audience would see this window now, but the local server is not open to the network."),
                tr("Switch it on and open it under Local server (Ctrl+Shift+S)."),
                tone="warning",
            )

    @Slot()
    def _show(self) -> None:
        desktop = self._desktop
        session, data = desktop.sessions.current, desktop.window.dashboard.data
        path = session.conversation.path
        is_shown = bool(path) and (self._is_replay() or not session.is_private)
        share = data.roofline.memory_share(time.perf_counter())
        sample, status = data.sample, desktop.window.top_bar.status
        title = status.info.title if status.info is not None else status.title
        desktop.core.stage.show(
            StagePicture(
                title=title,
                prompt=path[-2].text if is_shown and len(path) > 1 else "",
                answer=path[-1].text if is_shown else "",
                is_writing=session.is_generating,
                is_replay=self._is_replay(),
                tps=data.current_tps,
                rss_bytes=sample.process_rss_bytes if sample is not None else 0,
                bandwidth_percent=100 * share.fraction if share is not None else None,
                bandwidth_gbps=share.ceiling_per_s / 1e9 if share is not None else None,
            )
        )
