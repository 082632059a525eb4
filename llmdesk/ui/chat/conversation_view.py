"""The turns of a chat, the last ones as widgets, the earlier ones on request (GUI thread only)."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer, Signal, Slot

from llmdesk.datatypes.chat import Failed, Finished
from llmdesk.ui.chat.buttons import TextButton
from llmdesk.ui.chat.scroll import FollowingScrollArea
from llmdesk.ui.chat.style import ChatStyle
from llmdesk.ui.chat.turn import Turn
from llmdesk.ui.chat.turn_view import TurnView

MAX_MOUNTED = 40
EARLIER_STEP = 20


class ConversationView(FollowingScrollArea):
    """Owns the turns. Calls about a request that is not (or no longer) here are ignored: late events are normal.

    Signals: regenerate_requested(request_id), edit_requested(request_id, text), error_action_requested(request_id,
    action).
    """

    regenerate_requested = Signal(str)
    edit_requested = Signal(str, str)
    error_action_requested = Signal(str, str)

    def __init__(self, style: ChatStyle) -> None:
        super().__init__(style)
        self.turns: list[Turn] = []
        self.painted_chars = 0
        self._views: dict[str, TurnView] = {}
        self._to_mount = 0
        self._earlier = TextButton(style, "Show earlier")
        self._earlier.clicked.connect(self.show_earlier)
        self._earlier.hide()
        self._mount_timer = QTimer(self)
        self._mount_timer.setSingleShot(True)
        self._mount_timer.timeout.connect(self._mount_one_earlier)
        self.column.addWidget(self._earlier, 0, Qt.AlignmentFlag.AlignHCenter)
        self.column.addStretch(1)
        self.setAccessibleName("Conversation")

    @property
    def mounted(self) -> int:
        """Turns that exist as widgets."""
        return len(self._views)

    @property
    def last_render_ms(self) -> float:
        """Time that the last slice of the newest answer took."""
        view = self._views.get(self.turns[-1].request_id) if self.turns else None
        return view.answer.markdown.last_render_ms if view is not None else 0.0

    def view(self, request_id: str) -> TurnView | None:
        """The widget of a turn, if it is mounted."""
        return self._views.get(request_id)

    def begin_turn(self, request_id: str, user_text: str) -> None:
        """A new turn at the end, scrolled into view."""
        turn = Turn(request_id, user_text)
        self.turns.append(turn)
        view = self._make_view(turn)
        view.answer.markdown.rendered.connect(self._on_painted)
        self.column.insertWidget(self.column.count() - 1, view)
        self._unmount_surplus()
        self.follow_end()

    def drop_from(self, request_id: str) -> None:
        """Forget a turn and everything after it."""
        numbers = [i for i, turn in enumerate(self.turns) if turn.request_id == request_id]
        for turn in self.turns[numbers[0] :] if numbers else []:
            self._unmount(turn)
        if numbers:
            del self.turns[numbers[0] :]
            self._update_earlier()

    def clear(self) -> None:
        """Forget all turns."""
        self._mount_timer.stop()
        self._to_mount = 0
        if self.turns:
            self.drop_from(self.turns[0].request_id)

    def set_progress(self, request_id: str, text: str, fraction: float | None) -> None:
        """What happens before the first word."""
        if (turn := self._turn(request_id)) is not None and not turn.has_ended:
            turn.progress = (text, fraction)
            if view := self._views.get(request_id):
                view.answer.show_progress()

    def append_text(self, request_id: str, text: str) -> None:
        """More of an answer."""
        if (turn := self._turn(request_id)) is not None and not turn.has_ended:
            turn.pieces.append(text)
            if view := self._views.get(request_id):
                view.answer.markdown.append(text)

    def end_turn(self, request_id: str, event: Finished | Failed) -> None:
        """The terminal event of an answer."""
        if (turn := self._turn(request_id)) is not None and not turn.has_ended:
            if isinstance(event, Finished):
                turn.finished = event
            else:
                turn.failed = event
            if view := self._views.get(request_id):
                view.answer.end()

    @Slot()
    def show_earlier(self) -> None:
        """Mount earlier turns, one at a time, so that the window stays free."""
        self.hold_position()
        self._to_mount = EARLIER_STEP
        self._mount_one_earlier()

    def _turn(self, request_id: str) -> Turn | None:
        return next((turn for turn in reversed(self.turns) if turn.request_id == request_id), None)

    def _make_view(self, turn: Turn) -> TurnView:
        view = TurnView(self._style, turn)
        view.regenerate_requested.connect(self.regenerate_requested)
        view.edit_requested.connect(self.edit_requested)
        view.action_requested.connect(self.error_action_requested)
        self._views[turn.request_id] = view
        return view

    def _first_mounted(self) -> int:
        return next((i for i, turn in enumerate(self.turns) if turn.request_id in self._views), len(self.turns))

    @Slot()
    def _mount_one_earlier(self) -> None:
        first = self._first_mounted()
        if first == 0 or self._to_mount == 0:
            return
        self._to_mount -= 1
        self.column.insertWidget(1, self._make_view(self.turns[first - 1]))
        self._update_earlier()
        self._mount_timer.start(5)

    def _unmount_surplus(self) -> None:
        ended = [turn for turn in self.turns if turn.request_id in self._views and turn.has_ended]
        for turn in ended[: max(0, self.mounted - MAX_MOUNTED)]:
            self._unmount(turn)
        self._to_mount = 0
        self._update_earlier()

    def _unmount(self, turn: Turn) -> None:
        if view := self._views.pop(turn.request_id, None):
            self.column.removeWidget(view)
            view.hide()
            view.deleteLater()

    def _update_earlier(self) -> None:
        hidden = self._first_mounted()
        self._earlier.setVisible(hidden > 0)
        self._earlier.setText(f"Show earlier ({hidden})")

    @Slot(int)
    def _on_painted(self, chars: int) -> None:
        self.painted_chars += chars
