"""Folders that questions are answered from: one for the whole program; any thread, nothing here waits.

Two threads of its own: one carries out what is asked and searches, one keeps the index up to date (indexer.py). Neither
exists before something is asked for. Two programs may use the same index at once; each sees what the other did when it
is asked next.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from llmdesk import paths
from llmdesk.datatypes.model import ErrorInfo
from llmdesk.engine.serving.runner import EngineRunner
from llmdesk.error_values import error_info
from llmdesk.errors import CollectionError, LlmdeskError
from llmdesk.listeners import Listeners, Unsubscribe
from llmdesk.services.chats.ids import new_id
from llmdesk.services.collections.call_thread import CallThread
from llmdesk.services.collections.collection import (
    Collection,
    CollectionEvent,
    CollectionListener,
    CollectionsChanged,
    CollectionTrouble,
    Found,
    FoundListener,
    SentenceModel,
)
from llmdesk.services.collections.database import is_damage, is_of_the_system, open_file, problem_of
from llmdesk.services.collections.index import Index
from llmdesk.services.collections.reading import check_folder
from llmdesk.services.collections.searching import Searching
from llmdesk.services.collections.sentence_model import find_model
from llmdesk.services.collections.shelf import Shelf
from llmdesk.services.files.attachment import Attachment, one_line
from llmdesk.services.settings.settings import Settings
from llmdesk.words import say

if TYPE_CHECKING:
    from llmdesk.models.catalogue import Catalogue

log = logging.getLogger(__name__)

FILE_NAME = "collections.sqlite"
_CLOSE_S = 3.0


class Collections:
    """See the module. ``close`` once at the end.

    Args:
        engine: makes the vectors.
        catalogue: knows the sentence model; called on the collections' threads.
        folder: of the index; None: the data folder.
    """

    def __init__(
        self,
        engine: EngineRunner,
        settings: Settings,
        catalogue: Callable[[], Catalogue],
        folder: Path | None = None,
    ) -> None:
        self._engine, self._settings, self._catalogue = engine, settings, catalogue
        self._folder = folder
        self._listeners = Listeners[CollectionEvent]()
        self._thread = CallThread("collections", self._close_shelf)
        self._shelf: Shelf | None = None
        self._is_damaged = False
        self._snapshot: tuple[Collection, ...] = ()
        self._model = SentenceModel("none")
        self._model_of = ""
        self._unsubscribe = settings.subscribe(lambda _: self._on_settings(), "collections")

    @property
    def file(self) -> Path:
        """The index."""
        return (self._folder or paths.data_dir()) / FILE_NAME

    def open(self) -> None:
        """Read what there is, and look for changed files. The end is told as CollectionsChanged.

        To be called again when collections are shown: another program may have changed them.
        """
        if self.file.exists() or self._shelf is not None:
            self._call(self._refresh)
        else:
            self._call(self._look_for_model)

    def close(self) -> None:
        """End both threads; what is not indexed is at the next start. Waits, a few seconds at most. Idempotent."""
        self._unsubscribe()
        self._thread.close(_CLOSE_S)

    def subscribe(self, listener: CollectionListener) -> Unsubscribe:
        """Hear of all changes from now on."""
        return self._listeners.add(listener)

    def collections(self) -> tuple[Collection, ...]:
        """All, by name, as far as is known; empty until the index is open."""
        return self._snapshot

    def collection(self, collection_id: str) -> Collection | None:
        """One of them; None if it is gone."""
        return next((each for each in self._snapshot if each.id == collection_id), None)

    @property
    def sentence_model(self) -> SentenceModel:
        """Whether meanings can be searched, as far as is known."""
        return self._model

    def model_arrived(self) -> None:
        """The sentence model may have been fetched: passages that have no vector get one."""
        self._call(self._look_for_model)

    def add(self, name: str, folder: Path) -> str:
        """A new collection; returns its id at once. What is wrong with the folder comes as CollectionTrouble."""
        collection_id = new_id()
        self._call(partial(self._add, collection_id, name, folder), collection_id)
        return collection_id

    def add_folder(self, collection_id: str, folder: Path) -> None:
        """One more folder of a collection."""
        self._call(partial(self._add_folder, collection_id, folder), collection_id)

    def rename(self, collection_id: str, name: str) -> None:
        """Another name; an empty one is passed over."""
        if name.strip():
            self._call(lambda: self._open_shelf().index.rename(collection_id, one_line(name)), collection_id)
            self._call(self._publish)

    def remove(self, collection_id: str) -> None:
        """Forget it and its index; the files stay."""
        self._call(lambda: self._open_shelf().index.remove(collection_id), collection_id)
        self._call(self._publish)

    def rescan(self, collection_id: str) -> None:
        """Look for new, changed and vanished files now; files that could not be read are tried again."""
        self._call(lambda: self._scan(collection_id, tries_again=True), collection_id)

    def stop(self, collection_id: str) -> None:
        """Index no more of it until its folders are looked at again; what is indexed can be found."""
        self._call(lambda: self._open_shelf().indexer.stop(collection_id), collection_id)
        self._call(self._publish)

    def search(
        self, question: str, collection_ids: Sequence[str], limit: int, done: FoundListener
    ) -> Callable[[], None]:
        """Find passages for a question, in words of every day. Returns what gives it up; ``done`` is called then, too.

        Args:
            limit: the most passages.
        """
        ids = tuple(collection_ids)
        return self._search(lambda searching: searching.in_collections(question, ids, limit), done)

    def prepare_files(self, attachments: Sequence[Attachment]) -> None:
        """They will be searched: read them now, so that the first search finds them by their meaning, too."""
        files = tuple(attachments)
        self._call(lambda: self._open_shelf().prepare(files))

    def search_files(
        self, question: str, attachments: Sequence[Attachment], limit: int, done: FoundListener
    ) -> Callable[[], None]:
        """As ``search``, in the texts of files that are attached to a prompt; nothing of these is written."""
        files = tuple(attachments)
        return self._search(lambda searching: searching.in_files(question, files, limit), done)

    # -- on the thread -----------------------------------------------------------------------------------------------

    def _call(self, call: Callable[[], object], collection_id: str = "") -> None:
        self._thread.put(partial(self._guarded, call, collection_id))

    def _guarded(self, call: Callable[[], object], collection_id: str) -> None:
        if self._thread.is_closing:
            return
        try:
            call()
        except Exception as error:
            self._listeners.tell(CollectionTrouble(collection_id, self._told(error)))

    def _close_shelf(self) -> None:
        if self._shelf is not None:
            self._shelf.close(_CLOSE_S - 1)

    def _told(self, error: Exception) -> ErrorInfo:
        """As a value. A damaged index is set aside, and the folders are indexed anew."""
        if is_damage(error):
            self._call(self._replace_damaged)
        if is_of_the_system(error):
            return problem_of(error).info()
        if not isinstance(error, LlmdeskError):
            log.error("a call of the collections failed", exc_info=error)
        return error_info(error)

    def _replace_damaged(self) -> None:
        if self._shelf is not None:
            self._shelf.close(_CLOSE_S)
            self._shelf, self._is_damaged = None, True
        self._refresh()

    def _open_shelf(self) -> Shelf:
        if self._shelf is None:
            self._model = find_model(self._settings, self._catalogue)
            opened = open_file(self.file, is_damaged=self._is_damaged)
            self._is_damaged = False
            self._shelf = Shelf(
                Index(opened.connection),
                self._engine,
                lambda: self._model,
                self._listeners.tell,
                self._publish_if_open,
                lambda: self._call(self._replace_damaged),
            )
            if opened.notice is not None:
                self._listeners.tell(CollectionTrouble("", opened.notice.info()))
            for each in self._shelf.index.summaries():
                self._shelf.indexer.scan(each.id)
        return self._shelf

    def _refresh(self) -> None:
        self._model = find_model(self._settings, self._catalogue)
        shelf = self._open_shelf()
        shelf.indexer.embed()
        for each in shelf.index.summaries():
            shelf.indexer.scan(each.id)
        self._publish()

    def _look_for_model(self) -> None:
        self._model = find_model(self._settings, self._catalogue)
        if self._shelf is not None:
            self._shelf.indexer.embed()
        self._publish()

    def _on_settings(self) -> None:
        wanted = self._settings.values.collections.model
        if wanted != self._model_of:
            self._model_of = wanted
            if self._shelf is not None:
                self._call(self._look_for_model)

    def _add(self, collection_id: str, name: str, folder: Path) -> None:
        check_folder(folder)
        given = one_line(name) or folder.name or str(folder)
        self._open_shelf().index.add(collection_id, given, (str(folder.absolute()),))
        self._scan(collection_id)
        self._publish()

    def _add_folder(self, collection_id: str, folder: Path) -> None:
        check_folder(folder)
        self._open_shelf().index.add_folder(collection_id, str(folder.absolute()))
        self._scan(collection_id)

    def _scan(self, collection_id: str, *, tries_again: bool = False) -> None:
        shelf = self._open_shelf()
        shelf.indexer.scan(collection_id, tries_again=tries_again)
        shelf.indexer.embed()
        self._publish()

    def _publish(self) -> None:
        """Tell what there is now. Any of the two threads."""
        shelf = self._shelf
        found = shelf.collections() if shelf is not None else ()
        self._snapshot = found
        self._listeners.tell(CollectionsChanged(found))

    def _publish_if_open(self) -> None:
        if self._shelf is not None:
            self._publish()

    def _search(self, search: Callable[[Searching], Found], done: FoundListener) -> Callable[[], None]:
        given_up = threading.Event()

        def is_given_up() -> bool:
            return given_up.is_set() or self._thread.is_closing

        if not self._thread.put(lambda: done(self._found(search, is_given_up))):
            done(_closing())
        return given_up.set

    def _found(self, search: Callable[[Searching], Found], is_given_up: Callable[[], bool]) -> Found:
        if is_given_up():
            return _closing() if self._thread.is_closing else Found()
        try:
            return search(Searching(self._open_shelf(), is_given_up))
        except Exception as error:
            return Found(error=self._told(error))


def _closing() -> Found:
    return Found(error=CollectionError(say("llmdesk is closing."), "").info())
