"""One field that finds everything that can be done, and every chat (GUI thread only)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, QSize, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractItemView, QListView, QWidget

from llmdesk.ui.kit.labels import Label
from llmdesk.ui.kit.popover import Popover
from llmdesk.ui.kit.search_field import SearchField
from llmdesk.ui.kit.spacing import row
from llmdesk.ui.kit.styled import scroll_bar_css
from llmdesk.ui.kit.theme import Theme
from llmdesk.ui.kit.words import tr
from llmdesk.ui.palette.item_delegate import ITEM_ROLE, ROW_PX, ItemDelegate

_WIDTH_PX, _HEIGHT_PX = 560, 460
_TOP_SHARE = 0.12
Index = QModelIndex | QPersistentModelIndex


@dataclass(frozen=True, slots=True)
class Item:
    """One thing that the palette offers.

    Attributes:
        key: names it, for what was used lately.
        kind: what it is, in one word for the right edge; empty where ``shortcut`` says enough.
        shortcut: its key, as on the keyboard.
        icon: in assets/icons; empty: none.
    """

    key: str
    text: str
    run: Callable[[], object]
    kind: str = ""
    shortcut: str = ""
    icon: str = ""
    is_enabled: bool = True

    @property
    def spoken(self) -> str:
        """For screen readers."""
        unable = "" if self.is_enabled else tr("not possible now")
        return ", ".join(filter(None, (self.text, self.kind, self.shortcut, unable)))


class ItemModel(QAbstractListModel):
    """The items that fit what was typed."""

    def __init__(self) -> None:
        super().__init__()
        self.items: Sequence[Item] = ()

    def set_items(self, items: Sequence[Item]) -> None:
        """Others."""
        self.beginResetModel()
        self.items = items
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008  # as Qt declares it
        """How many."""
        return 0 if parent.isValid() else len(self.items)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Words for screen readers; see ``ITEM_ROLE``."""
        if not index.isValid():
            return None
        item = self.items[index.row()]
        if role == ITEM_ROLE:
            return item
        if role == Qt.ItemDataRole.DisplayRole:
            return item.text
        return item.spoken if role == Qt.ItemDataRole.AccessibleTextRole else None

    def flags(self, index: Index) -> Qt.ItemFlag:
        """What cannot be done now is told, and not chosen."""
        if index.isValid() and self.items[index.row()].is_enabled:
            return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemNeverHasChildren
        return Qt.ItemFlag.ItemNeverHasChildren


class Palette(Popover):
    """See the module.

    Args:
        find: the items for what was typed, the best ones first; asked at every key.

    Signals:
        used(key): an item was chosen; it is run after the palette has closed.
    """

    used = Signal(str)

    def __init__(self, theme: Theme, window: QWidget, find: Callable[[str], Sequence[Item]]) -> None:
        super().__init__(theme, window, _WIDTH_PX, _HEIGHT_PX)
        self._find = find
        self.field = SearchField(theme, tr("Find an action or a chat"))
        self.field.installEventFilter(self)
        self.list, self.model = QListView(), ItemModel()
        self._nothing = Label(theme, tr("Nothing found."), "secondary", "note")
        self._build()
        self.field.textChanged.connect(self._show)
        self.list.clicked.connect(self._run)
        theme.changed.connect(self._take_sizes)
        self._take_sizes()

    def toggle(self, anchor: QWidget) -> None:
        """Open it with an empty field, or close it."""
        if self.isVisible():
            self.close_panel()
            return
        self.field.clear()
        self._show()
        self.open_under(anchor)
        self.field.setFocus()

    def eventFilter(self, watched: Any, event: Any) -> bool:
        """The field's arrows and Enter are the list's."""
        if watched is self.field and isinstance(event, QKeyEvent) and event.type() == QKeyEvent.Type.KeyPress:
            match event.key():
                case Qt.Key.Key_Down:
                    self._move(1)
                    return True
                case Qt.Key.Key_Up:
                    self._move(-1)
                    return True
                case Qt.Key.Key_Return | Qt.Key.Key_Enter:
                    self._run(self.list.currentIndex())
                    return True
        return super().eventFilter(watched, event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter in the list itself."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._run(self.list.currentIndex())
        else:
            super().keyPressEvent(event)

    def _place(self) -> None:
        """In the middle, near the top."""
        super()._place()
        place = self.panel.geometry()
        top = min(round(_TOP_SHARE * self.height()), self.height() - place.height() - self._theme.px(12))
        place.moveTo((self.width() - place.width()) // 2, max(0, top))
        self.panel.setGeometry(place)

    def _move(self, step: int) -> None:
        """To the next item that can be chosen, around the ends."""
        count = len(self.model.items)
        number = self.list.currentIndex().row()
        for _ in range(count):
            number = (number + step) % count
            if self.model.items[number].is_enabled:
                self.list.setCurrentIndex(self.model.index(number))
                return

    @Slot()
    def _show(self) -> None:
        self.model.set_items(self._find(self.field.text()))
        self.list.setCurrentIndex(QModelIndex())
        self._move(1)
        self.list.scrollToTop()
        self._nothing.setVisible(not self.model.items)
        self.list.setVisible(bool(self.model.items))

    @Slot(QModelIndex)
    def _run(self, index: QModelIndex) -> None:
        if not index.isValid() or not self.model.items[index.row()].is_enabled:
            return
        item = self.model.items[index.row()]
        self.close_panel()
        self.used.emit(item.key)
        item.run()

    def _build(self) -> None:
        self.list.setModel(self.model)
        self.list.setItemDelegate(ItemDelegate(self._theme, self.list))
        self.list.setFrameShape(QListView.Shape.NoFrame)
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # the field's keys move in it
        self.list.setUniformItemSizes(True)
        self.list.setMouseTracking(True)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.list.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.list.setAccessibleName(tr("Actions and chats"))
        self.list.setMinimumSize(QSize(0, 1))
        self.head.addLayout(row(self._theme, self.field, margins=(12, 12, 12, 8)))
        self._nothing.setAlignment(Qt.AlignmentFlag.AlignCenter)
        whole = row(self._theme, margins=(8, 0, 8, 8))
        whole.addWidget(self.list, 1)
        whole.addWidget(self._nothing, 1)
        self.panel_layout.addLayout(whole, 1)

    @Slot()
    def _take_sizes(self) -> None:
        ground = "QListView { background: transparent; border: none; outline: none; }"
        self.list.setStyleSheet(ground + scroll_bar_css(self._theme))
        self.list.setFont(self._theme.font())
        self.list.verticalScrollBar().setSingleStep(self._theme.px(ROW_PX))
        self.list.scheduleDelayedItemsLayout()
