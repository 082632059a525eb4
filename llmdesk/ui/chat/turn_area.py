"""A scroll area of turns, of which those near the view are widgets (GUI thread only)."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, Slot
from PySide6.QtGui import QMouseEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QApplication, QWidget

from llmdesk.services.chats.message import Turn
from llmdesk.ui.chat.markdown.selection import Part, Selection
from llmdesk.ui.chat.scroll import FollowingScrollArea, lay_out
from llmdesk.ui.chat.style import ChatStyle
from llmdesk.ui.chat.turn_column import TurnColumn, ends_below

if TYPE_CHECKING:
    from llmdesk.ui.chat.turn_view import TurnView

AT_ONCE = 4
"""Turns that are mounted while the user waits; the rest follows one by one, so that the window stays free."""
FILL_MS = 5
FOLLOWING_MS = 250
NEAR_PAGES = 1
"""So far from the view turns are mounted,"""
FAR_PAGES = 3
"""and so far from it they are taken down again."""


class TurnArea(FollowingScrollArea):
    """Mounts turns before they come into view and takes them down when they are far from it.

    Args:
        make_view: the widget of a turn, without a parent.
        on_taken_down: called with each view before it is gone.
    """

    def __init__(
        self, style: ChatStyle, make_view: Callable[[Turn], TurnView], on_taken_down: Callable[[TurnView], None]
    ) -> None:
        super().__init__(style)
        self._turns = TurnColumn(self.column, make_view, on_taken_down)
        self._fill_timer = QTimer(self)
        self._fill_timer.setSingleShot(True)
        self._fill_timer.timeout.connect(self._fill)
        self.verticalScrollBar().valueChanged.connect(self._on_moved)
        self.verticalScrollBar().rangeChanged.connect(self._on_moved)
        style.changed.connect(self._rescale)
        self._rescale()
        self.selection = Selection(style.theme, self, self._parts)

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
            messages += [[view.bubble.view], view.answer.parts()]
        return messages

    def widget_at_top(self) -> QWidget | None:
        """A bubble, or a block of an answer."""
        top_px = self.verticalScrollBar().value()
        for view in self._turns.views():
            if ends_below(view, self._content, top_px):
                parts: list[QWidget] = [view.bubble, *view.answer.markdown.segments]
                return next((part for part in parts if ends_below(part, self._content, top_px)), view)
        return None

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
    def _on_moved(self) -> None:
        """Where the last turn is there and grows, many times a second, nothing else comes near the view in a moment."""
        if not (self.is_following and self._turns.count and self._turns.end == len(self.turns)):
            self._fill_timer.start(0)
        elif not self._fill_timer.isActive():
            self._fill_timer.start(FOLLOWING_MS)

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
