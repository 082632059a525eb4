"""Paints what the palette offers: icon, words, and at the right the key or what it is (GUI thread only)."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QPainter
from PySide6.QtWidgets import QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem

from llmdesk.ui.kit.surfaces import current_pen
from llmdesk.ui.kit.theme import Theme

ITEM_ROLE = int(Qt.ItemDataRole.UserRole)
ROW_PX = 38
_ICON_PX, _SIDE_PX = 18, 12


class ItemDelegate(QStyledItemDelegate):
    """See the module."""

    def __init__(self, theme: Theme, view: QListView) -> None:
        super().__init__(view)
        self._theme, self._view = theme, view

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        """All have one height."""
        return QSize(self._theme.px(80), self._theme.px(ROW_PX))

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """One item; what cannot be done now is pale."""
        item = index.data(ITEM_ROLE)
        px, color = self._theme.px, self._theme.color
        place: QRect = option.rect
        state: QStyle.StateFlag = option.state
        is_current = index == self._view.currentIndex()
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setClipRect(place)  # a title may hold any number of accents above each other
        if item.is_enabled and (is_current or state & QStyle.StateFlag.State_MouseOver):
            painter.setPen(current_pen(self._theme, has_keyboard=False, is_current=is_current))
            painter.setBrush(color("raised", 1.0 if is_current else 0.6))
            painter.drawRoundedRect(QRectF(place).adjusted(1, 1, -1, -1), px(8), px(8))
        inside = place.adjusted(px(_SIDE_PX), 0, -px(_SIDE_PX), 0)
        painter.setOpacity(1.0 if item.is_enabled else 0.5)
        if item.icon:
            size = px(_ICON_PX)
            icon = QRect(inside.left(), inside.center().y() - size // 2, size, size)
            self._theme.icon(item.icon).paint(painter, icon)
        inside.setLeft(inside.left() + px(_ICON_PX + 10))
        self._draw_right(painter, inside, item.shortcut or item.kind, is_key=bool(item.shortcut))
        painter.setFont(self._theme.font())
        painter.setPen(color("text"))
        words = QFontMetricsF(painter.font()).elidedText(item.text, Qt.TextElideMode.ElideRight, inside.width())
        painter.drawText(inside, Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine, words)
        painter.restore()

    def _draw_right(self, painter: QPainter, inside: QRect, words: str, *, is_key: bool) -> None:
        """A key stands on a ground of its own."""
        if not words:
            return
        px = self._theme.px
        font = self._theme.font("small")
        width = round(QFontMetricsF(font).horizontalAdvance(words))
        place = QRect(inside.right() - width - px(16), inside.top() + px(8), width + px(16), inside.height() - px(16))
        if is_key:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(self._theme.color("line"))
            painter.drawRoundedRect(QRectF(place), px(6), px(6))
        painter.setFont(font)
        painter.setPen(self._theme.color("text" if is_key else "secondary"))
        painter.drawText(place, Qt.AlignmentFlag.AlignCenter, words)
        inside.setRight(place.left() - px(8))
