"""The turns of a chat below each other, of which those near the view are widgets (GUI thread only).

Where the others stand is empty space, as high as they are or are guessed to be.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import accumulate
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QSizePolicy, QSpacerItem, QVBoxLayout, QWidget

from llmdesk.services.chats.message import Turn
from llmdesk.ui.chat.turn_heights import TurnHeights

if TYPE_CHECKING:
    from llmdesk.ui.chat.turn_view import TurnView

_ASIDE_PX = -1_000_000  # where turns are made ready: never in view


class TurnColumn:
    """Turns ``first`` to ``end`` are mounted, all of them in ``layout`` between two spacers.

    Args:
        make_view: the widget of a turn, without a parent.
        on_taken_down: called with each view before it is gone.
    """

    def __init__(
        self, layout: QVBoxLayout, make_view: Callable[[Turn], TurnView], on_taken_down: Callable[[TurnView], None]
    ) -> None:
        self._layout = layout
        self._make_view = make_view
        self._on_taken_down = on_taken_down
        self.turns: tuple[Turn, ...] = ()
        self.first = self.end = 0
        self.heights = TurnHeights()
        self._views: dict[str, TurnView] = {}  # by answer
        self._aside: tuple[Turn, TurnView] | None = None  # the turn above the first, made ready out of sight
        self._above, self._below = _spacer(), _spacer()
        layout.addItem(self._above)
        layout.addItem(self._below)
        layout.addStretch(1)

    @property
    def count(self) -> int:
        """Turns that are widgets."""
        return len(self._views)

    def view(self, answer_id: str) -> TurnView | None:
        """The widget of the turn with this answer, if it is mounted."""
        return self._views.get(answer_id)

    def views(self) -> list[TurnView]:
        """From top to bottom, also while some are taken down: that can move the keyboard, and with it the view."""
        mounted = (self._views.get(turn.answer.id) for turn in self.turns[self.first : self.end])
        return [view for view in mounted if view is not None]

    # -- places -----------------------------------------------------------------------------------------------------

    def top_px(self) -> int:
        """Where the first mounted turn begins, from the top of the column."""
        return self._margin_px() + self._above.sizeHint().height()

    def bottom_px(self) -> int:
        """Where the last mounted turn ends; it is laid out."""
        views = self.views()
        return views[-1].geometry().bottom() + 1 if views else self.top_px()

    def turn_at(self, y_px: int) -> tuple[int, int]:
        """The number of the turn that stands at a height, and how far below its top that is; by guess."""
        gap_px = self._layout.spacing()
        ends = accumulate(self.heights.height_px(turn) + gap_px for turn in self.turns)
        top_px = self._margin_px()
        for number, end in enumerate(ends):
            if self._margin_px() + end > y_px:
                return number, y_px - top_px
            top_px = self._margin_px() + end
        return max(0, len(self.turns) - 1), 0

    def number_of(self, message_id: str) -> int | None:
        """Which turn a prompt or an answer is in."""
        return next((i for i, turn in enumerate(self.turns) if message_id in (turn.prompt.id, turn.answer.id)), None)

    def update_space(self) -> None:
        """As much room as the turns take that are not mounted."""
        gap_px = self._layout.spacing()
        above_px = self.heights.total_px(self.turns[: self.first], gap_px)
        below_px = self.heights.total_px(self.turns[self.end :], gap_px)
        if (above_px, below_px) != (self._above.sizeHint().height(), self._below.sizeHint().height()):
            self._above.changeSize(0, above_px, QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Fixed)
            self._below.changeSize(0, below_px, QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Fixed)
            self._layout.invalidate()

    def _margin_px(self) -> int:
        return self._layout.contentsMargins().top()

    # -- widgets ----------------------------------------------------------------------------------------------------

    def follow(self, turns: tuple[Turn, ...]) -> None:
        """Other turns: those that are the same from the beginning on stay mounted."""
        before, self.turns = self.turns, turns
        same = 0
        while same < min(len(before), len(turns)) and before[same] == turns[same]:
            same += 1
        self._drop_aside()
        while self.end > max(same, self.first):
            self._take_down(before[self.end - 1])
            self.end -= 1
        if self.first > same:
            self.first = self.end = same
        self.update_space()

    def restart(self, number: int) -> None:
        """Nothing is mounted; it goes on from before this turn."""
        self._drop_aside()
        for turn in self.turns[self.first : self.end]:
            self._take_down(turn)
        self.first = self.end = number
        self.update_space()

    def mount_below(self) -> TurnView:
        """The next turn below."""
        turn = self.turns[self.end]
        view = self._new_view(turn)
        self._insert(self.end - self.first, turn, view)
        self.end += 1
        self.update_space()
        return view

    def mount_above(self, at_once: bool) -> bool:
        """The next turn above, when all of it is there; until then it is made ready aside. False: not yet."""
        turn = self.turns[self.first - 1]
        if self._aside is None or self._aside[0] != turn:
            self._drop_aside()
            view = self._new_view(turn)
            parent = self._layout.parentWidget()
            assert parent is not None
            view.setParent(parent)
            view.setGeometry(0, _ASIDE_PX, parent.width(), self.heights.height_px(turn))
            view.show()
            self._aside = (turn, view)
        view = self._aside[1]
        if not (at_once or view.answer.markdown.is_done or turn.answer.is_running):
            return False
        self._aside = None
        self._insert(0, turn, view)
        self.first -= 1
        self.update_space()
        return True

    def unmount_first(self) -> None:
        """One turn less at the top."""
        self._take_down(self.turns[self.first])
        self.first += 1
        self.update_space()

    def unmount_last(self) -> None:
        """One turn less at the bottom."""
        self.end -= 1
        self._take_down(self.turns[self.end])
        self.update_space()

    def mount_again(self, answer_id: str) -> None:
        """A new widget in the place of an old one."""
        for number, turn in enumerate(self.turns[self.first : self.end]):
            if turn.answer.id == answer_id:
                self._take_down(turn)
                self._insert(number, turn, self._new_view(turn))

    def _new_view(self, turn: Turn) -> TurnView:
        return self._make_view(turn)

    def _insert(self, place: int, turn: Turn, view: TurnView) -> None:
        self._views[turn.answer.id] = view
        self._layout.insertWidget(1 + place, view)
        view.show()  # the layout would do it later, and until then nothing in it can have the keyboard

    def _take_down(self, turn: Turn) -> None:
        view = self._views.pop(turn.answer.id)
        if view.answer.markdown.is_done:
            self.heights.measured(turn, view.height())
        self._on_taken_down(view)
        self._layout.removeWidget(view)
        _delete(view)

    def _drop_aside(self) -> None:
        if self._aside is not None:
            self._on_taken_down(self._aside[1])
            _delete(self._aside[1])
            self._aside = None


def _delete(view: QWidget) -> None:
    view.hide()
    view.deleteLater()


def _spacer() -> QSpacerItem:
    return QSpacerItem(0, 0, QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Fixed)


def ends_below(widget: QWidget, ancestor: QWidget, y_px: int) -> bool:
    """True for a widget that ends below a height of an ancestor."""
    return widget.mapTo(ancestor, QPoint(0, widget.height())).y() > y_px
