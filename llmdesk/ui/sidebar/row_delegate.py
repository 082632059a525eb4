"""Paints the rows of the list of chats and edits their titles in place (GUI thread only)."""

from __future__ import annotations

from PySide6.QtCore import QAbstractItemModel, QEvent, QPoint, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen
from PySide6.QtWidgets import QLineEdit, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from llmdesk.ui.kit.keys import claims_escape
from llmdesk.ui.kit.labels import MEDIUM, NORMAL
from llmdesk.ui.kit.surfaces import current_pen
from llmdesk.ui.kit.theme import Theme
from llmdesk.ui.kit.words import tr
from llmdesk.ui.sidebar.chat_list_model import ROW_ROLE, ChatListModel, Index, title_of
from llmdesk.ui.sidebar.rows import ChatRow, Heading

ROW_PX = 38
_SIDE_PX = 12
_GAP_PX = 1  # above and below the ground of a row
_ICON_PX = 16
_MARK_PX = 8
_FOLDER_INDENT_PX = 14


class RowDelegate(QStyledItemDelegate):
    """All rows have one height, headings too: that is what keeps ten thousand instant."""

    def __init__(self, theme: Theme, view: QWidget, model: ChatListModel) -> None:
        super().__init__(view)
        self._theme, self._view, self._model = theme, view, model

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        """See the class."""
        return QSize(self._theme.px(80), self._theme.px(ROW_PX))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """A heading or a chat."""
        row = index.data(ROW_ROLE)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        place: QRect = option.rect
        state: QStyle.StateFlag = option.state
        painter.setClipRect(place)  # a title may hold any number of accents above each other
        if isinstance(row, Heading):
            self._draw_heading(painter, place, state, row)
        elif isinstance(row, ChatRow):
            self._draw_chat(painter, place, state, row)
        painter.restore()

    def more_place(self, row_place: QRect) -> QRect:
        """Where the button stands that opens the menu of a row under the mouse."""
        size = self._theme.px(28)
        right = row_place.right() - self._theme.px(4)
        return QRect(right - size, row_place.center().y() - size // 2, size, size)

    # -- painting ------------------------------------------------------------------------------------------------------

    def _draw_heading(self, painter: QPainter, place: QRect, state: QStyle.StateFlag, row: Heading) -> None:
        px = self._theme.px
        self._draw_ground(painter, place, state if row.folder else QStyle.StateFlag.State_None, is_shown=False)
        painter.setFont(self._theme.font("small", MEDIUM if row.folder else NORMAL))
        painter.setPen(self._theme.color("text" if row.folder else "secondary"))
        inside = place.adjusted(px(_SIDE_PX), px(4), -px(_SIDE_PX), 0)
        if row.folder:
            size = px(_ICON_PX)
            name = "chevron-right" if row.is_folded else "chevron-down"
            inside.translate(0, -px(2))
            icon = QRect(inside.left() - px(4), inside.center().y() - size // 2, size, size)
            self._theme.icon(name).paint(painter, icon)
            inside.setLeft(icon.right() + px(6))
            self._draw_count(painter, inside, row.count)
        self._draw_words(painter, inside, row.title)

    def _draw_count(self, painter: QPainter, inside: QRect, count: int) -> None:
        painter.save()
        painter.setPen(self._theme.color("secondary"))
        painter.drawText(inside, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, str(count))
        painter.restore()
        inside.setRight(inside.right() - self._theme.px(28))

    def _draw_chat(self, painter: QPainter, place: QRect, state: QStyle.StateFlag, row: ChatRow) -> None:
        px, chat_id = self._theme.px, row.info.id
        is_shown = chat_id == self._model.shown_id
        self._draw_ground(painter, place, state, is_shown)
        inside = place.adjusted(px(_SIDE_PX), 0, -px(_SIDE_PX), 0)
        if row.info.folder and not row.info.is_pinned:
            inside.setLeft(inside.left() + px(_FOLDER_INDENT_PX))
        if chat_id in self._model.private_ids:
            self._draw_icon(painter, inside, "lock")
        if state & QStyle.StateFlag.State_MouseOver:
            more = self.more_place(place)
            self._theme.icon("more").paint(painter, more.adjusted(px(5), px(5), -px(5), -px(5)))
            inside.setRight(more.left() - px(4))
        elif chat_id in self._model.running_ids or row.info.is_unread:
            self._draw_mark(painter, inside, is_running=chat_id in self._model.running_ids)
        painter.setFont(self._theme.font("ui", MEDIUM if is_shown or row.info.is_unread else NORMAL))
        painter.setPen(self._theme.color("text"))
        self._draw_words(painter, inside, title_of(row.info))

    def _draw_ground(self, painter: QPainter, place: QRect, state: QStyle.StateFlag, is_shown: bool) -> None:
        flag = QStyle.StateFlag
        ground: QColor | None = None
        if is_shown:
            ground = self._theme.color("raised")
        elif state & flag.State_Selected:
            ground = self._theme.color("user_bubble")
        elif state & flag.State_MouseOver:
            ground = self._theme.color("raised", 0.6)
        gap, radius = self._theme.px(_GAP_PX), self._theme.px(8)
        rect = QRectF(place).adjusted(0.5, gap + 0.5, -0.5, -gap - 0.5)
        is_focused = bool(state & flag.State_HasFocus) and self._view.hasFocus()
        is_chosen = is_shown and bool(state & flag.State_Selected) and not is_focused and self._view.hasFocus()
        if ground is not None or is_focused:
            painter.setBrush(ground or Qt.BrushStyle.NoBrush)
            pen = current_pen(
                self._theme, has_keyboard=is_focused, is_current=is_shown or bool(state & flag.State_Selected)
            )
            painter.setPen(QPen(self._theme.color("accent"), 1) if is_chosen else pen)
            painter.drawRoundedRect(rect.adjusted(0.5, 0.5, -0.5, -0.5) if is_focused else rect, radius, radius)

    def _draw_icon(self, painter: QPainter, inside: QRect, name: str) -> None:
        size = self._theme.px(_ICON_PX)
        self._theme.icon(name).paint(painter, QRect(inside.left(), inside.center().y() - size // 2, size, size))
        inside.setLeft(inside.left() + size + self._theme.px(6))

    def _draw_mark(self, painter: QPainter, inside: QRect, *, is_running: bool) -> None:
        """A ring while an answer comes, a dot once one is there that nobody has seen. Neither moves."""
        size = self._theme.px(_MARK_PX)
        place = QRectF(inside.right() - size, inside.center().y() - size / 2, size, size)
        accent = self._theme.color("accent")
        painter.setPen(QPen(accent, max(1.5, size / 4)) if is_running else Qt.PenStyle.NoPen)
        painter.setBrush(Qt.BrushStyle.NoBrush if is_running else accent)
        painter.drawEllipse(place)
        inside.setRight(inside.right() - size - self._theme.px(8))

    def _draw_words(self, painter: QPainter, inside: QRect, text: str) -> None:
        metrics = QFontMetricsF(painter.font())
        words = metrics.elidedText(text, Qt.TextElideMode.ElideRight, inside.width())
        painter.drawText(inside, Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine, words)

    # -- editing -------------------------------------------------------------------------------------------------------

    def createEditor(self, parent: QWidget, option: QStyleOptionViewItem, index: Index) -> QWidget:
        """A field in the row's place."""
        field = QLineEdit(parent)
        field.setFont(self._theme.font())
        field.setAccessibleName(tr("Title of the chat"))
        field.setPlaceholderText(tr("Empty: the words of the first prompt"))
        c = self._theme.colors
        field.setStyleSheet(
            f"QLineEdit {{ background: {c.surface}; color: {c.text}; border: 2px solid {c.accent};"
            f" border-radius: {self._theme.px(8)}px; padding: 0 {self._theme.px(_SIDE_PX) - 2}px;"
            f" selection-background-color: {c.accent}; selection-color: {c.on_accent};"
            f" placeholder-text-color: {c.secondary}; }}"
        )
        return field

    def setEditorData(self, editor: QWidget, index: Index) -> None:
        """The title, selected."""
        if isinstance(editor, QLineEdit):
            editor.setText(str(index.data(Qt.ItemDataRole.EditRole)))
            editor.selectAll()

    def setModelData(self, editor: QWidget, model: QAbstractItemModel, index: Index) -> None:
        """What was written."""
        if isinstance(editor, QLineEdit):
            model.setData(index, editor.text())

    def updateEditorGeometry(self, editor: QWidget, option: QStyleOptionViewItem, index: Index) -> None:
        """The whole row."""
        editor.setGeometry(option.rect)

    def eventFilter(self, watched: object, event: QEvent) -> bool:
        """Esc gives the edit up before any shortcut of the window takes it."""
        return claims_escape(event) or super().eventFilter(watched, event)  # type: ignore[arg-type]

    def is_on_more(self, row_place: QRect, point: QPoint) -> bool:
        """True on the button that opens a row's menu."""
        return self.more_place(row_place).contains(point)
