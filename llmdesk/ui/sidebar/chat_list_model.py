"""The list of chats as Qt's model: only rows that change are told, so that ten thousand stay instant (GUI thread)."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Sequence
from typing import Any

from PySide6.QtCore import QAbstractListModel, QMimeData, QModelIndex, QPersistentModelIndex, Qt, Signal

from llmdesk.services.chats.kept import ChatInfo
from llmdesk.ui.kit.words import tr
from llmdesk.ui.sidebar.rows import ChatRow, Heading, Row, arrange

ROW_ROLE = int(Qt.ItemDataRole.UserRole)
"""The Row itself."""
CHATS_TYPE = "application/x-llmdesk-chats"
Index = QModelIndex | QPersistentModelIndex


class ChatListModel(QAbstractListModel):
    """Chats under their headings.

    Signals:
        renamed(chat_id, title): its title was edited in place.
        dropped(chat_ids, folder): chats were dragged onto a folder; an empty one: out of their folders.
        folded(): a folder was folded or unfolded.
    """

    renamed = Signal(str, str)
    dropped = Signal(list, str)
    folded = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._infos: dict[str, ChatInfo] = {}
        self._rows: list[Row] = []
        self._numbers: dict[str, int] | None = {}  # by key; None: to be counted
        self._today = datetime.date.today()
        self.folded_folders: set[str] = set()
        self.shown_id = ""
        self.running_ids: frozenset[str] = frozenset()
        self.private_ids: frozenset[str] = frozenset()

    # -- what is asked -------------------------------------------------------------------------------------------------

    @property
    def infos(self) -> dict[str, ChatInfo]:
        """All chats of the list by their ids, also those in folded folders."""
        return self._infos

    @property
    def rows(self) -> Sequence[Row]:
        """From top to bottom."""
        return self._rows

    @property
    def folders(self) -> list[str]:
        """Those that have a chat, in the order of the list."""
        return [row.folder for row in self._rows if isinstance(row, Heading) and row.folder]

    def index_of(self, chat_id: str) -> QModelIndex:
        """Where a chat (or the heading of this key) stands; invalid if it is not in sight."""
        if self._numbers is None:
            self._numbers = {row.key: number for number, row in enumerate(self._rows)}
        number = self._numbers.get(chat_id)
        return self.index(number) if number is not None else QModelIndex()

    def row_at(self, index: Index) -> Row | None:
        """What stands there."""
        return self._rows[index.row()] if index.isValid() and index.row() < len(self._rows) else None

    # -- what changes --------------------------------------------------------------------------------------------------

    def set_all(self, infos: Iterable[ChatInfo]) -> None:
        """Another list."""
        self.beginResetModel()
        self._infos = {info.id: info for info in infos}
        self._take_rows(self._arranged())
        self.endResetModel()

    def update(self, infos: Iterable[ChatInfo], gone_ids: Iterable[str] = ()) -> None:
        """Some chats are new or different, and some are gone; all others keep their places."""
        changed = {info.id: info for info in infos if self._infos.get(info.id) != info}
        gone = [chat_id for chat_id in gone_ids if self._infos.pop(chat_id, None) is not None]
        if not changed and not gone:
            return
        moves = {each for each, info in changed.items() if _place(info) != _place(self._infos.get(each))}
        self._infos |= changed
        if moves or gone:
            self._rearrange(moves)
        for chat_id in changed.keys() - moves:
            self._tell(chat_id, take=True)

    def set_today(self, today: datetime.date) -> None:
        """The day has changed: what was today's is yesterday's."""
        if today != self._today:
            self._today = today
            self.set_all(list(self._infos.values()))

    def set_shown(self, chat_id: str) -> None:
        """Which chat the window shows."""
        before, self.shown_id = self.shown_id, chat_id
        self._tell(before)
        self._tell(chat_id)

    def set_running(self, chat_ids: frozenset[str]) -> None:
        """In which chats an answer runs."""
        changed, self.running_ids = self.running_ids ^ chat_ids, chat_ids
        for chat_id in changed:
            self._tell(chat_id)

    def toggle(self, folder: str) -> None:
        """Fold or unfold a folder."""
        self.folded_folders ^= {folder}
        self._rearrange(set())
        self.folded.emit()

    # -- Qt's questions ------------------------------------------------------------------------------------------------

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008  # as Qt declares it
        """Headings and chats."""
        return 0 if parent.isValid() else len(self._rows)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Words for the eye and for screen readers; see ``ROW_ROLE``."""
        row = self.row_at(index)
        if row is None:
            return None
        match role:
            case Qt.ItemDataRole.DisplayRole | Qt.ItemDataRole.EditRole | Qt.ItemDataRole.ToolTipRole:
                return row.title if isinstance(row, Heading) else title_of(row.info)
            case Qt.ItemDataRole.AccessibleTextRole:
                return self._spoken(row)
            case _ if role == ROW_ROLE:
                return row
        return None

    def setData(self, index: Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        """A title, edited in place."""
        row = self.row_at(index)
        if role != Qt.ItemDataRole.EditRole or not isinstance(row, ChatRow):
            return False
        title = " ".join(str(value).split())
        if title != title_of(row.info):
            self.renamed.emit(row.info.id, title)
        return True

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Chats can be chosen, edited and dragged; folders can be reached; dates are only read."""
        row = self.row_at(index)
        flag = Qt.ItemFlag
        if isinstance(row, ChatRow):
            return (
                flag.ItemIsEnabled
                | flag.ItemIsSelectable
                | flag.ItemIsEditable
                | flag.ItemIsDragEnabled
                | flag.ItemIsDropEnabled
                | flag.ItemNeverHasChildren
            )
        if isinstance(row, Heading) and row.folder:
            return flag.ItemIsEnabled | flag.ItemIsDropEnabled | flag.ItemNeverHasChildren
        return flag.ItemIsDropEnabled

    def mimeTypes(self) -> list[str]:
        """Ids of chats, within this window."""
        return [CHATS_TYPE]

    def mimeData(self, indexes: Sequence[Index]) -> QMimeData:
        """The chats that are dragged."""
        rows = (self.row_at(index) for index in indexes)
        data = QMimeData()
        data.setData(CHATS_TYPE, "\n".join(row.info.id for row in rows if isinstance(row, ChatRow)).encode())
        return data

    def supportedDropActions(self) -> Qt.DropAction:
        """Chats are moved."""
        return Qt.DropAction.MoveAction

    def dropMimeData(self, data: QMimeData, action: Qt.DropAction, row: int, column: int, parent: Index) -> bool:
        """Onto a folder or one of its chats: into that folder; onto anything else: out of theirs."""
        chat_ids = bytes(data.data(CHATS_TYPE).data()).decode().split()
        if chat_ids:
            self.dropped.emit(chat_ids, self.folder_at(parent))
        return False  # True would have the view remove rows

    def folder_at(self, index: Index) -> str:
        """The folder that a place in the list belongs to; empty if to none."""
        row = self.row_at(index)
        if isinstance(row, Heading):
            return row.folder
        return row.info.folder if row is not None and not row.info.is_pinned else ""

    # -- helpers -------------------------------------------------------------------------------------------------------

    def _arranged(self) -> list[Row]:
        return arrange(self._infos.values(), self._today, self.folded_folders)

    def _take_rows(self, rows: list[Row]) -> None:
        self._rows, self._numbers = rows, None

    def _rearrange(self, moved: set[str]) -> None:
        """Take out what is gone or moves, put in what is new or moved; the rest has kept its order."""
        wanted = self._arranged()
        wanted_keys = [row.key for row in wanted]
        if wanted_keys == [row.key for row in self._rows]:
            self._take_wanted(wanted, moved)
            return
        there = set(wanted_keys)
        self._remove([n for n, row in enumerate(self._rows) if row.key in moved or row.key not in there])
        kept = {row.key for row in self._rows}
        if [key for key in wanted_keys if key in kept] != [row.key for row in self._rows]:
            self.beginResetModel()  # another order: cannot happen by what moves one chat
            self._take_rows(wanted)
            self.endResetModel()
            return
        for first, end in _runs(n for n, key in enumerate(wanted_keys) if key not in kept):
            self.beginInsertRows(QModelIndex(), first, end - 1)
            self._take_rows([*self._rows[:first], *wanted[first:end], *self._rows[first:]])
            self.endInsertRows()
        self._take_wanted(wanted, set())

    def _take_wanted(self, wanted: list[Row], changed: set[str]) -> None:
        """The same rows in the same order; some say something else."""
        before = self._rows
        self._take_rows(wanted)
        for number, row in enumerate(wanted):
            if row.key in changed or (isinstance(row, Heading) and row != before[number]):
                self.dataChanged.emit(self.index(number), self.index(number))

    def _remove(self, numbers: list[int]) -> None:
        for first, end in reversed(_runs(numbers)):
            self.beginRemoveRows(QModelIndex(), first, end - 1)
            del self._rows[first:end]
            self._numbers = None
            self.endRemoveRows()

    def _tell(self, key: str, *, take: bool = False) -> None:
        """A row looks different; with ``take``, its chat or folder is read anew."""
        index = self.index_of(key)
        if not index.isValid():
            return
        if take and key in self._infos:
            self._rows[index.row()] = ChatRow(self._infos[key])
        self.dataChanged.emit(index, index)

    def _spoken(self, row: Row) -> str:
        if isinstance(row, Heading):
            if not row.folder:
                return row.title
            state = tr("folded") if row.is_folded else tr("unfolded")
            count = tr("%n chat(s)", n=row.count)
            return tr("Folder {name}, {state}, {count}", name=row.title, state=state, count=count)
        states = (
            ("", True),
            (tr("shown"), row.info.id == self.shown_id),
            (tr("answering"), row.info.id in self.running_ids),
            (tr("new answer"), row.info.is_unread),
            (tr("private"), row.info.id in self.private_ids),
            (tr("pinned"), row.info.is_pinned),
        )
        return ", ".join([title_of(row.info), *(words for words, is_so in states if words and is_so)])


def title_of(info: ChatInfo) -> str:
    """Its title, or what stands for one."""
    return info.title or tr("Untitled chat")


def _place(info: ChatInfo | None) -> tuple[object, ...]:
    """What decides where a chat stands."""
    return () if info is None else (info.is_pinned, info.folder, info.changed_s)


def _runs(numbers: Iterable[int]) -> list[tuple[int, int]]:
    """Rising numbers as runs (first, end)."""
    runs: list[tuple[int, int]] = []
    for number in numbers:
        if runs and runs[-1][1] == number:
            runs[-1] = (runs[-1][0], number + 1)
        else:
            runs.append((number, number + 1))
    return runs
