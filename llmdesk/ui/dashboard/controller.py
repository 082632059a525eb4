"""Ties the answers of all chats to the dashboard (GUI thread only)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import QEvent, QObject, QTimer, Slot

from llmdesk.datatypes.chat import Finished, PromptProgress
from llmdesk.services.chats.message import Message
from llmdesk.services.chats.session import AnswerEnded, AnswerStarted, Progressed, TokensCame
from llmdesk.services.chats.sessions import Change, Sessions, SessionShown
from llmdesk.services.live.paint_meter import PaintMeter
from llmdesk.ui.dashboard.dashboard import Dashboard
from llmdesk.ui.kit.words import tr

_LEAST_SPAN_S = 1.0
"""Of an answer that is being written; before that the figures of the one before stay."""
_LATEST_READS = 4
"""After an answer's end its last words are to be on the screen by then (two seconds)."""


class DashboardController(QObject):
    """Speed and figures are those of every running answer; how closely the window follows, of the one on the screen.

    Args:
        painted_chars: how many characters of a message are on the screen; None while the message is not there.
    """

    def __init__(self, dashboard: Dashboard, sessions: Sessions, painted_chars: Callable[[str], int | None]) -> None:
        super().__init__(dashboard)
        self._dashboard, self._sessions, self._painted_chars = dashboard, sessions, painted_chars
        self._message: Message | None = None  # the running answer of the chat shown
        self._meter: PaintMeter | None = None  # None while its answer is not on the screen
        self._reads_left: int | None = None  # of an answer that has ended, until all of it is painted
        dashboard.ticked.connect(self._on_tick)
        self._has_read_due = False
        self._read_chars = -1  # what was painted at the last reading
        dashboard.window().installEventFilter(self)
        sessions.finishing = self._with_energy
        sessions.subscribe(self._on_change)

    def _with_energy(self, event: Finished) -> Finished:
        """What the answer took, where the machine tells its power. One that was recorded has its own figures."""
        stats, now_s = event.stats, self._dashboard.clock()
        work_s = stats.prefill_s + stats.decode_s
        energy_j = self._dashboard.data.energy_j(now_s - work_s, now_s) if work_s and stats.energy_j is None else None
        return event if energy_j is None else replace(event, stats=replace(stats, energy_j=energy_j))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """The window is being painted: once it is, what is on the screen is read, if that is more than before."""
        if self._meter is None or self._has_read_due or event.type() != QEvent.Type.UpdateRequest:
            return False
        if self._message is not None and self._painted_chars(self._message.id) != self._read_chars:
            self._has_read_due = True
            QTimer.singleShot(0, self, self._on_window_painted)
        return False

    def _on_change(self, change: Change) -> None:
        match change:
            case AnswerStarted():
                self._dashboard.answer_started(change.answer.request_id)
            case Progressed(progress=PromptProgress() as progress):
                self._dashboard.prompt_progress(progress)
            case TokensCame():
                self._dashboard.tokens(list(change.events))
            case AnswerEnded(event=event):
                if isinstance(event, Finished) and event.reason == "cancelled":
                    self._dashboard.mark(tr("answer stopped"))
                self._dashboard.answer_ended(event.request_id, event.stats)
        if change.session is self._sessions.current:
            self._follow(change)

    def _follow(self, change: Change) -> None:
        """The same for the line that compares engine and window."""
        match change:
            case AnswerStarted() | SessionShown():
                answer = change.session.answer
                self._message = answer.message if answer is not None else None
                self._meter = self._reads_left = None
            case TokensCame():
                self._measure(change)
            case AnswerEnded():
                self._reads_left = _LATEST_READS

    def _measure(self, change: TokensCame) -> None:
        if self._message is None or self._painted_chars(self._message.id) is None:
            self._meter = None  # another version is shown: nothing is painted, and nothing is late
            return
        if self._dashboard.is_leaping:
            self._meter = None
            return
        if self._meter is None:
            self._read_chars = -1
            came_chars = sum(len(event.text) for event in change.events)
            self._meter = PaintMeter(len(self._message.text) - came_chars)
        self._meter.came(change.events)

    @Slot()
    def _on_window_painted(self) -> None:
        self._has_read_due = False
        self._read()

    def _read(self) -> None:
        painted_chars = self._painted_chars(self._message.id) if self._message is not None else None
        if self._meter is not None and painted_chars is not None:
            self._read_chars = painted_chars
            self._meter.read(painted_chars, self._dashboard.clock())

    @Slot(int)
    def _on_tick(self, turn: int) -> None:
        """Twice a second, before it is drawn: also what is late is read, while nothing is painted."""
        if turn % 2:
            return
        self._read()
        meter = self._meter
        has_ended, is_whole = self._reads_left is not None, meter is not None and not meter.behind_ms
        if meter is not None and meter.painted_tps and (is_whole if has_ended else meter.span_s >= _LEAST_SPAN_S):
            self._dashboard.set_painted(meter.painted_tps, meter.came_tps, meter.delay_ms)
        if self._reads_left is not None:
            self._reads_left -= 1
            if is_whole or not self._reads_left:
                self._message = self._meter = self._reads_left = None
