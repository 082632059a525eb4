"""The turns of a chat, the last ones as widgets, the earlier ones on request (GUI thread only)."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, Signal, Slot
from PySide6.QtGui import QMouseEvent

from llmdesk.services.chats.conversation import Conversation
from llmdesk.services.chats.message import Change, MessageEnded, MessageResumed, PathChanged, TextAdded, Turn
from llmdesk.ui.chat.markdown.selection import Part, Selection
from llmdesk.ui.chat.scroll import FollowingScrollArea
from llmdesk.ui.chat.style import ChatStyle
from llmdesk.ui.kit.buttons import Button
from llmdesk.ui.kit.words import tr

if TYPE_CHECKING:
    from llmdesk.ui.chat.turn_view import TurnView
    from llmdesk.ui.chat.user_bubble import Rewrite

MAX_MOUNTED = 40
EARLIER_STEP = 20
AT_ONCE = 4
"""Turns that are mounted while the user waits; the rest follows one by one, so that the window stays free."""


class ConversationView(FollowingScrollArea):
    """Shows one conversation and follows its changes; it holds no text of its own.

    Signals:
        turns_changed(): other turns are shown, or none.
        regenerate_requested(answer_id), continue_requested(answer_id), edit_requested(prompt_id, text),
        version_requested(message_id), paste_refused(characters), error_action_requested(answer_id, action)
    """

    turns_changed = Signal()
    regenerate_requested = Signal(str)
    continue_requested = Signal(str)
    edit_requested = Signal(str, str)
    paste_refused = Signal(int)
    version_requested = Signal(str)
    error_action_requested = Signal(str, str)

    def __init__(self, style: ChatStyle) -> None:
        super().__init__(style)
        self._conversation = Conversation()
        self._leave: Callable[[], None] = lambda: None
        self.turns: tuple[Turn, ...] = ()
        self._views: dict[str, TurnView] = {}  # by answer
        self._first = self._end = 0  # which turns are mounted
        self._earlier_wanted = 0
        self._rewrites: dict[str, Rewrite] = {}  # by prompt: not sent when their turn was taken down
        self._progress: tuple[str, str, float | None] = ("", "", None)
        self._can_go_on = ""
        self._is_paging = False
        self._earlier = Button(style.theme, "", bordered=True)
        self._earlier.clicked.connect(self.show_earlier)
        self._earlier.hide()
        self._mount_timer = QTimer(self)
        self._mount_timer.setSingleShot(True)
        self._mount_timer.timeout.connect(self._mount_next)
        self.selection = Selection(style.theme, self, self._parts)
        self.column.addWidget(self._earlier, 0, Qt.AlignmentFlag.AlignHCenter)
        self.column.addStretch(1)
        self.setAccessibleName(tr("Conversation"))

    @property
    def mounted(self) -> int:
        """Turns that exist as widgets."""
        return len(self._views)

    def view(self, answer_id: str) -> TurnView | None:
        """The widget of the turn with this answer, if it is mounted."""
        return self._views.get(answer_id)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A click beside the words: nothing is selected any more."""
        if event.button() == Qt.MouseButton.LeftButton:
            self.selection.clear()
        super().mousePressEvent(event)

    def _parts(self) -> list[list[Part]]:
        """What can be selected of each message that is mounted."""
        views = [self._views[turn.answer.id] for turn in self.turns[self._first : self._end]]
        messages: list[list[Part]] = []
        for view in views:
            messages += [[view.bubble.view], view.answer.markdown.parts()]
        return messages

    def painted_chars(self, answer_id: str) -> int | None:
        """How much of an answer's source is on the screen; None if the answer is not."""
        view = self._views.get(answer_id)
        return view.answer.painted_chars if view is not None else None

    def show_conversation(self, conversation: Conversation) -> None:
        """Show this one from now on, from its end."""
        self._leave()
        self._take_down(0)
        self._conversation = conversation
        self._leave = conversation.subscribe(self._on_change)
        self.turns = conversation.turns
        self._first = self._end = max(0, len(self.turns) - AT_ONCE)
        self._earlier_wanted = EARLIER_STEP
        self._mount_below(AT_ONCE)
        self._update_earlier()
        self._mount_timer.start(5)
        self.follow_end()
        self.turns_changed.emit()

    def set_progress(self, answer_id: str, text: str, fraction: float | None) -> None:
        """What happens before the first word of an answer."""
        self._progress = (answer_id, text, fraction)
        if view := self._views.get(answer_id):
            view.answer.show_progress(text, fraction)

    def set_can_go_on(self, answer_id: str) -> None:
        """Which answer can be continued; empty: none."""
        for each in {self._can_go_on, answer_id} & self._views.keys():
            self._views[each].answer.set_can_go_on(each == answer_id)
        self._can_go_on = answer_id

    def close_editor(self, prompt_id: str) -> None:
        """The rewrite of a prompt was taken."""
        for turn in self.turns[self._first : self._end]:
            if turn.prompt.id == prompt_id:
                self._views[turn.answer.id].bubble.stop_edit()

    @Slot()
    def show_earlier(self) -> None:
        """Mount earlier turns, one at a time."""
        self.hold_position()
        self._earlier_wanted = EARLIER_STEP
        self._mount_next()

    def go_to_beginning(self) -> None:
        """Of the turns that are mounted; from there, earlier ones."""
        if self.verticalScrollBar().value() == 0 and self._first > 0:
            self.show_earlier()
        else:
            super().go_to_beginning()

    # -- what happens -----------------------------------------------------------------------------------------------

    def _on_change(self, change: Change) -> None:
        match change:
            case TextAdded():
                if view := self._views.get(change.message.id):
                    view.answer.markdown.append(change.text)
            case MessageEnded():
                if view := self._views.get(change.message.id):
                    view.answer.end()
            case MessageResumed():
                self._mount_again(change.message.id)
            case PathChanged():
                self._follow_path()

    def _follow_path(self) -> None:
        before, self.turns = self.turns, self._conversation.turns
        same = 0
        while same < min(len(before), len(self.turns)) and before[same] == self.turns[same]:
            same += 1
        self._take_down(same)
        self._mount_below(AT_ONCE)
        if not self._is_paging:
            self._take_down_surplus()
            self.follow_end()
        self._update_earlier()
        if self._end < self._last_wanted():
            self._mount_timer.start(5)
        self.turns_changed.emit()

    @Slot(str, int)
    def _on_version(self, message_id: str, step: int) -> None:
        """Another version, in the same place, with the keyboard on the same control."""
        self.stay_here()
        self._is_paging = True
        self.version_requested.emit(message_id)
        self._is_paging = False
        for turn in self.turns[self._first : self._end]:
            if message_id in (turn.prompt.id, turn.answer.id):
                self._views[turn.answer.id].pager_of(message_id).focus(step)

    # -- widgets ----------------------------------------------------------------------------------------------------

    def _make_view(self, turn: Turn) -> TurnView:
        from llmdesk.ui.chat.turn_view import TurnView  # markdown and all: an empty window is painted without it

        versions = self._conversation.versions
        rewrite = self._rewrites.pop(turn.prompt.id, None)
        view = TurnView(self._style, turn, versions(turn.prompt.id), versions(turn.answer.id), rewrite)
        if self._progress[0] == turn.answer.id:
            view.answer.show_progress(*self._progress[1:])
        view.answer.set_can_go_on(turn.answer.id == self._can_go_on)
        view.regenerate_requested.connect(self.regenerate_requested)
        view.continue_requested.connect(self.continue_requested)
        view.edit_requested.connect(self.edit_requested)
        view.bubble.paste_refused.connect(self.paste_refused)
        view.action_requested.connect(self.error_action_requested)
        view.version_requested.connect(self._on_version)
        self._views[turn.answer.id] = view
        return view

    def _mount(self, place: int, turn: Turn) -> None:
        view = self._make_view(turn)
        self.column.insertWidget(place, view)
        view.show()  # the layout would do it later, and until then nothing in it can have the keyboard

    def _mount_again(self, answer_id: str) -> None:
        """A turn whose answer goes on, in its place."""
        if (old := self._views.get(answer_id)) is None:
            return
        was_following = self.is_following
        self.stay_here()
        place = self.column.indexOf(old)
        self._unmount(answer_id)
        self._mount(place, self.turns[self._first + place - 1])
        if was_following:
            self.follow_end()

    def _mount_below(self, count: int) -> None:
        for turn in self.turns[self._end : self._end + count]:
            self._mount(1 + self._end - self._first, turn)
            self._end += 1

    def _last_wanted(self) -> int:
        """Turns from here on are not mounted by themselves."""
        return len(self.turns)

    @Slot()
    def _mount_next(self) -> None:
        """One more: first those that are missing at the end, then earlier ones, as many as are wanted."""
        if self._end < self._last_wanted():
            self._mount_below(1)
        elif self._first > 0 and self._earlier_wanted > 0:
            self._earlier_wanted -= 1
            self._first -= 1
            self._mount(1, self.turns[self._first])
            self._update_earlier()
        else:
            return
        self._mount_timer.start(5)

    def _take_down(self, since: int) -> None:
        """Unmount the turns from a number on."""
        self._mount_timer.stop()
        kept = {turn.answer.id for turn in self.turns[:since]}
        for answer_id in [each for each in self._views if each not in kept]:
            self._unmount(answer_id)
        self._first, self._end = min(self._first, since), min(self._end, since)

    def _take_down_surplus(self) -> None:
        """Few widgets, however long the chat becomes."""
        self._earlier_wanted = 0
        while self.mounted > MAX_MOUNTED:
            self._unmount(self.turns[self._first].answer.id)
            self._first += 1

    def _unmount(self, answer_id: str) -> None:
        view = self._views.pop(answer_id)
        if (rewrite := view.bubble.rewrite) is not None:
            self._rewrites[view.prompt_id] = rewrite
        self.column.removeWidget(view)
        view.hide()
        view.deleteLater()

    def _update_earlier(self) -> None:
        self._earlier.setVisible(self._first > 0)
        self._earlier.set_text(tr("Show earlier ({count})", count=self._first))
