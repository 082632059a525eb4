"""The page of all collections (GUI thread only). It decides nothing; ``collections_controller.py`` does."""

from __future__ import annotations

from collections.abc import Callable, Container, Sequence
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDropEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QVBoxLayout, QWidget

from llmdesk.services.collections.collection import Collection, IndexProgress
from llmdesk.ui.collections.collection_row import CollectionRow
from llmdesk.ui.collections.model_banner import ModelBanner
from llmdesk.ui.collections.try_out import TryOut
from llmdesk.ui.kit.buttons import Button
from llmdesk.ui.kit.drops import paths_of, take_copies
from llmdesk.ui.kit.labels import MEDIUM, SEMIBOLD, Label
from llmdesk.ui.kit.spacing import fix, row, space
from llmdesk.ui.kit.styled import ScrollArea
from llmdesk.ui.kit.surfaces import Panel
from llmdesk.ui.kit.theme import Theme
from llmdesk.ui.kit.words import tr

_WIDTH_PX = 860


class CollectionsPage(QWidget):
    """See the module.

    Signals:
        add_requested(): a folder is to be chosen.
        dropped(list[Path]): files and folders.
        use_requested(id, bool), rescan_requested(id), folder_requested(id), renamed(id, str), remove_requested(id),
        cancel_requested(id): of one of the rows.
    """

    add_requested = Signal()
    dropped = Signal(object)
    use_requested = Signal(str, bool)
    rescan_requested = Signal(str)
    folder_requested = Signal(str)
    renamed = Signal(str, str)
    remove_requested = Signal(str)
    cancel_requested = Signal(str)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._is_drop_over = False
        self.setAccessibleName(tr("Collections"))
        self.setAcceptDrops(True)
        self.rows: dict[str, CollectionRow] = {}
        self._scroll = ScrollArea(theme)
        self.add = Button(theme, tr("Add a folder…"), "folder", primary=True)
        self.add.clicked.connect(self.add_requested)
        self.banner = ModelBanner(theme)
        self.try_out = TryOut(theme)
        self.empty = _empty_state(theme, self.add_requested.emit)
        self._list = QVBoxLayout()
        self._build()
        self.show_collections((), ())
        theme.changed.connect(self.update)

    def show_collections(self, collections: Sequence[Collection], used_ids: Container[str]) -> None:
        """All there are, in this order; rows that stay keep keyboard and field."""
        shown = {collection.id for collection in collections}
        for collection_id in [each for each in self.rows if each not in shown]:
            gone = self.rows.pop(collection_id)
            had_focus = gone.isAncestorOf(self.focusWidget()) if self.focusWidget() else False
            self._list.removeWidget(gone)
            gone.hide()
            gone.deleteLater()
            if had_focus:
                self.add.setFocus()
        for place, collection in enumerate(collections):
            if collection.id not in self.rows:
                self.rows[collection.id] = self._make_row(collection)
            found = self.rows[collection.id]
            found.show_collection(collection, is_used=collection.id in used_ids)
            if self._list.indexOf(found) != place:
                self._list.insertWidget(place, found)
        self.empty.setVisible(not collections)
        self.try_out.setVisible(bool(collections))

    def show_progress(self, progress: IndexProgress) -> None:
        """One of them is being indexed."""
        if (found := self.rows.get(progress.collection_id)) is not None:
            found.show_progress(progress)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Folders can be dropped."""
        if paths_of(event.mimeData()):
            take_copies(event)
            self._set_drop(True)

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        """They are carried elsewhere."""
        self._set_drop(False)

    def dropEvent(self, event: QDropEvent) -> None:
        """They become collections."""
        self._set_drop(False)
        take_copies(event)
        self.dropped.emit(paths_of(event.mimeData()))

    def paintEvent(self, event: QPaintEvent) -> None:
        """The ground, with an edge while something is carried over it."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), self._theme.color("window"))
        if self._is_drop_over:
            painter.setPen(QPen(self._theme.color("accent"), 3))
            painter.drawRect(self.rect().adjusted(2, 2, -3, -3))

    def _set_drop(self, is_over: bool) -> None:
        self._is_drop_over = is_over
        self.update()

    def _make_row(self, collection: Collection) -> CollectionRow:
        made, collection_id = CollectionRow(self._theme, collection), collection.id
        made.use_requested.connect(partial(self.use_requested.emit, collection_id))
        made.rescan_requested.connect(partial(self.rescan_requested.emit, collection_id))
        made.folder_requested.connect(partial(self.folder_requested.emit, collection_id))
        made.renamed.connect(partial(self.renamed.emit, collection_id))
        made.remove_requested.connect(partial(self.remove_requested.emit, collection_id))
        made.cancel_requested.connect(partial(self.cancel_requested.emit, collection_id))
        return made

    def _build(self) -> None:
        theme = self._theme
        sentence = Label(
            theme,
            tr(
                "Folders that your questions are answered from: the passages that fit a question go to the model "
                "with it, and the answer names them. Nothing of it leaves this machine; the files are never changed."
            ),
            "secondary",
            wraps=True,
        )
        body = QWidget()
        inside = QVBoxLayout(body)
        space(theme, inside, (32, 24, 32, 32), spacing=14)
        inside.addLayout(row(theme, Label(theme, tr("Collections"), "text", "greeting", SEMIBOLD), 1, self.add))
        inside.addWidget(sentence)
        inside.addWidget(self.banner)
        inside.addWidget(self.empty)
        space(theme, self._list, spacing=10)
        inside.addLayout(self._list)
        inside.addWidget(self.try_out)
        inside.addStretch(1)
        fix(theme, body, max_width=_WIDTH_PX)
        self._scroll.setWidget(body)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._scroll)


def _empty_state(theme: Theme, add: Callable[[], None]) -> Panel:
    """What collections are for, and how one begins."""
    panel = Panel(theme, 12)
    button = Button(theme, tr("Add a folder…"), "folder", bordered=True)
    button.clicked.connect(add)
    lines = (
        tr(
            "Choose a folder with notes, manuals, code or tables, or drop one here: "
            "text, Markdown, PDF, DOCX, XLSX, CSV."
        ),
        tr("Its files are read once, in the background; changed files are noticed by themselves."),
        tr("Then choose the collection in a chat, with the button beside the paper clip, and ask."),
    )
    layout = QVBoxLayout(panel)
    space(theme, layout, (24, 22, 24, 22), spacing=10)
    layout.addWidget(Label(theme, tr("No folder is searched yet"), step="body", weight=MEDIUM, wraps=True))
    for number, text in enumerate(lines, 1):
        layout.addWidget(Label(theme, f"{number}.  {text}", "secondary", wraps=True))
    layout.addLayout(row(theme, button, 1))
    return panel
