"""Sizes of layouts and widgets that follow the zoom; all pixels are those of 100 % (GUI thread only)."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, QPoint, QRect, QSize, Qt, Slot
from PySide6.QtWidgets import (
    QBoxLayout,
    QGridLayout,
    QHBoxLayout,
    QLayout,
    QLayoutItem,
    QSizePolicy,
    QSpacerItem,
    QVBoxLayout,
    QWidget,
    QWidgetItem,
)

from llmdesk.ui.kit.theme import Theme

Margins = tuple[float, float, float, float]
NO_MARGINS: Margins = (0, 0, 0, 0)


class Follower(QObject):
    """Does something now and whenever colours or sizes change, for as long as its owner lives."""

    def __init__(self, theme: Theme, owner: QObject, restyle: Callable[[], None]) -> None:
        super().__init__(owner)
        self._restyle = restyle
        theme.changed.connect(self.restyle)
        restyle()

    @Slot()
    def restyle(self) -> None:
        """The theme changed."""
        self._restyle()


def space(
    theme: Theme, layout: QLayout, margins: Margins = NO_MARGINS, spacing: float = 0, down: float | None = None
) -> None:
    """Margins (left, top, right, bottom) and spacing of a layout; ``down`` is a grid's spacing between rows."""

    def apply() -> None:
        layout.setContentsMargins(*(theme.px(value) for value in margins))
        layout.setSpacing(theme.px(spacing))
        if down is not None and isinstance(layout, QGridLayout):
            layout.setVerticalSpacing(theme.px(down))

    Follower(theme, layout, apply)


def gap(theme: Theme, layout: QBoxLayout, size_px: float, *, least_px: float | None = None) -> None:
    """Empty room at the end of a layout, like ``addSpacing``; where room is short, it goes down to ``least_px``."""
    if least_px is not None:
        gap(theme, layout, least_px)
        size_px -= least_px
    policy = QSizePolicy.Policy.Minimum if least_px is None else QSizePolicy.Policy.Maximum
    item = QSpacerItem(0, 0)
    layout.addSpacerItem(item)

    def apply() -> None:
        size = theme.px(size_px)
        is_row = layout.direction() in (QBoxLayout.Direction.LeftToRight, QBoxLayout.Direction.RightToLeft)
        item.changeSize(size if is_row else 0, 0 if is_row else size, policy, policy)
        layout.invalidate()

    Follower(theme, layout, apply)


def fix(
    theme: Theme,
    widget: QWidget,
    *,
    width: float | None = None,
    height: float | None = None,
    max_width: float | None = None,
) -> None:
    """A width or height of a widget that nothing but the zoom changes."""

    def apply() -> None:
        if width is not None:
            widget.setFixedWidth(theme.px(width))
        if height is not None:
            widget.setFixedHeight(theme.px(height))
        if max_width is not None:
            widget.setMaximumWidth(theme.px(max_width))

    Follower(theme, widget, apply)


def row(theme: Theme, *parts: QWidget | int, margins: Margins = NO_MARGINS, spacing: float = 8) -> QHBoxLayout:
    """Widgets side by side; a number stands for a stretch of that weight."""
    layout = QHBoxLayout()
    space(theme, layout, margins, spacing)
    _fill(layout, parts)
    return layout


def column(theme: Theme, *parts: QWidget | int, margins: Margins = NO_MARGINS, spacing: float = 8) -> QVBoxLayout:
    """Widgets below each other; a number stands for a stretch of that weight."""
    layout = QVBoxLayout()
    space(theme, layout, margins, spacing)
    _fill(layout, parts)
    return layout


def _fill(layout: QBoxLayout, parts: tuple[QWidget | int, ...]) -> None:
    for part in parts:
        if isinstance(part, int):
            layout.addStretch(part)
        else:
            layout.addWidget(part)


def settle(root: QWidget) -> None:
    """Make every layout below forget what it measured, now; by themselves they do so one event after the other."""
    for part in root.findChildren(QWidget):
        part.updateGeometry()


