"""The list of chats: mouse, keyboard, several at once, dragging onto folders (GUI thread only)."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QItemSelectionModel, QModelIndex, QPoint, QSize, Qt, Signal, Slot
from PySide6.QtGui import (
    QContextMenuEvent,
    QDragEnterEvent,
    QDragMoveEvent,
    QDropEvent,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
)
from PySide6.QtWidgets import QAbstractItemView, QListView

from llmdesk.ui.kit.drops import paths_of
from llmdesk.ui.kit.styled import scroll_bar_css
from llmdesk.ui.kit.theme import Theme
from llmdesk.ui.kit.words import tr
from llmdesk.ui.sidebar.chat_list_model import ChatListModel
from llmdesk.ui.sidebar.row_delegate import ROW_PX, RowDelegate
from llmdesk.ui.sidebar.rows import ChatRow, Heading

_SELECT = QItemSelectionModel.SelectionFlag
_MANY = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier


class ChatList(QListView):
    """See the module. What is chosen and what is shown are two things: arrows choose, a click or Enter shows.

    Signals:
        opened(chat_id): to be shown.
        menu_requested(point): on the screen, for what is chosen.
        delete_requested(): Del, for what is chosen.
        undo_requested(): Ctrl+Z.
        left(): Esc.
    """

    opened = Signal(str)
    menu_requested = Signal(QPoint)
    delete_requested = Signal()
    undo_requested = Signal()
    left = Signal()

    def __init__(self, theme: Theme, model: ChatListModel) -> None:
        super().__init__()
        self._theme, self.chats = theme, model
        self._pressed = QPoint()
        self._lost_ids: list[str] = []
        self._lost_current = ""
        model.rowsAboutToBeRemoved.connect(self._note_lost)  # before the selection hears of it and forgets
        self.setModel(model)
        model.rowsInserted.connect(self._find_lost)
        self._rows = RowDelegate(theme, self, model)
        self.setItemDelegate(self._rows)
        self.setFrameShape(QListView.Shape.NoFrame)
        self.setUniformItemSizes(True)
        self.setMouseTracking(True)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setDragEnabled(True)
        self.setAcceptDrops(True)
        self.setDragDropMode(QAbstractItemView.DragDropMode.DragDrop)
        self.setDefaultDropAction(Qt.DropAction.MoveAction)
        self.setDropIndicatorShown(False)
        self.setAccessibleName(tr("Chats"))
        theme.changed.connect(self.restyle)
        self.restyle()

    @property
    def chosen_ids(self) -> list[str]:
        """The chats that are chosen, from top to bottom."""
        rows = [self.chats.row_at(index) for index in sorted(self.selectedIndexes(), key=QModelIndex.row)]
        return [row.info.id for row in rows if isinstance(row, ChatRow)]

    def choose(self, chat_ids: Iterable[str], *, scrolls: bool = True) -> None:
        """Choose these and no others."""
        self._lost_ids, self._lost_current = [], ""
        self.clearSelection()
        indexes = [index for index in map(self.chats.index_of, chat_ids) if index.isValid()]
        for index in indexes:
            self.selectionModel().select(index, _SELECT.Select)
        if indexes:
            self.selectionModel().setCurrentIndex(indexes[0], _SELECT.NoUpdate)
            if scrolls:
                self.scrollTo(indexes[0])

    def rename(self, chat_id: str) -> None:
        """Edit its title in place."""
        index = self.chats.index_of(chat_id)
        if index.isValid():
            self.setFocus()
            self.choose([chat_id])
            self.edit(index)

    def minimumSizeHint(self) -> QSize:
        """One row; the rest is scrolled."""
        return QSize(0, self._theme.px(ROW_PX))

    # -- mouse ---------------------------------------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Choose; a click on a folder folds it, one on the three points opens the menu."""
        self._pressed = event.position().toPoint()
        index = self.indexAt(self._pressed)
        row = self.chats.row_at(index)
        is_left = event.button() == Qt.MouseButton.LeftButton
        if isinstance(row, Heading):
            if row.folder and is_left:
                self.chats.toggle(row.folder)
            return
        if row is not None and is_left and self._rows.is_on_more(self.visualRect(index), self._pressed):
            if row.info.id not in self.chosen_ids:
                self.choose([row.info.id], scrolls=False)
            self.menu_requested.emit(event.globalPosition().toPoint())
            return
        if row is not None and event.button() == Qt.MouseButton.RightButton:
            if row.info.id not in self.chosen_ids:
                self.choose([row.info.id], scrolls=False)
            return
        super().mousePressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """A click without Ctrl or Shift shows the chat."""
        super().mouseReleaseEvent(event)
        index = self.indexAt(event.position().toPoint())
        row = self.chats.row_at(index)
        is_click = event.button() == Qt.MouseButton.LeftButton and not event.modifiers() & _MANY
        is_same = index == self.indexAt(self._pressed)
        is_plain = not self._rows.is_on_more(self.visualRect(index), self._pressed)
        if isinstance(row, ChatRow) and is_click and is_same and is_plain:
            self.opened.emit(row.info.id)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """The menu, by mouse or by the key for it."""
        if event.reason() == QContextMenuEvent.Reason.Keyboard:
            self.menu_requested.emit(self.viewport().mapToGlobal(self.visualRect(self.currentIndex()).center()))
        elif isinstance(self.chats.row_at(self.indexAt(event.pos())), ChatRow):
            self.menu_requested.emit(event.globalPos())

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Chats of this list; files are the side bar's."""
        if paths_of(event.mimeData()):
            event.ignore()
        else:
            super().dragEnterEvent(event)

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        """Anywhere in the list; the place decides about the folder."""
        super().dragMoveEvent(event)
        if event.mimeData().hasFormat(self.chats.mimeTypes()[0]):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Onto a folder or anywhere in it: into that folder; else out of theirs. (Qt would move rows.)"""
        index = self.indexAt(event.position().toPoint())
        self.chats.dropMimeData(event.mimeData(), Qt.DropAction.MoveAction, -1, -1, index)
        event.setDropAction(Qt.DropAction.CopyAction)  # nothing is to be taken out of the list
        event.accept()
        self.setState(QAbstractItemView.State.NoState)
        self.viewport().update()

    # -- keyboard ------------------------------------------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter shows, Left and Right fold folders, Del deletes, Ctrl+Z brings back, Esc leaves; arrows are Qt's."""
        if self.state() == QAbstractItemView.State.EditingState:  # what the field of a title leaves
            super().keyPressEvent(event)
            return
        row = self.chats.row_at(self.currentIndex())
        match event.key():
            case Qt.Key.Key_Return | Qt.Key.Key_Enter if isinstance(row, ChatRow):
                self.opened.emit(row.info.id)
            case Qt.Key.Key_Return | Qt.Key.Key_Enter if isinstance(row, Heading):
                self.chats.toggle(row.folder)
            case Qt.Key.Key_Left | Qt.Key.Key_Right:
                self._fold(row, event.key() == Qt.Key.Key_Left)
            case Qt.Key.Key_Delete if not event.modifiers():
                self.delete_requested.emit()
            case Qt.Key.Key_Escape:
                self.left.emit()
            case _ if event.matches(QKeySequence.StandardKey.Undo):
                self.undo_requested.emit()
            case _:
                super().keyPressEvent(event)

    def _fold(self, row: object, wants_folded: bool) -> None:
        """Left folds the folder that the keyboard is in, and stands on it then; Right unfolds it."""
        folder = self.chats.folder_at(self.currentIndex())
        if isinstance(row, ChatRow) and not wants_folded:
            return
        if folder and (folder in self.chats.folded_folders) is not wants_folded:
            self.chats.toggle(folder)
            self.selectionModel().setCurrentIndex(self.chats.index_of(f"folder {folder}"), _SELECT.ClearAndSelect)

    @Slot(QModelIndex, int, int)
    def _note_lost(self, parent: QModelIndex, first: int, last: int) -> None:
        """A chat that moves is taken out and put in; it stays chosen."""
        self._lost_ids += [
            row.info.id
            for row in map(self.chats.row_at, self.selectedIndexes())
            if isinstance(row, ChatRow) and first <= self.chats.index_of(row.info.id).row() <= last
        ]
        if first <= self.currentIndex().row() <= last:
            row = self.chats.row_at(self.currentIndex())
            self._lost_current = row.key if row is not None else ""

    @Slot()
    def _find_lost(self) -> None:
        for chat_id in [each for each in self._lost_ids if self.chats.index_of(each).isValid()]:
            self._lost_ids.remove(chat_id)
            self.selectionModel().select(self.chats.index_of(chat_id), _SELECT.Select)
        index = self.chats.index_of(self._lost_current)
        if index.isValid():
            self.selectionModel().setCurrentIndex(index, _SELECT.NoUpdate)
            self._lost_current = ""

    @Slot()
    def restyle(self) -> None:
        """Colours or sizes changed."""
        self.setFont(self._theme.font())
        ground = "QListView { background: transparent; border: none; outline: none; }"
        self.setStyleSheet(ground + scroll_bar_css(self._theme))
        self.verticalScrollBar().setSingleStep(self._theme.px(ROW_PX))
        self.scheduleDelayedItemsLayout()
