"""What a search has found: title, date, and the words around each hit with the hits marked (GUI thread only)."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QPersistentModelIndex,
    QPointF,
    QRect,
    QRectF,
    QSize,
    Qt,
    Signal,
    Slot,
)
from PySide6.QtGui import QFont, QFontMetricsF, QKeyEvent, QPainter, QTextCharFormat, QTextLayout, QTextOption
from PySide6.QtWidgets import QAbstractItemView, QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem

from llmdesk.services.chats.kept import Hit
from llmdesk.ui.chat.markdown.leaves import length
from llmdesk.ui.kit.colors import HIT_ALPHA
from llmdesk.ui.kit.labels import MEDIUM, NORMAL, SEMIBOLD
from llmdesk.ui.kit.styled import scroll_bar_css
from llmdesk.ui.kit.surfaces import current_pen
from llmdesk.ui.kit.theme import Theme
from llmdesk.ui.kit.words import tr
from llmdesk.ui.sidebar.rows import day_text

HIT_ROLE = int(Qt.ItemDataRole.UserRole)
_HEIGHT_PX, _SIDE_PX, _LINE_PX = 78, 12, 18
_EXCERPT_LINES = 2
Index = QModelIndex | QPersistentModelIndex


class HitModel(QAbstractListModel):
    """The hits of one search."""

    def __init__(self) -> None:
        super().__init__()
        self.hits: Sequence[Hit] = ()

    def set_hits(self, hits: Sequence[Hit]) -> None:
        """Another search."""
        self.beginResetModel()
        self.hits = hits
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008  # as Qt declares it
        """How many."""
        return 0 if parent.isValid() else len(self.hits)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Words for screen readers; see ``HIT_ROLE``."""
        if not index.isValid():
            return None
        hit = self.hits[index.row()]
        if role == HIT_ROLE:
            return hit
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            day = day_text(hit.created_s, datetime.date.today())
            words = "" if hit.role == "title" else hit.excerpt
            return ", ".join(filter(None, (hit.chat_title, day, words)))
        return None