class FlowLayout(QLayout):
    """Widgets side by side, in as many lines as the width asks for: nothing is pushed off the window.

    Qt asks for its sizes a dozen times where one turn comes to a conversation, so they are kept until it says that
    they may be others.
    """

    def __init__(self, theme: Theme, spacing: float = 8, margins: Margins = NO_MARGINS) -> None:
        self._heights: dict[int, int] = {}  # by width
        self._hint: QSize | None = None
        self._least: QSize | None = None
        super().__init__()
        self._items: list[QLayoutItem] = []
        space(theme, self, margins, spacing)

    def invalidate(self) -> None:
        """A widget in it has changed, or came or went."""
        self._heights.clear()
        self._hint = self._least = None
        super().invalidate()

    def addItem(self, item: QLayoutItem) -> None:
        """See QLayout. Of a widget's item that Qt made, Python's view was found dead while the item lived."""
        widget = item.widget()
        self._items.append(item if widget is None else QWidgetItem(widget))
        self.invalidate()

    def insertWidget(self, index: int, widget: QWidget) -> None:
        """Like QBoxLayout's."""
        self.addWidget(widget)
        self._items.insert(index, self._items.pop())
        self.invalidate()

    def count(self) -> int:
        """See QLayout."""
        return len(self._items)

    def itemAt(self, index: int) -> QLayoutItem | None:
        """See QLayout."""
        return self._items[index] if 0 <= index < len(self._items) else None

    def takeAt(self, index: int) -> QLayoutItem | None:
        """See QLayout."""
        self.invalidate()
        return self._items.pop(index) if 0 <= index < len(self._items) else None

    def expandingDirections(self) -> Qt.Orientation:
        """It takes what it is given."""
        return Qt.Orientation(0)

    def hasHeightForWidth(self) -> bool:
        """Narrower is higher."""
        return True

    def heightForWidth(self, width: int) -> int:
        """See QLayout."""
        if width not in self._heights:
            self._heights[width] = self._arrange(QRect(0, 0, width, 0), moves=False)
        return self._heights[width]

    def setGeometry(self, rect: QRect) -> None:
        """See QLayout."""
        super().setGeometry(rect)
        self._arrange(rect, moves=True)

    def sizeHint(self) -> QSize:
        """All in one line."""
        if self._hint is None:
            hints = [item.sizeHint() for item in self._items if not item.isEmpty()]
            width = sum(hint.width() for hint in hints) + self.spacing() * max(0, len(hints) - 1)
            self._hint = self._with_margins(QSize(width, max((hint.height() for hint in hints), default=0)))
        return self._hint

    def minimumSize(self) -> QSize:
        """The widest widget."""
        if self._least is None:
            hints = [item.minimumSize() for item in self._items if not item.isEmpty()]
            width, height = (max((side(hint) for hint in hints), default=0) for side in (QSize.width, QSize.height))
            self._least = self._with_margins(QSize(width, height))
        return self._least

    def _with_margins(self, size: QSize) -> QSize:
        margins = self.contentsMargins()
        return size + QSize(margins.left() + margins.right(), margins.top() + margins.bottom())

    def _arrange(self, rect: QRect, moves: bool) -> int:
        """Place the widgets; returns the height."""
        inside = rect.marginsRemoved(self.contentsMargins())
        y = inside.y() - self.spacing()
        for line in self._lines(inside.width()):
            x, y = inside.x(), y + self.spacing()
            sizes = [_size_in(item, inside.width()) for item in line]
            height = max(size.height() for size in sizes)
            for item, size in zip(line, sizes, strict=True):
                if moves:
                    item.setGeometry(QRect(QPoint(x, y + (height - size.height()) // 2), size))
                x += size.width() + self.spacing()
            y += height
        return max(inside.y(), y) - rect.y() + self.contentsMargins().bottom()

    def _lines(self, width: int) -> list[list[QLayoutItem]]:
        """What stands side by side."""
        lines: list[list[QLayoutItem]] = []
        right = 0
        for item in self._items:
            if item.isEmpty():
                continue
            needed = item.sizeHint().width()
            if not lines or right + needed > width:
                lines.append([])
                right = 0
            lines[-1].append(item)
            right += needed + self.spacing()
        return lines


def _size_in(item: QLayoutItem, width: int) -> QSize:
    """As large as it likes, but no wider than a line; then it is as high as its words are when they are wrapped."""
    hint = item.sizeHint()
    if hint.width() <= width:
        return hint
    return QSize(width, item.heightForWidth(width) if item.hasHeightForWidth() else hint.height())
