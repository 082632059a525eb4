"""A chat of any length, of which what is near the view exists as widgets (GUI thread only)."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, Signal, Slot
from PySide6.QtGui import QMouseEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QApplication, QWidget

from llmdesk.services.chats.conversation import Conversation
from llmdesk.services.chats.message import Change, MessageEnded, MessageResumed, PathChanged, TextAdded, Turn
from llmdesk.ui.chat.mark import Mark
from llmdesk.ui.chat.markdown.selection import Part, Selection
from llmdesk.ui.chat.scroll import FollowingScrollArea, lay_out
from llmdesk.ui.chat.style import ChatStyle
from llmdesk.ui.chat.turn_column import TurnColumn, ends_below
from llmdesk.ui.kit.words import tr

if TYPE_CHECKING:
    from llmdesk.ui.chat.turn_view import TurnView
    from llmdesk.ui.chat.user_bubble import Rewrite

AT_ONCE = 4
"""Turns that are mounted while the user waits; the rest follows one by one, so that the window stays free."""
FILL_MS = 5
NEAR_PAGES = 1
"""So far from the view turns are mounted,"""
FAR_PAGES = 3
"""and so far from it they are taken down again."""


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
        self._rewrites: dict[str, Rewrite] = {}  # by prompt: not sent when their turn was taken down
        self._progress: tuple[str, str, float | None] = ("", "", None)
        self._can_go_on = ""
        self._is_paging = False
        self._turns = TurnColumn(self.column, self._make_view, self._keep_rewrite)
        self._fill_timer = QTimer(self)
        self._fill_timer.setSingleShot(True)
        self._fill_timer.timeout.connect(self._fill)
        self.verticalScrollBar().valueChanged.connect(self._fill_soon)
        self.verticalScrollBar().rangeChanged.connect(self._fill_soon)
        style.changed.connect(self._rescale)
        self._rescale()
        self.selection = Selection(style.theme, self, self._parts)
        self.setAccessibleName(tr("Conversation"))

    @property
    def turns(self) -> tuple[Turn, ...]:
        """All turns of the chat that is shown."""
        return self._turns.turns

    @property
    def mounted(self) -> int:
        """Turns that exist as widgets."""
        return self._turns.count

    def view(self, answer_id: str) -> TurnView | None:
        """The widget of the turn with this answer, if it is mounted."""
        return self._turns.view(answer_id)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A click beside the words: nothing is selected any more."""
        if event.button() == Qt.MouseButton.LeftButton:
            self.selection.clear()
        super().mousePressEvent(event)

    def showEvent(self, event: QShowEvent) -> None:
        """Now it is known how much there is room for."""
        super().showEvent(event)
        self._fill_soon()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """There may be room for more."""
        super().resizeEvent(event)
        self._fill_soon()

    @Slot()
    def _rescale(self) -> None:
        """Zoom: what is not mounted takes another height, too."""
        self._turns.heights.zoom = self._style.px(1_000) / 1_000
        self._turns.update_space()
        self._fill_soon()

    def _parts(self) -> list[list[Part]]:
        """What can be selected of each message that is mounted."""
        messages: list[list[Part]] = []
        for view in self._turns.views():
            messages += [[view.bubble.view], view.answer.markdown.parts()]
        return messages

    def painted_chars(self, answer_id: str) -> int | None:
        """How much of an answer's source is on the screen; None if the answer is not."""
        view = self.view(answer_id)
        return view.answer.painted_chars if view is not None else None

    def show_conversation(self, conversation: Conversation) -> None:
        """Show this one from now on, from its end."""
        self._leave()
        self.selection.clear()
        self._turns.follow(())
        self._turns.heights.clear()
        self._conversation = conversation
        self._leave = conversation.subscribe(self._on_change)
        self._turns.follow(conversation.turns)
        self._mount_end()
        self.turns_changed.emit()

    def reveal(self, message_id: str) -> bool:
        """Scroll to a prompt or an answer and mark it for a moment. False if it is not among those shown."""
        number = self._turns.number_of(message_id)
        if number is None:
            return False
        turn = self.turns[number]
        if self.view(turn.answer.id) is None:
            self._turns.restart(number)
            self._turns.mount_below()
        lay_out()
        view = self.view(turn.answer.id)
        assert view is not None
        message = view.bubble if message_id == turn.prompt.id else view.answer
        self.put_at_top(message, -self.viewport().height() // 6)
        Mark(self._style, self._content, message)
        self._fill_soon()
        return True

    def set_progress(self, answer_id: str, text: str, fraction: float | None) -> None:
        """What happens before the first word of an answer."""
        self._progress = (answer_id, text, fraction)
        if view := self.view(answer_id):
            view.answer.show_progress(text, fraction)

    def set_can_go_on(self, answer_id: str) -> None:
        """Which answer can be continued; empty: none."""
        for each in {self._can_go_on, answer_id}:
            if view := self.view(each):
                view.answer.set_can_go_on(each == answer_id)
        self._can_go_on = answer_id

    def close_editor(self, prompt_id: str) -> None:
        """The rewrite of a prompt was taken."""
        for view in self._turns.views():
            if view.prompt_id == prompt_id:
                view.bubble.stop_edit()

    def widget_at_top(self) -> QWidget | None:
        """A bubble, or a block of an answer."""
        top_px = self.verticalScrollBar().value()
        for view in self._turns.views():
            if ends_below(view, self._content, top_px):
                parts: list[QWidget] = [view.bubble, *view.answer.markdown.segments]
                return next((part for part in parts if ends_below(part, self._content, top_px)), view)
        return None

    # -- what happens -----------------------------------------------------------------------------------------------

    def _on_change(self, change: Change) -> None:
        match change:
            case TextAdded():
                if view := self.view(change.message.id):
                    view.answer.markdown.append(change.text)
            case MessageEnded():
                if view := self.view(change.message.id):
                    view.answer.end()
            case MessageResumed():
                self._mount_again(change.message.id)
            case PathChanged():
                self._follow_path()

    def _follow_path(self) -> None:
        turns = self._turns
        turns.follow(self._conversation.turns)
        if self._is_paging:
            for _ in range(min(AT_ONCE, len(turns.turns) - turns.end)):
                turns.mount_below()
        elif turns.count and len(turns.turns) - turns.end <= AT_ONCE:
            while turns.end < len(turns.turns):
                turns.mount_below()
            self.follow_end()
        else:
            self._mount_end()
        self._fill_soon()
        self.turns_changed.emit()

    @Slot(str, int)
    def _on_version(self, message_id: str, step: int) -> None:
        """Another version, in the same place, with the keyboard on the same control."""
        self.stay_here()
        self._is_paging = True
        self.version_requested.emit(message_id)
        self._is_paging = False
        for view in self._turns.views():
            if view.holds(message_id):
                view.pager_of(message_id).focus(step)

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
        return view

    def _keep_rewrite(self, view: TurnView) -> None:
        if (rewrite := view.bubble.rewrite) is not None:
            self._rewrites[view.prompt_id] = rewrite

    def _mount_again(self, answer_id: str) -> None:
        """A turn whose answer goes on, in its place."""
        if self.view(answer_id) is None:
            return
        was_following = self.is_following
        self.stay_here()
        self._turns.mount_again(answer_id)
        if was_following:
            self.follow_end()

    def _mount_end(self) -> None:
        """The last turns, as many as the view has room for."""
        turns = self._turns
        turns.restart(len(turns.turns))
        while turns.first > 0 and turns.count < AT_ONCE:
            turns.mount_above(at_once=True)
            if self.isVisible():
                lay_out()
                if turns.bottom_px() - turns.top_px() > self.viewport().height():
                    break
        self.follow_end()
        self._fill_soon()

    @Slot()
    def _fill_soon(self) -> None:
        if not self._fill_timer.isActive():
            self._fill_timer.start(0)

    @Slot()
    def _fill(self) -> None:
        """One step towards widgets near the view and only there."""
        turns = self._turns
        if not self.isVisible() or not turns.turns:
            return
        if not self.is_following:
            self._settle()
        page_px, top_px = self.viewport().height(), self.verticalScrollBar().value()
        if not turns.count or turns.bottom_px() <= top_px or turns.top_px() >= top_px + page_px:
            self._mount_around(top_px)
        elif not self._mount_one(top_px, page_px) and not self._unmount_one(top_px, page_px):
            self.hold_here()
            return
        self._fill_timer.start(FILL_MS)

    def _mount_around(self, top_px: int) -> None:
        """The reader went far: begin there anew."""
        if self.is_following:
            self._mount_end()
            return
        turns = self._turns
        number, offset_px = turns.turn_at(top_px)
        turns.restart(number)
        view = turns.mount_below()
        lay_out()
        while turns.end < len(turns.turns) and turns.bottom_px() < top_px + self.viewport().height():
            turns.mount_below()
            lay_out()
        self.put_at_top(view, min(offset_px, view.height()))

    def _mount_one(self, top_px: int, page_px: int) -> bool:
        turns = self._turns
        if turns.end < len(turns.turns) and turns.bottom_px() < top_px + (1 + NEAR_PAGES) * page_px:
            turns.mount_below()
        elif turns.first > 0 and turns.top_px() > top_px - NEAR_PAGES * page_px:
            if not turns.mount_above(at_once=turns.top_px() > top_px):
                return True
        else:
            return False
        self._settle()
        return True

    def _unmount_one(self, top_px: int, page_px: int) -> bool:
        """Take down a turn that is far away, unless something in it is selected or has the keyboard."""
        turns = self._turns
        views = turns.views()
        if not views:
            return False
        if views[0].geometry().bottom() < top_px - FAR_PAGES * page_px and not self._is_in_use(views[0]):
            turns.unmount_first()
        elif views[-1].geometry().top() > top_px + (1 + FAR_PAGES) * page_px and not self._is_in_use(views[-1]):
            turns.unmount_last()
        else:
            return False
        self._settle()
        return True

    def _is_in_use(self, view: TurnView) -> bool:
        focus = QApplication.focusWidget()
        return (focus is not None and view.isAncestorOf(focus)) or self.selection.reaches_into(view)

    def _settle(self) -> None:
        """Before anything is painted, what is read is where it was."""
        lay_out()
        self._move()
