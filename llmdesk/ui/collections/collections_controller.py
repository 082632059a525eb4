"""What the user does with collections, and what becomes of it (GUI thread only)."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Slot
from PySide6.QtWidgets import QWidget

from llmdesk.services.chats.session import OptionsChanged
from llmdesk.services.chats.sessions import Change, Sessions, SessionShown
from llmdesk.services.collections.collection import (
    Collection,
    CollectionEvent,
    CollectionsChanged,
    CollectionTrouble,
    Found,
    IndexProgress,
)
from llmdesk.services.collections.passage import Passage
from llmdesk.ui.chat.sources.sources_controller import SourcesController
from llmdesk.ui.kit import files
from llmdesk.ui.kit.notice import Action, NoticeBar
from llmdesk.ui.kit.theme import Theme
from llmdesk.ui.kit.words import error_text, told, tr
from llmdesk.ui.threads.event_bridge import EventBridge

if TYPE_CHECKING:
    from llmdesk.services.collections.collections import Collections
    from llmdesk.ui.collections.collections_page import CollectionsPage
    from llmdesk.ui.collections.model_banner import ModelBanner
    from llmdesk.ui.collections.model_fetch import ModelFetch

NOTICE = "collection"
REMOVED = "collection_removed"
_MOST_HITS = 10
_PROGRESS_MS = 100


class CollectionsController(QObject):
    """See the module. The service hears of a removal when it cannot be undone any more.

    Args:
        connect_model: makes what fetches the sentence model, once there is a page.

    Attributes:
        page: None until it was opened.
    """

    def __init__(
        self,
        theme: Theme,
        window: QWidget,
        notice: NoticeBar,
        sessions: Sessions,
        sources: SourcesController,
        service: Collections,
        bridge: EventBridge,
        connect_model: Callable[[ModelBanner], ModelFetch],
    ) -> None:
        super().__init__(window)
        self._theme, self._window, self._notice = theme, window, notice
        self._sessions, self._sources, self._service = sessions, sources, service
        self._bridge, self._connect_model = bridge, connect_model
        self.page: CollectionsPage | None = None
        self._fetch: ModelFetch | None = None
        self._removed: dict[str, str] = {}  # names, by id
        sources.removed = self._removed
        self._search = 0
        self._give_up: Callable[[], None] = lambda: None
        self._lock = threading.Lock()
        self._progress: dict[str, IndexProgress] = {}  # the newest of each collection, until it is shown
        self._service.subscribe(self._hear)
        sessions.subscribe(self._on_change)
        notice.dismissed.connect(self._on_dismissed)

    def make_page(self) -> CollectionsPage:
        """Once."""
        # Imported here: the first painting must not wait for what is rarely opened.
        from llmdesk.ui.collections.collections_page import CollectionsPage

        self.page = page = CollectionsPage(self._theme)
        self._fetch = self._connect_model(page.banner)
        page.add_requested.connect(self.add)
        page.dropped.connect(self.add_paths)
        page.use_requested.connect(self._on_use)
        page.rescan_requested.connect(self._service.rescan)
        page.folder_requested.connect(self.add_folder)
        page.renamed.connect(self._service.rename)
        page.remove_requested.connect(self.remove)
        page.cancel_requested.connect(self.cancel)
        page.try_out.search_requested.connect(self.search)
        page.try_out.chosen.connect(self._on_hit)
        return page

    @Slot()
    def refresh(self) -> None:
        """The page is shown: everything as it is now, also what another program has changed."""
        self._service.open()
        if self._fetch is not None:
            self._fetch.refresh()
        self._show()

    # -- what the user does -------------------------------------------------------------------------------------------

    @Slot()
    def add(self) -> None:
        """A folder that the user chooses becomes a collection."""
        folder = files.ask_for_folder(self._window, tr("Choose a folder to search"))
        if folder is not None:
            self.add_paths([folder])

    @Slot(object)
    def add_paths(self, paths: Sequence[Path]) -> None:
        """Each folder becomes a collection; of a file, the user is told what to do instead."""
        folders = [path for path in paths if path.is_dir()]
        known = {folder: each.id for each in self._service.collections() for folder in each.folders}
        for folder in folders:
            if known.get(str(folder)) in self._removed:
                self._restore(known[str(folder)])
            elif str(folder) in known:
                self._tell(tr("{name} is searched already.", name=folder.name), "")
            else:
                self._service.add(folder.name or str(folder), folder)
        if paths and not folders:
            self._tell(
                tr("Only folders can be collections."), tr("Attach a single file in the chat, with the paper clip.")
            )

    @Slot(str)
    def add_folder(self, collection_id: str) -> None:
        """One more folder for a collection."""
        folder = files.ask_for_folder(self._window, tr("Choose another folder for this collection"))
        if folder is not None:
            self._service.add_folder(collection_id, folder)

    @Slot(str)
    def remove(self, collection_id: str) -> None:
        """It is gone from the page; a notice brings it back."""
        collection = self._service.collection(collection_id)
        if collection is None:
            return
        undo = Action(tr("Undo"), partial(self._restore, collection_id))
        words = tr("Removed: “{name}”. Its files stay where they are.", name=collection.name)
        self._notice.show_notice(REMOVED, words, actions=[undo], comes_back=True)
        self._removed[collection_id] = collection.name
        self._show()

    @Slot(str)
    def cancel(self, collection_id: str) -> None:
        """Index no more of it; what is read can be found."""
        self._service.stop(collection_id)

    @Slot(str)
    def search(self, words: str) -> None:
        """Try out what all collections have of it."""
        assert self.page is not None
        self._give_up()
        self._search += 1
        number, try_out, bridge = self._search, self.page.try_out, self._bridge
        if not words:
            try_out.show_hits((), "")
            return
        try_out.show_note(tr("Searching"))
        ids = [collection.id for collection in self._collections()]
        self._give_up = self._service.search(
            words, ids, _MOST_HITS, lambda found: bridge.call(partial(self._on_found, number, found))
        )

    # -- what happens -------------------------------------------------------------------------------------------------

    def _on_found(self, number: int, found: Found) -> None:
        if number != self._search or self.page is None:
            return
        if found.error is not None:
            self.page.try_out.show_hits((), error_text(found.error))
            return
        note = told(found.notice.words) if found.notice is not None else ""
        if not found.passages:
            nothing = tr("Nothing was found. Other words may find it.")
            note = " ".join(filter(None, (nothing, note)))
        self.page.try_out.show_hits(found.passages, note)

    @Slot(object, object)
    def _on_hit(self, passage: Passage, anchor: QWidget) -> None:
        self._sources.show_passage(passage, anchor)

    def _hear(self, event: CollectionEvent) -> None:
        """On a thread of the collections, which may read hundreds of files a second: the window sees some of them."""
        if not isinstance(event, IndexProgress):
            self._bridge.call(partial(self._on_event, event))
            return
        with self._lock:
            is_first = not self._progress
            self._progress[event.collection_id] = event
        if is_first:
            self._bridge.call(partial(QTimer.singleShot, _PROGRESS_MS, self, self._show_progress))

    @Slot()
    def _show_progress(self) -> None:
        with self._lock:
            waiting, self._progress = self._progress, {}
        for progress in waiting.values():
            collection = self._service.collection(progress.collection_id)
            if self.page is not None and collection is not None and collection.state in ("waiting", "indexing"):
                self.page.show_progress(progress)

    def _on_event(self, event: CollectionsChanged | CollectionTrouble) -> None:
        match event:
            case CollectionsChanged():
                self._show()
            case CollectionTrouble():
                self._notice.show_notice(NOTICE, event.error.user_message, event.error.hint, tone="bad")

    def _on_change(self, change: Change) -> None:
        if isinstance(change, SessionShown | OptionsChanged):
            self._show()

    @Slot(str, bool)
    def _on_use(self, collection_id: str, is_used: bool) -> None:
        if is_used:
            self._sources.use(collection_id)
        else:
            self._sources.remove(collection_id)

    @Slot(str, bool)
    def _on_dismissed(self, key: str, is_replaced: bool) -> None:
        """Nobody wants it back, unless Undo was what closed the notice, which is carried out before the timer."""
        if key == REMOVED and not is_replaced:
            gone = list(self._removed)
            QTimer.singleShot(0, self, partial(self._forget, gone))

    @Slot()
    def forget_removed(self) -> None:
        """The window goes: what was removed cannot come back any more."""
        self._forget(list(self._removed))

    def _forget(self, collection_ids: Sequence[str]) -> None:
        for collection_id in collection_ids:
            if self._removed.pop(collection_id, None) is not None:
                self._service.remove(collection_id)

    def _restore(self, collection_id: str) -> None:
        self._removed.pop(collection_id, None)
        self._show()

    # -- helpers ------------------------------------------------------------------------------------------------------

    def _collections(self) -> list[Collection]:
        return [each for each in self._service.collections() if each.id not in self._removed]

    def _show(self) -> None:
        if self.page is not None:
            used = self._sessions.options.collections
            self.page.show_collections(self._collections(), used)

    def _tell(self, message: str, hint: str) -> None:
        self._notice.show_notice(NOTICE, message, hint, tone="warning")
