"""The column at the left: new chat, search, the list of chats, archive, settings (GUI thread only)."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import QSize, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QKeyEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from llmdesk.services.chats.kept import Hit
from llmdesk.ui.kit.buttons import Button, IconButton
from llmdesk.ui.kit.drops import paths_of, take_copies
from llmdesk.ui.kit.labels import Label
from llmdesk.ui.kit.spacing import Follower, column, row
from llmdesk.ui.kit.theme import Theme
from llmdesk.ui.kit.words import tr
from llmdesk.ui.sidebar.chat_list import ChatList
from llmdesk.ui.sidebar.chat_list_model import ChatListModel
from llmdesk.ui.sidebar.hit_list import HitList
from llmdesk.ui.sidebar.page_rows import PageRows
from llmdesk.ui.sidebar.parts import NewChatButton, SearchLine

WIDTH_PX = 256
_SEARCH_MS = 150
_LEAST_HEIGHT_WITH_PAGES_PX = 400  # the menu has them, too


class SideBar(QWidget):
    """See the module. It decides nothing; ``side_bar_controller.py`` does.

    Signals:
        new_chat_requested(), fold_requested(), settings_requested(): a button.
        archive_chosen(bool): show the archive, or the list again.
        search_changed(words): to be searched for now; empty: no search.
        hit_chosen(hit): a Hit to be shown.
        left(): Esc, where there was nothing to be closed.
        files_dropped(list of Path): chats to be imported, maybe.
    """

    new_chat_requested = Signal()
    fold_requested = Signal()
    settings_requested = Signal()
    archive_chosen = Signal(bool)
    search_changed = Signal(str)
    files_dropped = Signal(object)
    hit_chosen = Signal(object)
    left = Signal()

    def __init__(self, theme: Theme, *, new_chat_tip: str, search_key: str, fold_tip: str) -> None:
        super().__init__()
        self._theme = theme
        self.is_archive = False
        self.model = ChatListModel()
        self.chats, self.hits = ChatList(theme, self.model), HitList(theme)
        self.new_chat = NewChatButton(theme, tr("New chat"), new_chat_tip)
        self.fold = IconButton(theme, "panel-left", fold_tip)
        self.search = SearchLine(theme, tr("Search chats"), search_key)
        self._empty = Label(theme, "", "secondary", "note", wraps=True)
        self._nothing = Label(theme, "", "secondary", "note", wraps=True)
        self.back = Button(theme, tr("Archive"), "chevron-left", name=tr("Back from the archive to the chats"))
        self.archive = Button(theme, tr("Archive"), "archive", quiet=True)
        self.settings = Button(theme, tr("Settings"), "settings", quiet=True)
        self.page_rows = PageRows(theme)
        self._pages = QStackedWidget()
        self._delay = QTimer(self)
        self._delay.setSingleShot(True)
        self._delay.setInterval(_SEARCH_MS)
        self._build()
        self._connect()
        theme.changed.connect(self.restyle)

    @property
    def is_searching(self) -> bool:
        """True while results stand in the list's place."""
        return self._pages.currentWidget() is not self._list_page

    def sizeHint(self) -> QSize:
        """As wide as drawn."""
        return QSize(self._theme.px(WIDTH_PX), self._theme.px(400))

    def minimumSizeHint(self) -> QSize:
        """The list goes down to nothing before anything is cut."""
        return QSize(self._theme.px(WIDTH_PX), 0)

    def paintEvent(self, event: QPaintEvent) -> None:
        """The ground, and the line at the right."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), self._theme.color("window"))
        painter.fillRect(self.width() - 1, 0, 1, self.height(), self._theme.color("line"))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Where it is low, the chats go before the pages."""
        super().resizeEvent(event)
        self.page_rows.setVisible(self.height() >= self._theme.px(_LEAST_HEIGHT_WITH_PAGES_PX))

    def show_hits(self, hits: Sequence[Hit]) -> None:
        """What was found for the words in the field."""
        if self.search.text().strip():
            self.hits.show_hits(hits)
            words = tr("Nothing found for “{words}”.", words=self.search.text().strip())
            self._nothing.setText(words)
            self._pages.setCurrentWidget(self.hits if hits else self._nothing_page)

    def show_archive(self, is_archive: bool) -> None:
        """The archive, or the list."""
        self.is_archive = is_archive
        self.back.setVisible(is_archive)
        self.archive.setVisible(not is_archive)
        self.chats.setAccessibleName(tr("Archived chats") if is_archive else tr("Chats"))
        self.tell_empty()

    def tell_empty(self) -> None:
        """What stands in an empty list's place."""
        words = tr("No chat is archived.") if self.is_archive else tr("Your chats will be listed here.")
        self._empty.setText(words)
        self._empty.setVisible(not self.model.infos)
        had_focus = self.chats.hasFocus()
        self.chats.setVisible(bool(self.model.infos))
        if had_focus and not self.model.infos:
            self.left.emit()  # else the keyboard would be at whatever comes next, and Enter would press it

    @Slot()
    def leave_search(self) -> None:
        """Back to the list."""
        self.search.clear()
        self._delay.stop()
        self._search_now()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Files from elsewhere, onto the list too."""
        if paths_of(event.mimeData()):
            take_copies(event)

    def dropEvent(self, event: QDropEvent) -> None:
        """They are copied, never moved."""
        if paths := paths_of(event.mimeData()):
            take_copies(event)
            self.files_dropped.emit(paths)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc leaves."""
        if event.key() == Qt.Key.Key_Escape:
            self._on_left()
        else:
            super().keyPressEvent(event)

    # -- helpers -------------------------------------------------------------------------------------------------------

    @Slot()
    def _on_typed(self) -> None:
        if self.search.text().strip():
            self._delay.start()
        else:
            self._delay.stop()
            self._search_now()

    @Slot()
    def _search_now(self) -> None:
        words = self.search.text().strip()
        if not words:
            self._pages.setCurrentWidget(self._list_page)
        self.search_changed.emit(words)

    @Slot()
    def _on_enter(self) -> None:
        """The results may be those of fewer words: what was typed last is searched for first."""
        if self._delay.isActive():
            self._delay.stop()
            self._search_now()
        elif self.is_searching:
            self.hits.open_current()

    @Slot()
    def _on_left(self) -> None:
        if self.search.text():
            self.leave_search()
            self.chats.setFocus()
        elif self.is_archive:
            self.archive_chosen.emit(False)
        else:
            self.left.emit()

    def _build(self) -> None:
        theme = self._theme
        self._list_page = _page(theme, self._empty, self.chats)
        self._nothing_page = _page(theme, self._nothing)
        for page in (self._list_page, self.hits, self._nothing_page):
            self._pages.addWidget(page)
        self._pages.setMinimumHeight(1)
        head = row(theme, spacing=4)
        head.addWidget(self.new_chat, 1)
        head.addWidget(self.fold)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 1, 0)
        whole = column(theme, margins=(12, 14, 11, 10), spacing=4)
        whole.addLayout(head)
        whole.addWidget(self.search)
        whole.addWidget(self.back, 0, Qt.AlignmentFlag.AlignLeft)
        whole.addWidget(self._pages, 1)
        whole.addWidget(self.page_rows)
        whole.addLayout(self._make_foot())
        layout.addLayout(whole)
        self.setAccessibleName(tr("Side bar"))
        self.setAcceptDrops(True)
        self.show_archive(False)

    def _make_foot(self) -> QHBoxLayout:
        foot = row(self._theme, spacing=4)
        foot.addWidget(self.settings)
        foot.addStretch(1)
        foot.addWidget(self.archive)
        return foot

    def _connect(self) -> None:
        self.new_chat.clicked.connect(self.new_chat_requested)
        self.fold.clicked.connect(self.fold_requested)
        self.settings.clicked.connect(self.settings_requested)
        self.archive.clicked.connect(lambda: self.archive_chosen.emit(True))
        self.back.clicked.connect(lambda: self.archive_chosen.emit(False))
        self.search.textChanged.connect(self._on_typed)
        self.search.returnPressed.connect(self._on_enter)
        self.search.moved.connect(self.hits.move_current)
        self.search.left.connect(self._on_left)
        self._delay.timeout.connect(self._search_now)
        self.hits.opened.connect(self.hit_chosen)
        self.hits.left.connect(self._on_left)
        self.chats.left.connect(self._on_left)

    @Slot()
    def restyle(self) -> None:
        """Colours or sizes changed."""
        self.updateGeometry()
        self.update()


def _page(theme: Theme, *parts: QWidget) -> QWidget:
    page = QWidget()
    layout = QVBoxLayout(page)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setSpacing(0)
    for part in parts:
        if isinstance(part, Label):
            Follower(theme, part, partial(_pad, theme, part))
        layout.addWidget(part, 0 if isinstance(part, Label) else 1)
    layout.addStretch(0)
    return page


def _pad(theme: Theme, label: Label) -> None:
    """Room around words that is gone with them."""
    side, above = theme.px(12), theme.px(10)
    label.setContentsMargins(side, above, side, above)