class HitList(QListView):
    """Signals:
    opened(hit): a Hit to be shown.
    left(): Esc.
    """

    opened = Signal(object)
    left = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme, self.found = theme, HitModel()
        self.setModel(self.found)
        self.setItemDelegate(_HitDelegate(theme, self))
        self.setFrameShape(QListView.Shape.NoFrame)
        self.setUniformItemSizes(True)
        self.setMouseTracking(True)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setAccessibleName(tr("Search results"))
        self.clicked.connect(self._open)
        theme.changed.connect(self.restyle)
        self.restyle()

    def show_hits(self, hits: Sequence[Hit]) -> None:
        """Other results; the first one is the one that Enter opens."""
        self.found.set_hits(hits)
        self.setCurrentIndex(self.found.index(0))
        self.scrollToTop()

    def open_current(self) -> None:
        """Enter."""
        self._open(self.currentIndex())

    def move_current(self, step: int) -> None:
        """The one that Enter opens, from the field above."""
        number = min(max(self.currentIndex().row() + step, 0), len(self.found.hits) - 1)
        self.setCurrentIndex(self.found.index(number))

    def minimumSizeHint(self) -> QSize:
        """One hit; the rest is scrolled."""
        return QSize(0, self._theme.px(_HEIGHT_PX))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter opens, Esc leaves; arrows are Qt's."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.open_current()
        elif event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        else:
            super().keyPressEvent(event)

    @Slot(QModelIndex)
    def _open(self, index: QModelIndex) -> None:
        if index.isValid():
            self.opened.emit(index.data(HIT_ROLE))

    @Slot()
    def restyle(self) -> None:
        """Colours or sizes changed."""
        self.setFont(self._theme.font())
        ground = "QListView { background: transparent; border: none; outline: none; }"
        self.setStyleSheet(ground + scroll_bar_css(self._theme))
        self.verticalScrollBar().setSingleStep(self._theme.px(_HEIGHT_PX // 2))
        self.scheduleDelayedItemsLayout()


class _HitDelegate(QStyledItemDelegate):
    """All hits have one height."""

    def __init__(self, theme: Theme, view: QListView) -> None:
        super().__init__(view)
        self._theme, self._view = theme, view

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        """See the class."""
        return QSize(self._theme.px(80), self._theme.px(_HEIGHT_PX))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Title and day, then the excerpt."""
        hit: Hit = index.data(HIT_ROLE)
        px, color = self._theme.px, self._theme.color
        place: QRect = option.rect
        state: QStyle.StateFlag = option.state
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setClipRect(place)  # a title may hold any number of accents above each other
        is_current = index == self._view.currentIndex()
        if is_current or state & QStyle.StateFlag.State_MouseOver:
            painter.setBrush(color("raised", 1.0 if is_current else 0.6))
            has_ring = is_current and self._view.hasFocus()
            painter.setPen(current_pen(self._theme, has_keyboard=has_ring, is_current=is_current))
            painter.drawRoundedRect(QRectF(place).adjusted(1, 1, -1, -1), px(8), px(8))
        inside = place.adjusted(px(_SIDE_PX), px(8), -px(_SIDE_PX), -px(6))
        self._draw_title(painter, inside, hit)
        inside.setTop(inside.top() + px(22))
        self._draw_excerpt(painter, inside, hit)
        painter.restore()

    def _draw_title(self, painter: QPainter, inside: QRect, hit: Hit) -> None:
        line = QRect(inside.left(), inside.top(), inside.width(), self._theme.px(20))
        painter.setFont(self._theme.font("small"))
        painter.setPen(self._theme.color("secondary"))
        day = day_text(hit.created_s, datetime.date.today())
        painter.drawText(line, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, day)
        day_width = QFontMetricsF(painter.font()).horizontalAdvance(day)
        line.setRight(line.right() - round(day_width) - self._theme.px(8))
        font = self._theme.font("ui", MEDIUM)
        painter.setFont(font)
        painter.setPen(self._theme.color("text"))
        title = QFontMetricsF(font).elidedText(hit.chat_title, Qt.TextElideMode.ElideRight, line.width())
        painter.drawText(line, Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine, title)

    def _draw_excerpt(self, painter: QPainter, inside: QRect, hit: Hit) -> None:
        """Two lines at most, with what was found in strong type on a tinted ground."""
        font = self._theme.font("small", NORMAL)
        layout, end = self._lay_out(hit.excerpt, hit, font, inside.width())
        if end < length(hit.excerpt):
            layout, _ = self._lay_out(f"{_beginning(hit.excerpt, end - 2).rstrip()}…", hit, font, inside.width())
        painter.setPen(self._theme.color("secondary"))
        layout.draw(painter, QPointF(inside.topLeft()))

    def _lay_out(self, text: str, hit: Hit, font: QFont, width: int) -> tuple[QTextLayout, int]:
        """The lines that have room, and how much of the text they take, as Qt counts it (``length``)."""
        layout = QTextLayout(text, font)
        option = QTextOption()
        option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        layout.setTextOption(option)
        layout.setFormats(self._formats(hit, font))
        layout.beginLayout()
        end = 0
        for number in range(_EXCERPT_LINES):
            line = layout.createLine()
            if not line.isValid():
                break
            line.setLineWidth(width)
            line.setPosition(QPointF(0, number * self._theme.px(_LINE_PX)))
            end = line.textStart() + line.textLength()
        layout.endLayout()
        return layout, end

    def _formats(self, hit: Hit, font: QFont) -> list[QTextLayout.FormatRange]:
        found = QTextCharFormat()
        found.setForeground(self._theme.color("text"))
        found.setBackground(self._theme.color("accent", HIT_ALPHA))
        strong = QFont(font)
        strong.setWeight(SEMIBOLD)
        found.setFontWeight(strong.weight())
        ranges = []
        for first, end in hit.marks:
            each = QTextLayout.FormatRange()
            each.start = length(hit.excerpt[:first])
            each.length, each.format = length(hit.excerpt[first:end]), found
            ranges.append(each)
        return ranges


def _beginning(text: str, units: int) -> str:
    """So much of it; never half an emoji."""
    return text.encode("utf-16-le", "surrogatepass")[: 2 * units].decode("utf-16-le", "ignore")
