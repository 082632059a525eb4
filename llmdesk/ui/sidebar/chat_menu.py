"""The menu of chats in the list (GUI thread only)."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import QObject, QPoint, Qt, Signal, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QLineEdit, QWidget

from llmdesk.ui.kit.buttons import Button
from llmdesk.ui.kit.popover import Popover
from llmdesk.ui.kit.spacing import row
from llmdesk.ui.kit.styled import FieldStyle, Menu
from llmdesk.ui.kit.theme import Theme
from llmdesk.ui.kit.words import tr
from llmdesk.ui.sidebar.chat_deeds import ChatDeeds
from llmdesk.ui.sidebar.side_bar import SideBar


class ChatMenu(QObject):
    """Opens where it is asked for, for the chats that are chosen.

    Signals:
        export_requested(list[str]): the chats that are to be written to a file.
    """

    export_requested = Signal(list)

    def __init__(
        self, theme: Theme, window: QWidget, bar: SideBar, deeds: ChatDeeds, new_private_chat: QAction
    ) -> None:
        super().__init__(bar)
        self._theme, self._bar, self._deeds, self._new_private_chat = theme, bar, deeds, new_private_chat
        self._folder = FolderPanel(theme, window)
        bar.chats.menu_requested.connect(self._open)
        bar.chats.delete_requested.connect(self.delete_chosen)

    @Slot()
    def delete_chosen(self) -> None:
        """Del with the list under the keyboard."""
        self._deeds.delete(self._bar.chats.chosen_ids)

    def make(self, chat_ids: Sequence[str]) -> Menu:
        """The menu for these chats."""
        menu, deeds = Menu(self._theme, self._bar), self._deeds
        menu.aboutToHide.connect(menu.deleteLater)
        model = self._bar.model
        infos = [model.infos[chat_id] for chat_id in chat_ids if chat_id in model.infos]
        is_kept = deeds.is_kept(chat_ids)
        if len(infos) == 1:
            rename = self._add(menu, tr("Rename"), partial(self._bar.chats.rename, infos[0].id))
            rename.setShortcut(Qt.Key.Key_F2)  # shown; the table's entry acts on the key
            rename.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
        if infos and is_kept:
            is_pinned = all(info.is_pinned for info in infos)
            words = tr("Unpin") if is_pinned else tr("Pin")
            self._add(menu, words, partial(deeds.set_pinned, chat_ids, not is_pinned))
            menu.addMenu(self._folders(menu, chat_ids))
            is_archive = self._bar.is_archive
            words = tr("Back to the list") if is_archive else tr("Move to the archive")
            self._add(menu, words, partial(deeds.set_archived, chat_ids, not is_archive))
            self._add(menu, tr("Export…"), partial(self.export_requested.emit, list(chat_ids)))
        if infos:
            menu.addSeparator()
            one, count = tr("Delete"), len(infos)
            words = one if count == 1 else tr("Delete %n chat(s)", n=count)
            self._add(menu, words, partial(deeds.delete, chat_ids)).setObjectName("delete")
            menu.addSeparator()
        menu.addAction(self._new_private_chat)
        return menu

    @Slot(QPoint)
    def _open(self, point: QPoint) -> None:
        self.make(self._bar.chats.chosen_ids).popup(point)

    def _folders(self, menu: Menu, chat_ids: Sequence[str]) -> Menu:
        folders = Menu(self._theme, menu, tr("Move to folder"))
        for folder in self._bar.model.folders:
            self._add(folders, folder, partial(self._deeds.move, chat_ids, folder))
        folders.addSeparator()
        self._add(folders, tr("New folder…"), partial(self._ask_folder, chat_ids))
        if any(self._bar.model.infos[chat_id].folder for chat_id in chat_ids):
            self._add(folders, tr("Out of its folder"), partial(self._deeds.move, chat_ids, ""))
        return folders

    def _ask_folder(self, chat_ids: Sequence[str]) -> None:
        self._folder.ask(self._bar.search, partial(self._deeds.move, chat_ids))

    def _add(self, menu: Menu, words: str, run: partial[None]) -> QAction:
        action = menu.addAction(words.replace("&", "&&"))
        action.triggered.connect(lambda _checked=False: run())
        return action


class FolderPanel(Popover):
    """Asks for the name of a folder."""

    def __init__(self, theme: Theme, window: QWidget) -> None:
        super().__init__(theme, window, 320, title=tr("New folder"))
        self.field = QLineEdit()
        self.field.setPlaceholderText(tr("Name"))
        self.field.setAccessibleName(tr("Name of the folder"))
        FieldStyle(theme, self.field)
        self.move_button = Button(theme, tr("Move"), primary=True)
        line = row(theme, margins=(20, 4, 20, 20))
        line.addWidget(self.field, 1)
        line.addWidget(self.move_button)
        self.panel_layout.addLayout(line)
        self._run: partial[None] | None = None
        self.field.returnPressed.connect(self._take)
        self.move_button.clicked.connect(self._take)

    def ask(self, anchor: QWidget, run: partial[None]) -> None:
        """Call ``run`` with the name, once there is one."""
        self._run = run
        self.field.clear()
        self.open_under(anchor)
        self.field.setFocus()

    @Slot()
    def _take(self) -> None:
        name = " ".join(self.field.text().split())
        if name and self._run is not None:
            self.close_panel()
            self._run(name)
